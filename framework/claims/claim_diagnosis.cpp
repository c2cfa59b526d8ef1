#include "claims/claim_diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "claims/claim_evidence.hpp"

namespace graph_runner {

namespace {

// What the right side would be, were the hypothesis true; nothing where it cannot be said of a point.
using Corrected = std::function<std::optional<Entries>(const ClaimPoint&)>;

// A number that is not 1, with as many digits as show it.
std::string number_text(double x) {
  std::string text;
  for (int digits = 6; digits <= 17; ++digits) {
    text = fmt::format("{:.{}g}", x, digits);
    if (text != "1" && text != "-1") break;
  }
  return text;
}

bool is_near(double x, double to) { return std::abs(x - to) <= 1e-9 * std::abs(to); }

// Of numbers c with y = c x in the mean of least squares: finite, and not nothing; else nothing.
class Fit {
 public:
  void add(double x, double y) {
    product_ += x * y;
    square_ += x * x;
    count_ += x != 0;
  }
  std::optional<double> factor() const {
    const double c = product_ / square_;
    return square_ > 0 && std::isfinite(c) && std::abs(c) > 1e-9 ? std::optional(c) : std::nullopt;
  }
  // Whether one number could have been anything.
  bool is_proof() const { return count_ >= 3; }

 private:
  double product_ = 0, square_ = 0;
  std::size_t count_ = 0;
};

class ClaimDiagnostician {
 public:
  ClaimDiagnostician(const std::vector<ClaimPoint>& points, const std::vector<ClaimPoint>& fresh)
      : all_(points), fresh_(fresh) {
    const auto one = [](const auto& size) { return size.second == 1; };
    const auto add = [&](bool with_ones) {
      for (const auto* list : {&points, &fresh})
        for (const ClaimPoint& p : *list)
          if (p.has_sides() && p.ordinary && (with_ones || std::none_of(p.sizes.begin(), p.sizes.end(), one)))
            evidence_.push_back(&p);
    };
    add(false);
    if (evidence_.empty()) add(true);
  }

  std::string find() const {
    for (const ClaimPoint& p : all_)
      if (!p.has_sides()) return p.out_of_range;
    if (evidence_.empty()) return "";
    if (std::string found = shapes(); !found.empty()) return found;
    const auto same = [](const ClaimPoint& p) { return p.same_shape(); };
    if (!std::all_of(all_.begin(), all_.end(), same)) return holding_sizes(all_, fresh_);
    if (std::string found = beyond_the_ordinary(); !found.empty()) return found;
    for (const auto& hypothesis :
         {&ClaimDiagnostician::factor, &ClaimDiagnostician::size_factor, &ClaimDiagnostician::transpose,
          &ClaimDiagnostician::layout, &ClaimDiagnostician::wrong_term, &ClaimDiagnostician::missing_term,
          &ClaimDiagnostician::part})
      if (std::string found = (this->*hypothesis)(); !found.empty()) return found;
    return holding_sizes(all_, fresh_);
  }

 private:
  // Whether left = f(right) entry by entry at all of the evidence, to what rounding allows of both.
  bool everywhere(const Corrected& right) const {
    return std::all_of(evidence_.begin(), evidence_.end(), [&](const ClaimPoint* p) {
      const std::optional<Entries> r = right(*p);
      const Entries& l = p->left.entries;
      if (!r || r->size() != l.size()) return false;
      for (std::size_t i = 0; i < l.size(); ++i) {
        const double rounding = p->same_shape() ? 8 * p->tolerance.at(i) : 0;
        if (!(std::abs(l[i] - (*r)[i]) <= rounding + 1e-9 * (std::abs(l[i]) + std::abs((*r)[i]))))
          return false;
      }
      return true;
    });
  }

  // ---- shapes

