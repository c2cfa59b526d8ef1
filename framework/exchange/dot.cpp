#include "exchange/dot.hpp"

#include <fmt/format.h>

#include <vector>

#include "exchange/writers.hpp"
#include "file/graph_file.hpp"

namespace graph_runner {

namespace {

// Words stand for themselves, other texts in quotes.
std::string in_quotes(const std::string& text) {
  if (is_type_name(text)) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\\\"" : std::string(1, c);
  return out + "\"";
}

class Drawing {
 public:
  explicit Drawing(const Graph& graph)
      : graph_(graph), vertex_of_node_(graph.nodes().size(), none), vertex_of_value_(graph.values().size()) {
    // The values of nodes are numbered as the nodes were declared.
    std::size_t vertices = 0;
    for (const Value& v : graph.values())
      if (v.node != no_node && vertex_of_node_[v.node] == none) vertex_of_node_[v.node] = vertices++;
    declared_.resize(vertices);
    for (NodeId n = 0; n < graph.nodes().size(); ++n) declared_[vertex_of_node_[n]] = n;
    for (ValueId v = 0; v < graph.values().size(); ++v)
      vertex_of_value_[v] = is_free(v) ? vertices++ : vertex_of_node_[graph.values()[v].node];
  }

  std::string text() const {
    std::string out =
        "digraph G {\nrankdir=LR;\nnode [fontname=\"sans-serif\"];\n"
        "edge [fontname=\"sans-serif\", fontsize=10];\n";
    std::vector<std::string> open;
    for (const NodeId n : declared_) {
      enter(path_above(graph_.nodes()[n].called()), open, out);
      out += vertex(graph_.nodes()[n], vertex_of_node_[n]);
    }
    enter("", open, out);
    for (ValueId v = 0; v < graph_.values().size(); ++v)
      if (is_free(v)) out += vertex(graph_.values()[v], vertex_of_value_[v]);
    for (const NodeId n : declared_) out += edges_to(n);
    return out + "}\n";
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  // An input, or a parameter that is no node's own.
  bool is_free(ValueId v) const { return graph_.values()[v].node == no_node; }
  std::string shape_of(const Value& v) const { return graph_.sizes().text(v.shape); }

  // Closes and opens boxes, so that the innermost one is that of the nodes of a path.
  static void enter(std::string_view path, std::vector<std::string>& open, std::string& out) {
    const auto holds = [&](const std::string& box) {
      return path.substr(0, box.size()) == box && (path.size() == box.size() || path[box.size()] == '.');
    };
    for (; !open.empty() && !holds(open.back()); open.pop_back()) out += "}\n";
    while (path.size() > (open.empty() ? 0 : open.back().size())) {
      const std::size_t dot = path.find('.', open.empty() ? 0 : open.back().size() + 1);
      open.emplace_back(path.substr(0, dot));
      out += fmt::format("subgraph \"cluster_{0}\" {{\nlabel={1};\n", open.back(), in_quotes(open.back()));
    }
  }

  std::string vertex(const Value& v, std::size_t number) const {
    return fmt::format("{}[shape={}, label={}];\n", number,
                       v.origin == Origin::input ? "ellipse" : "cylinder",
                       in_quotes(fmt::format("{}\n{}", v.name, shape_of(v))));
  }

  std::string vertex(const Node& n, std::size_t number) const {
    const std::string label =
        n.inner() ? n.type->name()  // a part of a formula
                  : fmt::format("{}\n{}", n.name, n.formula.empty() ? n.type->name() : n.formula);
    return fmt::format("{}[shape=box, style={}, label={}];\n", number,
                       n.inner() ? "\"rounded,dashed\"" : "rounded", in_quotes(label));
  }

  std::string edges_to(NodeId to) const {
    const Node& node = graph_.nodes()[to];
    std::string out;
    for (std::size_t t = 0; t < node.values.size(); ++t) {
      if (node.values[t] == no_value) continue;
      const Value& value = graph_.values()[node.values[t]];
      if (value.node == to) continue;  // its own
      const Port& port = node.type->ports()[node.ports[t]];
      const bool named = node.type->port_names(GR_INPUT).size() > 1 || port.role == GR_PARAMETER;
      out += fmt::format("{}->{} [label={}{}];\n", vertex_of_value_[node.values[t]], vertex_of_node_[to],
                         in_quotes(shape_of(value)),
                         named ? fmt::format(", headlabel={}", in_quotes(port.name)) : "");
    }
    return out;
  }

  const Graph& graph_;
  std::vector<NodeId> declared_;  // the nodes in the order of the file
  std::vector<std::size_t> vertex_of_node_, vertex_of_value_;
};

}  // namespace

std::string dot(const Graph& graph) { return Drawing(graph).text(); }

std::string write_dot(const std::string& path, Registry& registry) {
  return dot(build_graph(read_graph_file(path, registry), registry));
}

}  // namespace graph_runner
