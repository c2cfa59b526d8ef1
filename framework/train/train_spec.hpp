// What a graph file says about training: plain structs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"

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

// The mean of a value over a split, as evaluated after an epoch: "test.hits".
struct SplitValue {
  std::string split, value;
  Place place;

  std::string name() const { return split + "." + value; }
};

// A bound that the last epoch must meet: at most for the minimized value, at least for a watched one.
struct RequirementSpec {
  SplitValue of;
  double bound = 0;
};

// Ends training where a mean has not become better for so many epochs.
struct StopSpec {
  SplitValue watch;
  std::int64_t patience = 1;
};

// Where the model goes, and which.
struct SaveSpec {
  enum Keep { last, best, all };
  std::string file;  // relative to the graph file; empty: nowhere
  Keep keep = last;  // after each epoch; where it is the best so far; each under a name of its own
  std::optional<SplitValue> by;  // of `best`; chosen where it is not given
  std::int64_t every = 0;        // if > 0, the state is saved after so many steps too
};

struct TrainSpec {
  NameSpec minimize;
  OptimizerSpec optimizer;
  std::int64_t batch = 0;  // 0: not given; only where there are no data
  std::int64_t epochs = 0;
  std::uint64_t seed = 1;
  std::vector<NameSpec> watch;
  std::vector<RequirementSpec> require;
  std::int64_t evaluate_train = 10000;  // how many samples to train on are evaluated at the most
  std::optional<StopSpec> stop;
  SaveSpec save;
  Place place;
};

}  // namespace graph_runner
