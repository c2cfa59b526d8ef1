// The checker's own proof: for every differentiable node type, wrong backwards made by rule (tests/mutants),
// each of which must be found.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "analysis/type_check.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

struct Mutant {
  std::string type, rule;
  std::size_t number;
  std::string name() const { return fmt::format("{}__{}__{}", type, rule, number); }
};

// Whether the lines through nodes of the type meet a bend: one drawn at each of some seeds.
bool has_bend(const NodeType& type) {
  TypeCheckRequest request;
  request.draws = 4;
  return check_type(type, registry(), request).bends > 0;
}

// All mutants of a type whose ports the rule can apply to.
std::vector<Mutant> mutants_of(const NodeType& type) {
  std::vector<Mutant> mutants;
  const auto& ports = type.ports();
  const auto add = [&](const char* rule, std::size_t number) {
    mutants.push_back({type.name(), rule, number});
  };
  const auto takes_gradient = [&](std::size_t p) {
    return p < ports.size() && ports[p].role <= GR_PARAMETER && !ports[p].discrete;
  };
  const auto may_be_matrix = [&](std::size_t p) {
    return ports[p].pattern.open || ports[p].pattern.leading || ports[p].pattern.axes.size() > 1;
  };
  const bool bends = has_bend(type);
  const bool reads_inputs =
      std::any_of(ports.begin(), ports.end(), [](const Port& p) { return p.role == GR_INPUT && !p.unread; });
  std::size_t output = 0;
  bool any = false;
  for (std::size_t p = 0; p < ports.size(); ++p) {
    if (takes_gradient(p)) {
      any = true;
      for (const char* rule : {"sign", "factor", "entry", "detached"}) add(rule, p);
      if (may_be_matrix(p)) add("turned", p);
      if (takes_gradient(p + 1) && !ports[p].many && !ports[p + 1].many) add("swap", p);
    }
    if (ports[p].role == GR_OUTPUT && !ports[p].discrete) {
      add("missing", output);
      add("ignores", output);
      if (may_be_matrix(p)) add("axis", output);
    }
    output += ports[p].role == GR_OUTPUT;
    if (ports[p].unread) continue;
    if (may_be_matrix(p)) add("operand", p);
    for (const std::size_t side : {0, 1})
      if (bends && (ports[p].role == GR_INPUT || !reads_inputs)) add("bend", p + 64 * side);
    for (std::size_t q = 0; q < ports.size(); ++q)
      if (q != p && !ports[q].unread) add("reads", p + 64 * q);
  }
  if (any) {
    add("lost", 0);
    add("doubled", 0);
  }
  return mutants;
}

