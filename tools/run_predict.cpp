// graph-runner FILE --predict NAME=FILE: the values that a trained model computes, as files for other
// programs.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/atomic_file.hpp"
#include "core/text.hpp"
#include "data/array_writer.hpp"
#include "data/splits.hpp"
#include "file/data_reader.hpp"
#include "tools/classes.hpp"
#include "tools/interruption.hpp"
#include "tools/saved_model.hpp"
#include "tools/terminal.hpp"
#include "tools/training_report.hpp"
#include "train/prediction.hpp"

namespace graph_runner::cli {

namespace {

// "scores=out.npy", in two.
std::pair<std::string, std::string> halves(const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos || equals + 1 == text.size())
    throw Error(Exit::bad_request, fmt::format("{}: found '{}', expected NAME=FILE", option, text));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// What --input gives for one input: a file, which is read as the data of that input are, or what `data:`
// takes, where what is not said is as there.
ArraySpec given_array(const RunJob& job, const std::string& input, const std::string& text,
                      Problems& problems) {
  ArraySpec array;
  if (job.file.data)
    for (const ArraySpec& like : job.file.data->splits[0].arrays)
      if (like.input == input) array = like;
  array.input = input;
  array.file = text;
  array.shape = {};
  array.values.clear();
  array.random = 0;
  array.rows.reset();
  array.place = array.source_place = {};
  if (text[0] == '{' || text[0] == '[') {
    array.file.clear();
    const std::string what = "--input " + input;
    Yaml name;
    name.text = input;
    array = read_array_spec(name, parse_yaml(text, what, problems), what, problems, std::move(array));
  }
  if (!array.file.empty()) array.file = std::filesystem::absolute(array.file);
  return array;
}

SplitSpec given_split(const RunJob& job) {
  SplitSpec given{"input", {}, {}};
  Problems problems;
  for (const std::string& option : job.options.input) {
    const auto [input, text] = halves("--input", option);
    given.arrays.push_back(given_array(job, input, text, problems));
  }
  problems.raise();
  return given;
}

// That, or the split to test on, or else to train on.
std::unique_ptr<Dataset> load_data(const RunJob& job, const Model* model, SizeValues& sizes) {
  const Preparations none, *given = model ? &model->preparations : nullptr;
  if (!job.options.input.empty())
    return std::make_unique<Dataset>(job.graph, given_split(job), ".", sizes, given ? given : &none,
                                     given_memory(job.options).value_or(half_of_memory()));
  if (!job.file.data)
    throw Error(Exit::bad_request, Place{job.file.source, 0, 0, 0},
                "--predict: the file has no 'data:'; give what is to be judged by --input NAME=FILE");
  const DataSpec& data = *job.file.data;
  Splits splits(job.graph, data, data.files(job.file.folder(), job.options.data), sizes, given);
  return std::move(splits.test ? splits.test : splits.train);
}

// "scores", or a name an entry: those of classes where there are such.
std::vector<std::string> columns_of(const Prediction& p, const std::optional<ClassScores>& classes) {
  const std::int64_t n = p.entries_a_sample();
  if (p.shape.size() == 1) return {p.name};
  if (classes && classes->scores == p.name) return classes->names;
  std::vector<std::string> names;
  for (std::int64_t i = 1; i <= n; ++i) names.push_back(fmt::format("{}{}", p.name, i));
  return names;
}

void write_prediction(const Prediction& p, const std::string& to, const std::optional<ClassScores>& classes) {
  if (to == "-")
    fmt::print("{}", csv_text(p.shape, p.values, columns_of(p, classes)));
  else if (to.ends_with(".npy"))
    write_npy(to, p.shape, p.values);
  else
    write_whole_file(to, csv_text(p.shape, p.values, columns_of(p, classes)));
}

// For what --input gives: the class of each sample, and the one that it might be else.
void print_classes(const RunJob& job, const Prediction& p, const ClassScores& classes) {
  constexpr std::int64_t most = 20;
  const auto entries = static_cast<std::size_t>(p.entries_a_sample());
  for (std::int64_t i = 0; i < std::min(p.samples(), most); ++i) {
    const Guess made = guess(p, i);
    const auto score = [&](std::size_t c) {
      return double(p.values[static_cast<std::size_t>(i) * entries + c]);
    };
    if (job.options.common.json)
      print_json({{"event", "class"},
                  {"value", p.name},
                  {"sample", i + 1},
                  {"class", classes.names[made.first]},
                  {"score", score(made.first)},
                  {"runner_up", classes.names[made.second]},
                  {"runner_up_score", score(made.second)}});
    else
      say("sample {}: {} ({}), then {} ({})\n", i + 1, classes.names[made.first], number(score(made.first)),
          classes.names[made.second], number(score(made.second)));
  }
  if (p.samples() > most && !job.options.common.json)
    fmt::print("… {} more samples\n", grouped(p.samples() - most));
}

}  // namespace

int run_predict(RunJob& job) {
  std::vector<std::string> names, files;
  for (const std::string& text : job.options.predict) {
    const auto [name, file] = halves("--predict", text);
    job.graph.find(name);
    if (file != "-" && !file.ends_with(".npy") && !file.ends_with(".csv"))
      throw Error(
          Exit::bad_request,
          fmt::format("--predict: found '{}', expected a file that ends in .npy or .csv, or -", file));
    names.push_back(name);
    files.push_back(file);
  }
  const std::optional<Model> model = named_model(job);
  SizeValues sizes;
  const std::unique_ptr<Dataset> data =
      at_once([&] { return load_data(job, model ? &*model : nullptr, sizes); });
  warn(data->outside_domains(job.graph), job.options.common);
  SizeValues all = sizes;
  all[data->sample_axis()] = data->samples();
  Parameters parameters(job.graph, all, ScalarType::float32);
  parameters.initialise(job.graph, all, job.initial_seed());
  if (model) take_parameters(job, *model, parameters);
  say_untrained(job);
  ThreadPool pool(job.options.threads);
  const std::vector<Prediction> made =
      at_once([&] { return predict(job.graph, parameters, sizes, *data, names, &pool); });
  const std::optional<ClassScores> classes = class_scores(job.file, job.graph);
  for (std::size_t i = 0; i < made.size(); ++i) {
    write_prediction(made[i], files[i], classes);
    if (classes && classes->scores == made[i].name && !job.options.input.empty() && files[i] != "-")
      print_classes(job, made[i], *classes);
  }
  return 0;
}

}  // namespace graph_runner::cli
