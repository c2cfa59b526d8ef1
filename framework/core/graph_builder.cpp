// Names, node types and attributes; and the order in which a graph is built.
#include <fmt/format.h>

#include <algorithm>

#include "core/graph_builder.hpp"

namespace graph_runner {

Graph::Graph(const GraphSpec& spec, Registry& registry) { Builder(*this, spec, registry).build(); }

Graph::Builder::Builder(Graph& graph, const GraphSpec& spec, Registry& registry)
    : g_(graph),
      spec_(spec),
      registry_(registry),
      sources_(spec.nodes.size()),
      dependencies_(spec.nodes.size()),
      poisoned_(spec.nodes.size()) {
  g_.topology_ = std::make_unique<Topology>();
}

void Graph::Builder::build() {
  declare();
  for (std::size_t i = 0; i < spec_.nodes.size(); ++i) make_node(i);
  for (std::size_t i = 0; i < spec_.nodes.size(); ++i)
    if (g_.nodes_[i].type) connect(i);
  add_aliases();
  draw_edges();
  mark_running();
  problems_.raise();
  report_cycles();
  problems_.raise();
  const std::vector<std::size_t> order = dependencies_.order();
  for (const std::size_t i : order) infer(i);
  problems_.raise();
  if (std::any_of(g_.nodes_.begin(), g_.nodes_.end(), [](const Node& n) { return !n.type; }))
    throw Error(Exit::bad_request, std::vector<Problem>{});
  reorder(order);
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool greek = (text[i] == '\xCE' || text[i] == '\xCF') && i + 1 < text.size();
    if (!letter(text[i]) && !greek && !(i > 0 && text[i] >= '0' && text[i] <= '9')) return false;
    i += greek;
  }
  return !text.empty();
}

std::string_view path_above(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? "" : path.substr(0, dot);
}

bool is_path(std::string_view text) {
  for (bool first = true;; first = false) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool number = !first && !part.empty() && part[0] != '0' &&
                        part.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_name(part) && !number) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// A name of the file's one namespace.
void Graph::Builder::take_name(const std::string& name, const char* what, const Place& place) {
  if (!is_path(name))
    problems_.add(place,
                  fmt::format("'{}' cannot name {}: a letter, then letters, digits and '_'", name, what));
  const auto [at, added] = taken_.try_emplace(name, what, place);
  if (!added)
    problems_.add(place, fmt::format("the name '{}' is taken: {} has it already", name, at->second.first));
}

ValueId Graph::Builder::add_value(Value value) {
  g_.values_.push_back(std::move(value));
  return static_cast<ValueId>(g_.values_.size() - 1);
}

gr_shape Graph::Builder::shape_of(const std::vector<AxisSpec>& axes, const std::string& name,
                                  const Place& place) {
  gr_shape s{};
  if (axes.size() > GR_MAX_RANK) {
    problems_.add(place, fmt::format("'{}' has {} axes; {} is the most", name, axes.size(), GR_MAX_RANK));
    return s;
  }
  Shape numbers;
  for (const AxisSpec& a : axes) {
    s.dims[s.rank++] = a.name.empty() ? a.size : g_.sizes_.named(a.name);
    if (!a.name.empty()) continue;
    numbers.push_back(a.size);
    if (a.size < 1)
      problems_.add(place, fmt::format("'{}' has an axis of size {}; 1 is the least", name, a.size));
  }
  try {
    entries_of(numbers);
  } catch (const Error& e) {
    problems_.add(place, fmt::format("'{}': {}: its size overflows", name, e.what()));
  }
  return s;
}

// A value in the file fixes all sizes of its input.
void Graph::Builder::check_given(const InputSpec& input) {
  bool fits = input.shape.size() == input.value_shape.size();
  for (std::size_t a = 0; fits && a < input.shape.size(); ++a)
    fits = input.shape[a].name.empty() && input.shape[a].size == input.value_shape[a];
  if (!fits)
    problems_.add(input.place, fmt::format("input '{}': its value has shape {}; expected its declared shape, "
                                           "in numbers, to be the same",
                                           input.name, to_string(input.value_shape)));
}

void Graph::Builder::declare() {
  for (const InputSpec& i : spec_.inputs) {
    if (!is_name(i.name) && is_path(i.name))
      problems_.add(i.place,
                    fmt::format("'{}' cannot name an input: only names that blocks bring have dots", i.name));
    take_name(i.name, "an input", i.place);
    Value v;
    v.name = i.name;
    v.origin = Origin::input;
    v.shape = shape_of(i.shape, i.name, i.place);
    v.from = i.from;
    v.to = i.to;
    v.symmetric = i.symmetric;
    v.positive_definite = i.positive_definite;
    const gr_shape& s = v.shape;
    if ((i.symmetric || i.positive_definite) && (s.rank < 2 || s.dims[s.rank - 2] != s.dims[s.rank - 1]))
      problems_.add(i.place,
                    fmt::format("input '{}': {} matrix is square, found the shape {}", i.name,
                                i.symmetric ? "a symmetric" : "a positive definite", g_.sizes_.text(s)));
    v.given = i.value;
    if (!i.value.empty()) check_given(i);
    v.place = i.place;
    g_.names_.emplace(i.name, add_value(std::move(v)));
  }
  for (const ParameterSpec& p : spec_.parameters) {
    take_name(p.name, "a parameter", p.place);
    Value v;
    v.name = p.name;
    v.origin = Origin::parameter;
    v.shape = shape_of(p.shape, p.name, p.place);
    v.place = p.place;
    v.init = {sizeof(gr_init), p.init.kind, nullptr, p.init.value};
    g_.names_.emplace(p.name, add_value(std::move(v)));
  }
  std::set<std::string> sizes(g_.sizes_.names().begin(), g_.sizes_.names().end());
  for (const std::string& s : sizes)
    if (const auto at = taken_.find(s); at != taken_.end())
      problems_.add(at->second.second, fmt::format("the name '{}' is taken: {} and a size cannot share it", s,
                                                   at->second.first));
  for (const std::string& s : sizes) taken_.try_emplace(s, "a size", Place{});
  if (spec_.nodes.empty()) problems_.add({}, "the graph has no nodes: 'nodes:' must declare at least one");
}

void Graph::Builder::make_node(std::size_t i) {
  const NodeSpec& n = spec_.nodes[i];
  take_name(n.name, "a node", n.place);
  Node& node = g_.nodes_.emplace_back();
  node.name = n.name;
  node.place = n.place;
  node.formula = n.formula;
  node.part_of = n.part_of;
  poisoned_[i] = true;
  if (n.poisoned) return;
  try {
    node.type = &registry_.get(n.type);
  } catch (const Error& e) {
    return problems_.add(n.type_place, fmt::format("node '{}': {}", n.name, e.what()));
  }
  BoundAttributes bound = bind_attributes(n, *node.type, g_.sizes_);
  report(n.name, bound.faults);
  poisoned_[i] = bound.poisoned;
  node.attributes = std::move(bound.values);
  if (bound.poisoned) return;
  try {
    node.instance = node.type->create(node.attributes);
  } catch (const Error& e) {
    problems_.add(n.place, fmt::format("node '{}': {}", n.name, e.what()));
  }
}

void Graph::Builder::report(const std::string& node, const std::vector<Fault>& faults) {
  for (const Fault& f : faults) {
    const std::string of = f.attribute.empty() ? "" : fmt::format(", attribute '{}'", f.attribute);
    problems_.add(f.place, fmt::format("node '{}'{}: {}", node, of, f.why));
  }
}

}  // namespace graph_runner
