# graph_runner_add_node: how a node plugin is built, in graph-runner's own tree and, installed, in everybody else's.

set(GRAPH_RUNNER_ARCH native CACHE STRING "The processor that node plugins are built for: a value of -march")

# Gives a target the flags of a plugin.
function(graph_runner_node_options target)
  target_link_libraries(${target} PRIVATE GraphRunner::sdk)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages)
    target_compile_features(${target} PRIVATE cxx_std_20)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  endif()
  # Hidden symbols and no unique ones: two plugins may define structs of one name. Contracted products would make results
  # depend on the processor. No node reads errno, for whose sake a root would be taken one entry at a time.
  target_compile_options(${target} PRIVATE
    -fvisibility=hidden -ffp-contract=off -fno-math-errno
    $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>
    # The first error is the one to read: a kernel is compiled for three scalars, and each would repeat it with all that led there.
    $<$<COMPILE_LANGUAGE:CXX>:-Wfatal-errors>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:-ftemplate-backtrace-limit=4>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-uninitialized> # GCC 105593: false alarms in AVX-512
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>
    # A project that names no build type wants fast nodes too.
    $<$<OR:$<CONFIG:Release>,$<CONFIG:>>:-O3>
    $<$<CONFIG:>:-DNDEBUG>)
  if(GRAPH_RUNNER_ARCH)
    target_compile_options(${target} PRIVATE -march=${GRAPH_RUNNER_ARCH})
  endif()
endfunction()

# Has a target share one precompiled header of the SDK with all other nodes: it is compiled once a build folder and takes a
# quarter to a half off every node. Nodes with flags of their own set DISABLE_PRECOMPILE_HEADERS.
function(graph_runner_precompile target)
  if(NOT TARGET graph_runner_node_pch)
    set(source ${CMAKE_BINARY_DIR}/graph_runner_node_pch.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "")
    add_library(graph_runner_node_pch OBJECT EXCLUDE_FROM_ALL ${source})
    graph_runner_node_options(graph_runner_node_pch)
    set_target_properties(graph_runner_node_pch PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_precompile_headers(graph_runner_node_pch PRIVATE <graph_runner/node.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM graph_runner_node_pch)
endfunction()

# graph_runner_add_node(Swish Swish.cpp): a target Swish that builds the plugin Swish.so from sources in C++ or C. It lies in
# the binary directory unless LIBRARY_OUTPUT_DIRECTORY says otherwise.
function(graph_runner_add_node name)
  if(NOT name MATCHES "^[A-Za-z][A-Za-z0-9_]*$")
    message(FATAL_ERROR "graph_runner_add_node: '${name}' is not a name of a node type: a letter, then letters, digits and '_'")
  endif()
  add_library(${name} MODULE ${ARGN})
  graph_runner_node_options(${name})
  if("${ARGN}" MATCHES "\\.(cpp|cc|cxx)(;|$)")
    graph_runner_precompile(${name})
  endif()
  target_link_options(${name} PRIVATE -Wl,--version-script=${GraphRunner_PLUGIN_MAP})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .so DEFINE_SYMBOL "" LINK_DEPENDS ${GraphRunner_PLUGIN_MAP})
endfunction()
