// The command line of graph-runner.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "tools/run_task.hpp"

namespace graph_runner::cli {

namespace {

// Where claims come from, and what is said of them.
void add_claim_options(CLI::App& app, RunOptions& options) {
  CLI::Option* claims =
      app.add_option("--claims", options.claims,
                     "Take the claims from FILE, which holds nothing else, instead of those of the graph "
                     "file; of a folder, grade each file in it")
          ->type_name("FILE");
  app.add_option("--gradebook", options.gradebook, "Write what each file of --claims earns as CSV")
      ->type_name("FILE")
      ->needs(claims);
  app.add_option(
         "--gradescope", options.gradescope,
         "Write what each earns as DIR/NAME/results.json for Gradescope; of one file, DIR/results.json")
      ->type_name("DIR")
      ->needs(claims);
  app.add_flag("--no-hints", options.no_hints, "Say of claims whether they hold, and no more: for exams");
}

// What is done with trained parameters.
void add_model_options(CLI::App& app, RunOptions& options) {
  const auto path = [&](const char* name, std::string& to, const char* meaning) {
    return app.add_option(name, to, meaning)->type_name("FILE");
  };
  const auto several = [&](const char* name, std::vector<std::string>& to, const char* meaning) {
    return app.add_option(name, to, meaning)->type_name("NAME=FILE")->allow_extra_args(false);
  };
  CLI::Option* saved =
      path("--save", options.save, "While training, save the model there, and FILE.resume to go on from");
  CLI::Option* resumed =
      app.add_flag("--resume", options.resume, "Go on with a run from what it saved, byte for byte");
  CLI::Option* loaded = path("--load", options.load, "Start from the parameters of a model that was saved");
  CLI::Option* matching = path("--load-matching", options.load_matching,
                               "The same, of those whose names and shapes the graph has too");
  CLI::Option* evaluated =
      app.add_flag("--evaluate", options.evaluate,
                   "Do not train: print the means of each split, and how classes are told apart");
  CLI::Option* predicted = several("--predict", options.predict,
                                   "Do not train: write a value for each sample to FILE.npy, FILE.csv or -");
  several("--input", options.input,
          "What --predict judges instead of the data to test on: a file, or what 'data:' takes, such as "
          "{file: my.png, centre: true}")
      ->needs(predicted);
  loaded->excludes(resumed)->excludes(matching);
  matching->excludes(resumed);
  evaluated->excludes(predicted);
  for (CLI::Option* other : {evaluated, predicted}) other->excludes(saved)->excludes(resumed);
  for (CLI::Option* other : {saved, resumed, evaluated, predicted}) other->excludes("--derive");
}

// How a network goes on with a text.
void add_prompt_options(CLI::App& app, RunOptions& options) {
  CLI::Option* prompt = app.add_option_function<std::string>(
      "--prompt", [&](const std::string& text) { options.prompt = text; },
      "With --predict NAME=FILE.txt or NAME=-, NAME the scores of what follows each character: go on with "
      "TEXT");
  prompt->type_name("TEXT")->needs("--predict")->excludes("--input");
  app.add_option("--length", options.length, "Characters that --prompt adds, 200 unless given")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
      ->needs(prompt);
  app.add_option(
         "--temperature", options.temperature,
         "How freely --prompt chooses: 0 takes the likeliest character, 1, unless given, draws each as "
         "likely as the network says")
      ->type_name("T")
      ->check([](const std::string& text) {
        char* end = nullptr;
        const double t = std::strtod(text.c_str(), &end);
        return !text.empty() && *end == 0 && t >= 0 && std::isfinite(t)
                   ? ""
                   : fmt::format("found '{}', expected a number of at least 0", text);
      })
      ->needs(prompt);
}

Manual manual() {
  return {.paragraphs = {"What a file declares is done, in this order: with 'train:' it is trained, with "
                         "'check:' or 'refuted:' its "
                         "claims are judged, with 'critical:' critical points are sought; else its values "
                         "are printed. 'sweep:' and "
                         "--sweep train every combination of some settings instead.",
                         "A claim that holds was tried at random points, by exact derivatives, and a claim "
                         "that does not is told "
                         "with how it is wrong."},
          .examples =
              {{"graph-runner graphs/mlp.yaml", "Train a network, on data that tools/fetch-data has fetched"},
               {"graph-runner graphs/homework7/3.2.yaml", "Judge the claims of an exercise"},
               {"graph-runner graphs/xor.yaml --set train.epochs=100 --seed 3", "Train with other settings"},
               {"graph-runner graphs/xor.yaml --report run.html", "See the curves of a run in a browser"},
               {"graph-runner model.yaml --save model --resume", "Go on with a run that was interrupted"},
               {"graph-runner f.yaml --derive f --at 'x = [0, pi/2]'", "Print a gradient and a Hessian"}},
          .files = {{"FILE", "a graph file; graphs/README.md is the format's reference"},
                    {"MODEL, MODEL.resume",
                     "what --save writes: parameters as safetensors, and all that --resume goes on from"}}};
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& options) {
  app.add_option("FILE", options.files,
                 "Graph files (YAML), or - for standard input; graphs/README.md is the format's reference")
      ->required()
      ->type_name("");
  add_common(app, options.common);
  app.add_option(
         "--set", options.set,
         "Override a value of the file, as in --set train.epochs=3; lists and maps as YAML; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option(
         "--sweep", options.sweep,
         "Train with each of several values of a setting, as in --sweep train.optimizer.rate=0.01,0.1, and "
         "show the best; repeatable: every combination")
      ->type_name("PATH=VALUES")
      ->allow_extra_args(false);
  app.add_option_function<std::string>(
         "--seed", [&](const std::string& text) { options.seed = text; },
         "Of training (overrides train.seed) and of the points at which claims are tried")
      ->type_name("N");
  app.add_option("--data", options.data, "Take relative data files from DIR instead of the file's data.root")
      ->type_name("DIR");
  app.add_option_function<std::string>(
         "--memory", [&](const std::string& text) { options.memory = text; },
         "Data that are larger are read from their files as they are needed; half of the machine's")
      ->type_name("BYTES");
  app.add_option("--threads", options.threads,
                 "Threads for large tensors, from 1 to 1024; results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_claim_options(app, options);
  CLI::Option* derived =
      app.add_option("--derive", options.derive,
                     "Print the value NAME, its gradient or Jacobian by all it depends on, and its Hessian")
          ->type_name("NAME")
          ->allow_extra_args(false);
  app.add_option("--at", options.at, "Where --derive derives, as in --at 'x = [0, pi/2], v = 2'")
      ->type_name("VALUES")
      ->allow_extra_args(false)
      ->needs(derived);
  add_model_options(app, options);
  add_prompt_options(app, options);
  app.add_option(
         "--report", options.report,
         "Write what came of it to FILE too, as a page for browsers that needs no other file: curves, "
         "tables, verdicts")
      ->type_name("FILE")
      ->excludes(derived)
      ->excludes("--predict");
  options.common.manual = manual();
}

}  // namespace graph_runner::cli
