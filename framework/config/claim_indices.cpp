// Claims with indices, sums and sizes: written out as numbers, for given letters and sizes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/claim_names.hpp"
#include "config/lowering.hpp"

namespace graph_runner {

namespace {

// Negative numbers are trees of their own.
Formula constant_at(const Formula& f, double value) {
  if (value >= 0) return number_at(f, value);
  return {Formula::negative, "", 0, {number_at(f, -value)}, f.place, 2};
}

[[noreturn]] void fail(const Place& place, const std::string& why) {
  throw Error(Exit::bad_request, place, why);
}

}  // namespace

// ---- Index letters

std::vector<IndexLetter> ClaimNames::letters(const Formula& left) {
  std::vector<IndexLetter> letters;
  if (left.kind != Formula::index) return letters;
  for (std::size_t i = 1; i < left.parts.size(); ++i) {
    const Formula& part = left.parts[i];
    if (part.kind != Formula::name || find(part.text) != no_value || sizes_.count(part.text)) continue;
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
  const Formula whole = rewrite(f, {});
  std::vector<NodeSpec> scratch;
  const Operand o = Lowering(scope_, "claim", "scratch", scratch).lower(whole);
  return Shape(o.shape.dims, o.shape.dims + o.shape.rank);
}

// ---- Rewriting

Formula ClaimNames::rewrite(const Formula& f, const Bindings& letters) {
  if (f.kind == Formula::name) {
    if (const auto bound = letters.find(f.text); bound != letters.end()) return constant_at(f, bound->second);
    if (find(f.text) != no_value) return f;
    if (const auto size = sizes_.find(f.text); size != sizes_.end())
      return number_at(f, double(size->second));
    if (f.text.find('/') == std::string::npos) return f;
    Formula made = component(f);
    if (made.kind == Formula::name) declare_derivative(f.text, f.place);
    return made;
  }
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
    if (const auto number = constant_value(part)) numbers.push_back(*number);
  if (numbers.size() != out.parts.size()) return out;
  if (f.text == "floor" && numbers.size() == 1) return constant_at(f, std::floor(numbers[0]));
  if (f.text == "mod" && numbers.size() == 2 && numbers[1] != 0)
    return constant_at(f, numbers[0] - numbers[1] * std::floor(numbers[0] / numbers[1]));
  return out;
}

Formula ClaimNames::index(const Formula& f, const Bindings& letters) {
  Formula out = f;
  out.depth = 1;
  for (Formula& part : out.parts) {
    part = rewrite(part, letters);
    out.depth = std::max(out.depth, part.depth + 1);
  }
  if (letters.empty()) return out;  // lowering says what is wrong
  const Shape shape = shape_of(out.parts[0]);
  for (std::size_t i = 1; i < out.parts.size() && shape.size() == out.parts.size() - 1; ++i) {
    const auto number = constant_value(out.parts[i]);
    if (!number) continue;
    if (*number != std::floor(*number) || *number < 1 || *number > double(shape[i - 1])) {
      std::string at;
      for (const auto& [letter, value] : letters)
        at += fmt::format("{}{} = {}", at.empty() ? "" : ", ", letter, value);
      throw IndexOutOfRange{fmt::format("at {} the index '{}' of '{}' is {}: it leaves 1 … {}", at,
                                        print_formula(f.parts[i]), print_formula(f.parts[0]), *number,
                                        shape[i - 1])};
    }
    out.parts[i] = number_at(f.parts[i], *number);
  }
  return out;
}

// sum(i, m, …): the sum over i = 1 … m.
Formula ClaimNames::sum(const Formula& f, const Bindings& letters) {
  const Formula& letter = f.parts[0];
  if (letter.kind != Formula::name || find(letter.text) != no_value || sizes_.count(letter.text))
    fail(letter.place, fmt::format("sum(i, m, …): '{}' is no index letter: a name that nothing else has",
                                   print_formula(letter)));
  const auto count = constant_value(rewrite(f.parts[1], letters));
  if (!count || *count != std::floor(*count) || *count < 1 || *count > 900)
    fail(f.parts[1].place,
         fmt::format("sum(i, m, …): '{}' is no size: how far the index runs", print_formula(f.parts[1])));
  Bindings inside = letters;
  Formula total;
  for (int i = 1; i <= int(*count); ++i) {
    inside[letter.text] = i;
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

}  // namespace graph_runner
