// graph-inspect: lists node types; describes one; starts a new one; summarises, draws or expands a graph
// file.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "config/expand.hpp"
#include "config/graph_file.hpp"
#include "core/domain.hpp"
#include "tools/cli.hpp"
#include "tools/new_node.hpp"
#include "tools/plugin_report.hpp"
#include "tools/summary.hpp"

using namespace graph_runner;
using namespace graph_runner::cli;

namespace {

std::string initialiser(const gr_init& i) {
  const std::string axis = i.axis ? i.axis : "last axis";
  switch (i.kind) {
    case GR_UNIFORM:
      return fmt::format("uniform in ±{}", i.value);
    case GR_NORMAL:
      return fmt::format("normal, deviation {}", i.value);
    case GR_FAN:
      return fmt::format("uniform in ±1/√{}", axis);
    case GR_HE:
      return fmt::format("normal, deviation √(2/{})", axis);
    case GR_GLOROT:
      return fmt::format("uniform in ±√(6/({} + first axis))", axis);
    default:
      return fmt::format("{} everywhere", i.value);
  }
}

std::string default_text(const Attribute& a) {
  if (a.required) return "required";
  std::vector<std::string> entries;
  for (const std::int64_t x : a.initial.ints)
    entries.push_back(a.kind == GR_BOOL ? (x ? "true" : "false") : fmt::to_string(x));
  for (const double x : a.initial.reals) entries.push_back(fmt::format("{}", x));
  for (const std::string& x : a.initial.texts) entries.push_back(x);
  const std::string joined = fmt::format("{}", fmt::join(entries, ", "));
  return a.list ? "[" + joined + "]" : joined;
}

std::string scalars(const NodeType& type) {
  std::vector<std::string> names;
  if (type.supports(ScalarType::float32)) names.emplace_back("float");
  if (type.supports(ScalarType::float64)) names.emplace_back("double");
  if (type.supports(ScalarType::dual64)) names.emplace_back("dual");
  return fmt::format("{}", fmt::join(names, ", "));
}

// A node of this type as a graph file would write it.
std::string paste_ready(const NodeType& type) {
  const std::vector<std::string> inputs = type.port_names(GR_INPUT);
  std::string in;
  if (inputs.size() == 1 && !type.ports()[static_cast<std::size_t>(type.port(inputs[0]))].many)
    in = ", in: " + inputs[0];
  else if (inputs.size() == 1)
    in = fmt::format(", in: [{0}1, {0}2]", inputs[0]);
  else if (!inputs.empty())
    in = fmt::format(", in: [{}]", fmt::join(inputs, ", "));
  std::string attributes;
  for (const Attribute& a : type.attributes()) {
    if (!a.required) continue;
    const std::string one = a.kind == GR_TEXT ? (a.choices.empty() ? "text" : a.choices[0])
                            : a.kind == GR_BOOL
                                ? "true"
                                : fmt::format("{}", std::isfinite(a.least) ? std::max(a.least, 1.0) : 1.0);
    attributes += fmt::format(", {}: {}", a.name, a.list ? "[" + one + "]" : one);
  }
  std::string name = type.name();
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return fmt::format("{}: {{type: {}{}{}}}", name, type.name(), in, attributes);
}

void describe(const NodeType& type, const Common& common) {
  static const char* roles[] = {"input", "parameter", "output", "saved"};
  if (common.json) {
    Json ports = Json::array(), attributes = Json::array();
    for (const Port& p : type.ports())
      ports.push_back({{"name", p.name},
                       {"role", roles[p.role]},
                       {"shape", p.shape},
                       {"many", p.many},
                       {"optional", p.optional},
                       {"discrete", p.discrete}});
    for (const Attribute& a : type.attributes())
      attributes.push_back(
          {{"name", a.name}, {"doc", a.doc}, {"expected", a.expected()}, {"required", a.required}});
    return print_json({{"event", "type"},
                       {"name", type.name()},
                       {"doc", type.doc()},
                       {"ports", ports},
                       {"attributes", attributes},
                       {"differentiable", type.differentiable()},
                       {"file", type.file().string()}});
  }
  fmt::print("{}\n  {}\n\n", type.name(), type.doc());
  std::vector<std::vector<std::string>> rows{{"port", "role", "shape", "notes"}};
  for (const Port& p : type.ports()) {
    std::vector<std::string> notes;
    if (p.many) notes.emplace_back("one or more");
    if (p.optional) notes.emplace_back("may be left out");
    if (p.discrete) notes.emplace_back("no gradient");
    if (const std::string d = describe_domain(p.domain, p.lower, p.upper, p.domain_axis); !d.empty())
      notes.push_back(d);
    if (p.role == GR_PARAMETER) notes.push_back("starts " + initialiser(p.init));
    if (p.role == GR_SAVED) notes.emplace_back("kept for backward");
    if (!p.doc.empty()) notes.push_back(p.doc);
    rows.push_back({p.name, roles[p.role],
                    p.shape.find_first_not_of(' ') != std::string::npos ? p.shape : "(a number)",
                    fmt::format("{}", fmt::join(notes, "; "))});
  }
  fmt::print("{}\n", table(rows, {false, false, false, false}));
  if (!type.attributes().empty()) {
    rows = {{"attribute", "value", "default", "meaning"}};
    for (const Attribute& a : type.attributes())
      rows.push_back({a.name, a.expected(), default_text(a), a.doc});
    fmt::print("{}\n", table(rows, {false, false, false, false}));
  }
  rows = {{"gradient", type.differentiable() ? "yes" : "none"},
          {"scalars", scalars(type)},
          {"file", type.file().string()},
          {"ABI", fmt::format("{}.{}", type.abi().first, type.abi().second)},
          {"in a graph", paste_ready(type)}};
  fmt::print("{}", table(rows, {false, false}));
}

int list_types(Registry& registry, const Common& common) {
  int code = 0;
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : registry.names()) try {
      const NodeType& type = registry.get(name);
      if (common.json)
        describe(type, common);
      else
        rows.push_back({name, type.doc()});
    } catch (const Error& e) {
      report(e, common);
      code = static_cast<int>(e.exit());
    }
  fmt::print("{}", table(rows, {false, false}, 0));
  return code;
}

