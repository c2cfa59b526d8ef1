#include "core/walk.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "core/guard.hpp"
#include "core/streams.hpp"

namespace graph_runner {

namespace {

// to += from, for `bytes` bytes. A dual adds like two doubles.
template <class T>
void add_entries(void* to, const void* from, std::size_t bytes) {
  T* a = static_cast<T*>(to);
  const T* b = static_cast<const T*>(from);
  for (std::size_t i = 0; i < bytes / sizeof(T); ++i) a[i] += b[i];
}

}  // namespace

// ---- The walks --------------------------------------------------------------------------------------------

struct Walker {
  Workspace& w;
  const Step& step;

  // Whether the kernel says that it did its work; `fail` reports why not.
  bool run(Workspace::Prepared& p) const {
    p.call.seed = combine(step.seed, p.key);
    p.call.training = step.training;
    p.call.pool = step.pool && step.pool->threads() > 1 ? step.pool : nullptr;
    w.error_[0] = '\0';
    w.status_ = p.kernel(p.instance, &p.call);
    return w.status_ == GR_OK;
  }

  // Values, in the order of the plan.
  void forward(std::size_t first, std::size_t end) const {
    std::size_t i = first;
    const std::string thrown = thrown_by([&] {
      while (i < end && run(w.forward_[i])) ++i;
    });
    if (i < end) fail(w.forward_[i], thrown);
  }

  // Gradients, in the opposite order: each call adds (∂output/∂port)ᵀ · output gradient to the gradients of
  // its ports, so that when a node's turn comes, the gradients of its outputs are complete: all who read them
  // came before.
  void backward(std::size_t first, std::size_t end) const {
    if (first == 0) {
      if (w.zeros_bytes_) std::memset(w.address(w.plan_->zeros(), 0), 0, w.zeros_bytes_);
      w.written_ = w.initially_written_;  // same size: copies, never allocates
    }
    std::size_t i = first;
    const std::string thrown = thrown_by([&] {
      for (; i < end && run(w.backward_[i]); ++i) complete(w.backward_[i]);
    });
    if (i < end) fail(w.backward_[i], thrown);
  }

  // What a kernel left unwritten becomes zero; what it wrote beside its place is added there.
  void complete(const Workspace::Prepared& p) const {
    for (const Workspace::Completion& c : p.completions) {
      if (!*c.written) std::memset(c.data, 0, c.bytes);
      if (!c.add_to) continue;
      if (w.plan_->scalar() == ScalarType::float32)
        add_entries<float>(c.add_to, c.data, c.bytes);
      else
        add_entries<double>(c.add_to, c.data, c.bytes);
    }
  }

