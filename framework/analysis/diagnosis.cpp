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
        spread_(trial.gradient_spread()[known.tensor]),
        grid_(s_.shapes[known.tensor]) {}

  std::vector<Hypothesis> find() {
    for (const auto& hypothesis :
         {&Diagnostician::not_finite, &Diagnostician::ignores_cotangent, &Diagnostician::constant_factor,
          &Diagnostician::missing_part, &Diagnostician::few_entries, &Diagnostician::transpose,
          &Diagnostician::swapped_ports, &Diagnostician::wrong_axis, &Diagnostician::wrong_operand}) {
      (this->*hypothesis)();
      trial_.restore();
    }
    return std::move(found_);
  }

 private:
  void add(std::string key, std::string text, bool telling = true) {
    found_.push_back({std::move(key), std::move(text), telling});
  }
  // One number may be many things.
  bool several() const { return wrong_.size() > 1; }
  // How far from the right value it may be: where digits are lost, by what rounding makes of it.
  double tolerance(std::size_t k) const {
    return 1e-7 * (known_.scale[k] + std::abs(known_.right[k])) + 4 * spread_[known_.where[k]] +
           smallest_telling;
  }
  bool close(double found, std::size_t k) const { return std::abs(found - known_.right[k]) <= tolerance(k); }
  // Whether a gradient, were it computed so, would be right.
  bool right(const Entries& gradient) const {
    for (std::size_t k = 0; k < known_.where.size(); ++k)
      if (!close(gradient[known_.where[k]], k)) return false;
    return true;
  }
  Entries gradient_now() { return trial_.gradients_now()[known_.tensor]; }

  void not_finite() {
    if (std::any_of(known_.where.begin(), known_.where.end(),
                    [this](std::size_t i) { return !std::isfinite(wrong_[i]); }))
      add("not finite", "an entry is not a number: it is left unwritten, or the formula divides by zero");
  }

  // The number c with backward = c · right, where there is one.
  std::optional<double> factor() const {
    const double most = largest(known_.right);
    double product = 0, square = 0;
    for (std::size_t k = 0; k < known_.where.size(); ++k) {
      const double share = known_.right[k] / most;  // whose square does not overflow
      product += wrong_[known_.where[k]] * share;
      square += known_.right[k] * share;
    }
    const double c = product / square;
    if (!std::isfinite(c)) return std::nullopt;
    for (std::size_t k = 0; k < known_.where.size(); ++k)
      if (std::abs(wrong_[known_.where[k]] - c * known_.right[k]) > (1 + std::abs(c)) * tolerance(k))
        return std::nullopt;
    return c;
  }
  void constant_factor() {
    const std::optional<double> c = factor();
    if (!c) return;
    const auto is = [&](double x) { return std::abs(*c - x) <= 1e-6 * std::abs(x); };
    if (std::abs(*c) < 1e-6) return add("zero", "nothing is added to it: this branch is cut off");
    if (is(-1)) add("minus", "the sign is wrong: it is -1 times the right value");
    if (is(2)) add("twice", "it is twice the right value");
    if (is(0.5)) add("half", "it is half the right value");
    for (std::size_t o = 0; o < s_.ports.size(); ++o)
      if (s_.port(o).role == GR_OUTPUT) {
        const auto rows = static_cast<double>(Grid(s_.shapes[o]).rows);
        if (is(rows))
          add("times rows",
              fmt::format(
                  "it is {0} times the right value, {0} being the number of rows: a sum is taken once "
                  "too often",
                  rows));
        if (is(1 / rows))
          add("by rows",
              fmt::format("it is 1/{0} of the right value, {0} being the number of rows: a mean is taken "
                          "where a sum is meant",
                          rows));
      }
    const std::string number = fmt::format("{:.6g}", *c);
    if (!is(-1) && !is(2) && !is(0.5))
      add("times " + number, fmt::format("it is {} times the right value", number));
  }

  // Another cotangent gives the same gradient.
  void ignores_cotangent() {
    if (std::all_of(wrong_.begin(), wrong_.end(), [](double x) { return x == 0; })) return;
    for (std::size_t o = 0; o < s_.ports.size(); ++o) {
      Entries v = trial_.cotangent()[o];
      if (v.empty()) continue;
      for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1.5 - 0.75 * v[i] + double(i % 3);
      write(trial_.probe().output_gradient(o), v);
    }
    if (gradient_now() == wrong_)
      add("ignores", "it ignores the incoming gradient: another one gives the same result");
  }

  // One entry, row or column alone, the same at every point: by its index, or as the last.
  void few_entries() {
    std::vector<std::size_t> bad;
    for (std::size_t k = 0; k < known_.where.size(); ++k)
      if (!close(wrong_[known_.where[k]], k)) bad.push_back(known_.where[k]);
    if (bad.empty()) return;
    const bool telling = known_.where.size() >= 3 && 2 * bad.size() <= known_.where.size();
    const std::string index =
        fmt::format("[{}]", fmt::join(index_of(s_.shapes[known_.tensor], bad[0]), ", "));
    const auto alone = [&](const char* what, std::size_t at, std::size_t last, const std::string& text) {
      if (at == last) add(fmt::format("last {}", what), text, telling);
      add(fmt::format("{} {}", what, at), text, telling);
    };
    if (bad.size() == 1)
      alone("entry", bad[0], wrong_.size() - 1, fmt::format("one entry alone is wrong, {}", index));
    const auto all_same = [&](auto of) {
      return std::all_of(bad.begin(), bad.end(), [&](std::size_t i) { return of(i) == of(bad[0]); });
    };
    if (grid_.rows > 1 && all_same([&](std::size_t i) { return i / grid_.columns; }))
      alone("row", bad[0] / grid_.columns, grid_.rows - 1,
            fmt::format("one row alone is wrong, that of {}", index));
    if (grid_.rows > 1 && all_same([&](std::size_t i) { return i % grid_.columns; }))
      alone("column", bad[0] % grid_.columns, grid_.columns - 1,
            fmt::format("one column alone is wrong, that of {}", index));
  }

  void transpose() {
    if (grid_.is_matrix() && right(transposed(wrong_, grid_.turned())))
      add("transpose", "it is the transpose of the right gradient");
  }

  void swapped_ports() {
    for (std::size_t other = 0; other < s_.ports.size(); ++other) {
      const Entries& theirs = trial_.gradient(other);
      if (other != known_.tensor && theirs.size() == wrong_.size() && right(theirs))
        add("swapped " + s_.label(other),
            fmt::format("it is the gradient of another port: those of '{}' and '{}' are swapped",
                        s_.label(known_.tensor), s_.label(other)),
            several());
    }
  }

  // Right but for the share of a row of an output's gradient, or of a whole output: found by taking the right
  // gradient without that share.
  void missing_part() {
    if (!trial_.has_duals()) return;
    for (std::size_t o = 0; o < s_.ports.size(); ++o) {
      const Entries& v = trial_.cotangent()[o];
      if (v.empty()) continue;
      const Grid g(s_.shapes[o]);
      const std::size_t rows = g.rows == 1 ? v.size() : g.rows, length = v.size() / rows;
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
      const std::string label = s_.label(o), what = length == 1 ? "entry" : "row";
      const bool all = explains(0, v.size());
      const auto part = [&](const char* which, std::size_t row) {
        if (explains(row * length, (row + 1) * length) || (g.rows == 1 && all))
          add(fmt::format("{} of {}", which, label),
              fmt::format("a term is missing: the share of the {} {} of '{}' is left out", which, what,
                          label),
              rows > 1);
      };
      part("first", 0);
      part("last", rows - 1);
      if (rows > 1 && explains(length, v.size()))
        add("others of " + label,
            fmt::format("a sum is missing: the shares of all rows of '{}' but the first are left out", label),
            rows > 2);
      if (all)
        add("all of " + label, fmt::format("a term is missing: the share of output '{}' is left out", label));
    }
  }

  // Right when the output's gradient is handed over transposed.
  void wrong_axis() {
    for (std::size_t o = 0; o < s_.ports.size(); ++o) {
      const Entries& v = trial_.cotangent()[o];
      const Grid g(s_.shapes[o]);
      if (v.empty() || !g.is_matrix()) continue;
      for (const Grid& as : {g, g.turned()}) {
        write(trial_.probe().output_gradient(o), transposed(v, as));
        if (!right(gradient_now())) continue;
        add("axis of " + s_.label(o),
            fmt::format(
                "the sum runs over the wrong axis: it would be right for the transposed gradient of '{}'",
                s_.label(o)));
        break;
      }
      write(trial_.probe().output_gradient(o), v);
    }
  }

  // Right when a value is handed over transposed, or one value in the place of another.
  void wrong_operand() {
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
          if (!fits) continue;
          add("turned " + s_.label(a), fmt::format("it reads '{}' transposed", s_.label(a)));
          break;
        }
      for (std::size_t b = 0; b < s_.ports.size(); ++b) {
        if (a == b || !s_.present[b] || p.value(b).entries != p.value(a).entries) continue;
        // What is no index, or no place that forward has found, would make the node fail.
        if (s_.port(a).discrete || s_.port(a).domain == GR_INDEX) continue;
        write(p.value(a), read(p.value(b)));
        const bool fits = right(gradient_now());
        write(p.value(a), x);
        if (fits)
          add(fmt::format("{} for {}", s_.label(a), s_.label(b)),
              fmt::format("it reads '{}' where '{}' is meant", s_.label(a), s_.label(b)), several());
      }
    }
  }

  Trial& trial_;
  const Subject& s_;
  const KnownGradient& known_;
  const Entries wrong_, spread_;
  const Grid grid_;
  std::vector<Hypothesis> found_;
};

}  // namespace

std::vector<Hypothesis> hypotheses(Trial& trial, const KnownGradient& known) {
  return Diagnostician(trial, known).find();
}

std::string common_diagnosis(const std::vector<std::vector<Hypothesis>>& failures) {
  constexpr std::size_t enough = 3;
  if (failures.size() < enough) return "";
  for (const Hypothesis& first : failures[0]) {
    bool all = true, telling = false;
    for (const std::vector<Hypothesis>& at : failures) {
      const auto same =
          std::find_if(at.begin(), at.end(), [&](const Hypothesis& h) { return h.key == first.key; });
      all = all && same != at.end();
      telling = telling || (same != at.end() && same->telling);
    }
    if (all && telling) return first.text;
  }
  return "";
}

}  // namespace graph_runner