int inspect_file(const std::string& path, Registry& registry, bool dot, bool expand, const Common& common) {
  if (expand) {
    fmt::print("{}", expand_graph_file(path, registry));
    return 0;
  }
  const GraphFile file = read_graph_file(path, registry);
  const Graph graph = build_graph(file, registry);
  if (dot) {
    fmt::print("{}", graph.dot());
  } else if (common.json) {
    Json event{{"event", "summary"}, {"file", path}};
    event.update(summary_json(graph, {}));
    print_json(event);
  } else {
    fmt::print("{}\n\n{}", path, summary_text(graph, {}));
  }
  return 0;
}

bool is_file(const std::string& what) {
  std::error_code ignored;
  return what.find('/') != std::string::npos || what.find('.') != std::string::npos ||
         std::filesystem::is_regular_file(what, ignored);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Lists node types; describes one; starts a new one; summarises, draws or expands a graph file.",
      "graph-inspect"};
  Common common;
  std::string what, new_type;
  bool dot = false, expand = false;
  app.add_option("WHAT", what,
                 "A node type (Linear) or a graph file (graphs/mlp.yaml); nothing lists the types")
      ->type_name("");
  app.add_flag("--dot", dot, "Print the graph of a file in Graphviz's language");
  app.add_flag("--expand", expand, "Print a graph file with its formulas as nodes")->excludes("--dot");
  std::vector<std::string> plugins;
  std::uint64_t seed = 1;
  auto* const check =
      app.add_option("--check", plugins, "Check plugin files (build/Swish.so) before anyone trusts them")
          ->type_name("FILE");
  app.add_option("--seed", seed, "Of what --check draws")->needs(check);
  app.add_option("--new", new_type, "Write a folder NAME with a node type of that name to start from")
      ->type_name("NAME")
      ->excludes("WHAT", "--dot", "--expand");
  add_common(app, common);
  return cli::run(app, argc, argv, common, [&] {
    if (!plugins.empty()) return check_plugins(plugins, seed, common);
    Registry registry(Registry::search_path(common.plugins));
    if (app.count("--new")) {
      new_node(new_type, registry, common);
      return 0;
    }
    if (!what.empty() && is_file(what)) return inspect_file(what, registry, dot, expand, common);
    if (dot || expand)
      throw Error(Exit::bad_request, fmt::format("{} wants a graph file", dot ? "--dot" : "--expand"));
    if (what.empty()) return list_types(registry, common);
    describe(registry.get(what), common);
    return 0;
  });
}
