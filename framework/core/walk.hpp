// Walking a plan: forward for values, backward for gradients.
//
//   Workspace w(plan, parameters);
//   fill(w.value(x), …);                       // the inputs
//   walk_forward(w, {});                       // now w.value(loss) can be read
//   fill(w.gradient(loss), 1);                 // the seed: ∂objective/∂loss
//   walk_backward(w, {});                      // now w.gradient(W) can be read
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/parameters.hpp"
#include "core/plan.hpp"
#include "core/threads.hpp"

namespace graph_runner {

// The memory that the walks of one plan write, and its calls with their pointers filled in. Not shared by
// threads.
class Workspace {
 public:
  // Keeps a reference to the plan, and pointers into the parameters. With `arena`, uses that memory (of at
  // least plan.arena_bytes()) instead of its own, so that plans that are never walked at the same time can
  // share it.
  Workspace(const Plan& plan, const Parameters& parameters, std::shared_ptr<Buffer> arena = nullptr);
  Workspace(const Workspace&) = delete;  // its calls point into it
  Workspace& operator=(const Workspace&) = delete;

  const Plan& plan() const { return *plan_; }
  // An input, a parameter, or a value that the plan keeps. Other values have null data or hold whatever came
  // last.
  Tensor value(ValueId v) const { return tensor(plan_->value_slots()[v], v); }
  // The gradient of a seed or of a wanted value; null data where there is none or it was added in place.
  Tensor gradient(ValueId v) const { return tensor(plan_->gradient_slots()[v], v); }
  // Sets the inputs whose values the graph itself declares.
  void load_given();

 private:
  friend struct Walker;
  // What is left to do for a gradient after its call.
  struct Completion {
    const std::uint8_t* written = nullptr;  // where 0, the gradient becomes zero
    void* data = nullptr;
    std::size_t bytes = 0;
    void* add_to = nullptr;  // if not null, the gradient is added there
  };
  struct Prepared {
    gr_status (*kernel)(const void* node, const gr_call* call) = nullptr;
    const void* instance = nullptr;
    gr_call call{};
    std::uint64_t key = 0;  // of the node's random stream
    const PlannedCall* plan = nullptr;
    std::size_t first_written = 0;  // index into written_ and initially_written_
    std::vector<Completion> completions;
  };
  Tensor tensor(const Slot& slot, ValueId v) const;
  void* address(const Slot& slot, ValueId v) const;
  Prepared prepare(const PlannedCall& planned);

  const Plan* plan_;
  const Parameters* parameters_;
  std::shared_ptr<Buffer> arena_;
  std::vector<gr_tensor> tensors_;  // of all calls, in one block that is never resized
  std::vector<std::uint8_t> written_, initially_written_;
  std::vector<Prepared> forward_, backward_;
  std::vector<std::pair<Tensor, const std::vector<double>*>> given_;
  std::size_t zeros_bytes_ = 0;
  gr_status status_ = GR_OK;  // of the last call, which wrote why into error_
  char error_[512] = "";
};

// What a walk is told. `pool` may be null: then all runs on the caller's thread.
struct Step {
  std::uint64_t seed = 0;  // of the run and the step, for random nodes; the same for forward and backward
  bool training = false;
  ThreadPool* pool = nullptr;
};

// Throw Error (run_failed) with the node's name, line and the plugin's message where a kernel fails, or
// throws, which it may not.
void walk_forward(Workspace& workspace, const Step& step = {});
void walk_backward(Workspace& workspace, const Step& step = {});
// The calls from `first` on, up to but not `end`, of plan().forward() or plan().backward(): so that a caller
// can halt between two calls, and look at a value that the plan keeps or change it.
void walk_forward(Workspace& workspace, const Step& step, std::size_t first, std::size_t end);
void walk_backward(Workspace& workspace, const Step& step, std::size_t first, std::size_t end);

// Sets every entry to one value, or each to its own; the tangents of duals become zero.
void fill(const Tensor& tensor, double value);
void write(const Tensor& tensor, std::span<const double> entries);
// The sum of all entries.
double sum(const Tensor& tensor);
// The index of the first entry that is not finite, or -1.
std::int64_t first_not_finite(const Tensor& tensor);

}  // namespace graph_runner
