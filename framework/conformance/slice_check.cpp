// Whether an optimizer may be called on slices, as training does: the next value of an entry depends on
// nothing but the entries at its place, the rate and the step. A norm inside would show.
#include <fmt/format.h>

#include <cstring>

#include "conformance/trials.hpp"

namespace graph_runner {

namespace {

constexpr std::int64_t all_entries = 2 * 4096 + 7;

// The same node for tensors of so many entries; the numbers stay.
Subject of_entries(Subject subject, std::int64_t entries) {
  for (std::size_t t = 0; t < subject.shapes.size(); ++t)
    if (subject.port(t).shape == "...") subject.shapes[t] = {entries};
  return subject;
}

// Calls the node on each slice of this length in turn. Returns where a result differs from the whole's.
std::string difference(ChildReport& report, const Subject& whole, const Probe& made,
                       const std::vector<Entries>& point, std::int64_t length, ScalarType scalar) {
  const Subject subject = of_entries(whole, length);
  Probe probe(subject, scalar);
  report.step(fmt::format("forward in {} of a slice of {}", name_of(scalar), length));
  for (std::int64_t at = 0; at + length <= all_entries; at += length) {
    std::vector<Entries> part(point.size());
    for (std::size_t t = 0; t < part.size(); ++t) {
      const bool number = point[t].size() <= 1;
      part[t] = number ? point[t] : Entries(point[t].begin() + at, point[t].begin() + at + length);
    }
    set_point(probe, subject, part);
    probe.forward();
    for (std::size_t t = 0; t < part.size(); ++t) {
      if (!subject.is_result(t)) continue;
      const Tensor a = probe.value(t), b = made.value(t);
      const auto* from =
          static_cast<const std::byte*>(b.data) + static_cast<std::size_t>(at) * bytes_of(scalar);
      if (std::memcmp(a.data, from, a.bytes()) != 0)
        return fmt::format(
            "forward in {} of a slice of {} entries gives other bits than of the whole, see output "
            "'{}' after entry {}: the next value of an entry may depend on nothing but the entries "
            "at its place, the rate and the step",
            name_of(scalar), length, subject.label(t), at);
    }
  }
  return "";
}

}  // namespace

std::string sliced_difference(Candidate& candidate) {
  constexpr std::int64_t draws = 4;
  for (std::int64_t i = 0; i < draws; ++i) {
    Stream stream = candidate.stream(i);
    const Subject whole = of_entries(draw(candidate, stream).subject, all_entries);
    const std::vector<Entries> point = draw_point(whole, stream);
    for (const ScalarType scalar : {ScalarType::float32, ScalarType::float64}) {
      if (!candidate.type().supports(scalar)) continue;
      Probe probe(whole, scalar);
      set_point(probe, whole, point);
      candidate.report().step(fmt::format("forward in {}", name_of(scalar)));
      probe.forward();
      for (const std::int64_t length : {1, 7, 4096})
        if (std::string wrong = difference(candidate.report(), whole, probe, point, length, scalar);
            !wrong.empty())
          return wrong;
    }
  }
  return "";
}

}  // namespace graph_runner
