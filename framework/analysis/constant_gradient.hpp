// Whether a gradient is the same everywhere, so that the function has no critical point. Private to
// critical.cpp.
#pragma once

#include <optional>
#include <vector>

#include "analysis/critical_function.hpp"
#include "core/streams.hpp"

namespace graph_runner {

struct ConstantGradient {
  std::vector<double> gradient;  // of f itself
  double looked_to = 0;          // points so large; 0 where there are none but those given
};

// Nothing unless the gradient is the same at these points, and, where x may be `everywhere`, at random points
// of magnitudes from 1e-3 to 1e150 or until roundings hide it, at least to 1000, and the Hessian is exactly
// zero at them all: gradients alone may agree by chance, as those of |x| do on one side. Costs a gradient and
// a Hessian-vector product a point.
std::optional<ConstantGradient> find_constant_gradient(CriticalFunction& f,
                                                       const std::vector<std::vector<double>>& points,
                                                       bool everywhere, Stream& stream);

}  // namespace graph_runner
