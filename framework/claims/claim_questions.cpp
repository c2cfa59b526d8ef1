#include "claims/claim_questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "claims/claim_forms.hpp"
#include "core/text.hpp"
#include "formulas/lowering.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_bytes = 4096, most_equations = 32;  // of an answer

// What of a side is what is asked for, in any of its forms, or "".
std::string part_asked(const Formula& side, const Formula& asked, const Graph& graph) try {
  const Formula& whole = without_indices(asked);
  const ValueId value = whole.kind == Formula::name ? value_of(whole.text, graph) : no_value;
  const Formula* found = find_part(side, [&](const Formula& f) {
    if (f.kind == Formula::name) return value != no_value && value_of(f.text, graph) == value;
    if (!is_derivative(f)) return false;
    NamedDerivative d = read_derivative(graph, f);
    const bool same = d.name_of_whole() == whole.text;
    if (d.second) std::swap(d.by, *d.second);  // the transpose
    return same || d.name_of_whole() == whole.text;
  });
  if (found) return print_formula(*found);
  if (whole.kind == Formula::name) return "";
  const Formula in_form = in_one_form(side, graph);  // where the question asks for a formula
  return find_part(in_form, [&](const Formula& f) { return f == whole; }) ? print_formula(whole) : "";
} catch (const Error&) {  // it names what is not there: told where the claim is formed
  return "";
}

// Whether a formula is a call of types, or of a function that is written in terms of them.
bool calls(const Formula& f, const std::vector<std::string>& types, const Registry& registry) {
  if (f.kind != Formula::call) return false;
  if (const Alias* alias = alias_of(f, registry, {}))
    return find_part(alias->means, [&](const Formula& part) { return calls(part, types, registry); });
  return types_called(f.text, registry) == types;
}

// Whether an answer with ≈ is written too coarsely: half a unit of the last digit of any number is more than
// a twentieth of the largest.
bool coarse(const Claim& claim) {
  double largest = 0;
  find_part(claim.sides.back(), [&](const Formula& f) {
    if (f.kind == Formula::number) largest = std::max(largest, std::abs(f.value));
    return false;
  });
  return std::any_of(claim.tolerance.begin(), claim.tolerance.end(),
                     [&](double half_unit) { return !(half_unit <= largest / 20 * (1 + 1e-9)); });
}

std::string why_unreadable(const ClaimText& written, const Graph& graph) try {
  parse_claim(written, graph);
  return "";
} catch (const Error& e) {
  return e.problems()[0].message;
}

