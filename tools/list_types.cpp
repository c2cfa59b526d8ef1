// graph-inspect alone: the node types that can be found.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "core/optimizer_type.hpp"
#include "tools/describe.hpp"
#include "tools/inspect_mode.hpp"
#include "tools/summary.hpp"

namespace graph_runner::cli {

// A line a type, below the directory that it lies in, optimizers apart; one that cannot be loaded leaves the
// others their turn.
int list_types(const InspectRequest& request) {
  Registry registry = request.registry();
  int code = 0;
  std::map<std::pair<std::filesystem::path, bool>, std::vector<std::vector<std::string>>> rows;
  for (const std::string& name : registry.names()) try {
      const NodeType& type = registry.get(name);
      if (request.common.json)
        print_json(describe_json(type, registry));
      else
        rows[{type.file().parent_path(), is_optimizer(type)}].push_back({name, type.doc()});
    } catch (const Error& e) {
      report(e, request.common);
      code = std::max(code, static_cast<int>(e.exit()));
    }
  for (const std::filesystem::path& directory : registry.directories())
    for (const bool optimizers : {false, true})
      if (const auto found = rows.find({directory, optimizers}); found != rows.end())
        fmt::print("{}{}\n{}", directory.string(), optimizers ? ", optimizers" : "",
                   table(found->second, "ll"));
  return code;
}

}  // namespace graph_runner::cli
