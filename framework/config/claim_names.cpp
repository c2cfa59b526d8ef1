#include "config/claim_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/lowering.hpp"

namespace graph_runner {

namespace {

// "x12" as {"x", 12}; {"x", 0} where it has no number.
std::pair<std::string, int> stem_and_number(const std::string& name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  const std::string number = name.substr(digits);
  return {name.substr(0, digits),
          number.empty() || number.size() > 6 || number[0] == '0' ? 0 : std::stoi(number)};
}

[[noreturn]] void fail(const Place& place, const std::string& why) {
  throw Error(Exit::bad_request, place, why);
}

}  // namespace

Formula number_at(const Formula& f, double value) {
  return {Formula::number, fmt::format("{}", value), value, {}, f.place, 1};
}

ClaimNames::ClaimNames(const Graph& graph, const std::set<std::string>& rows, Registry& registry,
                       const SizeValues& sizes)
    : graph_(graph), sizes_(sizes), scope_(registry) {
  int count = 0;
  for (const std::string& name : graph.names()) {
    const ValueId v = graph.find(name);
    names_[name] = v;
    const Shape shape = shape_of(v);
    gr_shape s{static_cast<std::int64_t>(shape.size()), {}};
    const Kind kind = rows.count(name) ? Kind::row : kind_of(s);
    kinds_[name] = kind;
    const std::string from = fmt::format("value_{}", ++count);
    declare(name, from, shape, kind);
    fed_[from] = {shape, v, {}};
  }
}

ValueId ClaimNames::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? no_value : found->second;
}

Shape ClaimNames::shape_of(ValueId v) const {
  Shape shape;
  const gr_shape& s = graph_.values()[v].shape;
  for (std::int64_t i = 0; i < s.rank; ++i) shape.push_back(graph_.sizes().evaluate(s.dims[i], sizes_));
  return shape;
}

void ClaimNames::declare(const std::string& name, const std::string& from, Shape shape, Kind kind) {
  Named value;
  value.from = from;
  value.kind = kind;
  value.shape.rank = static_cast<std::int64_t>(shape.size());
  std::copy(shape.begin(), shape.end(), value.shape.dims);
  scope_.declare(name, value);
  // Lowering finds what feeds a port under this name.
  if (name != from) {
    value.generated = true;
    scope_.declare(from, value);
  }
}

// ---- Derivatives

bool ClaimNames::declare_derivative(const std::string& name, const Place& place) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return false;
  if (scope_.find(name)) return true;
  std::string above = name.substr(0, slash), below = name.substr(slash + 1);
  const bool second = above.size() > 2 && above[1] == '2' && find(above.substr(1)) == no_value;
  above = above.substr(second ? 2 : 1);
  below = below.substr(1);
  std::vector<std::string> known;
  for (const auto& [n, v] : names_) known.push_back(n);
  const auto value = [&](const std::string& n) {
    const ValueId v = find(n);
    if (v == no_value)
      fail(place,
           fmt::format("the derivative '{}': nothing is called '{}'{}", name, n, did_you_mean(n, known)));
    return v;
  };
  DerivativeName d;
  std::string below_second;
  if (second) {
    // dx2, or dxdy: every cut at a d of which both sides are names.
    const auto [stem, number] = stem_and_number(below);
    if (number == 2 && find(stem) != no_value) {
      below = below_second = stem;
    } else {
      std::vector<std::pair<std::string, std::string>> cuts;
      for (std::size_t i = 1; i + 1 < below.size(); ++i)
        if (below[i] == 'd' && find(below.substr(0, i)) != no_value && find(below.substr(i + 1)) != no_value)
          cuts.emplace_back(below.substr(0, i), below.substr(i + 1));
      if (cuts.size() != 1)
        fail(place,
             fmt::format("the second derivative '{}' wants what it is taken by twice, as in d2f/dx2, or two "
                         "names, as in d2f/dxdy",
                         name));
      below = cuts[0].first;
      below_second = cuts[0].second;
    }
  }
  d.of = value(above);
  d.by = value(below);
  if (second) d.second = value(below_second);
  for (const ValueId by : {d.by, d.second})
    if (by != no_value && !graph_.reaching({d.of})[by])
      fail(place, fmt::format("the derivative '{}': '{}' does not depend on '{}'", name, above,
                              graph_.values()[by].name));
  const Shape of = shape_of(d.of), by = shape_of(d.by);
  if (second && !of.empty())
    fail(place,
         fmt::format("the second derivative '{}': '{}' is no number, and only numbers have Hessians here",
                     name, above));
  Shape shape = of;
  shape.insert(shape.end(), by.begin(), by.end());
  if (second) {
    const Shape along = shape_of(d.second);
    shape.insert(shape.end(), along.begin(), along.end());
  }
  if (shape.size() > GR_MAX_RANK)
    fail(place,
         fmt::format("the derivative '{}' has {} axes; {} is the most", name, shape.size(), GR_MAX_RANK));
  gr_shape s{static_cast<std::int64_t>(shape.size()), {}};
  // Of a number, it lies or stands as what it is taken by.
  const Kind kind = of.empty() && !second && kinds_.at(below) == Kind::row ? Kind::row : kind_of(s);
  const std::string from = fmt::format("derivative_{}", fed_.size() + 1);
  declare(name, from, shape, kind);
  fed_[from] = {shape, no_value, d};
  return true;
}

