// A claim with index letters, for all their values at once: what is a number for each value of the letters
// becomes one column, so that its graph does not grow with the number of values.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "claims/claim_names.hpp"

namespace graph_runner {

class ClaimGrid {
 public:
  ClaimGrid(ClaimNames& names, std::vector<IndexLetter> letters);

  const std::vector<IndexLetter>& letters() const { return letters_; }
  // The value of a formula for each value of the letters, the last letter running fastest: one column where
  // that is a number, else a value each, all of one shape. Throws as ClaimNames::rewrite.
  struct Values {
    std::vector<Operand> parts;
    bool numbers = false;
  };
  Values values(const Formula& f);

 private:
  // The column as a formula, or a number where no letter is in f; nothing where f is no number. `fixed` are
  // the letters of the sums around.
  std::optional<Formula> numbers(const Formula& f, const Bindings& fixed);
  std::optional<Formula> entries(const Formula& f, const Bindings& fixed);
  std::optional<Formula> added(const Formula& f, const Bindings& fixed);
  std::optional<Formula> by_entry(const Formula& f, const Bindings& fixed);
  // One by one, over the letters that stand in f.
  std::optional<Formula> written_out(const Formula& f, const Bindings& fixed);

  bool mentions(const Formula& f, const std::string& letter) const;
  bool varies(const Formula& f, const Bindings& fixed) const;
  bool arithmetic(const Formula& f, const Bindings& fixed) const;
  // Calls body for each value of some letters; those that are fixed keep theirs.
  using Body = std::function<void(const Bindings&)>;
  void each(const std::vector<IndexLetter>& letters, const Bindings& fixed, const Body& body) const;

  ClaimNames& names_;
  std::vector<IndexLetter> letters_;
  std::int64_t count_ = 1;
};

}  // namespace graph_runner
