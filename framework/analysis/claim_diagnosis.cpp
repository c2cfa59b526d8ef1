#include "analysis/claim_diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include "analysis/trial.hpp"

namespace graph_runner {

bool ClaimPoint::agrees() const {
  if (!out_of_range.empty() || !same_shape()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!(std::abs(left[i] - right[i]) <= tolerance[i])) return false;
  return true;
}

std::size_t ClaimPoint::worst() const {
  std::size_t worst = 0;
  double most = -1;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double excess = std::abs(left[i] - right[i]) / (tolerance[i] + 1e-300);
    if (excess > most || std::isnan(excess)) {
      most = std::isnan(excess) ? INFINITY : excess;
      worst = i;
    }
  }
  return worst;
}

namespace {

class ClaimDiagnostician {
 public:
  explicit ClaimDiagnostician(const std::vector<ClaimPoint>& points) : all_(points) {
    for (const ClaimPoint& p : points)
      if (p.out_of_range.empty()) points_.push_back(&p);
  }

  std::string find() const {
    for (const ClaimPoint& p : all_)
      if (!p.out_of_range.empty()) return p.out_of_range;
    if (points_.empty()) return "";
    if (std::string found = shapes(); !found.empty()) return found;
    const bool same =
        std::all_of(points_.begin(), points_.end(), [](const auto* p) { return p->same_shape(); });
    if (!same) return some_sizes();
    for (const auto& hypothesis :
         {&ClaimDiagnostician::factor, &ClaimDiagnostician::transpose, &ClaimDiagnostician::layout,
          &ClaimDiagnostician::wrong_term, &ClaimDiagnostician::missing_term, &ClaimDiagnostician::part})
      if (std::string found = (this->*hypothesis)(); !found.empty()) return found;
    return some_sizes();
  }

 private:
  // Whether left = f(right) entry by entry at every point, to what rounding allows of both.
  bool everywhere(const std::function<Entries(const ClaimPoint&)>& right) const {
    return std::all_of(points_.begin(), points_.end(), [&](const ClaimPoint* p) {
      const Entries r = right(*p);
      if (r.size() != p->left.size()) return false;
      for (std::size_t i = 0; i < r.size(); ++i)
        if (!(std::abs(p->left[i] - r[i]) <=
              8 * p->tolerance[i] + 1e-9 * (std::abs(p->left[i]) + std::abs(r[i]))))
          return false;
      return true;
    });
  }

  // ---- shapes

  static std::string shape_text(const Shape& s, bool row) {
    return s.empty() ? "a number"
                     : (row             ? "a row "
                        : s.size() == 1 ? "a column "
                                        : "a matrix ") +
                           to_string(s);
  }
  // The point with the most entries, as sizes of 1 hide what is wrong; where shapes differ, one at which they
  // do.
  const ClaimPoint* most_telling() const {
    return *std::max_element(points_.begin(), points_.end(), [](const ClaimPoint* x, const ClaimPoint* y) {
      return std::pair(!x->same_shape(), x->left.size()) < std::pair(!y->same_shape(), y->left.size());
    });
  }
  std::string shapes() const {
    const ClaimPoint& p = *most_telling();
    if (p.same_shape()) return "";
    std::string out =
        fmt::format("the left side is {}, the right side {}", shape_text(p.left_shape, p.left_row),
                    shape_text(p.right_shape, p.right_row));
    Shape turned = p.left_shape;
    std::reverse(turned.begin(), turned.end());
    if (p.left_shape.size() == 2 && turned == p.right_shape)
      return out + (everywhere([](const ClaimPoint& q) { return transposed(q.right, q.right_shape); })
                        ? ": it is the transpose of what is right"
                        : ": the transpose of the shape that is right");
    if (p.left_shape == p.right_shape && p.left_row != p.right_row)
      return out + ", its transpose: ' turns it";
    const bool square = p.left_shape.size() == 2 && p.left_shape[0] == p.left_shape[1];
    if (square && p.right_shape.empty() && everywhere([](const ClaimPoint& q) {
          Entries identity(q.left.size());
          for (std::int64_t i = 0; i < q.left_shape[0]; ++i)
            identity[static_cast<std::size_t>(i * (q.left_shape[0] + 1))] = q.right[0];
          return identity;
        }))
      return out +
             fmt::format(": did you mean {}eye({})?", p.right[0] == 1 ? "" : "that times ", p.left_shape[0]);
    return out;
  }
  static Entries transposed(const Entries& x, const Shape& shape) {
    return graph_runner::transposed(x, static_cast<std::size_t>(shape[0]),
                                    static_cast<std::size_t>(shape[1]));
  }

  // Holds at some sizes and not at others.
  std::string some_sizes() const {
    std::string holding;
    bool other = false;
    for (const ClaimPoint& p : all_) {
      const bool agrees = std::all_of(all_.begin(), all_.end(),
                                      [&](const ClaimPoint& q) { return q.sizes != p.sizes || q.agrees(); });
      other = other || !agrees;
      if (!agrees || p.sizes.empty()) continue;
      const bool ones =
          std::all_of(p.sizes.begin(), p.sizes.end(), [](const auto& s) { return s.second == 1; });
      const bool equal = std::all_of(p.sizes.begin(), p.sizes.end(),
                                     [&](const auto& s) { return s.second == p.sizes.begin()->second; });
      if (ones && holding.empty()) holding = "where all sizes are 1";
      if (!ones && equal && p.sizes.size() > 1) holding = "where the sizes agree";
      if (!ones && !equal) return "it holds at some sizes and fails at others";
    }
    return other && !holding.empty() ? "it holds only " + holding : "";
  }

  // ---- values

