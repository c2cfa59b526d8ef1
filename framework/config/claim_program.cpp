#include "config/claim_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "config/claim_grid.hpp"

namespace graph_runner {

namespace {

// Builds the graph of one claim at some sizes.
class ProgramBuilder {
 public:
  ProgramBuilder(const Claim& claim, const Graph& graph, const std::set<std::string>& rows,
                 Registry& registry, const SizeValues& sizes)
      : claim_(claim),
        names_(graph, rows, registry, sizes, fmt::format("claim '{}'", claim.text)),
        grid_(names_, names_.letters(claim.sides[0])) {}

  ClaimProgram build() {
    try {
      for (const Formula& side : claim_.sides) add_side(side);
      if (grid_.letters().empty()) {
        turn_entries();
        add_terms();
      }
    } catch (const IndexOutOfRange& e) {
      ClaimProgram out;
      out.out_of_range = e.message;
      return out;
    }
    finish();
    return std::move(program_);
  }

 private:
  void add_side(const Formula& f) {
    const std::vector<Operand> values = grid_.values(f);
    ClaimProgram::Side side;
    for (const IndexLetter& letter : grid_.letters()) side.shape.push_back(letter.size);
    const bool whole = values.size() == 1 && !grid_.letters().empty();  // a number for each value
    const gr_shape none{}, &each = whole ? none : values[0].shape;
    side.shape.insert(side.shape.end(), each.dims, each.dims + each.rank);
    side.row = !whole && values[0].kind == Kind::row;
    if (!grid_.letters().empty() && !program_.sides.empty() && whole != number_for_each_) refuse(f, whole);
    number_for_each_ = whole;
    program_.sides.push_back(std::move(side));
    sides_.emplace_back();
    for (const Operand& o : values) sides_.back().push_back(o.from);
  }
  [[noreturn]] void refuse(const Formula& f, bool number) const {
    throw Error(Exit::bad_request, f.place,
                number ? fmt::format("'{}' is a number, but '{}' is none", print_formula(f),
                                     print_formula(claim_.sides[0]))
                       : fmt::format("'{}' is no number: a claim with index letters compares numbers, unless "
                                     "its left side has a ':'",
                                     print_formula(f)));
  }

  // dh1/dx, the gradient of a number, is a row of dh/dx: beside a column it may stand.
  void turn_entries() {
    for (std::size_t k = 0; claim_.sides.size() > 1 && k < claim_.sides.size(); ++k) {
      const Formula& f = claim_.sides[k];
      ClaimProgram::Side& beside = program_.sides[k + 1 < claim_.sides.size() ? k + 1 : k - 1];
      if (names_.is_gradient_of_entry(f)) program_.sides[k].row = beside.row;
    }
  }

  // The terms of the last side, and the values of the graph that have the shape of the first: what a
  // diagnosis may find wrong or missing.
  void add_terms() {
    std::vector<std::pair<const Formula*, double>> terms;
    split(claim_.sides.back(), 1, terms);
    const ClaimProgram::Side& left = program_.sides[0];
    const auto add = [&](const Formula& f, const std::string& text, double sign,
                         std::vector<ClaimProgram::Term>& to, std::vector<std::string>& from) {
      // One of another shape at these sizes keeps its place, empty, so that all sizes have the same list.
      ClaimProgram::Term term{text, sign, {}};
      std::string value_name;
      try {
        const Operand value = names_.lower_whole(names_.rewrite(f, {}));
        const Shape shape(value.shape.dims, value.shape.dims + value.shape.rank);
        if (shape == left.shape && (value.kind == Kind::row) == left.row) value_name = value.from;
      } catch (const Error&) {  // a part that has no value of its own says nothing
      }
      to.push_back(std::move(term));
      from.push_back(std::move(value_name));
    };
    if (terms.size() > 1)
      for (const auto& [f, sign] : terms) add(*f, print_formula(*f), sign, program_.terms, terms_);
    for (const std::string& name : names_.candidates(claim_.sides[0]))
      add({Formula::name, name, 0, {}, claim_.place, 1}, name, 1, program_.others, others_);
  }
  static void split(const Formula& f, double sign, std::vector<std::pair<const Formula*, double>>& terms) {
    if (f.kind == Formula::add || f.kind == Formula::subtract) {
      split(f.parts[0], sign, terms);
      split(f.parts[1], f.kind == Formula::add ? sign : -sign, terms);
    } else if (f.kind == Formula::negative) {
      split(f.parts[0], -sign, terms);
    } else {
      terms.emplace_back(&f, sign);
    }
  }

