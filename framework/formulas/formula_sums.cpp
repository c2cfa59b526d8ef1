#include "formulas/formula_sums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "formulas/notation.hpp"

namespace graph_runner {

bool is_sum_over_index(const Formula& f) {
  return f.kind == Formula::call && f.text == "sum" && f.parts.size() == 3;
}

namespace {

Formula tree(const Formula& at, Formula::Kind kind, std::vector<Formula> parts, std::string text = "") {
  Formula f{kind, std::move(text), 0, std::move(parts), at.place, 1};
  for (const Formula& part : f.parts) f.depth = std::max(f.depth, part.depth + 1);
  return f;
}
Formula call(const Formula& at, const char* function, std::vector<Formula> parts) {
  return tree(at, Formula::call, std::move(parts), function);
}
Formula number(const Formula& at, double value) {
  return {Formula::number, fmt::format("{}", value), value, {}, at.place, 1};
}

bool mentions(const Formula& f, const std::string& letter) {
  if (f.kind == Formula::name) return f.text == letter;
  if (is_sum_over_index(f) && f.parts[0].text == letter) return false;
  return std::any_of(f.parts.begin(), f.parts.end(), [&](const Formula& p) { return mentions(p, letter); });
}

Formula replaced(Formula f, const std::string& letter, const Formula& by) {
  if (f.kind == Formula::name) return f.text == letter ? by : f;
  if (is_sum_over_index(f) && f.parts[0].text == letter) return f;
  f.depth = 1;
  for (Formula& part : f.parts) {
    part = replaced(std::move(part), letter, by);
    f.depth = std::max(f.depth, part.depth + 1);
  }
  return f;
}

// How many parts it has once its sums are written out.
double written_out(const Formula& f) {
  double parts = 1;
  for (const Formula& part : f.parts) parts += written_out(part);
  return is_sum_over_index(f) ? parts * constant_value(f.parts[1]).value_or(1) : parts;
}

class Summing {
 public:
  Summing(const Registry& registry, const AxesOf& axes) : registry_(registry), axes_(axes) {}

  // A number for each value of the letters that it depends on, by their places in letters_, in order: a
  // number, a column, or a matrix.
  struct Values {
    Formula of;
    std::vector<std::size_t> letters;
  };

  std::optional<Values> sum(const Formula& f) {
    const std::size_t inner = letters_.size();
    letters_.push_back({f.parts[0].text, f.parts[1]});
    std::optional<Values> made = values(f.parts[2]);
    letters_.pop_back();
    if (!made) return std::nullopt;
    if (made->letters.empty() || made->letters.back() != inner)  // the same for each
      return Values{tree(f, Formula::multiply, {f.parts[1], std::move(made->of)}), made->letters};
    made->letters.pop_back();
    if (made->letters.empty()) return Values{call(f, "sum", {std::move(made->of)}), {}};
    return Values{tree(f, Formula::multiply, {std::move(made->of), call(f, "ones", {f.parts[1]})}),
                  made->letters};
  }

 private:
  struct Letter {
    std::string name;
    Formula size;
  };

  std::optional<Values> values(const Formula& f) {
    const auto varies = [&](const Letter& l) { return mentions(f, l.name); };
    if (std::none_of(letters_.begin(), letters_.end(), varies)) return Values{f, {}};
    if (f.kind == Formula::name) return counted(f);
    if (f.kind == Formula::index) return entries(f);
    if (is_sum_over_index(f)) return sum(f);
    if (const Alias* alias = f.kind == Formula::call ? alias_of(f, registry_, axes_) : nullptr)
      return alias->takes == Alias::nothing ? std::nullopt : values(spelled_out(*alias, f));
    const bool function = f.kind == Formula::call && works_by_entry(f.text, f.parts.size());
    if (f.kind < Formula::negative && !function) return std::nullopt;
    std::vector<Values> parts;
    std::vector<std::size_t> all;
    for (const Formula& part : f.parts) {
      std::optional<Values> made = values(part);
      if (!made) return std::nullopt;
      std::vector<std::size_t> both;
      std::set_union(all.begin(), all.end(), made->letters.begin(), made->letters.end(),
                     std::back_inserter(both));
      all = std::move(both);
      parts.push_back(std::move(*made));
    }
    if (all.size() > 2) return std::nullopt;
    std::vector<Formula> spread;
    for (Values& part : parts) spread.push_back(over(std::move(part), all));
    return Values{tree(f, entry_by_entry(f.kind), std::move(spread), f.text), all};
  }

