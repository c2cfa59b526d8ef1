#include "analysis/evaluation.hpp"

#include <cmath>

namespace graph_runner {

bool is_moderate(const Workspace& w) {
  for (const PlannedCall& call : w.plan().forward())
    for (const ValueId v : call.values) {
      if (v == no_value) continue;
      const Tensor t = w.value(v);
      for (std::int64_t i = 0; i < t.entries; ++i)
        if (const double x = std::abs(t.at(i)); x != 0 && !(x >= 1e-150 && x <= 1e150)) return false;
    }
  return true;
}

std::vector<double> read(const Tensor& t) {
  std::vector<double> entries(static_cast<std::size_t>(t.entries));
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = t.at(static_cast<std::int64_t>(i));
  return entries;
}

std::vector<double> read_tangents(const Tensor& t) {
  std::vector<double> tangents(static_cast<std::size_t>(t.entries));
  for (std::size_t i = 0; i < tangents.size(); ++i)
    tangents[i] = static_cast<const double*>(t.data)[2 * i + 1];
  return tangents;
}

void write_tangents(const Tensor& t, std::span<const double> tangents) {
  for (std::size_t i = 0; i < tangents.size(); ++i) static_cast<double*>(t.data)[2 * i + 1] = tangents[i];
}

}  // namespace graph_runner
