#include "tools/spark.hpp"

#include <algorithm>

namespace graph_runner::cli {

void SparkLine::add(double value) {
  sum_ += value;
  if (++pending_ < each_) return;
  bars_.push_back(sum_ / static_cast<double>(each_));
  sum_ = 0;
  pending_ = 0;
  if (bars_.size() <= most) return;
  // An odd one waits for its other half.
  if (bars_.size() % 2) {
    sum_ = bars_.back() * static_cast<double>(each_);
    pending_ = each_;
    bars_.pop_back();
  }
  for (std::size_t i = 0; i < bars_.size() / 2; ++i) bars_[i] = (bars_[2 * i] + bars_[2 * i + 1]) / 2;
  bars_.resize(bars_.size() / 2);
  each_ *= 2;
}

std::string SparkLine::text() const {
  static constexpr const char* levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (bars_.size() < 3) return "";
  const auto [least, largest] = std::minmax_element(bars_.begin(), bars_.end());
  std::string text;
  for (const double bar : bars_) {
    const double part = *largest > *least ? (bar - *least) / (*largest - *least) : 0;
    text += levels[std::clamp(static_cast<int>(part * 8), 0, 7)];
  }
  return text;
}

}  // namespace graph_runner::cli
