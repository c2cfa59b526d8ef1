// Gradients that are cut where they are large, so that one step cannot lead far astray.
// Source: Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
#pragma once

#include <vector>

#include "core/walk.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

// `norm`: all gradients together are one vector; where its Euclidean norm is above `most`, it is scaled to
// that. `value`: each entry is cut to ±most. The norm is summed in double and in one order, whatever the
// machine; what is not finite is left to be found. One pass over the gradients, and one more where they are
// scaled.
void clip_gradients(const ClipSpec& clip, const std::vector<ValueId>& parameters, const Workspace& workspace);

}  // namespace graph_runner
