// Compiles a plan in four steps: sizes become numbers; reachability says which calls are needed; the calls
// are laid out, noting when each tensor is written and read; the arena is placed. Private to the files
// plan*.cpp.
#pragma once

#include <algorithm>
#include <vector>

#include "core/arena.hpp"
#include "core/plan.hpp"

namespace graph_runner {

class Plan::Compiler {
 public:
  explicit Compiler(Plan& plan) : p_(plan), g_(*plan.graph_), nodes_(g_.nodes()), values_(g_.values()) {}
  void compile();

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  static constexpr std::size_t forever = static_cast<std::size_t>(-2);

  // When a tensor is needed: from the call that writes it first to that which reads it last.
  struct Life {
    std::size_t first = none, last = 0;
    void at(std::size_t time) {
      first = std::min(first, time);
      last = std::max(last, time);
    }
  };

  const Port& port(const Node& n, std::size_t tensor) const { return n.type->ports()[n.ports[tensor]]; }
  bool is_result(const Node& n, std::size_t tensor) const { return port(n, tensor).role >= GR_OUTPUT; }
  // Whether a gradient can pass through a node to this tensor, which it reads, and arrive at that, its
  // output.
  bool passes_gradient(const Node& n, std::size_t t) const {
    return !is_result(n, t) && n.values[t] != no_value && !port(n, t).discrete;
  }
  bool receives_gradient(const Node& n, std::size_t t) const {
    return port(n, t).role == GR_OUTPUT && !port(n, t).discrete;
  }
  // Whether the backward call of a node computes a gradient of this tensor.
  bool takes_gradient(const Node& n, std::size_t t) const {
    return passes_gradient(n, t) && flows_[n.values[t]];
  }
  std::size_t bytes(ValueId v) const {
    return static_cast<std::size_t>(entries_of(p_.shapes_[v])) * bytes_of(p_.request_.scalar);
  }

  // plan.cpp: sizes, and which calls are needed
  void set_shapes();
  void make_instances();
  void reach();
  void find_changes();
  void find_flows();

  // plan_calls.cpp: the calls, and when tensors live
  void plan_forward();
  void check_scalar(const Node& n) const;
  void plan_backward();
  void choose_in_place();
  void add_backward(std::size_t i, bool direct);
  void read_values(PlannedCall& call, const Node& n);
  void add_gradients(PlannedCall& call, const Node& n, bool direct);
  void add_scratch(PlannedCall& call);
  Slot add_temporary(std::size_t size);

  // plan_memory.cpp: where tensors lie
  void place();
  void resolve(const std::vector<Block>& blocks);

  Plan& p_;
  const Graph& g_;
  const std::vector<Node>& nodes_;
  const std::vector<Value>& values_;
  std::vector<bool> needed_;   // values that what is kept depends on
  std::vector<bool> changes_;  // a wanted value influences it, by a path that gradients can walk back
  std::vector<bool>
      flows_;  // it has a gradient: it influences a seed, and is influenced by (or is) a wanted value
  std::vector<bool> backward_nodes_;  // by node: whether it is called backward
  std::vector<bool> written_;         // values whose gradient an earlier call has written a part of
  std::vector<Life> value_life_, gradient_life_;
  std::vector<Block> temporaries_;
  std::size_t zeros_bytes_ = 0;
  std::size_t time_ = 0;
};

}  // namespace graph_runner
