#include "tools/run_task.hpp"

#include <fmt/format.h>

#include "data/memory.hpp"

namespace graph_runner::cli {

GraphFile read_run_text(const std::string& text, const std::string& name, Registry& registry,
                        const RunOptions& options, const std::vector<std::string>& settings) {
  std::vector<std::string> all = options.set;
  all.insert(all.end(), settings.begin(), settings.end());
  GraphFile file = read_graph_text(text, name, registry, all);
  if (options.seed && file.train) {
    file.train->seed = parse_seed(*options.seed, "train.seed");
    file.settings.push_back(fmt::format("train.seed={}", file.train->seed));
  }
  if (const auto bytes = given_memory(options); bytes && file.data) file.data->memory = bytes;
  return file;
}

std::optional<std::uint64_t> given_memory(const RunOptions& options) {
  if (!options.memory) return std::nullopt;
  const auto bytes = parse_bytes(*options.memory);
  if (!bytes)
    throw Error(Exit::bad_request,
                fmt::format("--memory: found '{}', expected a number of bytes, such as 400MB or 2GiB",
                            *options.memory));
  return bytes;
}

}  // namespace graph_runner::cli
