#include "file/training_reader.hpp"

#include <fmt/format.h>

#include "file/optimizer_reader.hpp"
#include "file/reader.hpp"

namespace graph_runner {

namespace {

ArraySpec read_array(const Yaml& input, const Yaml& value, const std::string& what, Problems& problems) {
  ArraySpec array;
  array.input = input.text;
  array.place = input.place;
  array.source_place = value.place;
  if (value.kind == Yaml::list) {
    read_numbers(value, what, array.shape, array.values, problems);
    return array;
  }
  if (value.kind == Yaml::scalar) {
    problems.add(value.place, fmt::format("{}: found {}, expected {{file: NAME}} or a list of numbers", what,
                                          value.found()));
    return array;
  }
  MapReader map(value, what, problems);
  const Yaml* file = map.get("file");
  const Yaml* values = map.get("values");
  if (file) {
    array.source_place = file->place;
    if (const auto name = read_text(*file, what + ", file", problems)) array.file = *name;
  } else if (values) {
    array.source_place = values->place;
    if (values->kind != Yaml::list)
      problems.add(values->place,
                   fmt::format("{}: found {}, expected a list of numbers", what, values->found()));
    else
      read_numbers(*values, what, array.shape, array.values, problems);
  }
  if (const Yaml* y = map.get("scale"))
    if (const auto scale = read_real(*y, what + ", scale", problems)) array.scale = *scale;
  if (const Yaml* y = map.get("one_hot"))
    if (const auto n = read_integer(*y, what + ", one_hot", problems, 1, 1 << 24)) array.one_hot = *n;
  if (const Yaml* y = map.get("rows")) {
    array.rows_place = y->place;
    if (y->kind != Yaml::list || y->items.size() != 2) {
      problems.add(y->place, fmt::format("{}, rows: found {}, expected [first, last], counted from 1", what,
                                         y->found()));
    } else {
      const auto first = read_integer(y->items[0], what + ", the first row", problems, 1);
      const auto last = read_integer(y->items[1], what + ", the last row", problems, first.value_or(1));
      if (first && last) array.rows.emplace(*first, *last);
    }
  }
  const bool all_known = map.finish();
  if (file && values)
    problems.add(value.place, fmt::format("{}: found both 'file' and 'values', expected one of them", what));
  else if (!file && !values && all_known)
    problems.add(value.place, fmt::format("{}: expected either 'file' or 'values'", what));
  if (const Yaml* scale = value.find("scale"); scale && value.find("one_hot"))
    problems.add(scale->place,
                 fmt::format("{}: 'scale' does nothing to rows of 'one_hot'; leave it out", what));
  return array;
}

}  // namespace

void read_data(const Yaml& yaml, DataSpec& data, Problems& problems) {
  data.place = yaml.place;
  MapReader map(yaml, "data", problems);
  if (const Yaml* y = map.get("root"))
    if (const auto root = read_text(*y, "data.root", problems)) data.root = *root;
  const Yaml* train = map.require("train", "a map from inputs to their data");
  for (const auto& [name, y] : {std::pair("train", train), std::pair("test", map.get("test"))})
    if (y) {
      SplitSpec split{name, {}, y->place};
      const std::string what = fmt::format("data.{}", name);
      each_entry(*y, what, problems, [&](const Yaml& input, const Yaml& value) {
        split.arrays.push_back(read_array(input, value, fmt::format("{}.{}", what, input.text), problems));
      });
      data.splits.push_back(std::move(split));
    }
  map.finish();
}

void read_train(const Yaml& yaml, TrainSpec& train, Registry& registry, Problems& problems) {
  train.place = yaml.place;
  MapReader map(yaml, "train", problems);
  if (const Yaml* y = map.require("minimize", "the name of the value whose mean is minimized"))
    if (const auto name = read_text(*y, "train.minimize", problems)) train.minimize = {*name, y->place};
  if (const Yaml* y = map.require("optimizer", "{type: SGD, rate: …}"))
    read_optimizer(*y, train.optimizer, registry, problems);
  if (const Yaml* y = map.get("batch"))
    train.batch = read_integer(*y, "train.batch", problems, 1, 1 << 30).value_or(1);
  if (const Yaml* y = map.require("epochs", "how often training goes through the data"))
    train.epochs = read_integer(*y, "train.epochs", problems, 1, 1 << 30).value_or(1);
  if (const Yaml* y = map.get("seed"))
    train.seed = static_cast<std::uint64_t>(read_integer(*y, "train.seed", problems, 0).value_or(1));
  if (const Yaml* y = map.get("watch")) {
    if (y->kind != Yaml::list)
      problems.add(y->place, fmt::format("train.watch: found {}, expected a list of names", y->found()));
    for (const Yaml& item : y->items)
      if (const auto name = read_text(item, "train.watch", problems))
        train.watch.push_back({*name, item.place});
  }
  if (const Yaml* y = map.get("require"))
    each_entry(*y, "train.require", problems, [&](const Yaml& key, const Yaml& value) {
      const std::size_t dot = key.text.find('.');
      RequirementSpec r{key.text.substr(0, dot), dot == std::string::npos ? "" : key.text.substr(dot + 1), 0,
                        key.place};
      if (dot == std::string::npos || (r.split != "train" && r.split != "test"))
        problems.add(key.place,
                     fmt::format("train.require: found '{}', expected train.NAME or test.NAME", key.text));
      if (const auto bound = read_real(value, "train.require, " + key.text, problems)) r.bound = *bound;
      train.require.push_back(std::move(r));
    });
  map.finish();
}

}  // namespace graph_runner
