// What a graph file says about training: plain structs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/graph.hpp"

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
  std::vector<NameSpec> watch;
  std::vector<RequirementSpec> require;
  Place place;
};

}  // namespace graph_runner
