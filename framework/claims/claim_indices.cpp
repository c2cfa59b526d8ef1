// Claims with indices, sums and sizes: written out as numbers, for given letters and sizes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "claims/claim_names.hpp"

namespace graph_runner {

namespace {

// Negative numbers are trees of their own.
Formula constant_at(const Formula& f, double value) {
  if (value >= 0) return number_at(f, value);
  return {Formula::negative, "", 0, {number_at(f, -value)}, f.place, 2};
}

// mod and floor of numbers.
std::optional<double> rounded(const Formula& call, const std::vector<double>& x) {
  if (call.text == "floor" && x.size() == 1) return std::floor(x[0]);
  if (call.text == "mod" && x.size() == 2 && x[1] != 0) return x[0] - x[1] * std::floor(x[0] / x[1]);
  return std::nullopt;
}

[[noreturn]] void fail(const Place& place, const std::string& why) {
  throw Error(Exit::bad_request, place, why);
}

// Whether a size is an index of an axis at all sizes, as n is of x [n] and of a [m*n]; where it may leave the
// axis, its name is an index letter.
bool may_index(const Graph& graph, const std::string& size, const Formula& whole, std::size_t axis) {
  std::vector<ValueId> values;
  if (whole.kind == Formula::derivative) {
    const NamedDerivative d = read_derivative(graph, whole);
    for (const DerivativePart* part : d.parts())
      if (!part->entry) values.push_back(part->value);
  } else {
    values.push_back(whole.kind == Formula::name && graph.has(whole.text) ? graph.find(whole.text)
                                                                          : no_value);
  }
  for (const ValueId v : values) {
    if (v == no_value) return true;
    const gr_shape& shape = graph.values()[v].shape;
    if (axis < static_cast<std::size_t>(shape.rank)) return graph.sizes().depends_on(shape.dims[axis], size);
    axis -= static_cast<std::size_t>(shape.rank);
  }
  return true;
}

}  // namespace

// ---- Index letters

bool is_index_letter(const Graph& graph, const Formula& left, std::size_t i) {
  const std::string& name = left.parts[i].text;
  if (left.parts[i].kind != Formula::name || graph.has(name)) return false;
  const std::vector<std::string>& sizes = graph.sizes().names();
  const bool is_size = std::find(sizes.begin(), sizes.end(), name) != sizes.end();
  return !is_size || !may_index(graph, name, left.parts[0], i - 1);
}

std::vector<IndexLetter> ClaimNames::letters(const Formula& left) {
  std::vector<IndexLetter> letters;
  if (left.kind != Formula::index) return letters;
  for (std::size_t i = 1; i < left.parts.size(); ++i) {
    const Formula& part = left.parts[i];
    if (!is_index_letter(graph_, left, i)) continue;
    for (const IndexLetter& known : letters)
      if (known.name == part.text)
        fail(part.place, fmt::format("the index letter '{}' stands twice on the left", part.text));
    const Shape shape = shape_of(left.parts[0]);
    if (shape.size() != left.parts.size() - 1)
      fail(left.place, fmt::format("'{}' has {} ax{}, but {} ind{} given", print_formula(left.parts[0]),
                                   shape.size(), shape.size() == 1 ? "is" : "es", left.parts.size() - 1,
                                   left.parts.size() == 2 ? "ex is" : "ices are"));
    letters.push_back({part.text, shape[i - 1]});
  }
  return letters;
}

Shape ClaimNames::shape_of(const Formula& f) {
  const Operand o = lower(rewrite(f, {}));
  return Shape(o.shape.dims, o.shape.dims + o.shape.rank);
}

// ---- Rewriting

void ClaimNames::spend(const Formula& f) {
  if (++parts_ <= most_parts_) return;
  std::string sizes;
  for (const auto& [name, size] : sizes_)
    sizes += fmt::format("{}{} = {}", sizes.empty() ? " at " : ", ", name, size);
  throw TooMuchWork(Exit::bad_request, f.place,
                    fmt::format("{} writes out into more than {} parts{}: sums within sums multiply", what_,
                                most_parts_, sizes));
}

Formula ClaimNames::rewrite(const Formula& f, const Bindings& letters) {
  spend(f);
  if (f.kind == Formula::name) {
    if (const auto bound = letters.find(f.text); bound != letters.end()) return constant_at(f, bound->second);
    if (find(f.text) != no_value) return f;
    if (const auto size = sizes_.find(f.text); size != sizes_.end())
      return number_at(f, double(size->second));
    return f;
  }
  if (f.kind == Formula::derivative) return derivative(f);
  if (f.kind == Formula::index) return index(f, letters);
  if (f.kind == Formula::call && f.text == "sum" && f.parts.size() == 3) return sum(f, letters);
  Formula out = f;
  out.depth = 1;
  for (Formula& part : out.parts) {
    part = rewrite(part, letters);
    out.depth = std::max(out.depth, part.depth + 1);
  }
  if (f.kind != Formula::call || (f.text != "mod" && f.text != "floor")) return out;
  // Of numbers, as index arithmetic wants.
  std::vector<double> numbers;
  for (const Formula& part : out.parts)
    if (const auto x = constant_value(part)) numbers.push_back(*x);
  const auto whole = numbers.size() == out.parts.size() ? rounded(f, numbers) : std::nullopt;
  return whole ? constant_at(f, *whole) : out;
}

Formula ClaimNames::index(const Formula& f, const Bindings& letters) {
  Formula out = f;
  out.depth = 1;
  for (Formula& part : out.parts) {
    part = rewrite(part, letters);
    out.depth = std::max(out.depth, part.depth + 1);
  }
  if (letters.empty()) return out;  // lowering says what is wrong
  const gr_shape shape = lower(out.parts[0]).shape;
  const bool fits = shape.rank == static_cast<std::int64_t>(out.parts.size()) - 1;
  for (std::size_t i = 1; fits && i < out.parts.size(); ++i) {
    const auto given = constant_value(out.parts[i]);
    if (!given) continue;
    check_range(f.parts[0], f.parts[i], *given, shape.dims[i - 1], letters);
    out.parts[i] = number_at(f.parts[i], *given);
  }
  return out;
}

void check_range(const Formula& whole, const Formula& index, double number, std::int64_t size,
                 const Bindings& letters) {
  if (number == std::floor(number) && number >= 1 && number <= double(size)) return;
  std::string at;
  for (const auto& [letter, value] : letters)
    at += fmt::format("{}{} = {}", at.empty() ? "" : ", ", letter, value);
  throw IndexOutOfRange{fmt::format("at {} the index '{}' of '{}' is {}: it leaves 1 … {}", at,
                                    print_formula(index), print_formula(whole), number, size)};
}

int ClaimNames::times(const Formula& f, const Bindings& letters) {
  const Formula& letter = f.parts[0];
  if (letter.kind != Formula::name || find(letter.text) != no_value)
    fail(letter.place, fmt::format("sum(i, m, …): '{}' is no index letter: a name that no value has",
                                   print_formula(letter)));
  const auto count = constant_value(rewrite(f.parts[1], letters));
  if (!count || *count != std::floor(*count) || *count < 1 || *count > 900)
    fail(f.parts[1].place,
         fmt::format("sum(i, m, …): '{}' is no size: how far the index runs", print_formula(f.parts[1])));
  return int(*count);
}

// sum(i, m, …): the sum over i = 1 … m.
Formula ClaimNames::sum(const Formula& f, const Bindings& letters) {
  const int count = times(f, letters);
  Bindings inside = letters;
  Formula total;
  for (int i = 1; i <= count; ++i) {
    inside[f.parts[0].text] = i;
    Formula term = rewrite(f.parts[2], inside);
    if (i == 1) {
      total = std::move(term);
      continue;
    }
    const int depth = std::max(total.depth, term.depth) + 1;
    total = {Formula::add, "", 0, {std::move(total), std::move(term)}, f.place, depth};
  }
  return total;
}

std::optional<double> ClaimNames::number(const Formula& f, const Bindings& letters) const {
  if (f.kind == Formula::name) {
    if (const auto bound = letters.find(f.text); bound != letters.end()) return bound->second;
    if (find(f.text) != no_value) return std::nullopt;
    if (const auto size = sizes_.find(f.text); size != sizes_.end()) return double(size->second);
  }
  if (f.parts.empty()) return constant_value(f);
  if (f.kind < Formula::negative && f.kind != Formula::call) return std::nullopt;
  std::vector<double> numbers;
  for (const Formula& part : f.parts) {
    const auto x = number(part, letters);
    if (!x) return std::nullopt;
    numbers.push_back(*x);
  }
  if (f.kind == Formula::call) return rounded(f, numbers);
  Formula flat{f.kind, f.text, 0, {}, f.place, 2};
  for (std::size_t i = 0; i < numbers.size(); ++i) flat.parts.push_back(constant_at(f.parts[i], numbers[i]));
  return constant_value(flat);
}

}  // namespace graph_runner
