# Headers, libraries, the program and the CMake package: cmake --install build --prefix PREFIX.
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY GRIL_LIBRARIES)
add_library(gril_all INTERFACE)
add_library(gril::gril ALIAS gril_all)
set_target_properties(gril_all PROPERTIES EXPORT_NAME gril)
target_link_libraries(gril_all INTERFACE ${libraries})
set_target_properties(gril_torch PROPERTIES EXPORT_NAME torch)

install(TARGETS gril_all gril_torch ${libraries} EXPORT grilTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(GRIL_BUILD_CLI)
  install(TARGETS gril RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# The public headers are those that gril/gril.h lists.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS gril/gril.h)
file(STRINGS gril/gril.h public_headers REGEX "^#include \"gril/")
list(TRANSFORM public_headers REPLACE "^#include \"(.*)\"$" "\\1")
foreach(header gril/gril.h ${public_headers})
  cmake_path(GET header PARENT_PATH folder)
  install(FILES "${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}")
endforeach()

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/gril")
configure_package_config_file(cmake/grilConfig.cmake.in "${PROJECT_BINARY_DIR}/grilConfig.cmake"
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/grilConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/grilConfig.cmake" "${PROJECT_BINARY_DIR}/grilConfigVersion.cmake"
        DESTINATION ${package_dir})
install(EXPORT grilTargets NAMESPACE gril:: DESTINATION ${package_dir})