// Mutants that compute the same function as the right plugin, so that nothing could tell them apart; each
// with its proof. The rule is "*" where all rules but `lost` do, and may be followed by its number.
const char* same_function(const Mutant& m) {
  static const std::map<std::pair<std::string, std::string>, const char*> proofs = {
      {{"Add", "swap"}, "c = a + b: both gradients are dc"},
      {{"Det", "reads"}, "x and y have equally many entries only for a 1 × 1 matrix, where y = det x = x"},
      {{"Diag", "turned"},
       "of a vector, the gradient is no matrix; of a matrix, it is diagonal: its own transpose"},
      {{"Diag", "axis"},
       "a matrix and its transpose have the same diagonal, and that is all that is read of dy"},
      {{"Floor", "*"}, "the gradient is 0, and stays 0 by whatever factor, in whatever order"},
      {{"Sign", "*"}, "the gradient is 0, and stays 0 by whatever factor, in whatever order"},
      {{"Step", "*"}, "the gradient is 0, and stays 0 by whatever factor, in whatever order"},
      {{"Largest", "axis"}, "of x with two axes, as drawn, y is no matrix"},
      {{"Smallest", "axis"}, "of x with two axes, as drawn, y is no matrix"},
      {{"Logsumexp", "reads"},
       "x and y have equally many entries only where each y is of one: log exp x = x"},
      {{"Logsumexp", "axis"}, "of x with two axes, as drawn, y is no matrix"},
      {{"Logsumexp", "operand 1"}, "of x with two axes, as drawn, y is no matrix"},
      {{"Std", "reads"}, "x and y have equally many entries only where x has one: the gradient is 0"},
      {{"GRU", "reads 389"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 453"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 517"}, "the state is h"},
      {{"GRU", "reads 326"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 518"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 327"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 519"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 328"}, "the state is h"},
      {{"GRU", "reads 392"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 456"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"GRU", "reads 2"}, "they have equally many entries in none of the draws"},
      {{"LSTM", "reads 389"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 453"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 517"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 326"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 518"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 327"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 519"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 328"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 392"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 456"},
       "h, the gates and the states differ in their numbers of entries: nothing else is read"},
      {{"LSTM", "reads 128"}, "they have equally many entries in none of the draws"},
      {{"LSTM", "reads 2"}, "they have equally many entries in none of the draws"},
      {{"LSTM", "reads 133"}, "they have equally many entries in none of the draws"},
      {{"LSTM", "swap 0"}, "x and W have equally many entries in none of the draws"},
      {{"LSTM", "swap 3"}, "b and c are added: both gradients are equal"},
      {{"LayerNorm", "reads 256"}, "x and mean have equally many entries only where rows have one: the mean"},
      {{"LayerNorm", "reads 4"}, "mean and x have equally many entries only where rows have one: the mean"},
      {{"LayerNorm", "reads 5"},
       "r and x have equally many entries only where rows have one, and x - mean is 0"},
      {{"Logdet", "turned"}, "of a symmetric matrix, the gradient x⁻ᵀ is symmetric"},
      {{"Logdet", "operand"}, "a symmetric matrix is its own transpose"},
      {{"Mean", "axis"}, "of x with two axes, as drawn, y is no matrix"},
      {{"Sum", "axis"}, "of x with two axes, as drawn, y is no matrix"},
      {{"Spread", "axis"}, "the gradient is the sum of all entries of dy, in any order"},
      {{"Tr", "turned"}, "the gradient is a multiple of the identity matrix"},
  };
  for (const std::string& rule :
       {m.rule, fmt::format("{} {}", m.rule, m.number), std::string(m.rule == "lost" ? "" : "*")})
    if (const auto found = proofs.find({m.type, rule}); found != proofs.end()) return found->second;
  return nullptr;
}

// What a diagnosis says of a rule; several, where some mistakes of one rule are also those of another (of a
// result with one entry, the missing term is all there is; a transposed factor may transpose the product).
const std::map<std::string, std::vector<std::string>> names_of_rules = {
    {"sign", {"the sign is wrong"}},
    {"factor", {"twice the right value"}},
    {"entry", {"one entry alone"}},
    {"detached", {"nothing is added"}},
    {"swap", {"are swapped"}},
    {"missing", {"a term is missing", "nothing is added"}},
    {"axis", {"over the wrong axis", "the transpose of the right"}},
    {"ignores", {"ignores the incoming gradient"}},
    {"operand", {"transposed", "the transpose of the right"}},
    {"bend", {""}},  // no hypothesis is about bends: none is asked for
    {"reads", {"is meant"}},
    {"turned", {"the transpose of the right"}},
    {"lost", {"assigns where it should add"}},
    {"doubled", {"its own share twice"}},
};

struct Tally {
  int mutants = 0, all = 0, exact = 0, numeric = 0, contract = 0, named = 0;
};

// Whether a check of the type by some methods finds something, and the diagnosis of the first thing.
bool catches(const NodeType& type, Registry& from, CheckOptions options, std::string* diagnosis = nullptr) {
  TypeCheckRequest request;
  request.draws = 60;
  request.options = options;
  const NodeCheck check = check_type(type, from, request);
  if (diagnosis && !check.ok()) *diagnosis = check.findings[0].diagnosis;
  return !check.ok();
}

void try_mutant(const Mutant& m, Registry& from, Tally& tally) {
  INFO(m.name());
  const NodeType& type = from.get(m.name());
  std::string diagnosis, unused;
  const bool all = catches(type, from, {.numeric_entries = 8}, &diagnosis);
  const bool exact = catches(type, from, {.numeric = false, .contract = false}, &diagnosis);
  CHECK(all);
  if (m.rule != "lost" && m.rule != "doubled") CHECK(exact);
  ++tally.mutants;
  tally.all += all;
  tally.exact += exact;
  tally.numeric += catches(type, from, {.numeric_entries = 8, .exact = false, .contract = false});
  tally.contract += catches(type, from, {.exact = false, .numeric = false});
  for (const std::string& name : names_of_rules.at(m.rule))
    if (diagnosis.find(name) != std::string::npos) {
      ++tally.named;
      break;
    }
}

// The standard node types that have a gradient.
std::vector<const NodeType*> differentiable_types() {
  std::vector<const NodeType*> types;
  for (const std::string& name : registry().names())
    if (std::filesystem::exists(build_folder() / "plugins" / (name + ".so")))
      if (const NodeType& type = registry().get(name); type.differentiable()) types.push_back(&type);
  return types;
}

}  // namespace

TEST_CASE(
    "every wrong backward made by rule is found, by exact derivatives alone, and nearly all are named") {
  const TemporaryFolder folder;
  std::vector<Mutant> mutants;
  std::map<std::string, int> of_type;
  for (const NodeType* type : differentiable_types())
    for (Mutant& m : mutants_of(*type)) {
      std::filesystem::copy_file(build_folder() / "mutants" / "mutant.so",
                                 folder.path() / (m.name() + ".so"));
      mutants.push_back(std::move(m));
    }
  Registry with_mutants({build_folder() / "plugins", folder.path()});
  std::map<std::string, Tally> tallies;
  Tally sum;
  for (const Mutant& m : mutants) {
    if (const char* proof = same_function(m)) {
      INFO(m.name(), ": ", proof);
      CHECK_FALSE(catches(with_mutants.get(m.name()), with_mutants, {.numeric_entries = 8}));
      continue;
    }
    ++of_type[m.type];
    try_mutant(m, with_mutants, tallies[m.rule]);
  }
  std::string report = "rule        mutants  found  by exact  by differences  by the contract  named\n";
  int named = 0;
  for (const auto& [rule, t] : tallies) {
    report += fmt::format("{:<10} {:>8} {:>6} {:>9} {:>15} {:>16} {:>6}\n", rule, t.mutants, t.all, t.exact,
                          t.numeric, t.contract, t.named);
    named += 10 * t.named >= 9 * t.mutants;
    sum.mutants += t.mutants;
    sum.all += t.all;
    sum.exact += t.exact;
    sum.numeric += t.numeric;
    sum.contract += t.contract;
    sum.named += t.named;
  }
  report += fmt::format("{:<10} {:>8} {:>6} {:>9} {:>15} {:>16} {:>6}\n", "in all", sum.mutants, sum.all,
                        sum.exact, sum.numeric, sum.contract, sum.named);
  MESSAGE(report);
  CHECK(sum.mutants >= 100);
  CHECK(static_cast<std::size_t>(named) + 2 >= tallies.size());
  const std::set<std::string> flat{"Floor", "Sign",
                                   "Step"};  // their gradient is 0: one rule alone changes it
  for (const NodeType* type : differentiable_types())
    if (!flat.count(type->name())) CHECK_MESSAGE(of_type[type->name()] >= 5, type->name());
}

TEST_CASE("wrong backwards written by hand are found, and most are named") {
  const TemporaryFolder folder;
  // What is wrong with each, and what a diagnosis should say; "" where no hypothesis fits such a mistake.
  struct Written {
    std::string name, diagnosis;
  };
  const std::vector<Written> written = {
      {"LinearWithoutBatchSum", "a sum is missing"},        // db is that of the first row alone
      {"LinearMeanOverBatch", "the number of rows"},        // dW divided by the batch
      {"LinearTransposed", ""},                             // dx = dy Wᵀ on square weights
      {"SoftmaxWithoutMean", ""},                           // dx = y dy
      {"SquaredLossWithoutTwo", "half the right value"},    // dp = p - t
      {"SquaredLossOneSided", "the sign is wrong"},         // dt = dp
      {"MultiplyOwnFactor", "is meant"},                    // da = a dc
      {"TanhOfInput", ""},                                  // dx = (1 - x²) dy
      {"SigmoidUnscaled", "ignores the incoming gradient"}  // dx = y (1 - y)
  };
  for (const Written& w : written)
    std::filesystem::copy_file(build_folder() / "mutants" / "written.so", folder.path() / (w.name + ".so"));
  Registry with_mutants({folder.path()});
  for (const Written& w : written) {
    INFO(w.name);
    std::string diagnosis;
    CHECK(catches(with_mutants.get(w.name), with_mutants, {.numeric = false, .contract = false}, &diagnosis));
    INFO(diagnosis);
    CHECK(diagnosis.find(w.diagnosis) != std::string::npos);
    CHECK(catches(with_mutants.get(w.name), with_mutants, {.exact = false, .contract = false}));
  }
}
