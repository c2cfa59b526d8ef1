#include "report/axis.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

constexpr double wanted_marks = 5;

// The step of 1, 2 or 5 times a power of ten that divides a span into about as many parts as are wanted.
double nice_step(double span) {
  const double power = std::pow(10, std::floor(std::log10(span / wanted_marks)));
  for (const double factor : {1, 2, 5})
    if (span / (factor * power) <= wanted_marks) return factor * power;
  return 10 * power;
}

// Multiples of a step that lie in a range, to rounding.
std::vector<double> multiples(double low, double high, double step) {
  std::vector<double> marks;
  const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
  for (double k = first; k <= last; ++k) marks.push_back(k * step);
  return marks;
}

}  // namespace

Axis Axis::linear(double low, double high) {
  if (!(high - low > 1e-12 * std::max(std::abs(low), std::abs(high)))) {
    const double room = low == 0 ? 1 : std::abs(low) / 10;  // all are equal: they lie in the middle
    low -= room, high += room;
  }
  const double step = nice_step(high - low);
  Axis axis(std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, false);
  axis.marks_ = multiples(axis.low_, axis.high_, step);
  return axis;
}

Axis Axis::counting(double low, double high) {
  if (low == high) low -= 1, high += 1;
  Axis axis(low, high, false);
  axis.marks_ = multiples(low, high, std::max(1.0, nice_step(high - low)));
  return axis;
}

Axis Axis::logarithmic(double low, double high) {
  if (high < low * 1.0001) low /= 2, high *= 2;
  Axis axis(low, high, true);
  const double first = std::floor(std::log10(low)), last = std::ceil(std::log10(high));
  const double every = std::ceil((last - first) / 6);
  const auto add = [&](double x) {
    if (x >= low * (1 - 1e-9) && x <= high * (1 + 1e-9)) axis.marks_.push_back(x);
  };
  for (double k = first; k <= last; k += every)
    for (const double factor : {1, 2, 5})
      if (factor == 1 || last - first <= 2) add(factor * std::pow(10, k));
  if (axis.marks_.size() < 2) axis.marks_ = multiples(low, high, nice_step(high - low));
  return axis;
}

double Axis::place(double x) const {
  return log_ ? std::log(x / low_) / std::log(high_ / low_) : (x - low_) / (high_ - low_);
}

}  // namespace graph_runner
