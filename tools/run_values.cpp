// graph-runner FILE where it asks for nothing but values.
#include <fmt/format.h>

#include "file/forward_pass.hpp"
#include "tools/derive.hpp"
#include "tools/run_task.hpp"

namespace graph_runner::cli {

// Prints the outputs that no node reads, for the samples given under `data.train` and the values that inputs
// declare.
int run_values(RunJob& job) {
  const Common& common = job.options.common;
  ForwardPass pass(job.file, job.graph, job.options.data);
  warn(pass.warnings(), common);
  for (const auto& [name, tensor] : pass.run()) {
    if (common.json) {
      Json entries = Json::array();
      for (std::int64_t i = 0; i < tensor.entries; ++i) entries.push_back(tensor.at(i));
      print_json({{"event", "value"}, {"name", name}, {"shape", *tensor.shape}, {"entries", entries}});
    } else {
      fmt::print("{} {}\n{}", name, to_string(*tensor.shape), entries_text(*tensor.shape, read(tensor)));
    }
  }
  return 0;
}

}  // namespace graph_runner::cli
