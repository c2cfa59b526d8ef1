// Where what is not finite began: a kernel that divides by zero, or steps that are too large.
#pragma once

#include <optional>

#include "core/walk.hpp"

namespace graph_runner {

// The first parameter, input or output, in the order in which they are computed, that has an entry which is
// not finite: "node 'f' (Log), output 'y', entry [2, 1]" at its place; nothing where there is none. The
// workspace has walked forward, and its plan does not reuse memory.
std::optional<Problem> find_not_finite(const Workspace& workspace);

// Walks backward and stops behind the first call that computes a gradient which is not finite: "node 'f'
// (Log), the gradient of port 'x', entry [2, 1]".
std::optional<Problem> walk_backward_to_not_finite(Workspace& workspace, const Step& step);

}  // namespace graph_runner
