// Derivatives as claims write them: df/dx, ∂²f/∂x², d/dx f, ∇f, ∇_x f and grad(f) are one kind of tree.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "formulas/formula_reader.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

constexpr std::string_view nabla_sign = "∇";

std::string text_of(const DerivativeText& d) {
  if (!d.second) return fmt::format("d{}/d{}", d.of, d.by);
  return d.by == *d.second ? fmt::format("d2{}/d{}2", d.of, d.by)
                           : fmt::format("d2{}/d{}{}{}", d.of, d.by, d.second->empty() ? "" : "d", *d.second);
}

}  // namespace

// Whether a derivative begins here, with a name.
bool FormulaReader::at_derivative() const {
  const std::string& text = peek().text;
  if (text.rfind(nabla_sign, 0) == 0) return true;
  if (!options_.derivative) return false;
  if (text == "grad" && is("(", 1)) return true;
  if (text == "d" && !options_.axes("d")) {
    const std::size_t slash = is("^", 1) && peek(2).text == "2" ? 3 : 1;
    return is("/", slash) && is_name(slash + 1) && peek(slash + 1).text[0] == 'd';
  }
  const std::size_t slash = behind_indices(1);
  return is("/", slash) && is_name(slash + 1) && options_.derivative(text, peek(slash + 1).text);
}

Formula FormulaReader::derivative() {
  if (!options_.derivative) fail("derivatives stand in claims: under 'check:' or 'refuted:'");
  const std::string& text = peek().text;
  if (text == "grad" && is("(", 1)) return gradient();
  if (text.rfind(nabla_sign, 0) == 0) return nabla();
  if (text == "d" && !options_.axes("d")) return applied();
  return quotient(*options_.derivative(text, peek(behind_indices(1) + 1).text));
}

// How many tokens the [ ] behind a name take, here: none where there are none.
std::size_t FormulaReader::behind_indices(std::size_t ahead) const {
  if (!is("[", ahead)) return ahead;
  int open = 0;
  for (; peek(ahead).kind != FormulaToken::end; ++ahead) {
    open += is("[", ahead) - is("]", ahead);
    if (open == 0) return ahead + 1;
  }
  return ahead;
}

bool FormulaReader::takes_square() {
  if (!is("^") || peek(1).text != "2") return false;
  at_ += 2;
  return true;
}

// dh/dx, dh[i]/dx[j], d2f/dx[i]dx[j] or ∂²f/∂x². Indices behind a name without any before them are left to
// stand behind the whole: df/dx[i].
Formula FormulaReader::quotient(DerivativeText names) {
  FormulaToken whole = peek();
  std::vector<std::vector<Formula>> at(3);  // behind each name
  const auto read_indices = [&](std::vector<Formula>& parts) {
    if (const FormulaToken opening = peek(); take("[")) indices(opening, parts);
  };
  const auto read_name = [&] {  // behind the d
    whole.bytes = peek().at + peek().bytes - whole.at;
    return tokens_[at_++].text.substr(1);
  };
  ++at_;
  read_indices(at[0]);
  ++at_;  // the slash
  const std::string by = read_name();
  const FormulaToken& next = peek(behind_indices());
  const bool second = names.second && is("[") && next.kind == FormulaToken::name && next.text[0] == 'd';
  if (!at[0].empty() || second) read_indices(at[1]);
  if (second) names.by = by, names.second = read_name(), read_indices(at[2]);
  const bool squared = takes_square();
  if (squared && names.second == "")
    names.second = names.by;
  else if (squared)
    throw Error(Exit::bad_request, place(whole),
                fmt::format("'{0}^2' may be ({0})^2 or d2{1}/d{2}2; write the one that is meant",
                            text_of(names), names.of, names.by));
  return finish(whole, std::move(names), std::move(at));
}

