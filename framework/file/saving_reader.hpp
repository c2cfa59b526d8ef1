// Reads what `train:` says about how training is judged, ended and saved.
#pragma once

#include <string>

#include "file/reader.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

// The keys evaluate_train, stop, save, keep and every of the map `train`.
void read_saving(MapReader& map, TrainSpec& train, Problems& problems);

// "test.hits", as a key or a value.
SplitValue read_split_value(const Yaml& yaml, const std::string& what, Problems& problems);

}  // namespace graph_runner
