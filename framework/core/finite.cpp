#include "core/finite.hpp"

#include <fmt/format.h>

#include <cmath>

namespace graph_runner {

namespace {

std::int64_t first(const Tensor& t) {
  if (!t.data || t.scalar != ScalarType::dual64) return t.data ? first_not_finite(t) : -1;
  const double* parts = static_cast<const double*>(t.data);
  for (std::int64_t i = 0; i < 2 * t.entries; ++i)
    if (!std::isfinite(parts[i])) return i / 2;
  return -1;
}

// What and where, if a tensor has an entry that is not finite.
std::optional<NotFinite> look(const Tensor& t, const std::string& what, const Place& place,
                              ValueId fed = no_value) {
  const std::int64_t entry = first(t);
  if (entry < 0) return std::nullopt;
  const Shape index = index_of(*t.shape, static_cast<std::size_t>(entry));
  return NotFinite{
      {place, index.empty() ? what : fmt::format("{}, entry {}", what, to_string(index))}, fed, index};
}

}  // namespace

std::optional<NotFinite> find_not_finite(const Workspace& w) {
  const Graph& graph = w.plan().graph();
  const auto among = [&](const std::vector<ValueId>& values, const char* what) -> std::optional<NotFinite> {
    for (const ValueId v : values) {
      const Value& value = graph.values()[v];
      if (auto found = look(w.value(v), fmt::format("the {} '{}'", what, value.name), value.place, v))
        return found;
    }
    return std::nullopt;
  };
  if (auto found = among(graph.parameters(), "parameter")) return found;
  if (auto found = among(graph.inputs(), "input")) return found;
  for (const PlannedCall& c : w.plan().forward()) {
    const Node& n = graph.nodes()[c.node];
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      const Port& port = n.type->ports()[n.ports[t]];
      if (port.role < GR_OUTPUT) continue;
      if (auto found =
              look(w.value(n.values[t]), fmt::format("{}, output '{}'", n.what(), port.name), n.place))
        return found;
    }
  }
  return std::nullopt;
}

std::optional<NotFinite> walk_backward_to_not_finite(Workspace& w, const Step& step) {
  const std::vector<PlannedCall>& calls = w.plan().backward();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    walk_backward(w, step, i, i + 1);
    const Node& n = w.plan().graph().nodes()[calls[i].node];
    for (std::size_t t = 0; t < calls[i].gradients.size(); ++t) {
      if (calls[i].gradients[t].value == no_value) continue;
      if (auto found =
              look(w.gradient(calls[i].gradients[t].value),
                   fmt::format("{}, the gradient of port '{}'", n.what(), n.type->ports()[n.ports[t]].name),
                   n.place))
        return found;
    }
  }
  return std::nullopt;
}

}  // namespace graph_runner
