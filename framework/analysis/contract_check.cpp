#include "analysis/contract_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>

#include "analysis/digits.hpp"

namespace graph_runner {

namespace {

std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }

// The first entry whose bits differ, or the number of entries.
std::size_t first_other(const Entries& a, const Entries& b) {
  std::size_t i = 0;
  while (i < a.size() && bits_of(a[i]) == bits_of(b[i])) ++i;
  return i;
}
bool same_bits(const Entries& a, const Entries& b) { return first_other(a, b) == a.size(); }

class ContractChecker {
 public:
  ContractChecker(Trial& trial, Stream& stream, NodeCheck& report)
      : trial_(trial), p_(trial.probe()), s_(trial.subject()), stream_(stream), report_(report) {}

  void check() {
    check_writing();
    if (!s_.type->differentiable()) return;
    check_repeat();
    check_cotangent();
    check_wanted();
    check_sum();
    check_affine();
    trial_.restore();
  }

 private:
  void add(const char* check, std::string message, std::string diagnosis = "") {
    report_.findings.push_back({check, std::move(message), std::nullopt, std::move(diagnosis)});
  }
  std::string entry(std::size_t t, std::size_t i) const {
    const Shape index = index_of(s_.shapes[t], i);
    return index.empty() ? fmt::format("'{}'", s_.label(t))
                         : fmt::format("'{}' at [{}]", s_.label(t), fmt::join(index, ", "));
  }
  void set_cotangent(double factor, const std::vector<Entries>& v) {
    for (std::size_t t = 0; t < v.size(); ++t) {
      Entries scaled = v[t];
      for (double& x : scaled) x *= factor;
      if (!scaled.empty()) write(p_.output_gradient(t), scaled);
    }
  }

  // Forward over memory filled in two ways: what it does not write shows; what it should not write is seen.
  void check_writing() {
    std::vector<Entries> first(s_.ports.size());
    for (const int filling : {0xFF, 0x5A}) {
      for (std::size_t t = 0; t < s_.ports.size(); ++t)
        if (s_.is_result(t)) std::memset(p_.value(t).data, filling, p_.value(t).bytes());
      p_.forward();
      for (std::size_t t = 0; t < s_.ports.size(); ++t) {
        if (!s_.present[t]) continue;
        const Entries now = read(p_.value(t));
        if (!s_.is_result(t)) {
          if (!same_bits(now, trial_.point()[t]))
            add("input untouched", fmt::format("forward changes its input {}", entry(t, changed(t, now))));
        } else if (filling == 0xFF) {
          first[t] = now;
        } else if (!same_bits(now, first[t])) {
          const std::size_t i = first_other(now, first[t]);
          if (bits_of(now[i]) == 0x0101010101010101u * static_cast<unsigned>(filling))
            add("output written", fmt::format("forward leaves its output {} unwritten", entry(t, i)));
          else
            add("repeat", fmt::format("forward gives other bits for the same call: output {}", entry(t, i)));
        }
      }
    }
  }
  std::size_t changed(std::size_t t, const Entries& now) const { return first_other(now, trial_.point()[t]); }

  void check_repeat() {
    const std::vector<Entries> again = trial_.gradients_now();
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      if (!again[t].empty() && !same_bits(again[t], trial_.gradient(t)))
        add("repeat", fmt::format("backward gives other bits for the same call: the gradient of port '{}'",
                                  s_.label(t)));
      if (s_.present[t] && !s_.is_result(t) && !same_bits(read(p_.value(t)), trial_.point()[t]))
        add("input untouched",
            fmt::format("backward changes its input {}", entry(t, changed(t, read(p_.value(t))))));
    }
  }

