#include "file/training_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "file/optimizer_reader.hpp"
#include "file/reader.hpp"
#include "file/saving_reader.hpp"

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
  if (const Yaml* y = map.get("seed")) train.seed = read_seed(*y, "train.seed", problems).value_or(1);
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
      RequirementSpec r{read_split_value(key, "train.require", problems), 0};
      if (const auto bound = read_real(value, "train.require, " + key.text, problems)) r.bound = *bound;
      train.require.push_back(std::move(r));
    });
  read_saving(map, train, problems);
  map.finish();
}

}  // namespace graph_runner
