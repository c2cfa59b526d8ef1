#include "analysis/probe.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/guard.hpp"
#include "core/threads.hpp"

namespace graph_runner {

// ---- The subject

Subject::Subject(const Graph& graph, const Node& node, const SizeValues& sizes)
    : name(node.called()),
      type(node.type),
      attributes(node.attributes),
      ports(node.ports),
      place(node.place) {
  for (AttributeValue& a : attributes)
    for (std::int64_t& size : a.ints)
      if (a.kind == GR_SIZE) size = graph.sizes().evaluate(size, sizes);
  instance = type->create(attributes);
  for (const ValueId v : node.values) {
    present.push_back(v != no_value);
    shapes.emplace_back();
    if (v == no_value) continue;
    const gr_shape& s = graph.values()[v].shape;
    for (std::int64_t i = 0; i < s.rank; ++i)
      shapes.back().push_back(graph.sizes().evaluate(s.dims[i], sizes));
  }
}

std::string Subject::label(std::size_t t) const {
  if (!port(t).many) return port(t).name;
  std::size_t first = t;
  while (first > 0 && ports[first - 1] == ports[t]) --first;
  return fmt::format("{}[{}]", port(t).name, t - first + 1);
}

// ---- The probe

Probe::Probe(const Subject& subject, ScalarType scalar, ProbeMemory* memory)
    : subject_(subject), scalar_(scalar), memory_(memory) {
  const std::size_t count = subject.ports.size();
  values_.resize(count);
  output_gradients_.resize(count);
  gradients_.resize(count);
  all_.resize(count);
  for (std::size_t t = 0; t < count; ++t) {
    const Port& port = subject.port(t);
    if (!subject.present[t]) continue;
    const std::size_t bytes = static_cast<std::size_t>(entries_of(subject.shapes[t])) * bytes_of(scalar);
    values_[t] = take(Use::value, t, bytes);
    if (port.role == GR_OUTPUT && !port.discrete) output_gradients_[t] = take(Use::output_gradient, t, bytes);
    all_[t] = subject.takes_gradient(t);
    if (all_[t]) gradients_[t] = take(Use::gradient, t, bytes);
  }
  for (std::size_t t = 0; t < count; ++t) {
    const Port& port = subject.port(t);
    forward_values_.push_back(argument(value(t), t));
    backward_values_.push_back(argument(port.unread ? Tensor{} : value(t), t));
    if (port.role == GR_OUTPUT) call_output_gradients_.push_back(argument(output_gradient(t), t));
    if (port.role > GR_PARAMETER) continue;
    call_gradients_.push_back(argument(gradient(t), t));
    gradient_tensors_.push_back(t);
  }
  written_ = reinterpret_cast<std::uint8_t*>(take(Use::written, 0, call_gradients_.size()));
  call_.size = sizeof call_;
  call_.scalar = static_cast<gr_scalar>(scalar);
  call_.training = subject.training;
  call_.seed = 1;
  call_.values = forward_values_.data();
  call_.value_count = count;
  call_.written = written_;
  call_.parallel = [](void* pool, std::size_t tasks, gr_task task, void* context) {
    ThreadPool::run(pool, tasks, task, context);
  };
  call_.error = error_;
  call_.error_size = sizeof error_;
  std::vector<gr_tensor> shapes = forward_values_;
  for (gr_tensor& t : shapes) t.data = nullptr;
  gr_call asked = call_;
  asked.values = shapes.data();
  call_.scratch_size = subject.type->scratch(subject.instance.get(), asked, subject.name, subject.place);
  if (call_.scratch_size) call_.scratch = take(Use::scratch, 0, call_.scratch_size);
}

std::byte* Probe::take(Use use, std::size_t tensor, std::size_t bytes) {
  if (memory_) return memory_->take(use, tensor, bytes);
  own_.emplace_back(bytes);
  return own_.back().data();
}

Tensor Probe::tensor(const std::vector<std::byte*>& buffers, std::size_t t) const {
  return {buffers[t], &subject_.shapes[t], scalar_, buffers[t] ? entries_of(subject_.shapes[t]) : 0};
}

gr_tensor Probe::argument(const Tensor& tensor, std::size_t t) const {
  if (!subject_.present[t]) return {};
  return call_tensor(tensor.data, subject_.shapes[t]);
}

void Probe::call(bool backward) {
  const gr_type& table = subject_.type->table();
  error_[0] = '\0';
  gr_status status = GR_OK;
  const std::string thrown = thrown_by(
      [&] { status = (backward ? table.backward : table.forward)(subject_.instance.get(), &call_); });
  if (thrown.empty() && status == GR_OK) return;
  throw Error(Exit::run_failed, subject_.place,
              fmt::format("node '{}' ({}) failed in {}: {}", subject_.name, subject_.type->name(),
                          backward ? "backward" : "forward",
                          thrown.empty() ? reason_of(status, error_, sizeof error_) : thrown));
}

void Probe::forward() {
  call_.values = forward_values_.data();
  call_.output_gradients = call_.gradients = nullptr;
  call_.output_gradient_count = call_.gradient_count = 0;
  call(false);
}

void Probe::backward(const std::vector<bool>& wanted, const std::vector<bool>& holds_sum) {
  for (std::size_t i = 0; i < call_gradients_.size(); ++i) {
    const std::size_t t = gradient_tensors_[i];
    call_gradients_[i].data = wanted[t] ? gradient(t).data : nullptr;
    written_[i] = holds_sum[t];
  }
  call_.values = backward_values_.data();
  call_.output_gradients = call_output_gradients_.data();
  call_.output_gradient_count = call_output_gradients_.size();
  call_.gradients = call_gradients_.data();
  call_.gradient_count = call_gradients_.size();
  call(true);
  for (std::size_t i = 0; i < call_gradients_.size(); ++i)
    if (call_gradients_[i].data && !written_[i])
      std::memset(call_gradients_[i].data, 0, gradient(gradient_tensors_[i]).bytes());
}

}  // namespace graph_runner