// d/dx f.
Formula FormulaReader::applied() {
  const FormulaToken whole = tokens_[at_++];
  const bool twice = takes_square();
  ++at_;  // the slash
  const std::string below = tokens_[at_++].text;
  const bool squared = takes_square();
  const bool bracket = is("(") && is_name(1) && is(")", 2);
  if (bracket) ++at_;
  if (!is_name())
    fail(fmt::format("found {}, expected what d/{} is taken of, a value by its name", found(), below));
  const std::string of = tokens_[at_++].text;
  if (bracket) ++at_;
  auto names = options_.derivative((twice ? "d2" : "d") + of, below);
  if (!names) names = DerivativeText{of, below.substr(1), {}};
  if (squared && names->second == "") names->second = names->by;
  for (const char* binds : {"*", "/", "^", ".*", "./", ".^", "⊙", "("})
    if (is(binds))
      fail(fmt::format("what is behind 'd/{} {}' may belong to what it is taken of; write ({})", below, of,
                       text_of(*names)));
  return finish(whole, std::move(*names), std::vector<std::vector<Formula>>(3));
}

// ∇f and ∇_x f.
Formula FormulaReader::nabla() {
  const FormulaToken whole = tokens_[at_++];
  const bool twice = takes_square();
  if (!is_name()) fail(fmt::format("found {}, expected what ∇ is taken of, a value by its name", found()));
  DerivativeText names{tokens_[at_++].text, whole.text.substr(nabla_sign.size()), {}};
  names.by = names.by.empty() ? options_.variable(names.of, place(whole)) : names.by.substr(1);
  const std::string first = text_of(names);
  if (twice) names.second = names.by;
  if (twice || options_.axes(names.of).value_or(0) != 0)
    throw Error(Exit::bad_request, place(whole),
                fmt::format("∇ is the gradient of a number; write {}", text_of(names)));
  if (is("^") || is(".^") || is("("))
    fail(fmt::format("what is behind '{}{}' may belong to what it is taken of; write ({})", whole.text,
                     names.of, first));
  return finish(whole, std::move(names), std::vector<std::vector<Formula>>(3));
}

// grad(f) and grad(f, x).
Formula FormulaReader::gradient() {
  const FormulaToken whole = tokens_[at_++], opening = tokens_[at_++];
  const auto name = [&] {
    if (!is_name()) fail(fmt::format("found {}, expected a value by its name, as in grad(f)", found()));
    return tokens_[at_++].text;
  };
  DerivativeText names{name(), "", {}};
  names.by = take(",") ? name() : options_.variable(names.of, place(whole));
  expect(")", opening);
  if (options_.axes(names.of).value_or(0) != 0)
    throw Error(Exit::bad_request, place(whole),
                fmt::format("grad is the gradient of a number; write {}", text_of(names)));
  return finish(whole, std::move(names), std::vector<std::vector<Formula>>(3));
}

// `at` are the indices behind each name; x_i has its own.
Formula FormulaReader::finish(const FormulaToken& whole, DerivativeText names,
                              std::vector<std::vector<Formula>> at) {
  std::string* const named[] = {&names.of, &names.by, names.second ? &*names.second : nullptr};
  for (std::size_t i = 0; i < at.size(); ++i)
    if (named[i] && at[i].empty())
      if (auto entry = subscripted(*named[i], options_.axes, place(whole)))
        *named[i] = entry->of, at[i] = std::move(entry->at);
  Formula f = make(Formula::derivative, whole, {}, text_of(names));
  std::vector<Formula> parts;
  if (std::any_of(at.begin(), at.end(), [](const auto& a) { return !a.empty(); }))
    for (std::size_t i = 0; i < at.size(); ++i) {
      if (at[i].empty() && named[i])
        at[i].resize(options_.axes(*named[i]).value_or(0), make(Formula::whole_axis, whole, {}));
      std::move(at[i].begin(), at[i].end(), std::back_inserter(parts));
    }
  f.derived = std::make_shared<const DerivativeText>(std::move(names));
  if (parts.empty()) return f;
  parts.insert(parts.begin(), std::move(f));
  return make(Formula::index, whole, std::move(parts));
}

}  // namespace graph_runner