  // i itself: 1, 2, …
  std::optional<Values> counted(const Formula& f) const {
    for (std::size_t l = 0; l < letters_.size(); ++l)
      if (letters_[l].name == f.text)
        return Values{call(f, "cumsum", {call(f, "ones", {letters_[l].size})}), {l}};
    return std::nullopt;
  }

  // A column over one letter as a matrix over two; a number goes with anything.
  Formula over(Values part, const std::vector<std::size_t>& all) const {
    if (part.letters.empty() || part.letters == all) return std::move(part.of);
    const bool first = part.letters[0] == all[0];
    Formula ones = call(part.of, "ones", {letters_[all[first ? 1 : 0]].size});
    if (!first) std::swap(part.of, ones);
    return call(part.of, "outer", {part.of, ones});
  }

  // x[i], A[i,j], A[2,i+1]: parts of what no letter is in.
  std::optional<Values> entries(const Formula& f) const {
    for (const Letter& l : letters_)
      if (mentions(f.parts[0], l.name)) return std::nullopt;
    std::vector<Formula> parts{f.parts[0]};
    std::vector<std::size_t> by;
    for (std::size_t i = 1; i < f.parts.size(); ++i) {
      const auto letter = letter_of(f.parts[i]);
      if (!letter && (!constant_value(f.parts[i]) || f.parts[i].kind == Formula::whole_axis))
        return std::nullopt;
      if (letter) by.push_back(*letter);
      parts.push_back(letter ? range(f.parts[i], *letter) : f.parts[i]);
    }
    if (by.empty() || by.size() > 2) return std::nullopt;
    Formula part = tree(f, Formula::index, std::move(parts));
    if (by.size() == 1) return Values{call(f, "flatten", {std::move(part)}), by};
    if (by[0] == by[1]) return Values{call(f, "diag", {std::move(part)}), {by[0]}};
    if (by[0] < by[1]) return Values{std::move(part), by};
    return Values{tree(f, Formula::transpose, {std::move(part)}), {by[1], by[0]}};
  }
  // The letter of an index i, i + 1 or i - 1.
  std::optional<std::size_t> letter_of(const Formula& index) const {
    const bool moved = (index.kind == Formula::add || index.kind == Formula::subtract) &&
                       constant_value(index.parts[1]).has_value();
    const Formula& name = moved ? index.parts[0] : index;
    for (std::size_t l = 0; l < letters_.size(); ++l)
      if (name.kind == Formula::name && letters_[l].name == name.text) return l;
    return std::nullopt;
  }
  // What it runs over: 1 … n, or 2 … n + 1.
  Formula range(const Formula& index, std::size_t letter) const {
    const Formula& size = letters_[letter].size;
    const auto shifted = [&](const Formula& f) {
      if (index.kind == Formula::name) return f;
      Formula sum = tree(index, index.kind, {f, index.parts[1]});
      const auto value = constant_value(sum);
      return value && *value >= 0 ? number(index, *value) : sum;
    };
    return tree(index, Formula::range, {shifted(number(index, 1)), shifted(size)});
  }

  const Registry& registry_;
  const AxesOf& axes_;
  std::vector<Letter> letters_;
};

}  // namespace

std::optional<Formula> without_index(const Formula& f, const Registry& registry, const AxesOf& axes) {
  if (auto made = Summing(registry, axes).sum(f)) return std::move(made->of);
  constexpr double most_parts = 10000, most_terms = 500;  // which are a tree as deep
  const auto count = constant_value(f.parts[1]);
  if (!count || *count > most_terms || written_out(f) > most_parts) return std::nullopt;
  Formula total = replaced(f.parts[2], f.parts[0].text, number(f, 1));
  for (int i = 2; i <= *count; ++i)
    total = tree(f, Formula::add, {std::move(total), replaced(f.parts[2], f.parts[0].text, number(f, i))});
  return total;
}

}  // namespace graph_runner
