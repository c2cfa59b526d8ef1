// `train: {optimizer: …}` of a graph file: a node type, its attributes, the rate and what clips gradients.
#pragma once

#include "core/registry.hpp"
#include "train/train_spec.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

void read_optimizer(const Yaml& yaml, OptimizerSpec& optimizer, Registry& registry, Problems& problems);

}  // namespace graph_runner
