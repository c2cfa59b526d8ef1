// The sections `data:` and `train:` of a graph file.
#pragma once

#include "data/data_spec.hpp"
#include "train/train_spec.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

void read_data(const Yaml& yaml, DataSpec& data, Problems& problems);
// The registry tells the optimizers.
void read_train(const Yaml& yaml, TrainSpec& train, Registry& registry, Problems& problems);

}  // namespace graph_runner