  void finish() {
    program_.graph = names_.graph(program_);
    const auto find = [&](const std::string& name) { return program_.graph->find(name); };
    for (std::size_t k = 0; k < sides_.size(); ++k)
      for (const std::string& name : sides_[k]) program_.sides[k].parts.push_back(find(name));
    for (std::size_t t = 0; t < terms_.size(); ++t)
      if (!terms_[t].empty()) program_.terms[t].side.parts = {find(terms_[t])};
    for (std::size_t t = 0; t < others_.size(); ++t)
      if (!others_[t].empty()) program_.others[t].side.parts = {find(others_[t])};
    program_.tolerance = claim_.tolerance;
  }

  const Claim& claim_;
  ClaimNames names_;
  ClaimGrid grid_;
  ClaimProgram program_;
  bool number_for_each_ = false;                 // value of the letters, of the first side
  std::vector<std::vector<std::string>> sides_;  // names in the claim's graph
  std::vector<std::string> terms_, others_;
};

// Sizes at which two that are confused differ: what is wrong with a claim's shapes shows there.
SizeValues telling_sizes(const Graph& graph, SizeValues fixed) {
  std::int64_t next = 2;
  for (const std::string& name : graph.sizes().names()) fixed.try_emplace(name, next++);
  return fixed;
}

}  // namespace

std::vector<ClaimSpec> make_claims(const std::vector<std::pair<Yaml, bool>>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry) {
  std::vector<ClaimSpec> specs;
  Problems problems;
  for (const auto& [yaml, expected] : claims) try {
      auto claim = std::make_shared<const Claim>(parse_claim(yaml, expected, graph));
      ClaimSpec spec;
      spec.text = claim->text;
      spec.place = claim->place;
      spec.expected = expected;
      spec.open = claim->open;
      FixedValues fixed = fix_values(graph, claim->at);
      spec.at = std::move(fixed.entries);
      spec.at_sizes = std::move(fixed.sizes);
      spec.program = [claim, &graph, &registry, rows](const SizeValues& sizes) {
        return ProgramBuilder(*claim, graph, rows, registry, sizes).build();
      };
      // What cannot be formed at all is an error of the file.
      spec.program(telling_sizes(graph, spec.at_sizes));
      specs.push_back(std::move(spec));
    } catch (const Error& e) {
      for (const Problem& p : e.problems()) problems.add(p.place.source ? p.place : yaml.place, p.message);
    }
  problems.raise();
  return specs;
}

namespace {

using DerivativeKey = std::tuple<ValueId, ValueId, ValueId>;

// The whole of which dh/dx, dh1/dx2 and dh/dx[1,2] are parts, or nothing.
std::optional<DerivativeKey> derivative_in(const Formula& f, const Graph& graph) {
  if (f.kind == Formula::index) return derivative_in(f.parts[0], graph);
  if (f.kind != Formula::name || f.text.find('/') == std::string::npos) return std::nullopt;
  try {
    const DerivativeName d = read_derivative(graph, f.text, f.place).whole();
    return DerivativeKey{d.of, d.by, d.second};
  } catch (const Error&) {  // found where the claim is formed
    return std::nullopt;
  }
}
// "df/dx" of df/dx and of df/dx[1]: an answer has this on its left.
std::string asked_for(const Formula& left) {
  const Formula& f = left.kind == Formula::index ? left.parts[0] : left;
  return f.kind == Formula::name ? f.text : "";
}
bool names(const Formula& f, const DerivativeKey& derivative, const Graph& graph) {
  return derivative_in(f, graph) == derivative ||
         std::any_of(f.parts.begin(), f.parts.end(),
                     [&](const Formula& part) { return names(part, derivative, graph); });
}

}  // namespace

std::vector<std::pair<Yaml, bool>> unanswered(const std::vector<std::pair<Yaml, bool>>& questions,
                                              const std::vector<std::pair<Yaml, bool>>& answers,
                                              const Graph& graph) {
  std::vector<std::pair<Yaml, bool>> open;
  for (const auto& question : questions) {
    const Claim asked = parse_claim(question.first, question.second, graph);
    if (!asked.open) continue;
    const std::string left = asked_for(asked.sides[0]);
    const auto derivative = derivative_in(asked.sides[0], graph);
    const bool answered = std::any_of(answers.begin(), answers.end(), [&](const auto& answer) {
      const Claim claim = parse_claim(answer.first, answer.second, graph);
      return claim.expected && !claim.open && asked_for(claim.sides[0]) == left &&
             std::none_of(claim.sides.begin() + 1, claim.sides.end(),
                          [&](const Formula& side) { return derivative && names(side, *derivative, graph); });
    });
    if (!answered) open.push_back(question);
  }
  return open;
}

}  // namespace graph_runner