  static std::string shape_text(const ClaimSide& s) {
    if (s.shape.empty()) return "a number";
    return (s.row                 ? "a row "
            : s.shape.size() == 1 ? "a column "
            : s.shape.size() == 2 ? "a matrix "
                                  : "a tensor ") +
           to_string(s.shape);
  }
  // The point with the most entries, as sizes of 1 hide what is wrong; where shapes differ, one at which they
  // do.
  const ClaimPoint& most_telling() const {
    return **std::max_element(evidence_.begin(), evidence_.end(),
                              [](const ClaimPoint* x, const ClaimPoint* y) {
                                return std::pair(!x->same_shape(), x->left.entries.size()) <
                                       std::pair(!y->same_shape(), y->left.entries.size());
                              });
  }
  std::string shapes() const {
    const ClaimPoint& p = most_telling();
    if (p.same_shape()) return "";
    std::string out =
        fmt::format("the left side is {}, the right side {}", shape_text(p.left), shape_text(p.right));
    if (p.left.shape == p.right.shape) return out + ", its transpose: ' turns it";
    if (const auto turned = p.right.transposed(); turned && turned->shape == p.left.shape)
      return out + (everywhere(&transposed_right) ? ": it is the transpose of what is right"
                                                  : ": the transpose of the shape that is right");
    if (everywhere(&right_times_identity))
      return out + fmt::format(": did you mean {}eye({})?", p.right.entries.at(0) == 1 ? "" : "that times ",
                               p.left.shape.at(0));
    return out;
  }
  static std::optional<Entries> transposed_right(const ClaimPoint& p) {
    const auto turned = p.right.transposed();
    return turned ? std::optional(turned->entries) : std::nullopt;
  }
  // A number on the right, on the diagonal of a square matrix.
  static std::optional<Entries> right_times_identity(const ClaimPoint& p) {
    const Shape& shape = p.left.shape;
    if (shape.size() != 2 || shape[0] != shape[1] || p.right.entries.size() != 1) return std::nullopt;
    Entries identity(p.left.entries.size());
    for (std::int64_t i = 0; i < shape[0]; ++i)
      identity.at(static_cast<std::size_t>(i * (shape[0] + 1))) = p.right.entries[0];
    return identity;
  }

  // ---- values

  // Right at every ordinary point, and wrong at others: beyond a bend, or at large or small entries.
  std::string beyond_the_ordinary() const {
    const auto fine = [](const ClaimPoint* p) { return p->agrees(); };
    if (!std::all_of(evidence_.begin(), evidence_.end(), fine)) return "";
    const auto fails = [](const ClaimPoint& p) { return !p.ordinary && !p.agrees(); };
    return std::any_of(all_.begin(), all_.end(), fails)
               ? "it holds where entries are of ordinary size, and fails beyond"
               : "";
  }

  static Corrected right_divided_by(const std::function<double(const ClaimPoint&)>& by) {
    return [by](const ClaimPoint& p) {
      Entries r = p.right.entries;
      for (double& x : r) x /= by(p);
      return std::optional(std::move(r));
    };
  }
  std::string factor() const {
    Fit fit;  // right = c left
    for (const ClaimPoint* p : evidence_)
      for (std::size_t i = 0; i < p->entries(); ++i) fit.add(p->left.entries[i], p->right.entries[i]);
    const auto c = fit.factor();
    if (!c || is_near(*c, 1) || !everywhere(right_divided_by([&](const ClaimPoint&) { return *c; })))
      return "";
    if (is_near(*c, -1)) return "the sign is wrong: the right side is -1 times the left";
    if (is_near(*c, 2)) return "the right side is twice the left";
    if (is_near(*c, 0.5)) return "the right side is half the left: a factor 2 is missing";
    return fmt::format("the right side is {} times the left", number_text(*c));
  }
  // By the size of an axis, such as a mean where a sum is meant.
  std::string size_factor() const {
    if (most_telling().sizes.empty()) return "";
    for (const auto& named : most_telling().sizes) {
      const std::string& name = named.first;
      const auto size = [&](const ClaimPoint& p) { return double(p.sizes.at(name)); };
      const auto inverse = [&](const ClaimPoint& p) { return 1 / size(p); };
      std::set<std::int64_t> seen;
      for (const ClaimPoint* p : evidence_) seen.insert(p->sizes.at(name));
      const auto left_is_nothing = [](const ClaimPoint* p) { return largest(p->left.entries) == 0; };
      if (seen.size() < 2 || std::all_of(evidence_.begin(), evidence_.end(), left_is_nothing)) continue;
      if (everywhere(right_divided_by(size))) return fmt::format("the right side is {} times the left", name);
      if (everywhere(right_divided_by(inverse)))
        return fmt::format("the right side is the left divided by {}", name);
    }
    return "";
  }
  bool is_matrix() const { return most_telling().left.shape.size() == 2; }
  std::string transpose() const {
    const auto square = [](const ClaimPoint* p) {
      return p->left.shape.size() == 2 && p->left.shape[0] == p->left.shape[1];
    };
    return std::all_of(evidence_.begin(), evidence_.end(), square) && everywhere(&transposed_right)
               ? "the right side is the transpose of the left"
               : "";
  }
  // The entries of a matrix in the order of its columns, where the left has that of its rows.
  std::string layout() const {
    if (!is_matrix() || !transpose().empty()) return "";
    return everywhere([](const ClaimPoint& p) -> std::optional<Entries> {
      ClaimSide as_columns = p.right;
      if (as_columns.shape.size() == 2) std::swap(as_columns.shape[0], as_columns.shape[1]);
      const auto turned = as_columns.transposed();
      return turned ? std::optional(turned->entries) : std::nullopt;
    })
               ? "the entries are those of the left in the order of columns, not rows"
               : "";
  }

