#include "analysis/evaluation.hpp"

namespace graph_runner {

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
