#include "claims/claim_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/draw.hpp"
#include "claims/claim_grid.hpp"

namespace graph_runner {

namespace {

// Builds the graph of one claim at some sizes.
class ProgramBuilder {
 public:
  ProgramBuilder(const Claim& claim, const Graph& graph, const std::set<std::string>& rows,
                 Registry& registry, const SizeValues& sizes, std::int64_t most_parts)
      : claim_(claim),
        names_(graph, rows, registry, sizes, "the claim", most_parts),
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

  std::int64_t parts() const { return names_.parts(); }

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

}  // namespace

ClaimProgram ClaimPrograms::at(const SizeValues& sizes) const {
  ProgramBuilder builder(claim_, graph_, rows_, registry_, sizes, most_parts_);
  struct Counted {  // also where it fails
    ~Counted() { to += from.parts(); }
    const ProgramBuilder& from;
    std::int64_t& to;
  } counted{builder, parts_};
  return builder.build();
}

namespace {

// ---- The sizes that a claim speaks of

// The largest entry that a formula names: 5 of x5, x[5] and A[1,5].
std::int64_t largest_index(const Formula& f, const Graph& graph) {
  std::int64_t most = 1;
  // x5 and x_5, of an x, where nothing is called so itself.
  const auto of_name = [&](const std::string& name) {
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    if (digits == 0 || digits == name.size() || name.size() - digits > 6 || graph.has(name)) return;
    const std::string stem = name.substr(0, digits);
    if (graph.has(stem) || (stem.back() == '_' && graph.has(stem.substr(0, digits - 1))))
      most = std::max<std::int64_t>(most, std::stoll(name.substr(digits)));
  };
  if (f.kind == Formula::name) of_name(f.text);
  if (f.kind == Formula::derivative) {
    of_name(f.derived->of);
    of_name(f.derived->by);
    of_name(f.derived->second.value_or(""));
  }
  for (std::size_t i = 0; i < f.parts.size(); ++i) {
    const Formula& part = f.parts[i];
    most = std::max(most, largest_index(part, graph));
    const bool counts = (f.kind == Formula::index && i > 0) || f.kind == Formula::range;
    if (counts && part.kind == Formula::number && part.value < 1e6)
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
void form(const Graph& graph, ClaimSpec& spec) {
  const Claim& claim = spec.programs->claim();
  std::int64_t most = 1;
  for (const Formula& side : claim.sides) most = std::max(most, largest_index(side, graph));
  spec.least_sizes = least_sizes(graph);
  for (const auto& [name, least] : spec.least_sizes) most = std::max(most, least);
  const SizeValues telling = telling_sizes(graph, spec.at_sizes, std::max<std::int64_t>(2, most));
  const ClaimProgram program = spec.programs->at(telling);
  if (!program.graph) {  // an index leaves its range, at these sizes
    const std::vector<std::string>& names = graph.sizes().names();
    spec.axes.insert(names.begin(), names.end());
    return;
  }
  for (const Node& n : program.graph->nodes())
    if (n.type->port_names(GR_INPUT).size() == 1) spec.functions.insert(n.type->name());
  spec.axes = axes_of(claim, program, graph);
  for (const std::string& name : spec.axes) {
    const auto known = spec.least_sizes.find(name);
    if (spec.at_sizes.count(name) || most <= (known == spec.least_sizes.end() ? 1 : known->second)) continue;
    SizeValues smaller = telling;
    smaller[name] = most - 1;
    try {
      spec.programs->at(smaller);
    } catch (const Misfit&) {
      spec.least_sizes[name] = most;
    }
  }
}

// Why a claim cannot be formed.
void add_problems(const Error& e, ClaimSpec& spec) {
  spec.misfit = dynamic_cast<const Misfit*>(&e) != nullptr;
  for (const Problem& p : e.problems())
    spec.problems.push_back({p.place.source ? p.place : spec.place, p.message});
}

}  // namespace

ClaimSpec make_claim(Claim claim, const Graph& graph, const std::set<std::string>& rows, Registry& registry,
                     std::int64_t most_parts) {
  ClaimSpec spec;
  spec.text = claim.text;
  spec.place = claim.place;
  spec.must_hold = claim.must_hold;
  spec.open = claim.open;
  try {
    FixedValues fixed = fix_values(graph, claim.at);
    spec.at = std::move(fixed.entries);
    spec.at_sizes = std::move(fixed.sizes);
    spec.programs =
        std::make_shared<const ClaimPrograms>(std::move(claim), graph, rows, registry, most_parts);
    form(graph, spec);
  } catch (const Error& e) {
    add_problems(e, spec);
  }
  return spec;
}

std::vector<ClaimSpec> make_claims(const std::vector<ClaimText>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry) {
  std::vector<ClaimSpec> specs;
  for (const ClaimText& written : claims) try {
      specs.push_back(make_claim(parse_claim(written, graph), graph, rows, registry));
    } catch (const Error& e) {
      const Yaml& yaml = written.text;
      ClaimSpec& spec = specs.emplace_back();
      spec.text = yaml.kind == Yaml::scalar ? yaml.text : yaml.found();
      spec.place = yaml.place;
      spec.must_hold = written.must_hold;
      add_problems(e, spec);
    }
  return specs;
}

}  // namespace graph_runner
