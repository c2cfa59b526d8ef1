# What `cmake --install` and `cpack -G DEB` make of the build, and the CMake package GraphRunner, of the build itself too.
# Installed files know no absolute path: the prefix may be moved.
include(CMakePackageConfigHelpers)

set(package_folder lib/cmake/GraphRunner)
set(plugins_folder lib/graph-runner/plugins) # where tools look for them from bin/ (framework/core/registry.cpp)

install(TARGETS graph-runner grad-check graph-inspect RUNTIME DESTINATION bin)
install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION share/man/man1 FILES_MATCHING PATTERN *.1)
install(DIRECTORY ${PROJECT_BINARY_DIR}/completions/ DESTINATION share/bash-completion/completions)
install(TARGETS ${node_targets} LIBRARY DESTINATION ${plugins_folder})
install(DIRECTORY framework/sdk/graph_runner DESTINATION include FILES_MATCHING PATTERN *.h PATTERN *.hpp)
install(FILES ${GraphRunner_PLUGIN_MAP} DESTINATION include/graph_runner)
foreach(library IN LISTS framework_libraries)
  install(DIRECTORY framework/${library} DESTINATION include/graph_runner/framework FILES_MATCHING PATTERN *.hpp
    # Boost.Graph and yaml-cpp are the framework's own business.
    PATTERN graph_builder.hpp EXCLUDE PATTERN topology.hpp EXCLUDE PATTERN plan_compiler.hpp EXCLUDE
    PATTERN tree_builder.hpp EXCLUDE PATTERN report_parts.hpp EXCLUDE)
  set_target_properties(graph_runner_${library} PROPERTIES EXPORT_NAME ${library})
  install(TARGETS graph_runner_${library} EXPORT GraphRunnerFramework ARCHIVE DESTINATION lib)
endforeach()
set_target_properties(graph_runner_sdk PROPERTIES EXPORT_NAME sdk)
set_target_properties(graph_runner_framework PROPERTIES EXPORT_NAME framework)
install(TARGETS graph_runner_sdk EXPORT GraphRunnerSdk)
install(TARGETS graph_runner_framework EXPORT GraphRunnerFramework)
install(DIRECTORY graphs DESTINATION share/graph-runner)
install(PROGRAMS tools/fetch-data DESTINATION share/graph-runner/tools) # named where data are missing; puts them beside graphs
install(FILES tools/setup.sh DESTINATION share/graph-runner/tools)

# ---- the package: once for the prefix, once for the build --------------------------------------------------------------

write_basic_package_version_file(${CMAKE_BINARY_DIR}/GraphRunnerConfigVersion.cmake COMPATIBILITY SameMinorVersion)

# Writes the package's file; the last three arguments are what its template asks for.
function(write_package_config file destination GraphRunner_PLUGINS_DIR GraphRunner_PLUGIN_MAP GraphRunnerNode)
  configure_package_config_file(.cmake/GraphRunnerConfig.cmake.in ${file} INSTALL_DESTINATION ${destination}
    PATH_VARS GraphRunner_PLUGINS_DIR GraphRunner_PLUGIN_MAP GraphRunnerNode)
endfunction()
write_package_config(${CMAKE_BINARY_DIR}/GraphRunnerConfig.cmake ${CMAKE_BINARY_DIR}
  ${CMAKE_BINARY_DIR}/plugins ${GraphRunner_PLUGIN_MAP} ${PROJECT_SOURCE_DIR}/.cmake/GraphRunnerNode.cmake)
write_package_config(${CMAKE_BINARY_DIR}/installed/GraphRunnerConfig.cmake ${package_folder}
  ${plugins_folder} include/graph_runner/plugin.map ${package_folder}/GraphRunnerNode.cmake)
foreach(targets GraphRunnerSdk GraphRunnerFramework)
  export(EXPORT ${targets} NAMESPACE GraphRunner:: FILE ${CMAKE_BINARY_DIR}/${targets}.cmake)
  install(EXPORT ${targets} NAMESPACE GraphRunner:: FILE ${targets}.cmake DESTINATION ${package_folder})
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/installed/GraphRunnerConfig.cmake ${CMAKE_BINARY_DIR}/GraphRunnerConfigVersion.cmake
  .cmake/GraphRunnerNode.cmake DESTINATION ${package_folder})

# ---- the Debian package ------------------------------------------------------------------------------------------------

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME graph-runner)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "graph-runner authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION "YAML files declare computation graphs, whose nodes are plugins in C++ or C.
graph-runner walks them forward for values and backward for gradients and
trains what they declare; grad-check proves gradients; graph-inspect describes
node types and writes new ones. With headers and libraries to write nodes and
to embed the engine.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# To write nodes; GraphRunner::framework wants more.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++, cmake, make, libeigen3-dev, graphviz")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libfmt-dev, libyaml-cpp-dev, zlib1g-dev, libpng-dev, libzip-dev")
include(CPack)