// df/dx1 is an entry of df/dx, dg1/dx a row of dg/dx, where no value is called x1 or g1.
Formula ClaimNames::component(const Formula& f) {
  const std::size_t slash = f.text.find('/');
  if (slash == std::string::npos) return f;
  const std::string above = f.text.substr(0, slash), below = f.text.substr(slash + 1);
  const auto [of, row] = stem_and_number(above);
  const auto [by, column] = stem_and_number(below);
  const bool known_of = find(above.substr(1)) != no_value, known_by = find(below.substr(1)) != no_value;
  const bool second = above.size() > 1 && above[1] == '2' && !known_of;
  const bool take_row = !second && !known_of && row > 0 && of.size() > 1 && find(of.substr(1)) != no_value;
  const bool take_column =
      !second && !known_by && column > 0 && by.size() > 1 && find(by.substr(1)) != no_value;
  if (!take_row && !take_column) return f;
  Formula whole = f;
  whole.text = (take_row ? of : above) + "/" + (take_column ? by : below);
  declare_derivative(whole.text, f.place);
  const Named& named = *scope_.find(whole.text);
  Formula all{Formula::whole_axis, "", 0, {}, f.place, 1};
  std::vector<Formula> parts{whole};
  if (named.shape.rank == 2) {
    parts.push_back(take_row ? number_at(f, row) : all);
    parts.push_back(take_column ? number_at(f, column) : all);
  } else {
    parts.push_back(number_at(f, take_row ? row : column));
  }
  return {Formula::index, "", 0, std::move(parts), f.place, 2};
}

// ---- The claim's graph

std::vector<std::string> ClaimNames::candidates(const Formula& left) const {
  std::vector<std::string> names;
  for (const auto& [from, fed] : fed_) {
    if (fed.value == no_value || fed.shape.size() > 2) continue;
    const Value& v = graph_.values()[fed.value];
    const bool hidden = v.node != no_node && graph_.nodes()[v.node].inner;
    if (!hidden && !(left.kind == Formula::name && left.text == v.name)) names.push_back(v.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<InputSpec> ClaimNames::inputs(const std::set<std::string>& used) const {
  std::vector<InputSpec> inputs;
  for (const auto& [from, fed] : fed_) {
    if (!used.count(from)) continue;
    InputSpec input;
    input.name = from;
    for (const std::int64_t d : fed.shape) input.shape.push_back({d, ""});
    inputs.push_back(std::move(input));
  }
  return inputs;
}

void ClaimNames::feed(const std::string& input, ValueId id, ClaimProgram& program) const {
  const Fed& fed = fed_.at(input);
  if (fed.value != no_value)
    program.values.emplace_back(id, fed.value);
  else
    program.derivatives.emplace_back(id, fed.derivative);
}

}  // namespace graph_runner
