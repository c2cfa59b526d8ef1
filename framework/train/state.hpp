// All that training goes on from, as plain numbers: what FILE.resume holds (state_file.hpp). With the same
// graph, data and spec, training that starts from it takes the same steps, bit by bit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/parameters.hpp"

namespace graph_runner {

// Numbers of each parameter, by ValueId; none of what is no parameter.
using ByParameter = std::vector<std::vector<float>>;

// Between which steps training is.
struct TrainingPlace {
  std::int64_t epoch = 1;   // the one that it is in
  std::uint64_t step = 0;   // steps taken in all
  std::size_t samples = 0;  // of the epoch's order, how many are done
};

// Of the observed values, over the walks so far.
struct Sums {
  explicit Sums(std::size_t values = 0) : totals(values), entries(values) {}
  std::vector<double> totals;
  std::vector<std::int64_t> entries;
};

// The best mean so far, and after which epoch it was found; 0: there is none yet.
struct Best {
  double value = 0;
  std::int64_t epoch = 0;
};

struct TrainingState {
  TrainingPlace place;
  std::int64_t epochs = 0;           // how many the run was to have
  Sums sums;                         // of the epoch so far
  std::map<std::string, Best> best;  // by what is watched: "test.hits"
  ByParameter parameters;
  std::map<std::string, ByParameter> optimizer;  // its own numbers by name, such as "velocity"

  // Copies the entries of these parameters from, or to, where they are trained. O(parameters).
  void take_parameters(const Parameters& from, const std::vector<ValueId>& which);
  void give_parameters(const Parameters& to) const;
};

}  // namespace graph_runner
