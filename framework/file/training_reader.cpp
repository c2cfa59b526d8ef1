#include "file/training_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "file/optimizer_reader.hpp"
#include "file/reader.hpp"

namespace graph_runner {

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
