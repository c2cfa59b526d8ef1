// graph-inspect: lists node types; describes one; starts a new one; summarises, draws or expands a graph
// file.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "exchange/expand.hpp"
#include "file/graph_file.hpp"
#include "tools/cli.hpp"
#include "tools/describe.hpp"
#include "tools/document_json.hpp"
#include "tools/new_node.hpp"
#include "tools/plugin_report.hpp"
#include "tools/schema.hpp"
#include "tools/summary.hpp"
#include "yaml/source_text.hpp"

using namespace graph_runner;
using namespace graph_runner::cli;

namespace {

// A line a type, below the directory that it lies in.
int list_types(Registry& registry, const Common& common) {
  int code = 0;
  std::map<std::filesystem::path, std::vector<std::vector<std::string>>> rows;
  for (const std::string& name : registry.names()) try {
      const NodeType& type = registry.get(name);
      if (common.json)
        print_json(describe_json(type, registry));
      else
        rows[type.file().parent_path()].push_back({name, type.doc()});
    } catch (const Error& e) {
      report(e, common);
      code = std::max(code, static_cast<int>(e.exit()));
    }
  for (const std::filesystem::path& directory : registry.directories())
    if (const auto found = rows.find(directory); found != rows.end())
      fmt::print("{}\n{}", directory.string(), table(found->second, {false, false}));
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

int print_as_json(const std::string& path) {
  Problems problems;
  const Yaml document = parse_yaml(read_text_file(path), path, problems);
  problems.raise();
  print_json(document_json(document));
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
      "Lists node types, describes one, starts a new one or checks its plugin; summarises, draws or expands "
      "a graph file; prints the format's schema.",
      "graph-inspect"};
  Common common;
  std::string what, new_type;
  std::vector<std::string> plugins;
  std::uint64_t seed = 1;
  bool dot = false, expand = false, as_json = false, schema = false;
  app.add_option("WHAT", what,
                 "A node type (Linear) or a graph file (graphs/mlp.yaml); nothing lists the types")
      ->type_name("");
  app.add_flag("--dot", dot, "Print the graph of a file in Graphviz's language");
  app.add_flag("--expand", expand, "Print a graph file with its formulas as nodes");
  app.add_flag("--as-json", as_json, "Print a graph file as JSON");
  app.add_flag("--schema", schema, "Print the JSON Schema of graph files, with all types on the search path");
  app.add_option("--new", new_type, "Write a folder NAME with a node type of that name to start from")
      ->type_name("NAME");
  app.add_option("--check", plugins, "Check plugin files (build/Swish.so) before anyone trusts them")
      ->type_name("FILE");
  app.add_option("--seed", seed, "Of what --check draws");
  add_common(app, common);
  return cli::run(app, argc, argv, common, [&] {
    const bool make_new = app.count("--new"), check = !plugins.empty();
    if (dot + expand + as_json + schema + make_new + check > 1)
      throw Error(Exit::bad_request,
                  "--dot, --expand, --as-json, --schema, --new and --check are asked for one at a time");
    if ((schema || make_new || check) && !what.empty())
      throw Error(
          Exit::bad_request,
          fmt::format("found '{}': --schema, --new and --check take no type and no graph file", what));
    if (check) return check_plugins(plugins, seed, common);
    if (app.count("--seed")) throw Error(Exit::bad_request, "--seed is of what --check draws");
    Registry registry(Registry::search_path(common.plugins));
    if (make_new) return new_node(new_type, registry, common), 0;
    if (schema) return fmt::print("{}\n", format_schema(registry).dump(2)), 0;
    if (as_json && !what.empty()) return print_as_json(what);
    if (!what.empty() && is_file(what)) return inspect_file(what, registry, dot, expand, common);
    if (dot || expand || as_json)
      throw Error(Exit::bad_request, fmt::format("{} wants a graph file", dot      ? "--dot"
                                                                          : expand ? "--expand"
                                                                                   : "--as-json"));
    if (what.empty()) return list_types(registry, common);
    const NodeType& type = registry.get(what);
    if (common.json)
      print_json(describe_json(type, registry));
    else
      fmt::print("{}", describe_text(type, registry));
    return 0;
  });
}