// The claim that a text would be with "= ?" in the place of its right side, where that can be read.
std::optional<Claim> left_alone(const ClaimText& written, const Graph& graph) {
  ClaimText question = written;
  std::string& text = question.text.text;
  if (question.text.kind != Yaml::scalar) return std::nullopt;
  text = text.substr(0, std::min(text.find('='), text.find("≈"))) + "= ?";
  try {
    return parse_claim(question, graph);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

Questions::Questions(const std::vector<ClaimText>& claims, const Graph& graph, const Registry& registry)
    : graph_(graph), registry_(registry) {
  Problems problems;
  for (const ClaimText& written : claims) try {
      Question q = question(written, problems);
      if (!q.claim.open) continue;
      if (std::any_of(list_.begin(), list_.end(),
                      [&](const Question& other) { return other.name == q.name; }))
        problems.add(written.text.place, fmt::format("two questions are called '{}'", q.name));
      list_.push_back(std::move(q));
    } catch (const Error& e) {
      const bool asks = written.terms || written.text.text.find('?') != std::string::npos;
      if (asks) problems.add(e);  // other claims are not what is graded
    }
  problems.raise();
}

Question Questions::question(const ClaimText& written, Problems& problems) const {
  Question q;
  q.claim = parse_claim(written, graph_);
  if (written.terms) q.terms = *written.terms;
  if (written.terms && !q.claim.open)
    problems.add(written.text.place, "a question asks with '?', as in df/dx = ?; this is a claim");
  if (!q.claim.open) return q;
  const bool formula = q.claim.at.empty() && q.claim.asks_at.empty() && !q.claim.approximately;
  q.name = !q.terms.name.empty() ? q.terms.name : formula ? print_formula(q.claim.sides[0]) : q.claim.text;
  q.left = left_in_one_form(q.claim.sides[0], graph_);
  q.at = fix_values(graph_, q.claim.at).entries;
  for (const Formula& name : q.claim.asks_at)
    if (!graph_.has(name.text) || graph_.values()[graph_.find(name.text)].origin > Origin::parameter)
      problems.add(name.place,
                   fmt::format("'{}' is no input or parameter, of which a point is asked for", name.text));
  for (const Yaml& name : q.terms.hide)
    if (!graph_.has(name.text))
      problems.add(name.place, fmt::format("the question, hide: nothing is called '{}'{}", name.text,
                                           did_you_mean(name.text, graph_.names())));
  for (const Yaml& name : q.terms.forbid)
    if (types_called(name.text, registry_).empty())
      problems.add(name.place, fmt::format("the question, forbid: there is no function '{}'{}", name.text,
                                           did_you_mean(name.text, registry_.names())));
  return q;
}

Paper Questions::read(const std::vector<ClaimText>& written) const {
  Paper paper;
  for (const ClaimText& claim : written) try {
      paper.claims.emplace_back(parse_claim(claim, graph_));
    } catch (const Error&) {
      paper.claims.emplace_back();
    }
  for (const Question& q : list_) paper.answers.push_back(answers(q, written, paper.claims));
  return paper;
}

Paper::Answers Questions::answers(const Question& question, const std::vector<ClaimText>& written,
                                  const std::vector<std::optional<Claim>>& claims) const {
  Paper::Answers found;
  const std::string asked = print_formula(question.claim.sides[0]);
  bool near = false;  // whether the reason is that of a claim of what is asked for where it is asked for
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::optional<Claim> claim = claims[i] ? claims[i] : left_alone(written[i], graph_);
    if (!claim || claim->open != !claims[i]) continue;  // a question of their own
    std::string why;
    bool nearer = false;
    try {
      const Formula left = left_in_one_form(claim->sides[0], graph_);
      if (!(without_indices(left) == without_indices(question.left))) continue;
      nearer = left == question.left && (!claims[i] || at_its_point(question, *claim));
      if (!(left == question.left))
        why = fmt::format("its left side is '{}'; the question asks for all of '{}'",
                          print_formula(claim->sides[0]), asked);
      else
        why = claims[i] ? why_not(question, *claim) : why_unreadable(written[i], graph_);
    } catch (const Error&) {
      continue;  // its left side names nothing
    }
    if (why.empty()) {
      found.claims.push_back(i);
    } else if (found.why_none.empty() || (nearer && !near)) {
      found.why_none = fmt::format("line {} is no answer: {}", written[i].text.place.line, why);
      near = nearer;
    }
  }
  if (!found.claims.empty()) found.why_none.clear();
  if (found.claims.empty() && found.why_none.empty())
    found.why_none = fmt::format("no claim has '{}' on its left", asked);
  return found;
}

// Whether a claim fixes what the question does: of one that asks for a point, the same inputs.
bool Questions::at_its_point(const Question& question, const Claim& claim) const {
  const auto fixed = fix_values(graph_, claim.at).entries;
  if (question.claim.asks_at.empty()) return fixed == question.at;
  std::set<ValueId> asked, given;
  for (const Formula& name : question.claim.asks_at) asked.insert(graph_.find(name.text));
  for (const auto& [value, entries] : fixed) given.insert(value);
  return asked == given;
}

// The same where the question asks for a point.
std::string Questions::why_no_point(const Question& question, const Claim& claim) const {
  const auto same = [&](const Formula& a, const Formula& b) {
    return in_one_form(a, graph_) == in_one_form(b, graph_);
  };
  if (!at_its_point(question, claim) || claim.approximately != question.claim.approximately ||
      !std::equal(claim.sides.begin() + 1, claim.sides.end(), question.claim.sides.begin() + 1,
                  question.claim.sides.end(), same))
    return fmt::format("the question is '{}': write the same with numbers for each '?'", question.claim.text);
  return "";
}

// Why a claim whose left side is right does not answer, or "".
std::string Questions::why_not(const Question& question, const Claim& claim) const {
  if (!claim.must_hold) return "it stands under 'refuted:'";
  if (claim.text.size() > most_bytes)
    return fmt::format("it has {} bytes; {} are the most", claim.text.size(), most_bytes);
  if (claim.sides.size() > most_equations + 1)
    return fmt::format("it has {} equations; {} are the most", claim.sides.size() - 1, most_equations);
  if (!question.claim.asks_at.empty()) return why_no_point(question, claim);
  if (!at_its_point(question, claim))
    return question.at.empty() ? "it speaks of one point; leave out 'at' and what follows"
                               : "it does not speak of the point at which the question asks: write the same "
                                 "'at' behind it";
  if (claim.approximately && !question.claim.approximately)
    return "the question asks with '=', and '≈' does not answer it";
  if (claim.approximately && coarse(claim))
    return "write each number to the second digit of the largest at least, and zeros so too, as in [0.54, "
           "0.00]; what is exactly zero everywhere is written with '='";
  for (std::size_t k = 1; k < claim.sides.size(); ++k) {
    if (const std::string part = part_asked(claim.sides[k], question.left, graph_); !part.empty())
      return fmt::format("'{}' on its right is what the question asks for", part);
    if (std::string why = rules_out(question, claim.sides[k]); !why.empty()) return why;
  }
  if (!may_end(question, claim.sides.back()))
    return fmt::format("it ends in a derivative, '{}', which the question does not allow",
                       print_formula(*find_part(claim.sides.back(), is_derivative)));
  return "";
}

bool Questions::may_end(const Question& question, const Formula& side) {
  return question.terms.derivatives || !find_part(side, is_derivative);
}

std::string Questions::rules_out(const Question& question, const Formula& side) const {
  for (const Yaml& name : question.terms.forbid) {
    const std::vector<std::string> types = types_called(name.text, registry_);
    const Formula* found = find_part(side, [&](const Formula& f) { return calls(f, types, registry_); });
    if (found) return fmt::format("it uses '{}', which the question forbids", found->text);
  }
  for (const Yaml& name : question.terms.hide) {
    const ValueId hidden = graph_.find(name.text);
    if (const Formula* found =
            find_part(side, [&](const Formula& f) { return names_value(f, hidden, graph_); }))
      return fmt::format("it uses '{}', and the question hides '{}'", print_formula(*found), name.text);
  }
  return "";
}

std::string Questions::forbidden(const Question& question, const ClaimSpec& formed) const {
  for (const Yaml& name : question.terms.forbid)
    for (const std::string& type : types_called(name.text, registry_))
      if (formed.functions.count(type)) return name.text;
  return "";
}

}  // namespace graph_runner
