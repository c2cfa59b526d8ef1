#include "analysis/diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

namespace graph_runner {

namespace {

// A tensor seen as a matrix: the last axis runs along a row, all others are merged.
struct Grid {
  std::size_t rows, columns;
  Grid(std::size_t r, std::size_t c) : rows(r), columns(c) {}
  explicit Grid(const Shape& shape)
      : rows(1), columns(shape.empty() ? 1 : static_cast<std::size_t>(shape.back())) {
    for (std::size_t a = 0; a + 1 < shape.size(); ++a) rows *= static_cast<std::size_t>(shape[a]);
  }
  bool is_matrix() const { return rows > 1 && columns > 1; }
  Grid turned() const { return {columns, rows}; }
};

Entries transposed(const Entries& x, const Grid& g) { return graph_runner::transposed(x, g.rows, g.columns); }

class Diagnostician {
 public:
  Diagnostician(Trial& trial, const KnownGradient& known)
      : trial_(trial),
        s_(trial.subject()),
        known_(known),
        wrong_(trial.gradient(known.tensor)),
        grid_(s_.shapes[known.tensor]) {}

  // Simple mistakes first: a later hypothesis may fit by chance what an earlier one explains.
  std::string find() {
    for (const auto& hypothesis :
         {&Diagnostician::not_finite, &Diagnostician::ignores_cotangent, &Diagnostician::constant_factor,
          &Diagnostician::missing_part, &Diagnostician::few_entries, &Diagnostician::transpose,
          &Diagnostician::swapped_ports, &Diagnostician::wrong_axis, &Diagnostician::wrong_operand}) {
      std::string found = (this->*hypothesis)();
      trial_.restore();
      if (!found.empty()) return found;
    }
    return "";
  }

 private:
  bool close(double found, std::size_t k) const {
    return std::abs(found - known_.right[k]) <= 1e-7 * (known_.scale[k] + std::abs(known_.right[k])) + 1e-300;
  }
  // Whether a gradient, were it computed so, would be right.
  bool right(const Entries& gradient) const {
    for (std::size_t k = 0; k < known_.where.size(); ++k)
      if (!close(gradient[known_.where[k]], k)) return false;
    return true;
  }
  Entries gradient_now() { return trial_.gradients_now()[known_.tensor]; }

  std::string not_finite() {
    for (const std::size_t i : known_.where)
      if (!std::isfinite(wrong_[i]))
        return "an entry is not a number: it is left unwritten, or the formula divides by zero";
    return "";
  }

  // The number c with backward = c · right, where there is one.
  std::optional<double> factor() const {
    double product = 0, square = 0;
    for (std::size_t k = 0; k < known_.where.size(); ++k) {
      product += wrong_[known_.where[k]] * known_.right[k];
      square += known_.right[k] * known_.right[k];
    }
    if (square == 0) return std::nullopt;
    const double c = product / square;
    for (std::size_t k = 0; k < known_.where.size(); ++k)
      if (std::abs(wrong_[known_.where[k]] - c * known_.right[k]) >
          1e-7 * (1 + std::abs(c)) * (known_.scale[k] + std::abs(known_.right[k])))
        return std::nullopt;
    return c;
  }
  std::string constant_factor() {
    const std::optional<double> c = factor();
    if (!c) return "";
    const auto is = [&](double x) { return std::abs(*c - x) <= 1e-6 * std::abs(x); };
    if (std::abs(*c) < 1e-6) return "nothing is added to it: this branch is cut off";
    if (known_.where.size() == 1 && !is(-1) && !is(2) && !is(0.5)) return "";  // one number fits any factor
    if (is(-1)) return "the sign is wrong: it is -1 times the right value";
    if (is(2)) return "it is twice the right value";
    if (is(0.5)) return "it is half the right value";
    for (std::size_t o = 0; o < s_.ports.size(); ++o)
      if (s_.port(o).role == GR_OUTPUT) {
        const auto rows = static_cast<double>(Grid(s_.shapes[o]).rows);
        if (rows > 1 && (is(rows) || is(1 / rows)))
          return fmt::format(
              "it is {} the right value, {} being the number of rows: {}",
              is(rows) ? fmt::format("{} times", rows) : fmt::format("1/{} of", rows), rows,
              is(rows) ? "a sum is taken once too often" : "a mean is taken where a sum is meant");
      }
    return fmt::format("it is {:.6g} times the right value", *c);
  }

  // Another cotangent gives the same gradient.
  std::string ignores_cotangent() {
    if (std::all_of(wrong_.begin(), wrong_.end(), [](double x) { return x == 0; })) return "";
    for (std::size_t o = 0; o < s_.ports.size(); ++o) {
      Entries v = trial_.cotangent()[o];
      if (v.empty()) continue;
      for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1.5 - 0.75 * v[i] + double(i % 3);
      write(trial_.probe().output_gradient(o), v);
    }
    return gradient_now() == wrong_ ? "it ignores the incoming gradient: another one gives the same result"
                                    : "";
  }

