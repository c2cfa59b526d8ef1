#include "analysis/digits.hpp"

#include <fmt/format.h>

namespace graph_runner {

int digits_to_tell(double a, double b) {
  constexpr int least = 9, most = 17;
  int digits = least;
  while (digits < most && a != b && fmt::format("{:.{}g}", a, digits) == fmt::format("{:.{}g}", b, digits))
    ++digits;
  return digits;
}

}  // namespace graph_runner
