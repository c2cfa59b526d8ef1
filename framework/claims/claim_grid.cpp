#include "claims/claim_grid.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace graph_runner {

namespace {

Formula with_parts(const Formula& f, Formula::Kind kind, std::vector<Formula> parts) {
  Formula made{kind, f.text, 0, std::move(parts), f.place, 1};
  for (const Formula& part : made.parts) made.depth = std::max(made.depth, part.depth + 1);
  return made;
}

}  // namespace

ClaimGrid::ClaimGrid(ClaimNames& names, std::vector<IndexLetter> letters)
    : names_(names), letters_(std::move(letters)) {
  for (const IndexLetter& letter : letters_) count_ *= letter.size;
}

ClaimGrid::Values ClaimGrid::values(const Formula& f) {
  if (const auto whole = numbers(f, {})) {
    Operand o = names_.lower_whole(*whole);
    // What no letter is in has the same value everywhere.
    if (o.kind == Kind::scalar && !letters_.empty())
      o = names_.take(f, o, std::vector<std::int64_t>(static_cast<std::size_t>(count_), 1));
    return {{o}, true};
  }
  Values values;
  each(letters_, {}, [&](const Bindings& at) {
    const Operand o = names_.lower_whole(names_.rewrite(f, at));
    const gr_shape& first = values.parts.empty() ? o.shape : values.parts[0].shape;
    if (!std::equal(o.shape.dims, o.shape.dims + o.shape.rank, first.dims, first.dims + first.rank))
      throw Error(Exit::bad_request, f.place,
                  fmt::format("'{}' has another shape for other values of its letters", print_formula(f)));
    values.parts.push_back(o);
  });
  return values;
}

std::optional<Formula> ClaimGrid::numbers(const Formula& f, const Bindings& fixed) {
  if (!varies(f, fixed)) {
    Formula same = names_.rewrite(f, fixed);
    return names_.lower(same).kind == Kind::scalar ? std::optional(std::move(same)) : std::nullopt;
  }
  std::optional<Formula> made;
  if (const Alias* alias = names_.alias(f); alias && alias->takes == Alias::anything)
    return numbers(spelled_out(*alias, f), fixed);
  if (f.kind == Formula::index)
    made = entries(f, fixed);
  else if (f.kind == Formula::call && f.text == "sum" && f.parts.size() == 3)
    made = added(f, fixed);
  else
    made = by_entry(f, fixed);
  return made ? made : written_out(f, fixed);
}

// x[…] of an x without letters: some of its entries.
std::optional<Formula> ClaimGrid::entries(const Formula& f, const Bindings& fixed) {
  if (varies(f.parts[0], fixed)) return std::nullopt;
  const Operand whole = names_.lower(names_.rewrite(f.parts[0], fixed));
  if (whole.shape.rank != static_cast<std::int64_t>(f.parts.size()) - 1 || whole.constant)
    return std::nullopt;
  std::vector<std::int64_t> at;
  bool fine = true;
  each(letters_, fixed, [&](const Bindings& letters) {
    std::int64_t entry = 0;
    for (std::size_t i = 1; fine && i < f.parts.size(); ++i) {
      const auto number = names_.number(f.parts[i], letters);
      fine = number.has_value();
      if (!fine) return;
      const gr_size size = whole.shape.dims[i - 1];
      check_range(f.parts[0], f.parts[i], *number, size, letters);
      entry = entry * size + std::int64_t(*number) - 1;
    }
    at.push_back(entry + 1);
  });
  if (!fine) return std::nullopt;
  return names_.column(names_.take(f, whole, std::move(at)), f);
}

std::optional<Formula> ClaimGrid::added(const Formula& f, const Bindings& fixed) {
  const int count = names_.times(f, fixed);
  std::optional<Formula> total;
  Bindings inside = fixed;
  for (int i = 1; i <= count; ++i) {
    names_.spend(f);
    inside[f.parts[0].text] = i;
    std::optional<Formula> term = numbers(f.parts[2], inside);
    if (!term) return std::nullopt;
    total = total ? with_parts(f, Formula::add, {std::move(*total), std::move(*term)}) : std::move(term);
  }
  return total;
}

