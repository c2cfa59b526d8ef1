#include "claims/claim_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "claims/claim_derivatives.hpp"
#include "core/text.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

// The first part of a tree that equals another, or null. Trees are at most 1000 deep.
const Formula* find_in(const Formula& whole, const Formula& part) {
  if (whole == part) return &whole;
  for (const Formula& f : whole.parts)
    if (const Formula* found = find_in(f, part)) return found;
  return nullptr;
}

// Half a unit of the last digit that is written: 0.54 has 0.005.
double half_a_unit(const std::string& number) {
  const std::size_t e = number.find_first_of("eE"), point = number.find('.');
  const double exponent = e == std::string::npos ? 0 : std::stod(number.substr(e + 1));
  const double digits = point == std::string::npos ? 0 : double(std::min(e, number.size()) - point - 1);
  return 0.5 * std::pow(10.0, exponent - digits);
}

// Of every number of a list, in order; false where there is anything but numbers.
bool add_tolerances(const Formula& f, std::vector<double>& tolerance) {
  if (f.kind == Formula::number) {
    tolerance.push_back(half_a_unit(f.text));
    return true;
  }
  if (f.kind != Formula::list && f.kind != Formula::negative) return false;
  return std::all_of(f.parts.begin(), f.parts.end(),
                     [&](const Formula& part) { return add_tolerances(part, tolerance); });
}

class ClaimParser {
 public:
  ClaimParser(const FormulaText& text, const Graph& graph) : text_(text), all_(text.text()) {
    options_.derivative = [&graph](std::string_view above, std::string_view below) {
      return derivative_text(graph, above, below);
    };
    options_.axes = [&graph](const std::string& name) { return axes_of(graph, name); };
    options_.variable = [&graph](const std::string& of, const Place& place) {
      return variable_of(graph, of, place);
    };
  }

  void read(Claim& claim) {
    side(claim);
    while (true) {
      skip();
      if (take("≈")) {
        if (claim.sides.size() > 1) fail("a chain takes '=' alone: '≈' compares one formula with numbers");
        claim.approximately = true;
        if (question(claim)) break;
        side(claim);
        const Formula& right = claim.sides.back();
        if (!add_tolerances(right, claim.tolerance))
          throw Error(Exit::bad_request, right.place,
                      "'≈' compares with numbers written out, such as 0.54: half a unit of the last digit is "
                      "the tolerance");
        continue;
      }
      if (!take("==") && !take("=")) break;
      if (claim.approximately) fail("a chain takes '=' alone: '≈' compares one formula with numbers");
      if (question(claim)) break;
      side(claim);
    }
    if (claim.sides.size() < 2 && !claim.open && at_ == all_.size())
      fail("a claim has two sides: left = right; an open question is written left = ?");
    if (take("at ")) {
      if (claim.open || all_.back() != '?')
        claim.at = parse_assignments(text_, at_, options_.axes);
      else
        asked_point(claim);
    } else if (at_ < all_.size()) {
      if (claim.open) fail("'= ?' is an open question: nothing follows it but 'at' and a point");
      const std::size_t bytes = std::max<std::size_t>(1, first_character(all_.substr(at_)).bytes);
      const std::string found(all_.substr(at_, bytes));
      if (found == ")" || found == "]") fail(fmt::format("this '{}' closes nothing", found));
      fail(fmt::format("found '{}', expected '=', '≈', or 'at' and the point; a product needs '*'", found));
    }
    if (claim.sides.size() < 2 && !claim.open)
      fail("a claim has two sides: left = right; an open question is written left = ?");
    understand(claim);
    for (std::size_t i = 1; i < claim.sides.size(); ++i)
      if (const Formula* again = find_in(claim.sides[i], claim.sides[0]);
          again && claim.sides[0].kind != Formula::number && i == 1)
        throw Error(Exit::bad_request, again->place,
                    fmt::format("the right side contains the left, '{}': such a claim says nothing",
                                print_formula(claim.sides[0])));
  }

 private:
  void skip() {
    while (at_ < all_.size() && (all_[at_] == ' ' || all_[at_] == '\t')) ++at_;
  }
  bool take(std::string_view word) {
    if (all_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Exit::bad_request, text_.place(at_, 1), why);
  }
  // The ? of an open question.
  bool question(Claim& claim) {
    skip();
    if (!take("?")) return false;
    skip();
    return claim.open = true;
  }
  // x = ?, v = ?
  void asked_point(Claim& claim) {
    do {
      claim.asks_at.push_back(parse_formula(text_, options_, &at_));
      if (claim.asks_at.back().kind != Formula::name || !take("=") || !question(claim))
        fail("a point is asked for by names alone, as in 'at x = ?'");
    } while (take(","));
    if (at_ < all_.size()) fail("an open question ends with its '?'");
  }
  // What stands for an index is no constant: the e of A[i,e].
  static void add_letters(const Formula& f, std::vector<std::string>& letters) {
    for (std::size_t i = 0; i < f.parts.size(); ++i) {
      if (f.kind == Formula::index && i > 0 && f.parts[i].kind == Formula::name)
        letters.push_back(f.parts[i].text);
      add_letters(f.parts[i], letters);
    }
  }
  void understand(Claim& claim) const {
    std::vector<std::string> letters;
    for (const Formula& side : claim.sides) add_letters(side, letters);
    for (Formula& side : claim.sides) side = understood(std::move(side), options_.axes, letters);
  }
  void side(Claim& claim) { claim.sides.push_back(parse_formula(text_, options_, &at_)); }

  const FormulaText& text_;
  std::string_view all_;
  FormulaOptions options_;
  std::size_t at_ = 0;
};

}  // namespace

Claim parse_claim(const ClaimText& written, const Graph& graph) {
  const Yaml& yaml = written.text;
  if (yaml.kind != Yaml::scalar)
    throw Error(
        Exit::bad_request, yaml.place,
        fmt::format("found {}, expected a claim such as df/dx = 2*x; quote one that begins with [ or *, or "
                    "contains ': '",
                    yaml.found()));
  if (yaml.block)
    throw Error(Exit::bad_request, yaml.place,
                "YAML takes a text that begins with | or > in its own way; put the claim in quotes");
  Claim claim;
  claim.text = yaml.text;
  claim.place = yaml.place;
  claim.must_hold = written.must_hold;
  const FormulaText text(yaml);
  ClaimParser(text, graph).read(claim);
  if (!written.must_hold && claim.open)
    throw Error(Exit::bad_request, yaml.place, "an open question cannot be refuted; ask it under 'check:'");
  return claim;
}

}  // namespace graph_runner
