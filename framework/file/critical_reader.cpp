#include "file/critical_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.hpp"
#include "file/reader.hpp"
#include "formulas/assignments.hpp"

namespace graph_runner {

namespace {

void read_kind(const Yaml& yaml, CriticalSpec& spec, Problems& problems) {
  const std::vector<std::string> kinds(std::begin(critical_kinds), std::end(critical_kinds));
  const auto kind = read_text(yaml, "critical, kind", problems);
  if (!kind) return;
  const auto found = std::find(kinds.begin(), kinds.end(), *kind);
  if (found == kinds.end())
    return problems.add(yaml.place, fmt::format("critical, kind: found '{}', expected {}{}", *kind,
                                                any_of(kinds), did_you_mean(*kind, kinds)));
  spec.kind = static_cast<CriticalKind>(found - kinds.begin());
}

// The value that a name stands for, or nothing where that is reported.
std::optional<ValueId> find(const Graph& graph, const std::string& name, const Place& place, const char* key,
                            Problems& problems) {
  if (name.empty()) return std::nullopt;  // reported when it was read
  try {
    return graph.find(name);
  } catch (const Error& e) {
    problems.add(place, fmt::format("critical, {}: {}", key, e.problems()[0].message));
    return std::nullopt;
  }
}

bool is_scalar(const gr_shape& shape) {
  return std::all_of(shape.dims, shape.dims + shape.rank, [](gr_size size) { return size == 1; });
}

// What is wrong with f, or "".
std::string refuse_of(const Graph& graph, const Value& f) {
  if (f.origin == Origin::input || f.origin == Origin::parameter)
    return fmt::format("'{}' is an {}, expected a value that the graph computes", f.name,
                       f.origin == Origin::input ? "input" : "parameter");
  if (!is_scalar(f.shape))
    return fmt::format("'{}' has shape {}, expected a single number", f.name, graph.sizes().text(f.shape));
  return f.discrete ? fmt::format("'{}' is discrete and has no gradient", f.name) : "";
}

}  // namespace

void read_critical(const Yaml& yaml, std::vector<CriticalSpec>& critical, Problems& problems) {
  if (yaml.kind != Yaml::list || yaml.items.empty())
    problems.add(yaml.place, fmt::format("critical: found {}, expected a list, such as [{{of: f, by: x}}]",
                                         yaml.kind == Yaml::list ? "an empty one" : yaml.found()));
  for (const Yaml& item : yaml.items) {
    CriticalSpec spec;
    spec.place = item.place;
    MapReader map(item, "critical", problems);
    const auto name = [&](const char* key, const char* expected, std::string& to, Place& place) {
      const Yaml* y = map.require(key, expected);
      if (!y) return;
      place = y->place;
      to = read_text(*y, fmt::format("critical, {}", key), problems).value_or("");
    };
    const auto point = [&](const char* key, std::optional<GivenPoint>& to) {
      const Yaml* y = map.get(key);
      if (!y) return;
      GivenPoint given{{}, {}, y->place};
      read_numbers(*y, fmt::format("critical, {}", key), given.shape, given.entries, problems);
      if (!given.entries.empty() &&
          static_cast<std::int64_t>(given.entries.size()) == entries_of(given.shape))
        to = std::move(given);
    };
    name("of", "the name of a scalar value", spec.of, spec.of_place);
    name("by", "the name of an input or parameter", spec.by, spec.by_place);
    point("near", spec.near);
    point("point", spec.point);
    if (const Yaml* y = map.get("kind")) read_kind(*y, spec, problems);
    map.finish();
    if (spec.kind == CriticalKind::none && map.get("point"))
      problems.add(map.get("point")->place, "critical, point: 'kind: none' says that there is none");
    critical.push_back(std::move(spec));
  }
}

std::vector<CriticalRequest> critical_requests(const Graph& graph,
                                               const std::vector<CriticalSpec>& critical) {
  std::vector<CriticalRequest> requests;
  Problems problems;
  for (const CriticalSpec& spec : critical) {
    CriticalRequest request;
    request.place = spec.place;
    request.kind = spec.kind;
    const auto f = find(graph, spec.of, spec.of_place, "of", problems);
    const auto x = find(graph, spec.by, spec.by_place, "by", problems);
    std::string wrong = f ? refuse_of(graph, graph.values()[*f]) : "";
    if (!wrong.empty()) problems.add(spec.of_place, "critical, of: " + wrong);
    if (!x) continue;
    const Value& by = graph.values()[*x];
    if (by.origin != Origin::input && by.origin != Origin::parameter) {
      problems.add(spec.by_place,
                   fmt::format("critical, by: '{}' is computed, expected an input or parameter", by.name));
      continue;
    }
    if (f && wrong.empty() && !graph.reaching({*f})[*x])
      problems.add(spec.by_place, fmt::format("critical, by: '{}' does not depend on '{}'",
                                              graph.values()[*f].name, by.name));
    else if (by.discrete)
      problems.add(spec.by_place,
                   fmt::format("critical, by: '{}' is discrete: there is no gradient by it", by.name));
    std::vector<Assignment> given;
    for (const auto& [point, to] : {std::pair(&spec.near, &request.near), {&spec.point, &request.point}})
      if (*point) {
        given.push_back({by.name, (*point)->shape, (*point)->entries, spec.by_place, (*point)->place});
        *to = (*point)->entries;
      }
    try {
      request.sizes = fix_values(graph, given).sizes;
    } catch (const Error& e) {
      problems.add(e);
    }
    if (f) request.of = *f, request.by = *x, requests.push_back(std::move(request));
  }
  problems.raise();
  return requests;
}

}  // namespace graph_runner