std::optional<Formula> ClaimGrid::by_entry(const Formula& f, const Bindings& fixed) {
  const bool function = f.kind == Formula::call && works_by_entry(f.text, f.parts.size());
  if (f.kind < Formula::negative && !function) return std::nullopt;
  // One by one, a division of numbers by zero is found.
  const bool division = f.kind == Formula::divide || f.kind == Formula::each_divide;
  if (arithmetic(division ? f.parts[1] : f, fixed)) return std::nullopt;
  std::vector<Formula> parts;
  for (const Formula& part : f.parts) {
    std::optional<Formula> made = numbers(part, fixed);
    if (!made) return std::nullopt;
    parts.push_back(std::move(*made));
  }
  return with_parts(f, entry_by_entry(f.kind), std::move(parts));
}

std::optional<Formula> ClaimGrid::written_out(const Formula& f, const Bindings& fixed) {
  std::vector<IndexLetter> inside;
  for (const IndexLetter& letter : letters_)
    if (!fixed.count(letter.name) && mentions(f, letter.name)) inside.push_back(letter);
  std::vector<Formula> instances;
  bool fine = true;
  each(inside, fixed, [&](const Bindings& at) {
    if (!fine) return;
    instances.push_back(names_.rewrite(f, at));
    if (instances.size() == 1) fine = names_.lower(instances[0]).kind == Kind::scalar;
  });
  if (!fine) return std::nullopt;
  const Operand all = names_.lower(with_parts(f, Formula::list, std::move(instances)));
  if (inside.size() == letters_.size()) return names_.column(all, f);
  std::vector<std::int64_t> at;
  each(letters_, {}, [&](const Bindings& letters) {
    std::int64_t entry = 0;
    for (const IndexLetter& letter : inside)
      entry = entry * letter.size + std::int64_t(letters.at(letter.name)) - 1;
    at.push_back(entry + 1);
  });
  return names_.column(names_.take(f, all, std::move(at)), f);
}

bool ClaimGrid::mentions(const Formula& f, const std::string& letter) const {
  if (f.kind == Formula::name) return f.text == letter;
  const bool sum = f.kind == Formula::call && f.text == "sum" && f.parts.size() == 3;
  if (sum && f.parts[0].text == letter) return mentions(f.parts[1], letter);
  return std::any_of(f.parts.begin(), f.parts.end(),
                     [&](const Formula& part) { return mentions(part, letter); });
}

bool ClaimGrid::varies(const Formula& f, const Bindings& fixed) const {
  return std::any_of(letters_.begin(), letters_.end(), [&](const IndexLetter& letter) {
    return !fixed.count(letter.name) && mentions(f, letter.name);
  });
}

// Whether it is a number for each value of the letters, whatever the graph computes.
bool ClaimGrid::arithmetic(const Formula& f, const Bindings& fixed) const {
  if (!varies(f, fixed)) return false;
  Bindings at = fixed;
  for (const IndexLetter& letter : letters_) at.try_emplace(letter.name, 1);
  try {
    return names_.number(f, at).has_value();
  } catch (const Error&) {  // such as a division by zero
    return true;
  }
}

void ClaimGrid::each(const std::vector<IndexLetter>& letters, const Bindings& fixed, const Body& body) const {
  Bindings at = fixed;
  const std::function<void(std::size_t)> run = [&](std::size_t next) {
    if (next == letters.size()) return body(at);
    const IndexLetter& letter = letters[next];
    const bool held = fixed.count(letter.name);
    for (std::int64_t i = 1; i <= letter.size; ++i) {
      if (!held) at[letter.name] = double(i);
      run(next + 1);
    }
  };
  run(0);
}

}  // namespace graph_runner
