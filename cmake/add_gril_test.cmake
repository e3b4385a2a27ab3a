# add_gril_test(NAME SOURCES a.cpp ... LINK gril_x ... [LABEL fast|slow])
# One test program per call. Each TEST suite in it is one ctest entry: starting a program that links
# libtorch takes half a second, so an entry per TEST would spend most of its time on starting. In a
# sanitizer build, where starting takes longer still, the whole program is one entry.
function(add_gril_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINK" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL fast)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest GTest::gtest_main gril_warnings)
  compile_quickly(${name})
  set(torch_links ${arg_LINK})
  foreach(folder ${GRIL_TORCH_FREE_FOLDERS})
    list(REMOVE_ITEM torch_links gril_${folder} gril::${folder})
  endforeach()
  if(torch_links)
    precompile_torch(${name})
  endif()
  if(GRIL_SANITIZE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL}
                         ENVIRONMENT "${GRIL_SANITIZER_ENVIRONMENT}")
  else()
    set(list_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_suites.cmake")
    add_custom_command(TARGET ${name} POST_BUILD BYPRODUCTS "${list_file}"
      COMMAND "${CMAKE_COMMAND}" -D PROGRAM=$<TARGET_FILE:${name}> -D LABEL=${arg_LABEL}
              -D LIST_FILE=${list_file} -P "${PROJECT_SOURCE_DIR}/cmake/list_test_suites.cmake"
      VERBATIM)
    file(CONFIGURE OUTPUT ${name}_tests.cmake @ONLY CONTENT [[
if(EXISTS "@list_file@")
  include("@list_file@")
else()
  add_test(@name@_not_built "@name@_not_built")
  set_tests_properties(@name@_not_built PROPERTIES LABELS @arg_LABEL@)
endif()
]])
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
                 "${CMAKE_CURRENT_BINARY_DIR}/${name}_tests.cmake")
  endif()
endfunction()
