#include "train/sliced_update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/guard.hpp"

namespace graph_runner {

SlicedUpdate::SlicedUpdate(const OptimizerSpec& spec, const std::vector<ValueId>& trained,
                           const Parameters& parameters)
    : spec_(spec), ports_(optimizer_ports(*spec.type)), next_(slice * sizeof(float)) {
  if (!spec.type->supports(ScalarType::float32))
    throw Error(Exit::bad_request, spec.place,
                fmt::format("{} cannot train: it does not support float", spec.type->name()));
  try {
    instance_ = spec.type->create(spec.attributes);
  } catch (const Error& e) {
    throw Error(e.exit(), spec.place, fmt::format("train.optimizer: {}", e.what()));
  }
  std::size_t length = 0;
  for (const ValueId v : trained) {
    const std::int64_t entries = parameters.tensor(v).entries;
    parameters_.push_back({v, entries, length});
    length += static_cast<std::size_t>((entries + slice - 1) / slice * slice + slice);
  }
  for (const OptimizerPorts::State& port : ports_.states)
    states_.push_back({port, Buffer(length * sizeof(float))});
  tensors_.assign(spec.type->ports().size(), {nullptr, &entries_, 1});
  tensors_[ports_.rate] = {&rate_, &entries_, 0};
  tensors_[ports_.step] = {&step_, &entries_, 0};
  call_.size = sizeof call_;
  call_.scalar = GR_FLOAT;
  call_.training = 1;
  call_.values = tensors_.data();
  call_.value_count = tensors_.size();
  call_.parallel = [](void* pool, std::size_t tasks, gr_task task, void* context) {
    ThreadPool::run(pool, tasks, task, context);
  };
  call_.error = error_;
  call_.error_size = sizeof error_;
  reserve_scratch();
  tensors_[ports_.next_parameter].data = next_.data();
}

void SlicedUpdate::reserve_scratch() {
  std::size_t bytes = 0;
  for (const Parameter& p : parameters_)
    for (const std::int64_t entries : {std::min(slice, p.entries), p.entries % slice}) {
      entries_ = entries;
      if (entries)
        bytes = std::max(bytes, spec_.type->scratch(instance_.get(), call_, "optimizer", spec_.place));
    }
  scratch_ = Buffer(bytes);
  call_.scratch = bytes ? scratch_.data() : nullptr;
  call_.scratch_size = bytes;
}

// Where the values of a parameter's state begin.
float* SlicedUpdate::values(const State& state, const Parameter& parameter) const {
  return reinterpret_cast<float*>(state.memory.data()) + parameter.offset + (further_ ? slice : 0);
}

void SlicedUpdate::step(const Workspace& workspace, double rate, std::uint64_t step) {
  rate_ = static_cast<float>(rate);
  step_ = static_cast<float>(step);
  gr_status status = GR_OK;
  error_[0] = '\0';
  const std::string thrown = thrown_by([&] {
    for (std::size_t i = 0; i < parameters_.size() && status == GR_OK; ++i)
      status = update(parameters_[i], workspace);
  });
  if (status != GR_OK || !thrown.empty())
    throw Error(Exit::run_failed, spec_.place,
                fmt::format("the optimizer {} failed in forward: {}", spec_.type->name(),
                            thrown.empty() ? reason_of(status, error_, sizeof error_) : thrown));
  further_ = !further_;
}

gr_status SlicedUpdate::update(const Parameter& parameter, const Workspace& workspace) {
  float* const p = static_cast<float*>(workspace.value(parameter.value).data);
  float* const g = static_cast<float*>(workspace.gradient(parameter.value).data);
  const std::int64_t slices = (parameter.entries + slice - 1) / slice;
  for (std::int64_t i = 0; i < slices; ++i) {
    const std::int64_t at = slice * (further_ ? i : slices - 1 - i);
    entries_ = std::min(slice, parameter.entries - at);
    tensors_[ports_.parameter].data = p + at;
    tensors_[ports_.gradient].data = g + at;
    for (const State& s : states_) {
      float* const now = values(s, parameter) + at;
      tensors_[s.port.now].data = now;
      tensors_[s.port.next].data = further_ ? now - slice : now + slice;
    }
    const gr_status status = spec_.type->table().forward(instance_.get(), &call_);
    if (status != GR_OK) return status;
    const float* const next = reinterpret_cast<const float*>(next_.data());
    std::copy(next, next + entries_, p + at);
  }
  return GR_OK;
}

std::map<std::string, ByParameter> SlicedUpdate::state() const {
  std::map<std::string, ByParameter> all;
  for (const State& s : states_) {
    ByParameter& to = all[s.port.name];
    for (const Parameter& p : parameters_) {
      if (to.size() <= p.value) to.resize(p.value + 1);
      const float* const from = values(s, p);
      to[p.value].assign(from, from + p.entries);
    }
  }
  return all;
}

void SlicedUpdate::restore(const std::map<std::string, ByParameter>& state) {
  for (const State& s : states_)
    for (const Parameter& p : parameters_) {
      const std::vector<float>& from = state.at(s.port.name)[p.value];
      std::copy(from.begin(), from.end(), values(s, p));
    }
}

}  // namespace graph_runner
