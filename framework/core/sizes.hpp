// Symbolic sizes of axes: polynomials with whole coefficients over named sizes (`batch`, `m*n`, `n + 2`).
#pragma once

#include <graph_runner/abi.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace graph_runner {

// What the named sizes of a graph are in one plan.
using SizeValues = std::map<std::string, std::int64_t>;

// The sizes of one graph. Numbers stand for themselves (>= 0); any other polynomial is interned under a
// negative handle, so that two sizes are equal for all values of the names exactly when their handles are.
class Sizes {
 public:
  gr_size named(const std::string& name);
  // Throw Error (bad_request) where a coefficient overflows.
  gr_size sum(gr_size a, gr_size b);
  gr_size product(gr_size a, gr_size b);
  // Throws where it is a negative number, too.
  gr_size difference(gr_size a, gr_size b);
  // A size as it is written, by text() too: "3", "n", "2*n - 1". Throws where it names a size that there is
  // not, is negative, or is no size at all. `named` says what a name is, if it is any.
  using Named = std::function<std::optional<gr_size>(const std::string& name)>;
  gr_size read(std::string_view text, const Named& named);
  gr_size read(std::string_view text);

  const std::vector<std::string>& names() const { return names_; }
  std::string text(gr_size size) const;
  std::string text(const gr_shape& shape) const;  // "[batch, 10]"
  // Throws Error (bad_request) where a name has no value, the result overflows, or nothing is left: n - 1
  // where n is 1.
  std::int64_t evaluate(gr_size size, const SizeValues& values) const;
  // Whether the size depends on the name.
  bool depends_on(gr_size size, const std::string& name) const;

 private:
  // A monomial is the sorted indices of its names ({} for the constant term, {0, 0} for the first name
  // squared).
  using Polynomial = std::map<std::vector<std::size_t>, std::int64_t>;
  Polynomial polynomial(gr_size size) const;
  gr_size intern(Polynomial p);

  std::vector<std::string> names_;
  std::vector<Polynomial> interned_;
  std::map<Polynomial, gr_size> handles_;
};

}  // namespace graph_runner
