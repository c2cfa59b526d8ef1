// What a graph file says about training: plain structs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "data/order.hpp"

namespace graph_runner {

// Stochastic gradient descent: v ← momentum v + (g + weight_decay p),  p ← p - rate v.
struct OptimizerSpec {
  double rate = 0;
  double momentum = 0;
  double weight_decay = 0;
};

struct NameSpec {
  std::string name;
  Place place;
};

// A bound that the last epoch must meet: at most for the minimized value, at least for a watched one.
struct RequirementSpec {
  std::string split;
  std::string value;
  double bound = 0;
  Place place;
};

struct TrainSpec {
  NameSpec minimize;
  OptimizerSpec optimizer;
  std::int64_t batch = 0;  // 0: not given; only where there are no data
  std::int64_t epochs = 0;
  std::uint64_t seed = 1;
  Shuffle shuffle = Shuffle::samples;
  std::vector<NameSpec> watch;
  std::vector<RequirementSpec> require;
  Place place;
};

}  // namespace graph_runner
