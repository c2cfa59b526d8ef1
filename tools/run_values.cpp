// graph-runner FILE where it asks for nothing but values.
#include <fmt/format.h>

#include "file/forward_pass.hpp"
#include "tools/entry_text.hpp"
#include "tools/interruption.hpp"
#include "tools/run_task.hpp"
#include "tools/saved_model.hpp"

namespace graph_runner::cli {

// Prints the outputs that no node reads, for the samples given under `data.train` and the values that inputs
// declare.
int run_values(RunJob& job) {
  const Common& common = job.options.common;
  ForwardPass pass = at_once([&] { return ForwardPass(job.file, job.graph, job.options.data); });
  warn(pass.warnings(), common);
  ForwardPass::Load load;
  if (const std::optional<Model> model = named_model(job))
    load = [&job, model](const Parameters& to) { take_parameters(job, *model, to); };
  const auto values = at_once([&] { return pass.run(job.initial_seed(), load); });
  say_untrained(job);
  for (const auto& [name, tensor] : values) {
    if (wants_events(common)) {
      Json entries = Json::array();
      for (std::int64_t i = 0; i < tensor.entries; ++i) entries.push_back(tensor.at(i));
      emit(common, {{"event", "value"}, {"name", name}, {"shape", *tensor.shape}, {"entries", entries}});
    }
    if (!common.json) {
      fmt::print("{} {}\n{}", name, to_string(*tensor.shape), entries_text(*tensor.shape, read(tensor)));
    }
  }
  return 0;
}

}  // namespace graph_runner::cli
