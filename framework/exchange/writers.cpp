#include "exchange/writers.hpp"

namespace graph_runner {

// Each in a file of its own.
using Write = std::string(const std::string& path, Registry& registry);
Write write_dot, write_expanded, write_json, write_svg;

std::span<const GraphWriter> graph_writers() {
  static constexpr GraphWriter writers[] = {
      {.name = "dot", .meaning = "Print the graph of a file in Graphviz's language", .write = write_dot},
      {.name = "svg",
       .meaning = "Print a picture of a file's graph, blocks folded, as SVG",
       .write = write_svg},
      {.name = "expand",
       .meaning = "Print a graph file with its formulas and blocks as nodes",
       .write = write_expanded},
      {.name = "as-json", .meaning = "Print a graph file as JSON", .write = write_json},
  };
  return writers;
}

}  // namespace graph_runner
