#include "tools/run_task.hpp"

#include <fmt/format.h>

#include "data/memory.hpp"

namespace graph_runner::cli {

GraphFile read_run_file(const std::string& path, Registry& registry, const RunOptions& options,
                        const std::vector<std::string>& settings) {
  std::vector<std::string> overrides = options.set;
  overrides.insert(overrides.end(), settings.begin(), settings.end());
  GraphFile file = read_graph_file(path, registry, overrides);
  if (options.seed && file.train) file.train->seed = parse_seed(*options.seed, "train.seed");
  if (!options.memory) return file;
  const auto bytes = parse_bytes(*options.memory);
  if (!bytes)
    throw Error(Exit::bad_request,
                fmt::format("--memory: found '{}', expected a number of bytes, such as 400MB or 2GiB",
                            *options.memory));
  if (file.data) file.data->memory = bytes;
  return file;
}

}  // namespace graph_runner::cli
