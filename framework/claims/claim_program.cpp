#include "claims/claim_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "analysis/draw.hpp"
#include "claims/claim_grid.hpp"

namespace graph_runner {

namespace {

// Builds the graph of one claim at some sizes.
class ProgramBuilder {
 public:
  ProgramBuilder(const Claim& claim, const Graph& graph, const std::set<std::string>& rows,
                 Registry& registry, const SizeValues& sizes)
      : claim_(claim),
        names_(graph, rows, registry, sizes, "the claim"),
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
    const ClaimGrid::Values values = grid_.values(f);
    ClaimProgram::Side side;
    for (const IndexLetter& letter : grid_.letters()) side.shape.push_back(letter.size);
    const gr_shape& each = values.parts[0].shape;
    if (!values.numbers) side.shape.insert(side.shape.end(), each.dims, each.dims + each.rank);
    side.row = !values.numbers && values.parts[0].kind == Kind::row;
    const bool compared = !grid_.letters().empty() && !program_.sides.empty();
    if (compared && values.numbers != numbers_) refuse(f, values.numbers);
    numbers_ = values.numbers;
    program_.sides.push_back(std::move(side));
    sides_.emplace_back();
    for (const Operand& o : values.parts) sides_.back().push_back(o.from);
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
  bool numbers_ = false;                         // whether sides are numbers, for each value of the letters
  std::vector<std::vector<std::string>> sides_;  // names in the claim's graph
  std::vector<std::string> terms_, others_;
};

// ---- The sizes that a claim speaks of

// The largest entry that a formula names: 5 of x5, x[5] and A[1,5].
std::int64_t largest_index(const Formula& f, const Graph& graph) {
  std::int64_t most = 1;
  const std::vector<std::string> names = graph.names();
  const auto is_known = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  // x5 and x_5, of an x, where nothing is called so itself.
  const auto of_text = [&](const std::string& name) {
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    if (digits == 0 || digits == name.size() || name.size() - digits > 6 || is_known(name)) return;
    const std::string stem = name.substr(0, digits);
    if (is_known(stem) || (stem.back() == '_' && is_known(stem.substr(0, digits - 1))))
      most = std::max<std::int64_t>(most, std::stoll(name.substr(digits)));
  };
  if (f.kind == Formula::name) {
    const std::size_t slash = f.text.find('/');
    if (slash == std::string::npos) of_text(f.text);
    // Of a derivative, what stands behind the d.
    for (const std::string& part : {f.text.substr(0, slash), f.text.substr(slash + 1)})
      if (slash != std::string::npos && !part.empty()) of_text(part.substr(1));
  }
  for (std::size_t i = 0; i < f.parts.size(); ++i) {
    const Formula& part = f.parts[i];
    most = std::max(most, largest_index(part, graph));
    if (f.kind == Formula::index && i > 0 && part.kind == Formula::number && part.value < 1e6)
      most = std::max(most, static_cast<std::int64_t>(part.value));
  }
  return most;
}

void add_named_sizes(const Formula& f, const Graph& graph, std::set<std::string>& axes) {
  const std::vector<std::string>& names = graph.sizes().names();
  if (f.kind == Formula::name && std::find(names.begin(), names.end(), f.text) != names.end())
    axes.insert(f.text);
  for (const Formula& part : f.parts) add_named_sizes(part, graph, axes);
}

// The named sizes of all that a claim is computed from.
std::set<std::string> axes_of(const Claim& claim, const ClaimProgram& program, const Graph& graph) {
  std::set<std::string> axes;
  for (const Formula& side : claim.sides) add_named_sizes(side, graph, axes);
  const std::vector<bool> needed = graph.reaching(read_by_sides(program));
  for (ValueId v = 0; v < graph.values().size(); ++v) {
    const gr_shape& s = graph.values()[v].shape;
    for (std::int64_t d = 0; needed[v] && d < s.rank; ++d)
      for (const std::string& name : graph.sizes().names())
        if (graph.sizes().depends_on(s.dims[d], name)) axes.insert(name);
  }
  return axes;
}

// Sizes at which two that are confused differ: what is wrong with a claim's shapes shows there.
SizeValues telling_sizes(const Graph& graph, SizeValues fixed, std::int64_t first) {
  for (const std::string& name : graph.sizes().names()) fixed.try_emplace(name, first++);
  return fixed;
}

// Forms the claim, and finds the sizes that it speaks of.
void form(const Claim& claim, const Graph& graph, ClaimSpec& spec) {
  std::int64_t most = 1;
  for (const Formula& side : claim.sides) most = std::max(most, largest_index(side, graph));
  spec.least_sizes = least_sizes(graph);
  for (const auto& [name, least] : spec.least_sizes) most = std::max(most, least);
  const SizeValues telling = telling_sizes(graph, spec.at_sizes, std::max<std::int64_t>(2, most));
  const ClaimProgram program = spec.program(telling);
  if (!program.graph) {  // an index leaves its range, at these sizes
    const std::vector<std::string>& names = graph.sizes().names();
    spec.axes.insert(names.begin(), names.end());
    return;
  }
  spec.axes = axes_of(claim, program, graph);
  for (const std::string& name : spec.axes) {
    if (most == 1 || spec.at_sizes.count(name) || spec.least_sizes.count(name)) continue;
    SizeValues smaller = telling;
    smaller[name] = most - 1;
    try {
      spec.program(smaller);
    } catch (const Misfit&) {
      spec.least_sizes[name] = most;
    }
  }
}

}  // namespace

std::vector<ClaimSpec> make_claims(const std::vector<std::pair<Yaml, bool>>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry) {
  std::vector<ClaimSpec> specs;
  for (const auto& [yaml, expected] : claims) {
    ClaimSpec& spec = specs.emplace_back();
    spec.text = yaml.kind == Yaml::scalar ? yaml.text : yaml.found();
    spec.place = yaml.place;
    spec.expected = expected;
    try {
      auto claim = std::make_shared<const Claim>(parse_claim(yaml, expected, graph));
      spec.open = claim->open;
      FixedValues fixed = fix_values(graph, claim->at);
      spec.at = std::move(fixed.entries);
      spec.at_sizes = std::move(fixed.sizes);
      spec.program = [claim, &graph, &registry, rows](const SizeValues& sizes) {
        return ProgramBuilder(*claim, graph, rows, registry, sizes).build();
      };
      form(*claim, graph, spec);
    } catch (const Error& e) {
      spec.misfit = dynamic_cast<const Misfit*>(&e) != nullptr;
      for (const Problem& p : e.problems())
        spec.problems.push_back({p.place.source ? p.place : yaml.place, p.message});
    }
  }
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
      Claim claim;
      try {
        claim = parse_claim(answer.first, answer.second, graph);
      } catch (const Error&) {  // told in a row of its own
        return false;
      }
      return claim.expected && !claim.open && asked_for(claim.sides[0]) == left &&
             std::none_of(claim.sides.begin() + 1, claim.sides.end(),
                          [&](const Formula& side) { return derivative && names(side, *derivative, graph); });
    });
    if (!answered) open.push_back(question);
  }
  return open;
}

}  // namespace graph_runner
