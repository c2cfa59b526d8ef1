// graph-runner FILE --predict NAME=FILE --prompt TEXT: a trained network goes on with a text.
#include <fmt/format.h>

#include "core/atomic_file.hpp"
#include "core/text.hpp"
#include "data/splits.hpp"
#include "tools/interruption.hpp"
#include "tools/saved_model.hpp"
#include "tools/terminal.hpp"
#include "train/continuation.hpp"

namespace graph_runner::cli {

namespace {

// The input of characters that `scores` depends on.
std::string input_of_text(const RunJob& job, const std::string& scores) {
  const std::vector<bool> needed = job.graph.reaching({job.graph.find(scores)});
  std::vector<std::string> found;
  if (job.file.data)
    for (const ArraySpec& array : job.file.data->find("train")->arrays)
      if (array.options.characters && job.graph.has(array.input) && needed[job.graph.find(array.input)])
        found.push_back(array.input);
  if (found.size() == 1) return found[0];
  throw Error(
      Exit::bad_request,
      fmt::format("--prompt: '{}' depends on {} inputs of characters; expected one, fed as {{file: NAME, "
                  "characters: current}}",
                  scores, found.empty() ? "no" : fmt::to_string(found.size())));
}

// What the characters are numbered by: a model knows it, else the text to train on.
std::vector<std::string> characters_of(const RunJob& job, const std::optional<Model>& model,
                                       const std::string& input) {
  Preparations known;
  if (model) {
    known = model->preparations;
  } else {
    SizeValues sizes;
    const DataSpec& data = *job.file.data;
    known =
        Splits(job.graph, data, data.files(job.file.folder(), job.options.data), sizes).train->preparations();
  }
  if (const auto found = known.find(input); found != known.end() && !found->second.classes.empty())
    return found->second.classes;
  throw Error(Exit::bad_request,
              fmt::format("--prompt: the model knows no characters of the input '{}'", input));
}

}  // namespace

int run_continue(RunJob& job) {
  const std::string& predict = job.options.predict[0];
  const std::size_t equals = predict.find('=');
  const std::string to = equals == predict.npos ? "" : predict.substr(equals + 1);
  if (job.options.predict.size() > 1 || equals == 0 || (to != "-" && !to.ends_with(".txt")))
    throw Error(
        Exit::bad_request,
        fmt::format(
            "--predict: found '{}'{}; with --prompt, expected NAME=FILE once, a file that ends in .txt, "
            "or -",
            predict, job.options.predict.size() > 1 ? " and more" : ""));
  ContinuationSpec spec;
  spec.scores = predict.substr(0, equals);
  spec.input = input_of_text(job, spec.scores);
  spec.prompt = *job.options.prompt;
  spec.length = job.options.length;
  spec.temperature = job.options.temperature;
  spec.seed = job.initial_seed();
  const std::optional<Model> model = named_model(job);
  spec.characters = at_once([&] { return characters_of(job, model, spec.input); });
  Parameters parameters(job.graph, {}, ScalarType::float32);
  parameters.initialise(job.graph, {}, job.initial_seed());
  if (model) take_parameters(job, *model, parameters);
  say_untrained(job);
  ThreadPool pool(job.options.threads);
  const std::string made = continue_text(job.graph, parameters, {}, spec, stop(), &pool);
  if (to != "-")
    write_whole_file(to, spec.prompt + made + "\n");
  else if (job.options.common.json)
    print_json({{"event", "continuation"}, {"value", spec.scores}, {"prompt", spec.prompt}, {"text", made}});
  else
    fmt::print("{}{}\n", spec.prompt, made);
  return interrupted() ? say_interrupted(job.options.common,
                                         fmt::format(": {} of {} characters", characters(made), spec.length))
                       : 0;
}

}  // namespace graph_runner::cli
