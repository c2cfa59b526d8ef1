// graph-inspect alone: the node types that can be found.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "core/optimizer_type.hpp"
#include "tools/describe.hpp"
#include "tools/inspect_mode.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

// Names and docs, by where they lie and whether they are optimizers.
using Types = std::map<std::pair<std::filesystem::path, bool>, Rows>;

void print_types(const Registry& registry, const Types& types, bool quiet) {
  for (const std::filesystem::path& directory : registry.directories())
    for (const bool optimizers : {false, true}) {
      const auto found = types.find({directory, optimizers});
      if (found == types.end()) continue;
      if (!quiet)
        fmt::print("{}{}\n{}", directory.string(), optimizers ? ", optimizers" : "",
                   table(found->second, "ll"));
      for (const auto& row : found->second)
        if (quiet) fmt::print("{}\n", row[0]);
    }
}

}  // namespace

// A line a type, below the directory that it lies in, optimizers apart; with --quiet, the names alone. One
// that cannot be loaded leaves the others their turn.
int list_types(const InspectRequest& request) {
  Registry registry = request.registry();
  int code = 0;
  Types types;
  for (const std::string& name : registry.names()) try {
      const NodeType& type = registry.get(name);
      if (request.common.json)
        print_json(describe_json(type, registry));
      else
        types[{type.file().parent_path(), is_optimizer(type)}].push_back({name, type.doc()});
    } catch (const Error& e) {
      report(e, request.common);
      code = std::max(code, static_cast<int>(e.exit()));
    }
  print_types(registry, types, request.common.quiet);
  return code;
}

}  // namespace graph_runner::cli
