# What `cmake --install` lays down: the libraries of core and sim (Rooms.cmake), their public headers, the scenarios, the command, and the
# package that find_package(roundhouse) reads. The prefix may be moved afterwards.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/roundhouse)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/core/include/roundhouse ${PROJECT_SOURCE_DIR}/sim/include/roundhouse
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/roundhouse)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT roundhouse NAMESPACE roundhouse:: FILE roundhouse-targets.cmake DESTINATION ${package_folder})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/roundhouse-config.cmake.in
  ${PROJECT_BINARY_DIR}/roundhouse-config.cmake INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
# Before 1.0 each minor version may break what the one before offered.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/roundhouse-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/roundhouse-config.cmake ${PROJECT_BINARY_DIR}/roundhouse-config-version.cmake
  DESTINATION ${package_folder})
