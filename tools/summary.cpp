#include "tools/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/text.hpp"
#include "file/graph_file.hpp"
#include "tools/inspect_mode.hpp"
#include "tools/interruption.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

std::int64_t parameter_entries(const Graph& graph, ValueId v, const SizeValues& sizes) {
  const gr_shape& s = graph.values()[v].shape;
  Shape shape;
  try {
    for (std::int64_t i = 0; i < s.rank; ++i) shape.push_back(graph.sizes().evaluate(s.dims[i], sizes));
    return entries_of(shape);
  } catch (const Error&) {
    return -1;
  }
}

namespace {

// A formula where it stands for a type.
std::string shortened(const std::string& formula) {
  std::string out;
  for (int n = 0; out.size() < formula.size(); ++n) {
    if (n == 40) return out + " …";
    out += formula.substr(out.size(),
                          std::max<std::size_t>(1, first_character(formula.substr(out.size())).bytes));
  }
  return out;
}

// The names of the values that a formula reads, in its order.
std::string read_by_formula(const Graph& graph, const Node& whole) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  std::vector<ValueId> values;
  const auto open = [&](const Node& n) {
    for (std::size_t t = n.values.size(); t-- > 0;)
      if (n.type->ports()[n.ports[t]].role == GR_INPUT && n.values[t] != no_value)
        values.push_back(n.values[t]);
  };
  for (open(whole); !values.empty();) {
    const Value& v = graph.values()[values.back()];
    values.pop_back();
    if (!seen.insert(v.name).second) continue;
    if (v.node != no_node && graph.nodes()[v.node].inner())
      open(graph.nodes()[v.node]);
    else
      names.push_back(v.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// What feeds a node, as a graph file would say it.
std::string fed_by(const Graph& graph, const Node& n) {
  if (!n.formula.empty()) return read_by_formula(graph, n);
  std::vector<std::string> names;
  for (std::size_t t = 0; t < n.values.size(); ++t) {
    const Port& p = n.type->ports()[n.ports[t]];
    const bool own = p.role != GR_INPUT && n.values[t] != no_value &&
                     graph.values()[n.values[t]].node != no_node &&
                     &graph.nodes()[graph.values()[n.values[t]].node] == &n;
    if (p.role > GR_PARAMETER || own || n.values[t] == no_value) continue;
    const std::string& name = graph.values()[n.values[t]].name;
    names.push_back(p.role == GR_PARAMETER ? fmt::format("{}: {}", p.name, name) : name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string shape_of_outputs(const Graph& graph, const Node& n) {
  std::vector<std::string> shapes;
  for (std::size_t t = 0; t < n.values.size(); ++t)
    if (const Port& p = n.type->ports()[n.ports[t]]; p.role == GR_OUTPUT && p.running < 0)
      shapes.push_back(graph.sizes().text(graph.values()[n.values[t]].shape));
  return fmt::format("{}", fmt::join(shapes, ", "));
}

std::int64_t added(std::int64_t a, std::int64_t b) { return a < 0 || b < 0 ? -1 : a + b; }

// The number of entries of the trained parameters of each node, or -1 where a size is not known.
std::vector<std::int64_t> own_parameters(const Graph& graph, const SizeValues& sizes) {
  std::vector<std::int64_t> totals(graph.nodes().size(), 0);
  for (const ValueId v : graph.parameters()) {
    if (graph.values()[v].node == no_node || graph.values()[v].discrete) continue;
    std::int64_t& total = totals[graph.values()[v].node];
    total = added(total, parameter_entries(graph, v, sizes));
  }
  return totals;
}

enum class ParametersOf { training, running };  // those that are trained, or replaced (core/running.hpp)

// The same of the whole graph.
std::int64_t all_parameters(const Graph& graph, const SizeValues& sizes, ParametersOf kind) {
  std::int64_t total = 0;
  for (const ValueId v : graph.parameters())
    if (graph.values()[v].discrete == (kind == ParametersOf::running))
      total = added(total, parameter_entries(graph, v, sizes));
  return total;
}

std::string text_of(std::int64_t entries) { return entries < 0 ? "?" : grouped(entries); }

// A line of the summary: a node, or the nodes of a use of a block.
struct Line {
  const Node* node = nullptr;  // null: of a use
  const BlockUse* use = nullptr;
  std::string name, type, in, shape;
  std::int64_t parameters = 0;  // -1 where a size is not known
  std::size_t nodes = 0;        // of a use
};

// By what a use brings: what stands before the first dot of its names.
class Folding {
 public:
  Folding(const Graph& graph, const std::vector<BlockUse>& uses) : graph_(graph) {
    for (const BlockUse& use : uses) uses_.emplace(use.name, &use);
  }
  const BlockUse* of(const std::string& name) const {
    const std::size_t dot = name.find('.');
    const auto found = dot == std::string::npos ? uses_.end() : uses_.find(name.substr(0, dot));
    return found == uses_.end() ? nullptr : found->second;
  }
  Line line(const BlockUse& use) const {
    std::vector<std::string> shapes;
    for (const std::string& output : use.outputs)
      shapes.push_back(graph_.sizes().text(graph_.values()[graph_.find(output)].shape));
    return {nullptr,
            &use,
            use.name,
            use.repeat ? fmt::format("{} × {}", use.repeat, use.block) : use.block,
            fmt::format("{}", fmt::join(use.in, ", ")),
            fmt::format("{}", fmt::join(shapes, ", "))};
  }

 private:
  const Graph& graph_;
  std::map<std::string, const BlockUse*> uses_;
};

// In order of computation; a use stands where the last of its nodes does.
std::vector<Line> lines_of(const Graph& graph, const SizeValues& sizes, const Folding& folding) {
  std::vector<Line> lines;
  std::map<const BlockUse*, std::size_t> last;
  std::map<const BlockUse*, Line> folded;
  for (std::size_t i = 0; i < graph.nodes().size(); ++i)
    if (const BlockUse* use = folding.of(graph.nodes()[i].name)) last[use] = i;
  for (const auto& [use, at] : last) folded.emplace(use, folding.line(*use));
  for (const ValueId v : graph.parameters())
    if (const BlockUse* use = folding.of(graph.values()[v].name); use && !graph.values()[v].discrete) {
      std::int64_t& total = folded.at(use).parameters;
      total = added(total, parameter_entries(graph, v, sizes));
    }
  const std::vector<std::int64_t> own = own_parameters(graph, sizes);
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& n = graph.nodes()[i];
    const BlockUse* use = folding.of(n.name);
    if (use && ++folded.at(use).nodes && last.at(use) == i) lines.push_back(folded.at(use));
    if (use || n.inner()) continue;
    lines.push_back({&n, nullptr, n.name, n.formula.empty() ? n.type->name() : shortened(n.formula),
                     fed_by(graph, n), shape_of_outputs(graph, n), own[i]});
  }
  return lines;
}

}  // namespace

std::string summary_text(const Graph& graph, const SizeValues& sizes, const std::vector<BlockUse>& uses) {
  std::vector<std::vector<std::string>> rows{{"node", "type", "in", "shape", "parameters"}};
  const auto count = [](std::int64_t n) { return n == 0 ? "" : text_of(n); };
  const Folding folding(graph, uses);
  for (const ValueId v : graph.inputs())
    rows.push_back({graph.values()[v].name, "input", "", graph.sizes().text(graph.values()[v].shape), ""});
  for (const ValueId v : graph.parameters())
    if (graph.values()[v].node == no_node && !folding.of(graph.values()[v].name))
      rows.push_back({graph.values()[v].name, "parameter", "", graph.sizes().text(graph.values()[v].shape),
                      count(parameter_entries(graph, v, sizes))});
  for (const Line& line : lines_of(graph, sizes, folding))
    rows.push_back({line.name, line.type, line.in, line.shape, count(line.parameters)});
  if (!graph.parameters().empty())
    rows.push_back({"", "", "", "in all", text_of(all_parameters(graph, sizes, ParametersOf::training))});
  if (const std::int64_t running = all_parameters(graph, sizes, ParametersOf::running))
    rows.push_back({"", "", "", "running, not trained", text_of(running)});
  return table(rows, "llllr");
}

Json summary_json(const Graph& graph, const SizeValues& sizes, const std::vector<BlockUse>& uses) {
  Json nodes = Json::array();
  for (const Line& line : lines_of(graph, sizes, Folding(graph, uses))) {
    nodes.push_back({{"name", line.name}, {"type", line.use ? line.use->block : line.node->type->name()}});
    Json& node = nodes.back();
    if (line.use && line.use->repeat) node["repeat"] = line.use->repeat;
    if (line.use) node["nodes"] = line.nodes;
    if (line.node && !line.node->formula.empty()) node["formula"] = line.node->formula;
    node["in"] = line.in;
    node["shape"] = line.shape;
    node["parameters"] = line.parameters;
  }
  std::int64_t totals[2] = {};  // trained, running
  for (const ValueId v : graph.parameters())
    totals[graph.values()[v].discrete] += std::max<std::int64_t>(0, parameter_entries(graph, v, sizes));
  Json inputs = Json::object();
  for (const ValueId v : graph.inputs())
    inputs[graph.values()[v].name] = graph.sizes().text(graph.values()[v].shape);
  return {{"inputs", inputs}, {"nodes", nodes}, {"parameters", totals[0]}, {"running", totals[1]}};
}

namespace {

// "7 nodes, 101,770 parameters", or "7 nodes, 101,770 parameters and 64 running".
std::string counts_text(const Graph& graph) {
  const auto nodes =
      std::count_if(graph.nodes().begin(), graph.nodes().end(), [](const Node& n) { return !n.inner(); });
  const std::int64_t entries = all_parameters(graph, {}, ParametersOf::training),
                     running = all_parameters(graph, {}, ParametersOf::running);
  return fmt::format("{} node{}, {} parameter{}{}", nodes, nodes == 1 ? "" : "s", text_of(entries),
                     entries == 1 ? "" : "s",
                     running ? fmt::format(" and {} running", text_of(running)) : "");
}

}  // namespace

// graph-inspect FILE.
int summarise_file(const InspectRequest& request) {
  Registry registry = request.registry();
  const GraphFile file = at_once([&] { return read_graph_file(request.what, registry); });
  const Graph graph = at_once([&] { return build_graph(file, registry); });
  if (request.common.json) {
    Json event{{"event", "summary"}, {"file", request.what}};
    event.update(summary_json(graph, {}, file.uses));
    print_json(event);
  } else if (request.common.quiet) {
    say("{}\n", counts_text(graph));
  } else {
    fmt::print("{}\n\n{}", request.what, summary_text(graph, {}, file.uses));
  }
  return 0;
}

}  // namespace graph_runner::cli
