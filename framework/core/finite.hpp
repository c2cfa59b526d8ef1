// Where what is not finite began: a kernel that divides by zero, or steps that are too large.
#pragma once

#include <optional>

#include "core/walk.hpp"

namespace graph_runner {

// What is not finite, and where: "node 'f' (Log), output 'y', entry [2, 1]" at its place.
struct NotFinite : Problem {
  ValueId fed = no_value;  // the input or parameter that it is; none where a node computed it
  Shape index;             // of the entry, from 1; empty of a number
};

// The first parameter, input or output, in the order in which they are computed, that has an entry which is
// not finite; nothing where there is none. The workspace has walked forward, and its plan does not reuse
// memory. Of duals, the tangents count as well.
std::optional<NotFinite> find_not_finite(const Workspace& workspace);

// Walks backward and stops behind the first call that computes a gradient which is not finite: "node 'f'
// (Log), the gradient of port 'x', entry [2, 1]".
std::optional<NotFinite> walk_backward_to_not_finite(Workspace& workspace, const Step& step);

}  // namespace graph_runner
