// A plan: for given sizes, scalar and wanted gradients, the immutable order of calls and the place of every
// tensor in one arena. It keeps only the calls that the wanted results need. Compiling is linear in the graph
// but for the sorting of memory; nothing is looked up or allocated when it is walked.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "core/graph.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

struct PlanRequest {
  SizeValues sizes;
  ScalarType scalar = ScalarType::float32;
  std::vector<ValueId> keep;    // values that can be read after the forward walk
  std::vector<ValueId> seeds;   // values whose gradients the caller gives before the backward walk; kept too
  std::vector<ValueId> wanted;  // values whose gradients can be read after the backward walk
  // Adds the gradients of parameters straight into the parameters, where that is sound (see Plan::in_place).
  bool update_in_place = false;
  // Lets values that are never needed at the same time share memory.
  bool reuse_memory = true;
};

// Where a tensor lies.
struct Slot {
  // `temporary` is of a plan in the making; in a compiled one, it lies in the arena.
  enum Where { nowhere, arena, parameter, zeros, temporary } where = nowhere;
  std::size_t offset = 0;  // in the arena, in bytes; of a temporary, its number
};

// One call of a kernel. `tensors` are a node's; a gradient slot that is `nowhere` is not wanted.
struct PlannedCall {
  NodeId node = no_node;
  bool backward = false;
  std::vector<ValueId> values;                        // no_value: the kernel gets null data
  std::vector<std::optional<Slot>> output_gradients;  // one an output; empty for a discrete one
  struct Gradient {
    ValueId value = no_value;
    Slot slot;
    bool written = false;        // an earlier call has written a part of the sum
    std::optional<Slot> add_to;  // the slot is a temporary, to be added to this one after the call
    bool add_to_written = false;
  };
  std::vector<Gradient> gradients;  // one an input and parameter tensor
  Slot scratch;
  std::size_t scratch_size = 0;
};

class Plan {
 public:
  // Throws Error: bad_request where a size is not given, a wanted value does not influence the seeds, or a
  // node on the way has no backward or does not support the scalar.
  Plan(const Graph& graph, PlanRequest request);

  const Graph& graph() const { return *graph_; }
  const PlanRequest& request() const { return request_; }
  ScalarType scalar() const { return request_.scalar; }
  const Shape& shape(ValueId v) const { return shapes_[v]; }
  const std::vector<PlannedCall>& forward() const { return forward_; }
  const std::vector<PlannedCall>& backward() const { return backward_; }
  // The node as its kernels see it: with the sizes among its attributes as numbers.
  const void* instance(NodeId n) const { return instances_[n].get(); }
  const std::vector<Slot>& value_slots() const { return value_slots_; }
  const std::vector<Slot>& gradient_slots() const { return gradient_slots_; }
  // A slot of zeros, for outputs that no gradient reaches while others of their node have one; all zero,
  // always.
  Slot zeros() const { return zeros_; }
  std::size_t arena_bytes() const { return arena_bytes_; }

  // Whether the backward walk adds this parameter's gradient into the parameter itself. Sound where one port
  // alone reads the parameter, that port is affine (its gradient does not read the parameter), and neither
  // the parameter nor its gradient is asked for: the call is split in two, gradients of inputs first, and
  // nothing reads the parameter after.
  bool in_place(ValueId v) const { return in_place_[v]; }

 private:
  class Compiler;
  const Graph* graph_;
  PlanRequest request_;
  std::vector<Shape> shapes_;
  std::vector<std::shared_ptr<void>> instances_;
  std::vector<PlannedCall> forward_, backward_;
  std::vector<Slot> value_slots_, gradient_slots_;
  std::vector<bool> in_place_;
  Slot zeros_;
  std::size_t arena_bytes_ = 0;
};

}  // namespace graph_runner
