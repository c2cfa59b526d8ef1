// The section `train:` of a graph file.
#pragma once

#include "train/train_spec.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

// The registry tells the optimizers.
void read_train(const Yaml& yaml, TrainSpec& train, Registry& registry, Problems& problems);

}  // namespace graph_runner
