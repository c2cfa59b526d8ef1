// The course of a number, in a line of bars.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace graph_runner::cli {

class SparkLine {
 public:
  void add(double value);
  // "█▅▃▂▁▁": each bar the mean of as many values in a row, from the least, ▁, to the largest, █, of them; at
  // most 40. "" of fewer than three values.
  std::string text() const;

 private:
  static constexpr std::size_t most = 40;
  std::vector<double>
      bars_;  // means; halved where there are twice too many, so that no run takes more memory
  std::size_t each_ = 1, pending_ = 0;
  double sum_ = 0;  // of those that have no bar yet
};

}  // namespace graph_runner::cli
