#include "tools/outputs.hpp"

#include <fmt/format.h>

#include "tools/saved_model.hpp"

namespace graph_runner::cli {

namespace fs = std::filesystem;

void keep_inputs(const std::string& option, const fs::path& output, const std::vector<fs::path>& inputs) {
  std::error_code none;  // what is not there is no input
  for (const fs::path& input : inputs)
    if (fs::equivalent(output, input, none))
      throw Error(Exit::bad_request, fmt::format("{} {}: that would write over {}, which is read", option,
                                                 output.string(), input.string()));
}

void keep_inputs(const RunJob& job) {
  const RunOptions& options = job.options;
  std::vector<fs::path> inputs = job.registry.files();
  inputs.insert(inputs.end(), options.files.begin(), options.files.end());
  if (!options.claims.empty()) inputs.emplace_back(options.claims);
  if (const auto& data = job.file.data)
    for (const SplitSpec& split : data->splits)
      for (const ArraySpec& array : split.arrays)
        if (!array.file.empty()) inputs.push_back(data->files(job.file.folder(), options.data) / array.file);
  if (const fs::path model = save_file(job); !model.empty())
    for (const char* suffix : {"", ".resume"}) keep_inputs("--save", model.string() + suffix, inputs);
  if (!options.gradebook.empty()) keep_inputs("--gradebook", options.gradebook, inputs);
  if (!options.report.empty()) keep_inputs("--report", options.report, inputs);
  for (const std::string& text : options.predict)
    keep_inputs("--predict", text.substr(text.find('=') + 1), inputs);
}

}  // namespace graph_runner::cli
