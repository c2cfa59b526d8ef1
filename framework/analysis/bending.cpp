#include "analysis/bending.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/bends.hpp"
#include "analysis/evaluation.hpp"
#include "analysis/node_check.hpp"
#include "analysis/probe.hpp"

namespace graph_runner {

namespace {

std::string key_of(const Node& node) {
  std::string key = node.type->name();
  for (const AttributeValue& a : node.attributes) {
    // Sizes change nothing but how many entries there are.
    for (const std::int64_t x : a.ints) key += a.kind == GR_SIZE ? "" : fmt::format(" {}", x);
    for (const double x : a.reals) key += fmt::format(" {}", x);
    for (const std::string& x : a.texts) key += " " + x;
  }
  return key;
}

// One node along a random line in all of its inputs.
class NodeLine {
 public:
  NodeLine(const Subject& s, Stream& stream)
      : s_(s),
        scalar_(s.type->supports(ScalarType::dual64) ? ScalarType::dual64 : ScalarType::float64),
        probe_(s, scalar_),
        through_(s.ports.size()),
        along_(s.ports.size()) {
    for (std::size_t t = 0; t < s.ports.size(); ++t) {
      if (!s.present[t] || s.is_result(t)) continue;
      through_[t] = draw_for_port(s, t, stream, EntryDraw::smooth);
      along_[t].resize(through_[t].size());
      if (s.port(t).domain == GR_REALS && !s.port(t).discrete) fill_normal(stream, 0, 1, along_[t]);
    }
  }

  std::vector<double> sample(double at) {
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      if (through_[t].empty()) continue;
      Entries here = through_[t];
      for (std::size_t i = 0; i < here.size(); ++i) here[i] += at * along_[t][i];
      write(probe_.value(t), here);
      if (scalar_ == ScalarType::dual64) write_tangents(probe_.value(t), along_[t]);
    }
    probe_.forward();
    std::vector<double> all;
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      if (!s_.present[t] || s_.port(t).role != GR_OUTPUT) continue;
      const Entries values = read(probe_.value(t));
      all.insert(all.end(), values.begin(), values.end());
      if (scalar_ != ScalarType::dual64) continue;
      const Entries tangents = read_tangents(probe_.value(t));
      all.insert(all.end(), tangents.begin(), tangents.end());
    }
    return all;
  }

 private:
  const Subject& s_;
  ScalarType scalar_;
  Probe probe_;
  std::vector<Entries> through_, along_;
};

bool bends(const Subject& s) {
  constexpr int lines = 3;
  if (!s.type->supports(ScalarType::float64)) return true;
  Stream stream(1, "bending", s.type->name());
  BendSearch search;
  search.ladder = bend_ladder();
  search.most = 4;
  for (int i = 0; i < lines; ++i) {
    NodeLine line(s, stream);
    if (line.sample(0).size() > most_numbers) return true;  // it is not looked for
    if (!find_bends([&](double t) { return line.sample(t); }, search).places.empty()) return true;
  }
  return false;
}

}  // namespace

bool Bending::may_bend(const Graph& graph, const Node& node, const SizeValues& sizes) {
  const auto [at, added] = known_.try_emplace(key_of(node), true);
  if (!added) return at->second;
  for (std::size_t t = 0; t < node.values.size(); ++t) {
    const Port& port = node.type->ports()[node.ports[t]];
    // A domain of whole rows or matrices, or of indices, has no lines through it: nothing is known.
    if (port.role <= GR_PARAMETER && (port.discrete || port.domain == GR_INDEX || port.domain == GR_ONE_HOT))
      return true;
  }
  try {
    at->second = bends(Subject(graph, node, sizes));
  } catch (const Error&) {  // it fails on the way
  }
  return at->second;
}

}  // namespace graph_runner