  std::string factor() const {
    double product = 0, square = 0;
    for (const ClaimPoint* p : points_)
      for (std::size_t i = 0; i < p->left.size(); ++i) {
        product += p->left[i] * p->right[i];
        square += p->left[i] * p->left[i];
      }
    if (!(square > 0)) return "";
    const double c = product / square;  // right = c left
    if (!std::isfinite(c) || std::abs(c) < 1e-9) return "";
    const auto scaled = [](double by) {
      return [by](const ClaimPoint& p) {
        Entries r = p.right;
        for (double& x : r) x /= by;
        return r;
      };
    };
    if (!everywhere(scaled(c))) return "";
    if (std::abs(c + 1) < 1e-9) return "the sign is wrong: the right side is -1 times the left";
    if (std::abs(c - 2) < 1e-9) return "the right side is twice the left";
    if (std::abs(c - 0.5) < 1e-9) return "the right side is half the left: a factor 2 is missing";
    if (std::abs(c - 1) < 1e-9) return "";
    return fmt::format("the right side is {:.6g} times the left", c);
  }
  bool is_matrix() const { return most_telling()->left_shape.size() == 2; }
  std::string transpose() const {
    return is_matrix() && everywhere([](const ClaimPoint& p) {
             return p.left_shape[0] == p.left_shape[1] ? transposed(p.right, p.right_shape) : Entries{};
           })
               ? "the right side is the transpose of the left"
               : "";
  }
  // The entries of a matrix in the order of its columns, where the left has that of its rows.
  std::string layout() const {
    if (!is_matrix() || !transpose().empty()) return "";
    return everywhere([](const ClaimPoint& p) {
      return transposed(p.right, {p.right_shape[1], p.right_shape[0]});
    })
               ? "the entries are those of the left in the order of columns, not rows"
               : "";
  }
  std::string wrong_term() const {
    for (std::size_t t = 0; t < points_[0]->terms.size() && points_[0]->terms.size() > 1; ++t) {
      const auto without = [&](double share) {
        return [&, share](const ClaimPoint& p) {
          Entries r = p.right;
          if (t >= p.terms.size() || p.terms[t].entries.size() != r.size()) return Entries{};
          for (std::size_t i = 0; i < r.size(); ++i) r[i] -= share * p.terms[t].sign * p.terms[t].entries[i];
          return r;
        };
      };
      const std::string& text = points_[0]->terms[t].text;
      if (everywhere(without(2))) return fmt::format("the sign of the term '{}' is wrong", text);
      if (everywhere(without(1))) return fmt::format("the term '{}' is one too many", text);
      if (everywhere(without(-1))) return fmt::format("the term '{}' should count twice", text);
      if (everywhere(without(0.5))) return fmt::format("the term '{}' should count half", text);
    }
    return "";
  }
  // What is missing is a multiple of something that has a name.
  std::string missing_term() const {
    for (std::size_t t = 0; t < points_[0]->others.size(); ++t) {
      double product = 0, square = 0;
      for (const ClaimPoint* p : points_) {
        if (t >= p->others.size() || p->others[t].entries.size() != p->left.size()) break;
        for (std::size_t i = 0; i < p->left.size(); ++i) {
          product += (p->left[i] - p->right[i]) * p->others[t].entries[i];
          square += p->others[t].entries[i] * p->others[t].entries[i];
        }
      }
      if (!(square > 0)) continue;
      const double c = product / square;
      if (std::abs(c) < 1e-9 || !everywhere([&](const ClaimPoint& p) {
            Entries r = p.right;
            if (t >= p.others.size() || p.others[t].entries.size() != r.size()) return Entries{};
            for (std::size_t i = 0; i < r.size(); ++i) r[i] += c * p.others[t].entries[i];
            return r;
          }))
        continue;
      const std::string& text = points_[0]->others[t].text;
      return fmt::format("a term is missing: {}{}",
                         std::abs(c - 1) < 1e-9   ? ""
                         : std::abs(c + 1) < 1e-9 ? "-"
                                                  : fmt::format("{:.6g}*", c),
                         text);
    }
    return "";
  }
  // A row, a column or an entry is wrong and all else right, at every point of the largest sizes.
  std::string part() const {
    const Shape& shape = most_telling()->left_shape;
    std::set<std::size_t> bad;
    std::size_t entries = 1;
    for (const ClaimPoint* p : points_) {
      if (p->left_shape != shape) continue;
      entries = p->left.size();
      for (std::size_t i = 0; i < entries; ++i)
        if (!(std::abs(p->left[i] - p->right[i]) <= p->tolerance[i])) bad.insert(i);
    }
    if (bad.empty() || entries < 2 || bad.size() == entries) return "";
    if (bad.size() == 1)
      return fmt::format("entry [{}] alone is wrong", fmt::join(index_of(shape, *bad.begin()), ", "));
    if (shape.size() != 2) return "";
    const auto columns = static_cast<std::size_t>(shape[1]);
    const auto same = [&](auto of) {
      return std::all_of(bad.begin(), bad.end(), [&](std::size_t i) { return of(i) == of(*bad.begin()); });
    };
    if (same([&](std::size_t i) { return i / columns; }))
      return fmt::format("row {} alone is wrong", *bad.begin() / columns + 1);
    if (same([&](std::size_t i) { return i % columns; }))
      return fmt::format("column {} alone is wrong", *bad.begin() % columns + 1);
    if (shape[0] == shape[1] &&
        std::none_of(bad.begin(), bad.end(), [&](std::size_t i) { return i / columns == i % columns; }))
      return "it is right on the diagonal alone";
    return "";
  }

  const std::vector<ClaimPoint>& all_;
  std::vector<const ClaimPoint*> points_;
};

}  // namespace

std::string diagnose_claim(const std::vector<ClaimPoint>& points) {
  return ClaimDiagnostician(points).find();
}

}  // namespace graph_runner
