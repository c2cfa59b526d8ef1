// Open questions of an exercise, and which of the claims of somebody else answer them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "claims/claim_parser.hpp"
#include "claims/claims.hpp"
#include "core/registry.hpp"

namespace graph_runner {

// An open question: `left = ?` or `left ≈ ?`, at a point where it gives one; or `left = right at x = ?`.
struct Question {
  std::string name;  // that it was given, or else what it asks for: "df/dx", or its text
  QuestionTerms terms;
  Claim claim;
  Formula left;                               // in one form, whichever way it is written
  std::map<ValueId, std::vector<double>> at;  // the point
};

// What somebody claims, and what of it answers questions.
struct Paper {
  // Of each question, the claims that answer it, by number; and where there are none, why.
  struct Answers {
    std::vector<std::size_t> claims;
    std::string why_none;
  };
  std::vector<std::optional<Claim>> claims;  // nothing where one cannot be read
  std::vector<Answers> answers;              // one a question
};

class Questions {
 public:
  // The open ones among the claims of an exercise. Keeps references. Throws Error (bad_request) with all that
  // is wrong: terms of what is no open question, functions and values that are not there.
  Questions(const std::vector<ClaimText>& claims, const Graph& graph, const Registry& registry);

  const std::vector<Question>& list() const { return list_; }

  // A claim answers a question if it stands under `check:`; has what is asked for on its left, whole, or for
  // all indices; is claimed wherever the question asks it, with `at` only if that has the same; and on its
  // right is neither what is asked for, nor a derivative at the end, nor a function or value that the
  // question rules out. To `at x = ?`, the same equation answers at any x. `≈` answers `≈ ?` alone, and there
  // with two digits of the largest number at least. An answer has at most 4096 bytes and 32 equations.
  Paper read(const std::vector<ClaimText>& claims) const;

  // Whether a side of an answer may contain what it does: a derivative only where it is allowed.
  static bool may_end(const Question& question, const Formula& side);
  // The function of one value that the question forbids though a claim comes to it, as A^-1 does to inv(A),
  // or
  // "". What operators do to two values is no function.
  std::string forbidden(const Question& question, const ClaimSpec& formed) const;

 private:
  Question question(const ClaimText& written, Problems& problems) const;
  Paper::Answers answers(const Question& question, const std::vector<ClaimText>& written,
                         const std::vector<std::optional<Claim>>& claims) const;
  std::string why_not(const Question& question, const Claim& claim) const;
  bool at_its_point(const Question& question, const Claim& claim) const;
  std::string why_no_point(const Question& question, const Claim& claim) const;
  std::string rules_out(const Question& question, const Formula& side) const;

  const Graph& graph_;
  const Registry& registry_;
  std::vector<Question> list_;
};

}  // namespace graph_runner
