// The axes of a chart: what range they cover, where they are marked.
#pragma once

#include <string>
#include <vector>

namespace graph_runner {

class Axis {
 public:
  // A straight one that covers low … high and ends at its marks, which are multiples of 1, 2 or 5 times a
  // power of ten, some five of them.
  static Axis linear(double low, double high);
  // One of whole numbers, from the first to the last, which need not be marks.
  static Axis counting(double low, double high);
  // A logarithmic one, of positive numbers.
  static Axis logarithmic(double low, double high);

  // From 0 at the low end to 1 at the high one.
  double place(double x) const;
  const std::vector<double>& marks() const { return marks_; }

 private:
  Axis(double low, double high, bool log) : low_(low), high_(high), log_(log) {}
  double low_, high_;
  bool log_;
  std::vector<double> marks_;
};

}  // namespace graph_runner
