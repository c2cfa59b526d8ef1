// The calls of a plan, and when each tensor lives.
#include <fmt/format.h>

#include <set>

#include "core/plan_compiler.hpp"

namespace graph_runner {

void Plan::Compiler::plan_forward() {
  value_life_.resize(values_.size());
  gradient_life_.resize(values_.size());
  for (ValueId v = 0; v < values_.size(); ++v)
    if (values_[v].origin == Origin::input && needed_[v]) value_life_[v].at(0);
  time_ = 1;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& n = nodes_[i];
    bool wanted = false;
    for (std::size_t t = 0; t < n.values.size(); ++t)
      wanted = wanted || (is_result(n, t) && needed_[n.values[t]]);
    if (!wanted) continue;
    check_scalar(n);
    PlannedCall call;
    call.node = static_cast<NodeId>(i);
    call.values = n.values;
    for (const ValueId v : n.values)
      if (v != no_value) value_life_[v].at(time_);
    add_scratch(call);
    p_.forward_.push_back(std::move(call));
    ++time_;
  }
  for (const ValueId v : p_.request_.keep) value_life_[v].at(forever);
  for (const ValueId v : p_.request_.seeds) value_life_[v].at(forever);
}

void Plan::Compiler::check_scalar(const Node& n) const {
  if (n.type->supports(p_.request_.scalar)) return;
  throw Error(Exit::bad_request, n.place,
              fmt::format("node '{}': {} does not support the scalar {}", n.called(), n.type->name(),
                          name_of(p_.request_.scalar)));
}

void Plan::Compiler::plan_backward() {
  p_.gradient_slots_.resize(values_.size());
  p_.in_place_.assign(values_.size(), false);
  if (p_.request_.update_in_place) choose_in_place();
  written_.assign(values_.size(), false);
  for (const ValueId v : p_.request_.seeds)
    if (flows_[v]) {
      gradient_life_[v].at(time_);
      written_[v] = true;
    }
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (!backward_nodes_[i]) continue;
    const Node& n = nodes_[i];
    const auto has = [&](bool direct) {
      for (std::size_t t = 0; t < n.values.size(); ++t)
        if (takes_gradient(n, t) && p_.in_place_[n.values[t]] == direct) return true;
      return false;
    };
    if (has(false)) add_backward(i, false);
    if (has(true)) add_backward(i, true);
  }
  for (const ValueId v : p_.request_.wanted)
    if (flows_[v] && !p_.in_place_[v]) gradient_life_[v].at(forever);
}

void Plan::Compiler::choose_in_place() {
  std::vector<int> readers(values_.size());
  std::vector<bool> affine(values_.size(), true);
  for (const Node& n : nodes_)
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (!is_result(n, t) && n.values[t] != no_value) {
        ++readers[n.values[t]];
        affine[n.values[t]] = affine[n.values[t]] && port(n, t).affine;
      }
  for (const ValueId v : p_.request_.wanted)
    p_.in_place_[v] = values_[v].origin == Origin::parameter && readers[v] == 1 && affine[v] && flows_[v];
  for (const auto& asked : {p_.request_.keep, p_.request_.seeds})
    for (const ValueId v : asked) p_.in_place_[v] = false;
}

// One backward call of node i: for the gradients that go straight into parameters, or for all others.
void Plan::Compiler::add_backward(std::size_t i, bool direct) {
  const Node& n = nodes_[i];
  PlannedCall call;
  call.node = static_cast<NodeId>(i);
  call.backward = true;
  read_values(call, n);
  add_gradients(call, n, direct);
  add_scratch(call);
  p_.backward_.push_back(std::move(call));
  ++time_;
}

// The values that a backward call reads, and the gradients that arrive at its outputs: zeros at those that no
// gradient reaches.
void Plan::Compiler::read_values(PlannedCall& call, const Node& n) {
  call.values.assign(n.values.size(), no_value);
  for (std::size_t t = 0; t < n.values.size(); ++t) {
    const ValueId v = n.values[t];
    if (v != no_value && !port(n, t).unread) {
      call.values[t] = v;
      value_life_[v].at(time_);
    }
    if (port(n, t).role != GR_OUTPUT) continue;
    if (port(n, t).discrete) {
      call.output_gradients.push_back(std::nullopt);
    } else if (flows_[v]) {
      gradient_life_[v].at(time_);
      call.output_gradients.push_back(Slot{});
    } else {
      zeros_bytes_ = std::max(zeros_bytes_, bytes(v));
      call.output_gradients.push_back(Slot{Slot::zeros});
    }
  }
}

// The gradients that a backward call writes.
void Plan::Compiler::add_gradients(PlannedCall& call, const Node& n, bool direct) {
  std::set<ValueId> in_this_call;
  for (std::size_t t = 0; t < n.values.size(); ++t) {
    if (is_result(n, t)) continue;
    PlannedCall::Gradient& gradient = call.gradients.emplace_back();
    const ValueId v = n.values[t];
    if (!takes_gradient(n, t) || p_.in_place_[v] != direct) continue;
    gradient.value = v;
    if (direct) {
      gradient.slot = {Slot::parameter};
      gradient.written = true;
    } else if (in_this_call.insert(v).second) {
      gradient.written = written_[v];
      gradient_life_[v].at(time_);
    } else {  // the value feeds this node twice: no two gradients of one call may overlap
      gradient.add_to = Slot{};
      gradient.slot = add_temporary(bytes(v));
    }
  }
  for (const ValueId v : in_this_call) written_[v] = true;
}

// Memory for the call at this time alone.
Slot Plan::Compiler::add_temporary(std::size_t size) {
  temporaries_.push_back({size, time_, time_, 0});
  return {Slot::temporary, temporaries_.size() - 1};
}

void Plan::Compiler::add_scratch(PlannedCall& call) {
  const Node& n = nodes_[call.node];
  if (!n.type->table().scratch) return;
  std::vector<gr_tensor> tensors;
  for (const ValueId v : n.values)
    tensors.push_back(v == no_value ? gr_tensor{} : call_tensor(nullptr, p_.shapes_[v]));
  gr_call c{};
  c.size = sizeof c;
  c.scalar = static_cast<gr_scalar>(p_.request_.scalar);
  c.values = tensors.data();
  c.value_count = tensors.size();
  call.scratch_size = n.type->scratch(p_.instance(call.node), c, n.called(), n.place);
  if (call.scratch_size) call.scratch = add_temporary(call.scratch_size);
}

}  // namespace graph_runner
