// What a graph file says about training: plain structs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "data/order.hpp"

namespace graph_runner {

// The learning rate: a number, or a formula of what rate_inputs names (rate.hpp).
struct RateSpec {
  double constant = 0;
  // With an input for each of rate_inputs, each a number, and a value `rate`; null where it is constant.
  std::shared_ptr<const Graph> formula;
  std::string text;  // as the file has it
  Place place;
};
inline constexpr const char* rate_inputs[] = {"epoch", "step", "epochs", "steps"};

// What is done to the gradients of a step before the optimizer sees them (clip.hpp).
struct ClipSpec {
  enum Kind { none, norm, value } kind = none;
  double most = 0;
};

struct OptimizerSpec {
  const NodeType* type = nullptr;          // an optimizer (core/optimizer_type.hpp)
  std::vector<AttributeValue> attributes;  // one for each of the type's
  RateSpec rate;
  ClipSpec clip;
  Place place;
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
  Shuffle shuffle = Shuffle::samples;
  std::vector<NameSpec> watch;
  std::vector<RequirementSpec> require;
  std::int64_t evaluate_train = 10000;  // how many samples to train on are evaluated at the most
  std::optional<StopSpec> stop;
  SaveSpec save;
  Place place;
};

}  // namespace graph_runner
