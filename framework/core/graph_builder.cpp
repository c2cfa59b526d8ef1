// From specs to a graph: names, node types and attributes, connections, order, shapes.
#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/strong_components.hpp>
#include <boost/range/iterator_range.hpp>
#include <functional>
#include <queue>
#include <set>

#include "core/graph.hpp"
#include "core/shapes.hpp"
#include "core/topology.hpp"

namespace graph_runner {

// Builds a graph step by step, each step collecting all of its problems: names, node types and attributes,
// connections, order, shapes.
class Graph::Builder {
 public:
  Builder(Graph& graph, const GraphSpec& spec, Registry& registry)
      : g_(graph), spec_(spec), registry_(registry) {
    g_.topology_ = std::make_unique<Topology>();
  }

  void build() {
    declare();
    for (std::size_t i = 0; i < spec_.nodes.size(); ++i) make_node(i);
    problems_.raise();
    for (std::size_t i = 0; i < spec_.nodes.size(); ++i) connect(i);
    problems_.raise();
    const std::vector<std::size_t> order = sort();
    for (const std::size_t i : order) infer(i);
    problems_.raise();
    reorder(order);
  }

 private:
  // A name of the file's one namespace.
  void claim(const std::string& name, const char* what, const Place& place) {
    const auto letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
    };
    if (name.empty() || !letter(name[0]) ||
        !std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); }))
      problems_.add(place,
                    fmt::format("'{}' cannot name {}: a letter, then letters, digits and '_'", name, what));
    const auto [at, added] = taken_.try_emplace(name, what);
    if (!added)
      problems_.add(place, fmt::format("the name '{}' is taken: {} has it already", name, at->second));
  }

  ValueId add_value(Value value) {
    g_.values_.push_back(std::move(value));
    return static_cast<ValueId>(g_.values_.size() - 1);
  }

  gr_shape shape_of(const std::vector<AxisSpec>& axes, const std::string& name, const Place& place) {
    gr_shape s{};
    if (axes.size() > GR_MAX_RANK) {
      problems_.add(place, fmt::format("'{}' has {} axes; {} is the most", name, axes.size(), GR_MAX_RANK));
      return s;
    }
    std::int64_t product = 1;
    for (const AxisSpec& a : axes) {
      if (a.name.empty() && a.size < 1)
        problems_.add(place, fmt::format("'{}' has an axis of size {}; 1 is the least", name, a.size));
      if (a.name.empty() &&
          (__builtin_mul_overflow(product, a.size, &product) || product > (std::int64_t{1} << 44)))
        problems_.add(place, fmt::format("the shape of '{}' is too large: its size overflows", name));
      s.dims[s.rank++] = a.name.empty() ? a.size : g_.sizes_.named(a.name);
    }
    return s;
  }

  void declare() {
    for (const InputSpec& i : spec_.inputs) {
      claim(i.name, "an input", i.place);
      Value v;
      v.name = i.name;
      v.origin = Origin::input;
      v.shape = shape_of(i.shape, i.name, i.place);
      v.from = i.from;
      v.to = i.to;
      v.place = i.place;
      g_.names_.emplace(i.name, add_value(std::move(v)));
    }
    for (const ParameterSpec& p : spec_.parameters) {
      claim(p.name, "a parameter", p.place);
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
        problems_.add({},
                      fmt::format("the name '{}' is taken: {} and a size cannot share it", s, at->second));
    for (const std::string& s : sizes) taken_.try_emplace(s, "a size");
    if (spec_.nodes.empty()) problems_.add({}, "the graph has no nodes: 'nodes:' must declare at least one");
  }

  void make_node(std::size_t i) {
    const NodeSpec& n = spec_.nodes[i];
    claim(n.name, "a node", n.place);
    Node& node = g_.nodes_.emplace_back();
    node.name = n.name;
    node.place = n.place;
    try {
      node.type = &registry_.get(n.type);
    } catch (const Error& e) {
      problems_.add(n.type_place, fmt::format("node '{}': {}", n.name, e.what()));
      return;
    }
    set_attributes(n, node);
  }

  // A size is written as a number or by its name; from here on it is a gr_size. Returns what is wrong, or "".
  std::string resolve_sizes(AttributeValue& value) {
    const std::vector<std::string>& names = g_.sizes_.names();
    for (const std::string& text : value.texts) {
      const bool named = is_type_name(text);
      if (named && std::find(names.begin(), names.end(), text) == names.end())
        return fmt::format("no input has a size called '{}'{}", text, did_you_mean(text, names));
      const std::int64_t number = named ? 0 : std::atoll(text.c_str());
      if (number < 0) return fmt::format("found {}, expected a size of at least 0", number);
      value.ints.push_back(named ? g_.sizes_.named(text) : number);
    }
    value.texts.clear();
    return "";
  }

  void set_attributes(const NodeSpec& n, Node& node) {
    const auto& attributes = node.type->attributes();
    std::vector<std::string> known;
    for (const Attribute& a : attributes) {
      known.push_back(a.name);
      node.attributes.push_back(a.initial);
    }
    std::vector<bool> given(attributes.size());
    bool fine = true;
    const auto refuse = [&](const Place& place, const std::string& why) {
      problems_.add(place, why);
      fine = false;
    };
    for (const AttributeSetting& s : n.attributes) {
      const auto index =
          static_cast<std::size_t>(std::find(known.begin(), known.end(), s.name) - known.begin());
      if (index == known.size()) {
        refuse(s.place,
               fmt::format("node '{}': {} has no attribute '{}'{}; it has {}", n.name, n.type, s.name,
                           did_you_mean(s.name, known), known.empty() ? "none" : any_of(known)));
        continue;
      }
      if (given[index])
        refuse(s.place, fmt::format("node '{}': attribute '{}' is given twice", n.name, s.name));
      given[index] = true;
      if (s.faulty) {
        fine = false;
        continue;
      }
      AttributeValue value = s.value;
      std::string wrong = value.kind == GR_SIZE ? resolve_sizes(value) : "";
      if (wrong.empty()) wrong = attributes[index].refuse(value);
      if (!wrong.empty())
        refuse(s.place, fmt::format("node '{}', attribute '{}': {}", n.name, s.name, wrong));
      node.attributes[index] = std::move(value);
    }
    for (std::size_t a = 0; a < attributes.size(); ++a)
      if (attributes[a].required && !given[a])
        refuse(n.place, fmt::format("node '{}': {} needs the attribute '{}' ({}): {}", n.name, n.type,
                                    attributes[a].name, attributes[a].expected(), attributes[a].doc));
    if (!fine) return (void)broken_.insert(node.name);
    try {
      node.instance = node.type->create(node.attributes);
    } catch (const Error& e) {
      problems_.add(n.place, fmt::format("node '{}': {}", n.name, e.what()));
    }
  }

  // Lays out a node's tensors in the ABI's order and says which value, or which other node's output, feeds
  // each.
  void connect(std::size_t i) {
    const NodeSpec& n = spec_.nodes[i];
    Node& node = g_.nodes_[i];
    const auto& ports = node.type->ports();
    const std::vector<std::string> inputs = node.type->port_names(GR_INPUT);
    std::vector<std::vector<const Connection*>> fed(ports.size());
    std::size_t position = 0;
    for (const Connection& c : n.in) {
      int port = -1;
      if (c.port.empty()) {
        port = position < inputs.size() ? node.type->port(inputs[position]) : -1;
        if (port >= 0 && !ports[static_cast<std::size_t>(port)].many) ++position;
        if (port < 0) {
          problems_.add(c.place, fmt::format("node '{}': {} takes {} input{} ({}), but '{}' is one more",
                                             n.name, n.type, inputs.size(), inputs.size() == 1 ? "" : "s",
                                             any_of(inputs), c.from));
          break;
        }
      } else {
        port = node.type->port(c.port);
        std::vector<std::string> names = inputs;
        for (const std::string& p : node.type->port_names(GR_PARAMETER)) names.push_back(p);
        if (port < 0 || ports[static_cast<std::size_t>(port)].role > GR_PARAMETER) {
          problems_.add(c.place, fmt::format("node '{}': {} has no input '{}'{}; it has {}", n.name, n.type,
                                             c.port, did_you_mean(c.port, names), any_of(names)));
          continue;
        }
      }
      auto& list = fed[static_cast<std::size_t>(port)];
      if (!list.empty() && !ports[static_cast<std::size_t>(port)].many)
        problems_.add(c.place, fmt::format("node '{}': port '{}' is fed twice", n.name,
                                           ports[static_cast<std::size_t>(port)].name));
      list.push_back(&c);
    }
    for (std::size_t p = 0; p < ports.size(); ++p) {
      if (ports[p].role == GR_INPUT && fed[p].empty() && !ports[p].optional)
        problems_.add(n.place, fmt::format("node '{}': nothing feeds the input '{}' (\"{}\"); {} takes {}",
                                           n.name, ports[p].name, ports[p].shape, n.type, any_of(inputs)));
      if (ports[p].role == GR_INPUT || (ports[p].role == GR_PARAMETER && !fed[p].empty()))
        for (std::size_t k = 0; k < std::max<std::size_t>(1, fed[p].size()); ++k) {
          node.ports.push_back(static_cast<std::uint32_t>(p));
          node.values.push_back(no_value);
          sources_[i].push_back(k < fed[p].size() ? fed[p][k] : nullptr);
        }
      else {
        node.ports.push_back(static_cast<std::uint32_t>(p));
        node.values.push_back(add_made(i, ports[p]));
        sources_[i].push_back(nullptr);
      }
    }
    for (const InitSetting& s : n.init) set_init(node, s);
  }

  // A parameter, output or saved output that the node itself brings.
  ValueId add_made(std::size_t i, const Port& port) {
    const Node& node = g_.nodes_[i];
    Value v;
    v.origin = port.role == GR_PARAMETER ? Origin::parameter
               : port.role == GR_OUTPUT  ? Origin::output
                                         : Origin::saved;
    const bool only = port.role == GR_OUTPUT && node.type->port_names(GR_OUTPUT).size() == 1;
    const std::string full = node.name + "." + port.name;
    v.name = only ? node.name : full;
    v.node = static_cast<NodeId>(i);
    v.discrete = port.discrete;
    v.init = port.init;
    v.place = node.place;
    const ValueId id = add_value(std::move(v));
    if (port.role != GR_SAVED) {
      g_.names_.emplace(full, id);
      if (only) g_.names_.emplace(node.name, id);
    }
    return id;
  }

  void set_init(Node& node, const InitSetting& s) {
    const int port = node.type->port(s.port);
    const std::vector<std::string> parameters = node.type->port_names(GR_PARAMETER);
    if (port < 0 || node.type->ports()[static_cast<std::size_t>(port)].role != GR_PARAMETER)
      return problems_.add(s.place, fmt::format("node '{}': {} has no parameter '{}'{}; it has {}", node.name,
                                                node.type->name(), s.port, did_you_mean(s.port, parameters),
                                                any_of(parameters)));
    for (std::size_t t = 0; t < node.ports.size(); ++t)
      if (node.ports[t] == static_cast<std::uint32_t>(port)) {
        if (node.values[t] == no_value)
          return problems_.add(
              s.place, fmt::format("node '{}': parameter '{}' is fed by '{}', which has its own initialiser",
                                   node.name, s.port,
                                   sources_[static_cast<std::size_t>(&node - g_.nodes_.data())][t]->from));
        gr_init& init = g_.values_[node.values[t]].init;
        const bool fan = s.init.kind == GR_FAN || s.init.kind == GR_HE || s.init.kind == GR_GLOROT;
        init = {sizeof(gr_init), s.init.kind, fan ? init.axis : nullptr, s.init.value};
      }
  }

  // Resolves names to values, draws the edges in Boost.Graph and returns an order of the nodes; a cycle is an
  // error that names its nodes.
  std::vector<std::size_t> sort() {
    auto& graph = g_.topology_->graph;
    std::map<ValueId, std::size_t> vertex_of_value;
    for (std::size_t i = 0; i < g_.nodes_.size(); ++i)
      boost::add_vertex({no_value, static_cast<NodeId>(i)}, graph);
    for (ValueId v = 0; v < g_.values_.size(); ++v)
      if (g_.values_[v].node == no_node) vertex_of_value[v] = boost::add_vertex({v, no_node}, graph);
    for (std::size_t i = 0; i < g_.nodes_.size(); ++i) {
      Node& node = g_.nodes_[i];
      for (std::size_t t = 0; t < node.values.size(); ++t) {
        const Connection* c = sources_[i][t];
        if (!c) continue;
        ValueId v = no_value;
        try {
          v = g_.find(c->from, c->place);
        } catch (const Error& e) {
          problems_.add(c->place, fmt::format("node '{}': {}", node.name, e.problems()[0].message));
          continue;
        }
        node.values[t] = v;
        const NodeId from = g_.values_[v].node;
        boost::add_edge(from == no_node ? vertex_of_value[v] : from, i, {v, node.ports[t]}, graph);
      }
    }
    problems_.raise();
    report_cycles();
    problems_.raise();
    // Kahn's algorithm (1962), always taking the ready node that stands first in the file.
    std::vector<std::size_t> waiting(boost::num_vertices(graph)), order;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    const auto settle = [&](std::size_t v) {
      for (const auto& edge : boost::make_iterator_range(boost::out_edges(v, graph)))
        if (const std::size_t to = boost::target(edge, graph); --waiting[to] == 0) ready.push(to);
    };
    for (std::size_t i = 0; i < g_.nodes_.size(); ++i)
      if ((waiting[i] = boost::in_degree(i, graph)) == 0) ready.push(i);
    for (std::size_t v = g_.nodes_.size(); v < waiting.size(); ++v) settle(v);
    for (; !ready.empty(); settle(order.back())) {
      order.push_back(ready.top());
      ready.pop();
    }
    return order;
  }

  void report_cycles() {
    const auto& graph = g_.topology_->graph;
    const std::size_t count = boost::num_vertices(graph);
    std::vector<std::size_t> component(count);
    boost::strong_components(
        graph, boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
    std::vector<bool> seen(count);
    for (std::size_t start = 0; start < count; ++start) {
      if (seen[component[start]]) continue;
      // Walk inside the component until a vertex comes again; from there on the walk is a cycle.
      std::vector<std::size_t> walk;
      std::map<std::size_t, std::size_t> position;
      std::size_t at = start;
      while (!position.count(at)) {
        position[at] = walk.size();
        walk.push_back(at);
        const auto [begin, end] = boost::out_edges(at, graph);
        const auto next = std::find_if(begin, end, [&](const auto& e) {
          return component[boost::target(e, graph)] == component[start];
        });
        if (next == end) break;
        at = boost::target(*next, graph);
      }
      seen[component[start]] = true;
      const auto [begin, end] = boost::out_edges(walk.back(), graph);
      if (std::none_of(begin, end, [&](const auto& e) { return boost::target(e, graph) == at; })) continue;
      std::string names;
      const std::size_t length = walk.size() - position[at];
      for (std::size_t k = position[at]; k < walk.size(); ++k) {
        if (length > 12 && k - position[at] == 6) names += fmt::format("… ({} more) -> ", length - 10);
        if (length > 12 && k - position[at] >= 6 && walk.size() - k > 4) continue;
        names += fmt::format("{} -> ", g_.nodes_[walk[k]].name);
      }
      problems_.add(
          g_.nodes_[at].place,
          fmt::format(
              "a cycle: {}{}; a graph must have an order in which every node comes after those that feed it",
              names, g_.nodes_[at].name));
    }
  }

  void infer(std::size_t i) {
    Node& node = g_.nodes_[i];
    if (broken_.count(node.name)) return mark_unknown(i);
    std::vector<NodeTensor> tensors(node.values.size());
    for (std::size_t t = 0; t < tensors.size(); ++t) {
      tensors[t].port = &node.type->ports()[node.ports[t]];
      tensors[t].absent = node.values[t] == no_value;
      if (tensors[t].absent || !sources_[i][t]) continue;
      const Value& v = g_.values_[node.values[t]];
      if (unknown_.count(node.values[t])) return mark_unknown(i);  // reported where it arose
      tensors[t].shape = v.shape;
      tensors[t].fed_from = v.name;
    }
    std::string wrong;
    try {
      wrong = infer_shapes(*node.type, node.attributes, node.instance.get(), g_.sizes_, tensors);
    } catch (const Error& e) {
      wrong = e.what();
    }
    if (!wrong.empty()) {
      problems_.add(node.place, fmt::format("node '{}' ({}): {}", node.name, node.type->name(), wrong));
      return mark_unknown(i);
    }
    for (std::size_t t = 0; t < tensors.size(); ++t)
      if (!tensors[t].absent && !sources_[i][t]) g_.values_[node.values[t]].shape = *tensors[t].shape;
    set_fan(node, tensors);
  }

  void mark_unknown(std::size_t i) {
    const Node& node = g_.nodes_[i];
    for (std::size_t t = 0; t < node.values.size(); ++t)
      if (!sources_[i][t]) unknown_.insert(node.values[t]);
  }

  // An initialiser that depends on the size of an axis gets it as its value; symbolic sizes wait for the
  // plan.
  void set_fan(const Node& node, const std::vector<NodeTensor>& tensors) {
    for (std::size_t t = 0; t < tensors.size(); ++t) {
      if (tensors[t].absent || tensors[t].port->role != GR_PARAMETER) continue;
      Value& v = g_.values_[node.values[t]];
      if (v.node != static_cast<NodeId>(&node - g_.nodes_.data()) || !v.init.axis) continue;
      const std::string axis = v.init.axis;
      for (const NodeTensor& other : tensors)
        for (std::size_t a = 0; !other.absent && a < other.port->pattern.axes.size(); ++a)
          if (other.port->pattern.axes[a].text == axis) {
            const auto from_end = static_cast<std::int64_t>(other.port->pattern.axes.size() - a);
            v.fan = other.shape->dims[other.shape->rank - from_end];
          }
    }
  }

  // Puts the nodes in the order found and renames what refers to them.
  void reorder(const std::vector<std::size_t>& order) {
    std::vector<NodeId> position(order.size());
    std::vector<Node> sorted;
    for (std::size_t k = 0; k < order.size(); ++k) {
      position[order[k]] = static_cast<NodeId>(k);
      sorted.push_back(std::move(g_.nodes_[order[k]]));
    }
    g_.nodes_ = std::move(sorted);
    for (Value& v : g_.values_)
      if (v.node != no_node) v.node = position[v.node];
    auto& graph = g_.topology_->graph;
    for (std::size_t v = 0; v < boost::num_vertices(graph); ++v)
      if (graph[v].node != no_node) graph[v].node = position[graph[v].node];
  }

  Graph& g_;
  const GraphSpec& spec_;
  Registry& registry_;
  Problems problems_;
  std::map<std::string, std::string> taken_;
  std::map<std::size_t, std::vector<const Connection*>> sources_;
  std::set<std::string> broken_;  // nodes whose attributes are wrong, which has been reported
  std::set<ValueId> unknown_;     // values whose shape is unknown because of that
};

Graph::Graph(const GraphSpec& spec, Registry& registry) { Builder(*this, spec, registry).build(); }

}  // namespace graph_runner