  [[noreturn]] void fail(const Workspace::Prepared& p, const std::string& thrown) const {
    const Node& n = w.plan_->graph().nodes()[p.plan->node];
    throw Error(Exit::run_failed, n.place,
                fmt::format("{} failed in {}: {}", n.what(), p.plan->backward ? "backward" : "forward",
                            thrown.empty() ? reason_of(w.status_, w.error_, sizeof w.error_) : thrown));
  }
};

void walk_forward(Workspace& workspace, const Step& step) {
  walk_forward(workspace, step, 0, workspace.plan().forward().size());
}
void walk_forward(Workspace& workspace, const Step& step, std::size_t first, std::size_t end) {
  Walker{workspace, step}.forward(first, end);
}
void walk_backward(Workspace& workspace, const Step& step) {
  walk_backward(workspace, step, 0, workspace.plan().backward().size());
}
void walk_backward(Workspace& workspace, const Step& step, std::size_t first, std::size_t end) {
  Walker{workspace, step}.backward(first, end);
}

// ---- The workspace ----------------------------------------------------------------------------------------

Workspace::Workspace(const Plan& plan, const Parameters& parameters, std::shared_ptr<Buffer> arena)
    : plan_(&plan), parameters_(&parameters), arena_(std::move(arena)) {
  if (!arena_ || arena_->size() < plan.arena_bytes()) arena_ = std::make_shared<Buffer>(plan.arena_bytes());
  std::size_t tensors = 0, gradients = 0;
  for (const auto* calls : {&plan.forward(), &plan.backward()})
    for (const PlannedCall& c : *calls) {
      tensors += c.values.size() + c.output_gradients.size() + c.gradients.size();
      gradients += c.gradients.size();
    }
  for (const ValueId v : plan.graph().inputs())
    if (const std::vector<double>& entries = plan.graph().values()[v].given;
        !entries.empty() && value(v).data)
      given_.emplace_back(value(v), &entries);
  tensors_.reserve(tensors);
  written_.reserve(gradients);
  for (const PlannedCall& c : plan.forward()) forward_.push_back(prepare(c));
  for (const PlannedCall& c : plan.backward()) backward_.push_back(prepare(c));
  initially_written_ = written_;
  for (auto* calls : {&forward_, &backward_})
    for (Prepared& p : *calls) {
      p.call.written = written_.data() + p.first_written;
      for (std::size_t i = 0; i < p.plan->gradients.size(); ++i) {
        const PlannedCall::Gradient& g = p.plan->gradients[i];
        if (g.value == no_value) continue;
        const Tensor t = tensor(g.slot, g.value);
        p.completions.push_back(
            {p.call.written + i, t.data, t.bytes(), g.add_to ? address(*g.add_to, g.value) : nullptr});
      }
    }
}

void Workspace::load_given() {
  for (const auto& [tensor, entries] : given_) write(tensor, *entries);
}

void* Workspace::address(const Slot& slot, ValueId v) const {
  if (slot.where == Slot::arena || slot.where == Slot::zeros) return arena_->data() + slot.offset;
  if (slot.where == Slot::parameter) return parameters_->tensor(v).data;
  return nullptr;
}

Tensor Workspace::tensor(const Slot& slot, ValueId v) const {
  return {address(slot, v), &plan_->shape(v), plan_->scalar(), entries_of(plan_->shape(v))};
}

Workspace::Prepared Workspace::prepare(const PlannedCall& planned) {
  const Node& n = plan_->graph().nodes()[planned.node];
  const auto push = [&](ValueId v, void* data) {
    if (v == no_value) return tensors_.push_back(gr_tensor{});
    tensors_.push_back(call_tensor(data, plan_->shape(v)));
  };
  Prepared p;
  p.plan = &planned;
  p.kernel = planned.backward ? n.type->table().backward : n.type->table().forward;
  p.instance = plan_->instance(planned.node);
  p.key = hash(n.name);
  gr_call& c = p.call;
  c.size = sizeof c;
  c.scalar = static_cast<gr_scalar>(plan_->scalar());
  c.value_count = planned.values.size();
  c.values = tensors_.data() + tensors_.size();
  for (std::size_t t = 0; t < planned.values.size(); ++t)
    push(n.values[t],
         planned.values[t] == no_value ? nullptr : address(plan_->value_slots()[n.values[t]], n.values[t]));
  c.output_gradients = tensors_.data() + tensors_.size();
  c.output_gradient_count = planned.output_gradients.size();
  std::size_t output = 0;
  for (std::size_t t = 0; t < n.values.size() && output < planned.output_gradients.size(); ++t) {
    if (n.type->ports()[n.ports[t]].role != GR_OUTPUT) continue;
    const auto& slot = planned.output_gradients[output++];
    push(n.values[t], slot ? address(*slot, n.values[t]) : nullptr);
    if (slot && slot->where == Slot::zeros) zeros_bytes_ = std::max(zeros_bytes_, value(n.values[t]).bytes());
  }
  c.gradients = tensors_.data() + tensors_.size();
  c.gradient_count = planned.gradients.size();
  p.first_written = written_.size();
  for (std::size_t t = 0; t < planned.gradients.size(); ++t) {
    const PlannedCall::Gradient& g = planned.gradients[t];
    push(n.values[t], g.value == no_value ? nullptr : address(g.slot, g.value));
    written_.push_back(g.written);
  }
  c.scratch = planned.scratch_size ? address(planned.scratch, no_value) : nullptr;
  c.scratch_size = planned.scratch_size;
  c.parallel = [](void* pool, std::size_t tasks, gr_task task, void* context) {
    ThreadPool::run(pool, tasks, task, context);
  };
  c.error = error_;
  c.error_size = sizeof error_;
  return p;
}

// ---- Tensors ----------------------------------------------------------------------------------------------

namespace {

template <class EntryAt>
void write_entries(const Tensor& t, EntryAt&& entry) {
  for (std::int64_t i = 0; i < t.entries; ++i) {
    if (t.scalar == ScalarType::float32) {
      static_cast<float*>(t.data)[i] = static_cast<float>(entry(i));
    } else if (t.scalar == ScalarType::float64) {
      static_cast<double*>(t.data)[i] = entry(i);
    } else {
      static_cast<double*>(t.data)[2 * i] = entry(i);
      static_cast<double*>(t.data)[2 * i + 1] = 0;
    }
  }
}

}  // namespace

void fill(const Tensor& t, double value) {
  write_entries(t, [value](std::int64_t) { return value; });
}

void write(const Tensor& t, std::span<const double> entries) {
  write_entries(t, [entries](std::int64_t i) { return entries[static_cast<std::size_t>(i)]; });
}

double sum(const Tensor& t) {
  double total = 0;
  for (std::int64_t i = 0; i < t.entries; ++i) total += t.at(i);
  return total;
}

std::int64_t first_not_finite(const Tensor& t) {
  for (std::int64_t i = 0; i < t.entries; ++i)
    if (!std::isfinite(t.at(i))) return i;
  return -1;
}

}  // namespace graph_runner
