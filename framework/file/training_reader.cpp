#include "file/training_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "file/reader.hpp"

namespace graph_runner {

namespace {

void read_optimizer(const Yaml& yaml, OptimizerSpec& optimizer, Problems& problems) {
  MapReader map(yaml, "train.optimizer", problems);
  if (const Yaml* y = map.require("type", "SGD"))
    if (const auto type = read_text(*y, "train.optimizer.type", problems); type && *type != "SGD")
      problems.add(y->place, fmt::format("train.optimizer.type: found '{}', expected SGD{}", *type,
                                         did_you_mean(*type, {"SGD"})));
  const auto number = [&](const char* key, double& to, double most, bool above_zero, bool below_most) {
    const Yaml* y = above_zero ? map.require(key, "the learning rate, such as 0.1") : map.get(key);
    if (!y) return;
    const auto x = read_real(*y, fmt::format("train.optimizer.{}", key), problems);
    if (!x) return;
    if (*x < 0 || (above_zero && *x == 0) || *x > most || (below_most && *x == most))
      problems.add(y->place, fmt::format("train.optimizer.{}: found {}, expected a number {} 0{}", key, *x,
                                         above_zero ? "above" : "of at least",
                                         std::isfinite(most) ? fmt::format(" and below {}", most) : ""));
    to = *x;
  };
  number("rate", optimizer.rate, INFINITY, true, false);
  number("momentum", optimizer.momentum, 1, false, true);
  number("weight_decay", optimizer.weight_decay, INFINITY, false, false);
  map.finish();
}

}  // namespace

void read_train(const Yaml& yaml, TrainSpec& train, Problems& problems) {
  train.place = yaml.place;
  MapReader map(yaml, "train", problems);
  if (const Yaml* y = map.require("minimize", "the name of the value whose mean is minimized"))
    if (const auto name = read_text(*y, "train.minimize", problems)) train.minimize = {*name, y->place};
  if (const Yaml* y = map.require("optimizer", "{type: SGD, rate: …}"))
    read_optimizer(*y, train.optimizer, problems);
  if (const Yaml* y = map.get("batch"))
    train.batch = read_integer(*y, "train.batch", problems, 1, 1 << 30).value_or(1);
  if (const Yaml* y = map.require("epochs", "how often training goes through the data"))
    train.epochs = read_integer(*y, "train.epochs", problems, 1, 1 << 30).value_or(1);
  if (const Yaml* y = map.get("seed"))
    train.seed = static_cast<std::uint64_t>(read_integer(*y, "train.seed", problems, 0).value_or(1));
  if (const Yaml* y = map.get("shuffle"))
    if (const auto by = read_text(*y, "train.shuffle", problems)) {
      if (*by != "samples" && *by != "blocks")
        problems.add(y->place, fmt::format("train.shuffle: found '{}', expected 'samples' or 'blocks'{}", *by,
                                           did_you_mean(*by, {"samples", "blocks"})));
      train.shuffle = *by == "blocks" ? Shuffle::blocks : Shuffle::samples;
    }
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
      if (dot == std::string::npos || (r.split != "train" && r.split != "validation" && r.split != "test"))
        problems.add(
            key.place,
            fmt::format("train.require: found '{}', expected train.NAME, validation.NAME or test.NAME",
                        key.text));
      if (const auto bound = read_real(value, "train.require, " + key.text, problems)) r.bound = *bound;
      train.require.push_back(std::move(r));
    });
  map.finish();
}

}  // namespace graph_runner
