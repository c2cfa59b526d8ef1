#include "train/trend.hpp"

#include <fmt/format.h>

#include <cmath>

namespace graph_runner {

void LossTrend::add(double loss) {
  last_ = loss;
  if (++epochs_ == 1) first_ = loss;
  if (epochs_ > 1 && loss >= least_) return;
  least_ = loss;
  least_epoch_ = epochs_;
}

std::string LossTrend::hint() const {
  if (epochs_ < 2) return "";
  if (last_ - least_ > 0.05 * std::abs(first_))
    return fmt::format("the loss has grown from {:.4g} in epoch {} to {:.4g}: try a smaller rate", least_,
                       least_epoch_, last_);
  if (first_ - least_ < 0.01 * std::abs(first_))
    return fmt::format(
        "the loss has hardly fallen since the first epoch, from {:.4g} to {:.4g}: where that is no "
        "better than chance, try a smaller rate",
        first_, last_);
  return "";
}

}  // namespace graph_runner
