// What the losses of a run say of its rate, where they do not say it by being no numbers.
#pragma once

#include <cstdint>
#include <string>

namespace graph_runner {

class LossTrend {
 public:
  // The mean loss of the next epoch's training.
  void add(double loss);
  // "the loss has grown …: try a smaller rate", or "" where nothing looks amiss. A loss has grown where it is
  // above its least by a twentieth of the first; it stalls where it never fell by a hundredth of that.
  std::string hint() const;

 private:
  double first_ = 0, least_ = 0, last_ = 0;
  std::int64_t epochs_ = 0, least_epoch_ = 0;
};

}  // namespace graph_runner
