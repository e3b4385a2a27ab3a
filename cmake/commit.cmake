# gril_commit.h, with the commit being built. The header is looked at in every build and changes
# only when the commit does. Included by CMakeLists.txt and run as a script by the build.
if(CMAKE_SCRIPT_MODE_FILE)
  set(commit "unknown")
  execute_process(COMMAND git describe --always --abbrev=12 --dirty=-modified --exclude *
                  WORKING_DIRECTORY "${SOURCE_DIR}" OUTPUT_VARIABLE described
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  if(status EQUAL 0)
    set(commit "${described}")
  endif()
  set(text "#pragma once\n#define GRIL_COMMIT \"${commit}\"\n")
  set(earlier "")
  if(EXISTS "${HEADER}")
    file(READ "${HEADER}" earlier)
  endif()
  if(NOT text STREQUAL earlier)
    file(WRITE "${HEADER}" "${text}")
  endif()
  return()
endif()

set(GRIL_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
add_custom_target(gril_commit
  COMMAND "${CMAKE_COMMAND}" -D SOURCE_DIR=${PROJECT_SOURCE_DIR}
          -D HEADER=${GRIL_GENERATED_DIR}/gril_commit.h
          -P ${CMAKE_CURRENT_LIST_DIR}/commit.cmake
  BYPRODUCTS "${GRIL_GENERATED_DIR}/gril_commit.h"
  COMMENT "" VERBATIM)
