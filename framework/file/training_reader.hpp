// The section `train:` of a graph file.
#pragma once

#include "train/train_spec.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

void read_train(const Yaml& yaml, TrainSpec& train, Problems& problems);

}  // namespace graph_runner