  std::string few_entries() {
    std::vector<std::size_t> bad;
    for (std::size_t k = 0; k < known_.where.size(); ++k)
      if (!close(wrong_[known_.where[k]], k)) bad.push_back(known_.where[k]);
    if (bad.empty() || known_.where.size() < 3 || 2 * bad.size() > known_.where.size()) return "";
    const auto index = [&](std::size_t i) {
      return fmt::format("[{}]", fmt::join(index_of(s_.shapes[known_.tensor], i), ", "));
    };
    if (bad.size() == 1) return fmt::format("one entry alone is wrong, {}", index(bad[0]));
    if (!grid_.is_matrix()) return "";
    const auto all_same = [&](auto of) {
      return std::all_of(bad.begin(), bad.end(), [&](std::size_t i) { return of(i) == of(bad[0]); });
    };
    if (all_same([&](std::size_t i) { return i / grid_.columns; }))
      return fmt::format("one row alone is wrong, that of {}", index(bad[0]));
    if (all_same([&](std::size_t i) { return i % grid_.columns; }))
      return fmt::format("one column alone is wrong, that of {}", index(bad[0]));
    return "";
  }

  std::string transpose() {
    if (!grid_.is_matrix()) return "";
    return right(transposed(wrong_, grid_.turned())) ? "it is the transpose of the right gradient" : "";
  }

  std::string swapped_ports() {
    for (std::size_t other = 0; other < s_.ports.size(); ++other) {
      const Entries& theirs = trial_.gradient(other);
      if (other != known_.tensor && theirs.size() == wrong_.size() && right(theirs))
        return fmt::format("it is the gradient of another port: those of '{}' and '{}' are swapped",
                           s_.label(known_.tensor), s_.label(other));
    }
    return "";
  }

  // Right but for the share of a row of an output's gradient, or of a whole output: found by taking the right
  // gradient without that share.
  std::string missing_part() {
    if (!trial_.has_duals()) return "";
    for (std::size_t o = 0; o < s_.ports.size(); ++o) {
      const Entries& v = trial_.cotangent()[o];
      if (v.empty()) continue;
      const Grid g(s_.shapes[o]);
      const std::size_t rows = s_.shapes[o].size() < 2 ? v.size() : g.rows, length = v.size() / rows;
      const auto share = [&](std::size_t from, std::size_t to, std::size_t k) {
        return trial_.exact_share(known_.tensor, known_.where[k], o, from, to);
      };
      const auto explains = [&](std::size_t from, std::size_t to) {
        bool any = false;
        for (std::size_t k = 0; k < known_.where.size(); ++k) {
          const double part = share(from, to, k);
          any = any || std::abs(part) > 1e-6 * known_.scale[k];
          if (!close(wrong_[known_.where[k]] + part, k)) return false;
        }
        return any;
      };
      if (rows > 1)
        for (const std::size_t row : {std::size_t{0}, rows - 1})
          if (explains(row * length, (row + 1) * length))
            return fmt::format("a term is missing: the share of the {} {} of '{}' is left out",
                               row ? "last" : "first", length == 1 ? "entry" : "row", s_.label(o));
      if (rows > 2 && explains(length, v.size()))
        return fmt::format("a sum is missing: the shares of all rows of '{}' but the first are left out",
                           s_.label(o));
      if (explains(0, v.size()))
        return fmt::format("a term is missing: the share of output '{}' is left out", s_.label(o));
    }
    return "";
  }

  // Right when the output's gradient is handed over transposed.
  std::string wrong_axis() {
    for (std::size_t o = 0; o < s_.ports.size(); ++o) {
      const Entries& v = trial_.cotangent()[o];
      const Grid g(s_.shapes[o]);
      if (v.empty() || !g.is_matrix()) continue;
      for (const Grid& as : {g, g.turned()}) {
        write(trial_.probe().output_gradient(o), transposed(v, as));
        if (right(gradient_now()))
          return fmt::format(
              "the sum runs over the wrong axis: it would be right for the transposed gradient of "
              "'{}'",
              s_.label(o));
      }
      write(trial_.probe().output_gradient(o), v);
    }
    return "";
  }

  // Right when a value is handed over transposed, or one value in the place of another.
  std::string wrong_operand() {
    Probe& p = trial_.probe();
    const auto read_by_backward = [&](std::size_t t) { return s_.present[t] && !s_.port(t).unread; };
    for (std::size_t a = 0; a < s_.ports.size(); ++a) {
      if (!read_by_backward(a)) continue;
      const Entries x = read(p.value(a));
      const Grid g(s_.shapes[a]);
      if (g.is_matrix())
        for (const Grid& as : {g, g.turned()}) {
          write(p.value(a), transposed(x, as));
          const bool fits = right(gradient_now());
          write(p.value(a), x);
          if (fits) return fmt::format("it reads '{}' transposed", s_.label(a));
        }
      for (std::size_t b = 0; b < s_.ports.size(); ++b) {
        if (a == b || !s_.present[b] || p.value(b).entries != p.value(a).entries) continue;
        write(p.value(a), read(p.value(b)));
        const bool fits = right(gradient_now());
        write(p.value(a), x);
        if (fits) return fmt::format("it reads '{}' where '{}' is meant", s_.label(a), s_.label(b));
      }
    }
    return "";
  }

  Trial& trial_;
  const Subject& s_;
  const KnownGradient& known_;
  const Entries wrong_;
  const Grid grid_;
};

}  // namespace

std::string diagnose(Trial& trial, const KnownGradient& known) { return Diagnostician(trial, known).find(); }

}  // namespace graph_runner
