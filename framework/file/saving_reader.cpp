#include "file/saving_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace graph_runner {

namespace {

void read_keep(const Yaml& yaml, SaveSpec& save, Problems& problems) {
  if (yaml.kind == Yaml::map) {
    MapReader map(yaml, "train.keep", problems);
    if (const Yaml* y = map.require("best", "what the model is the best by, such as test.hits"))
      save.by = read_split_value(*y, "train.keep.best", problems);
    map.finish();
    save.keep = SaveSpec::best;
    return;
  }
  const auto word = read_text(yaml, "train.keep", problems);
  if (!word) return;
  const std::vector<std::string> words{"last", "best", "all"};  // in the order of SaveSpec::Keep
  const auto found = std::find(words.begin(), words.end(), *word);
  if (found == words.end())
    problems.add(yaml.place, fmt::format("train.keep: found '{}', expected {}, or {{best: test.NAME}}{}",
                                         *word, any_of(words), did_you_mean(*word, words)));
  else
    save.keep = static_cast<SaveSpec::Keep>(found - words.begin());
}

StopSpec read_stop(const Yaml& yaml, Problems& problems) {
  StopSpec stop;
  MapReader map(yaml, "train.stop", problems);
  if (const Yaml* y = map.require("watch", "what has to become better, such as test.hits"))
    stop.watch = read_split_value(*y, "train.stop.watch", problems);
  if (const Yaml* y = map.require("patience", "for how many epochs it need not"))
    stop.patience = read_integer(*y, "train.stop.patience", problems, 1, 1 << 30).value_or(1);
  map.finish();
  return stop;
}

}  // namespace

SplitValue read_split_value(const Yaml& yaml, const std::string& what, Problems& problems) {
  const std::size_t dot = yaml.text.find('.');
  SplitValue made{yaml.text.substr(0, dot), dot == std::string::npos ? "" : yaml.text.substr(dot + 1),
                  yaml.place};
  const bool known = made.split == "train" || made.split == "validation" || made.split == "test";
  if (yaml.kind != Yaml::scalar || made.value.empty() || !known)
    problems.add(yaml.place, fmt::format("{}: found {}, expected train.NAME, validation.NAME or test.NAME",
                                         what, yaml.found()));
  return made;
}

void read_saving(MapReader& map, TrainSpec& train, Problems& problems) {
  if (const Yaml* y = map.get("evaluate_train")) {
    if (y->kind == Yaml::scalar && y->text == "all")
      train.evaluate_train = INT64_MAX;
    else if (const auto n = read_integer(*y, "train.evaluate_train (or all)", problems, 1))
      train.evaluate_train = *n;
  }
  if (const Yaml* y = map.get("stop")) train.stop = read_stop(*y, problems);
  if (const Yaml* y = map.get("save"))
    if (const auto file = read_text(*y, "train.save", problems)) train.save.file = *file;
  if (const Yaml* y = map.get("keep")) read_keep(*y, train.save, problems);
  if (const Yaml* y = map.get("every"))
    train.save.every = read_integer(*y, "train.every", problems, 1).value_or(1);
}

}  // namespace graph_runner