  // The right side with a multiple of one of its terms, or of another value, added.
  static Corrected right_plus(double share, std::size_t t, std::vector<ClaimPoint::Term> ClaimPoint::*list) {
    return [=](const ClaimPoint& p) -> std::optional<Entries> {
      const std::vector<ClaimPoint::Term>& terms = p.*list;
      Entries r = p.right.entries;
      if (t >= terms.size() || terms[t].entries.size() != r.size()) return std::nullopt;
      for (std::size_t i = 0; i < r.size(); ++i) r[i] += share * terms[t].sign * terms[t].entries[i];
      return r;
    };
  }
  std::string wrong_term() const {
    const std::vector<ClaimPoint::Term>& terms = evidence_[0]->terms;
    for (std::size_t t = 0; t < terms.size() && terms.size() > 1 && evidence_.size() > 1; ++t) {
      const auto with = [&](double share) { return everywhere(right_plus(share, t, &ClaimPoint::terms)); };
      if (with(-2)) return fmt::format("the sign of the term '{}' is wrong", terms[t].text);
      if (with(-1)) return fmt::format("the term '{}' is one too many", terms[t].text);
      if (with(1)) return fmt::format("the term '{}' should count twice", terms[t].text);
      if (with(-0.5)) return fmt::format("the term '{}' should count half", terms[t].text);
    }
    return "";
  }
  // What is missing is a multiple of something that has a name.
  std::string missing_term() const {
    const std::vector<ClaimPoint::Term>& others = evidence_[0]->others;
    for (std::size_t t = 0; t < others.size() && evidence_.size() > 1; ++t) {
      Fit fit;
      for (const ClaimPoint* p : evidence_)
        for (std::size_t i = 0; i < p->entries() && t < p->others.size(); ++i)
          if (p->others[t].entries.size() == p->entries()) fit.add(p->others[t].entries[i], p->difference(i));
      const auto c = fit.factor();
      if (!c || !fit.is_proof() || !everywhere(right_plus(*c, t, &ClaimPoint::others))) continue;
      return fmt::format("a term is missing: {}{}",
                         is_near(*c, 1)    ? ""
                         : is_near(*c, -1) ? "-"
                                           : number_text(*c) + "*",
                         others[t].text);
    }
    return "";
  }

  // A row, a column or an entry is wrong and all else right, at all of the evidence.
  std::string part() const {
    std::set<Shape> bad, good;
    for (const ClaimPoint* p : evidence_)
      for (std::size_t i = 0; i < p->entries(); ++i)
        if (!p->agrees_at(i)) bad.insert(index_of(p->left.shape, i));
    for (const ClaimPoint* p : evidence_)
      for (std::size_t i = 0; i < p->entries(); ++i)
        if (const Shape index = index_of(p->left.shape, i); !bad.count(index)) good.insert(index);
    if (bad.empty() || good.empty()) return "";
    const Shape& first = *bad.begin();
    if (bad.size() == 1) return fmt::format("entry [{}] alone is wrong", fmt::join(first, ", "));
    if (first.size() != 2) return "";
    const auto same = [&](std::size_t axis) {
      return std::all_of(bad.begin(), bad.end(), [&](const Shape& i) { return i[axis] == first[axis]; });
    };
    if (same(0)) return fmt::format("row {} alone is wrong", first[0]);
    if (same(1)) return fmt::format("column {} alone is wrong", first[1]);
    const auto on_diagonal = [](const Shape& i) { return i[0] == i[1]; };
    if (std::none_of(bad.begin(), bad.end(), on_diagonal) &&
        std::all_of(good.begin(), good.end(), on_diagonal))
      return "it is right on the diagonal alone";
    return "";
  }

  const std::vector<ClaimPoint>&all_, &fresh_;
  std::vector<const ClaimPoint*> evidence_;
};

}  // namespace

std::string diagnose_claim(const std::vector<ClaimPoint>& points, const std::vector<ClaimPoint>& fresh) {
  return ClaimDiagnostician(points, fresh).find();
}

}  // namespace graph_runner
