#include "analysis/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace graph_runner {

namespace {

const Port& port(const Node& n, std::size_t t) { return n.type->ports()[n.ports[t]]; }
bool is_result(const Node& n, std::size_t t) { return port(n, t).role >= GR_OUTPUT; }

bool is_exact(const Port& p) { return p.discrete || p.domain == GR_INDEX || p.domain == GR_ONE_HOT; }

// Nodes that read nothing: constants, sizes.
bool reads_nothing(const Node& n) {
  for (std::size_t t = 0; t < n.values.size(); ++t)
    if (!is_result(n, t) && n.values[t] != no_value) return false;
  return true;
}

bool wants_square(const Port& p) {
  const auto& axes = p.pattern.axes;
  return axes.size() >= 2 && axes.back().kind == Pattern::Axis::name &&
         axes[axes.size() - 2].text == axes.back().text;
}

double largest_value(const Tensor& t) {
  double most = 0;
  for (std::int64_t i = 0; i < t.entries; ++i) most = std::max(most, std::abs(t.at(i)));
  return most;
}

}  // namespace

const std::vector<bool>& Rounding::read_exactly(const Graph& graph) {
  if (graph_ == &graph) return read_exactly_;
  graph_ = &graph;
  read_exactly_.assign(graph.values().size(), false);
  for (const Node& n : graph.nodes())
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (n.values[t] != no_value && !is_result(n, t) && is_exact(port(n, t)))
        read_exactly_[n.values[t]] = true;
  return read_exactly_;
}

// Each number is off by up to a part of its own, or of `least` where that is larger.
void Rounding::disturb(const Tensor& t, double least, bool whole_are_exact) {
  const std::size_t parts = t.scalar == ScalarType::dual64 ? 2 : 1;
  double* const entries = static_cast<double*>(t.data);
  constexpr int shares = 3;  // of 21 bits, in one random number
  std::uint64_t random = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(t.entries) * parts; ++i) {
    random = i % shares == 0 ? stream_() : random >> 21;
    double& x = entries[i];
    const double size = i % parts == 0 ? std::max(std::abs(x), least) : std::abs(x);
    if (size == 0 || (whole_are_exact && size < 0x1p53 && x == std::floor(x))) continue;
    const double share = static_cast<double>(random & 0x1FFFFF) * 0x1p-20 - 1;
    x += share * relative_ * size;
  }
}

void Rounding::keep(const Tensor& t) {
  for (const auto& [kept, at] : kept_)
    if (kept.data == t.data) return;  // a value that feeds a node twice
  kept_.emplace_back(t, bytes_.size());
  const auto* from = static_cast<const std::byte*>(t.data);
  bytes_.insert(bytes_.end(), from, from + t.bytes());
}

void Rounding::restore() {
  for (const auto& [t, at] : kept_) std::memcpy(t.data, bytes_.data() + at, t.bytes());
  kept_.clear();
  bytes_.clear();
}

void Rounding::disturb_read(const Workspace& w, const Node& n, std::size_t t) {
  const Graph& graph = w.plan().graph();
  const Value& v = graph.values()[n.values[t]];
  if (is_exact(port(n, t)) || v.discrete) return;
  const Tensor read = w.value(n.values[t]);
  const std::size_t before = kept_.size();
  keep(read);
  if (kept_.size() == before) return;
  const bool constant =
      v.origin != Origin::parameter && v.node != no_node && reads_nothing(graph.nodes()[v.node]);
  disturb(read, wants_square(port(n, t)) ? largest_value(read) : 0, constant);
}

void Rounding::walk_forward(Workspace& w, const Step& step, std::size_t first, std::size_t end) {
  const std::vector<bool>& exact = read_exactly(w.plan().graph());
  for (std::size_t i = first; i < end; ++i) {
    const Node& n = w.plan().graph().nodes()[w.plan().forward()[i].node];
    bool reads = false;
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      if (is_result(n, t) || n.values[t] == no_value) continue;
      reads = true;
      disturb_read(w, n, t);
    }
    graph_runner::walk_forward(w, step, i, i + 1);
    restore();
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (is_result(n, t) && !port(n, t).discrete && !exact[n.values[t]])
        disturb(w.value(n.values[t]), 0, !reads);
  }
}

void Rounding::walk_backward(Workspace& w, const Step& step) {
  const std::vector<PlannedCall>& calls = w.plan().backward();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Node& n = w.plan().graph().nodes()[calls[i].node];
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      if (calls[i].values[t] != no_value) disturb_read(w, n, t);
      if (port(n, t).role != GR_OUTPUT || port(n, t).discrete) continue;
      const Tensor arriving = w.gradient(n.values[t]);
      if (!arriving.data) continue;
      keep(arriving);
      disturb(arriving, 0, false);
    }
    graph_runner::walk_backward(w, step, i, i + 1);
    restore();
    for (const PlannedCall::Gradient& g : calls[i].gradients)
      if (g.value != no_value && !g.add_to) disturb(w.gradient(g.value), 0, false);
  }
}

}  // namespace graph_runner
