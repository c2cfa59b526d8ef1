// Which open questions of a file another file answers.
#include <algorithm>
#include <optional>
#include <tuple>

#include "claims/claim_derivatives.hpp"
#include "claims/claim_program.hpp"

namespace graph_runner {

namespace {

using DerivativeKey = std::tuple<ValueId, ValueId, ValueId>;

// The whole of which dh/dx, dh1/dx2 and dh/dx[1,2] are parts, or nothing.
std::optional<DerivativeKey> derivative_in(const Formula& f, const Graph& graph) {
  if (f.kind == Formula::index) return derivative_in(f.parts[0], graph);
  if (f.kind != Formula::derivative) return std::nullopt;
  try {
    const DerivativeName d = read_derivative(graph, f).whole();
    return DerivativeKey{d.of, d.by, d.second};
  } catch (const Error&) {  // found where the claim is formed
    return std::nullopt;
  }
}
// "df/dx" of df/dx and of df/dx[1]: an answer has this on its left.
std::string asked_for(const Formula& left) {
  const Formula& f = left.kind == Formula::index ? left.parts[0] : left;
  return f.kind == Formula::name || f.kind == Formula::derivative ? f.text : "";
}
bool names(const Formula& f, const DerivativeKey& derivative, const Graph& graph) {
  return derivative_in(f, graph) == derivative ||
         std::any_of(f.parts.begin(), f.parts.end(),
                     [&](const Formula& part) { return names(part, derivative, graph); });
}

}  // namespace

std::vector<ClaimText> unanswered(const std::vector<ClaimText>& questions,
                                  const std::vector<ClaimText>& answers, const Graph& graph) {
  std::vector<ClaimText> open;
  for (const ClaimText& question : questions) {
    const Claim asked = parse_claim(question, graph);
    if (!asked.open) continue;
    const std::string left = asked_for(asked.sides[0]);
    const auto derivative = derivative_in(asked.sides[0], graph);
    const bool answered = std::any_of(answers.begin(), answers.end(), [&](const ClaimText& answer) {
      Claim claim;
      try {
        claim = parse_claim(answer, graph);
      } catch (const Error&) {  // told in a row of its own
        return false;
      }
      return claim.must_hold && !claim.open && asked_for(claim.sides[0]) == left &&
             std::none_of(claim.sides.begin() + 1, claim.sides.end(),
                          [&](const Formula& side) { return derivative && names(side, *derivative, graph); });
    });
    if (!answered) open.push_back(question);
  }
  return open;
}

}  // namespace graph_runner
