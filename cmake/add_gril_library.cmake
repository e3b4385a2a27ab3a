# add_gril_library(NAME SOURCES a.cpp ... DEPENDS base ... [LINK target ...] [PRIVATE_LINK ...] [SHARED])
# One library per folder of gril/: target gril_NAME, alias gril::NAME. DEPENDS names the folders
# that the table in docs/architecture.md allows; tools/check_include_direction.py enforces it.
function(add_gril_library name)
  cmake_parse_arguments(arg "SHARED" "" "SOURCES;DEPENDS;LINK;PRIVATE_LINK" ${ARGN})
  set(kind STATIC)
  if(arg_SHARED)
    set(kind SHARED)
  endif()
  list(TRANSFORM arg_DEPENDS PREPEND gril_)
  add_library(gril_${name} ${kind} ${arg_SOURCES})
  add_library(gril::${name} ALIAS gril_${name})
  set_target_properties(gril_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(gril_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(gril_${name} PUBLIC cxx_std_20)
  target_link_libraries(gril_${name} PUBLIC ${arg_DEPENDS} ${arg_LINK}
                        PRIVATE ${arg_PRIVATE_LINK} $<BUILD_INTERFACE:gril_warnings>)
  if(NOT name IN_LIST GRIL_TORCH_FREE_FOLDERS)
    precompile_torch(gril_${name})
    set(kernels ${arg_SOURCES})
    list(FILTER kernels INCLUDE REGEX "_kernel\\.cpp$")
    set_source_files_properties(${kernels} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
  set_property(GLOBAL APPEND PROPERTY GRIL_LIBRARIES gril_${name})
endfunction()

# The folders that do not include libtorch, as in docs/architecture.md.
set(GRIL_TORCH_FREE_FOLDERS base stream synthetic_data runs report)