  // g(0) = 0 and g(v) - 2 g(w) = g(v - 2 w).
  void check_cotangent() {
    const std::vector<Entries>& v = trial_.cotangent();
    set_cotangent(0, v);
    const std::vector<Entries> zero = trial_.gradients_now();
    std::vector<Entries> w = v, sum = v;
    for (std::size_t t = 0; t < v.size(); ++t) {
      fill_normal(stream_, 0, 1, w[t]);
      for (std::size_t i = 0; i < v[t].size(); ++i) sum[t][i] -= 2 * w[t][i];
    }
    set_cotangent(1, w);
    const std::vector<Entries> gw = trial_.gradients_now();
    set_cotangent(1, sum);
    const std::vector<Entries> gsum = trial_.gradients_now();
    set_cotangent(1, v);
    for (std::size_t t = 0; t < v.size(); ++t) {
      const Entries& gv = trial_.gradient(t);
      if (gv.empty()) continue;
      if (const auto i = first_apart(zero[t], Entries(gv.size()), 0))
        add("zero cotangent",
            fmt::format("with an output gradient of 0, the gradient of port {} is {:.9g}, not 0",
                        entry(t, *i), zero[t][*i]));
      Entries combined = gv;
      for (std::size_t i = 0; i < gv.size(); ++i) combined[i] -= 2 * gw[t][i];
      const double tolerance = 1e-10 * (largest(gv) + 2 * largest(gw[t])) + smallest_telling;
      // Where terms cancel, each of the three is off by what rounding made of it.
      if (!first_apart(gsum[t], combined, tolerance)) continue;
      const double rounding = 4 * largest(trial_.gradient_spread()[t]);
      if (const auto i = first_apart(gsum[t], combined, tolerance + rounding))
        add("linear",
            fmt::format("the gradient of port {0} is not linear in the output gradient: g(v - 2w) = "
                        "{1:.{3}g}, but g(v) - 2 g(w) = {2:.{3}g}",
                        entry(t, *i), gsum[t][*i], combined[*i], digits_to_tell(gsum[t][*i], combined[*i])));
    }
  }

  // Each gradient alone.
  void check_wanted() {
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      if (!p_.all()[t]) continue;
      std::vector<bool> alone(s_.ports.size());
      alone[t] = true;
      fill(p_.gradient(t), NAN);
      p_.backward(alone);
      const Entries found = read(p_.gradient(t));
      if (const auto i =
              first_apart(found, trial_.gradient(t), 1e-12 * largest(trial_.gradient(t)) + smallest_telling))
        add("wanted alone",
            fmt::format(
                "the gradient of port {0} is {1:.{3}g} where it alone is wanted, but {2:.{3}g} beside "
                "the others",
                entry(t, *i), found[*i], trial_.gradient(t)[*i],
                digits_to_tell(found[*i], trial_.gradient(t)[*i])));
    }
  }

  // On top of a sum, backward adds.
  void check_sum() {
    std::vector<Entries> before(s_.ports.size());
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      if (!p_.all()[t]) continue;
      before[t].resize(trial_.gradient(t).size());
      fill_normal(stream_, 0, 1, before[t]);
      const double size = 1 + largest(trial_.gradient(t));
      for (double& x : before[t]) x *= size;
      write(p_.gradient(t), before[t]);
    }
    p_.backward(p_.all(), p_.all());
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      const Entries& g = trial_.gradient(t);
      if (g.empty()) continue;
      const Entries found = read(p_.gradient(t));
      const double tolerance = 1e-12 * (largest(before[t]) + largest(g));
      const auto is = [&](double share_before, double share_g) {
        for (std::size_t i = 0; i < g.size(); ++i)
          if (!(std::abs(found[i] - share_before * before[t][i] - share_g * g[i]) <= tolerance)) return false;
        return true;
      };
      if (is(1, 1)) continue;
      const std::string why =
          is(0, 1)
              ? "it assigns where it should add: where a value fans out, all branches but one are dropped"
          : is(1, 0) ? "it adds nothing: a branch is dropped where a value fans out"
          : is(2, 1) ? "it adds the sum that was there to itself: that counts twice"
          : is(1, 2) ? "it adds its own share twice"
                     : "";
      add("accumulate", fmt::format("the gradient of port '{}' does not add to what is there", s_.label(t)),
          why);
    }
  }

  // Training may update an affine parameter in the call that computes its gradient.
  void check_affine() {
    for (std::size_t t = 0; t < s_.ports.size(); ++t) {
      if (!p_.all()[t] || !s_.port(t).affine) continue;
      Entries other(trial_.point()[t].size());
      fill_normal(stream_, 0, 1, other);
      write(p_.value(t), other);
      std::vector<bool> alone(s_.ports.size());
      alone[t] = true;
      p_.backward(alone);
      if (!same_bits(read(p_.gradient(t)), trial_.gradient(t)))
        add("affine",
            fmt::format("parameter '{}' is marked affine, but its gradient depends on it", s_.label(t)));
      write(p_.value(t), trial_.point()[t]);
    }
  }

  Trial& trial_;
  Probe& p_;
  const Subject& s_;
  Stream& stream_;
  NodeCheck& report_;
};

}  // namespace

void check_contract(Trial& trial, Stream& stream, NodeCheck& report) {
  ContractChecker(trial, stream, report).check();
}

}  // namespace graph_runner
