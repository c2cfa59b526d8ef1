#include "claims/claim_derivatives.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "formulas/notation.hpp"
#include "formulas/scope.hpp"

namespace graph_runner {

namespace {

std::optional<DerivativePart> find_part(const Graph& graph, const std::string& name) {
  if (graph.has(name)) return DerivativePart{name, graph.find(name), 0};
  for (const ComponentName& c : component_names(name)) {
    if (!graph.has(c.of)) continue;
    const ValueId v = graph.find(c.of);
    if (graph.values()[v].shape.rank != 1 || c.number.size() > 6 || c.number[0] == '0') return std::nullopt;
    return DerivativePart{c.of, v, std::stoi(c.number)};
  }
  return std::nullopt;
}

// Whether it is a value or an entry of one, by its number or a letter.
bool is_part(const Graph& graph, const std::string& name) {
  const auto axes = [&](const std::string& n) { return axes_of(graph, n); };
  return find_part(graph, name) || subscripted(name, axes, {});
}

// What is differentiated by twice, x2, or by two, xdy: the cut at a d of which both sides are names, whole
// ones first. The second stays empty where there is no such cut, or no single one.
DerivativeText twice(const Graph& graph, std::string of, std::string below) {
  if (below.back() == '2')
    if (std::string once = below.substr(0, below.size() - 1); find_part(graph, once))
      return {std::move(of), once, once};
  for (const bool whole : {true, false}) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i + 1 < below.size(); ++i) {
      if (below[i] != 'd') continue;
      const std::string left = below.substr(0, i), right = below.substr(i + 1);
      if (whole ? graph.has(left) && graph.has(right) : is_part(graph, left) && is_part(graph, right))
        cuts.push_back(i);
    }
    if (cuts.size() == 1) return {std::move(of), below.substr(0, cuts[0]), below.substr(cuts[0] + 1)};
    if (!cuts.empty()) break;
  }
  return {std::move(of), std::move(below), ""};
}

class DerivativeReader {
 public:
  DerivativeReader(const Graph& graph, const Formula& f) : graph_(graph), f_(f) {}

  NamedDerivative read() const {
    const DerivativeText& text = *f_.derived;
    NamedDerivative d;
    d.of = part(text.of);
    if (text.second)
      read_second(text, d);
    else
      d.by = part(text.by);
    for (const DerivativePart* by : d.parts())
      if (const Value& v = graph_.values()[by->value]; v.origin == Origin::parameter && v.discrete)
        fail(
            fmt::format("the derivative '{}': '{}' is a running parameter, which training replaces: there is "
                        "no gradient by it",
                        f_.text, by->name));
      else if (by != &d.of && !graph_.reaching({d.of.value})[by->value])
        fail(fmt::format("the derivative '{}': '{}' does not depend on '{}'", f_.text, d.of.name, by->name));
    if (d.second && (d.of.entry || graph_.values()[d.of.value].shape.rank != 0))
      fail(fmt::format("the second derivative '{}': '{}' is no number, and only numbers have Hessians here",
                       f_.text, d.of.name));
    return d;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw Error(Exit::bad_request, f_.place, why); }

  DerivativePart part(const std::string& name) const {
    if (auto found = find_part(graph_, name)) return *found;
    fail(fmt::format("the derivative '{}': nothing is called '{}'{}", f_.text, name,
                     did_you_mean(name, graph_.names())));
  }

  void read_second(const DerivativeText& text, NamedDerivative& d) const {
    const auto by = find_part(graph_, text.by);
    d.second = find_part(graph_, *text.second);
    if (!by || !d.second)
      fail(
          fmt::format("the second derivative '{}' wants what it is taken by twice, as in d2f/dx2, or two "
                      "names, as in d2f/dxdy",
                      f_.text));
    d.by = *by;
  }

  const Graph& graph_;
  const Formula& f_;
};

}  // namespace

std::vector<const DerivativePart*> NamedDerivative::parts() const {
  std::vector<const DerivativePart*> all{&of, &by};
  if (second) all.push_back(&*second);
  return all;
}

std::string NamedDerivative::name_of_whole() const {
  return second ? fmt::format("d2{}/d{}d{}", of.name, by.name, second->name)
                : fmt::format("d{}/d{}", of.name, by.name);
}

std::optional<DerivativeText> derivative_text(const Graph& graph, std::string_view above,
                                              std::string_view below) {
  const bool derivative = above.size() > 1 && below.size() > 1 && above[0] == 'd' && below[0] == 'd' &&
                          !(graph.has(above) && graph.has(below));
  if (!derivative) return std::nullopt;
  std::string of(above.substr(1)), by(below.substr(1));
  if (of.size() == 1 || of[0] != '2') return DerivativeText{std::move(of), std::move(by), {}};
  return twice(graph, of.substr(1), std::move(by));
}

NamedDerivative read_derivative(const Graph& graph, const Formula& derivative) {
  return DerivativeReader(graph, derivative).read();
}

std::optional<std::size_t> axes_of(const Graph& graph, const std::string& name) {
  const std::vector<std::string>& sizes = graph.sizes().names();
  if (std::find(sizes.begin(), sizes.end(), name) != sizes.end()) return 0;
  const auto part = find_part(graph, name);
  if (!part) return std::nullopt;
  return part->entry ? 0 : static_cast<std::size_t>(graph.values()[part->value].shape.rank);
}

std::string variable_of(const Graph& graph, const std::string& of, const Place& place) {
  const auto part = find_part(graph, of);
  if (!part)
    throw Error(Exit::bad_request, place,
                fmt::format("the gradient of '{0}': nothing is called '{0}'{1}", of,
                            did_you_mean(of, graph.names())));
  const std::vector<bool> read = graph.reaching({part->value});
  std::vector<std::string> names;
  for (ValueId v = 0; v < graph.values().size(); ++v) {
    const Value& value = graph.values()[v];
    if (read[v] && v != part->value &&
        (value.origin == Origin::input || (value.origin == Origin::parameter && !value.discrete)))
      names.push_back(value.name);
  }
  if (names.size() == 1) return names[0];
  if (names.empty())
    throw Error(Exit::bad_request, place, fmt::format("'{}' depends on no input: it has no gradient", of));
  std::vector<std::string> written;
  for (const std::string& name : names) written.push_back(fmt::format("d{}/d{}", of, name));
  throw Error(Exit::bad_request, place,
              fmt::format("'{}' depends on several inputs; write {}", of, any_of(written)));
}

}  // namespace graph_runner
