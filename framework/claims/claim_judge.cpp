#include "claims/claim_judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/rounding.hpp"

namespace graph_runner {

namespace {

constexpr double unit = 0x1p-53;  // of rounding
constexpr double roundings = 32;  // that may add up beyond what a few walks show
constexpr double inside = 4;      // inside a kernel, such as that of exp(x), for each unit of x up to 1000
constexpr double telling = 1e-6;  // of an entry, or of what it is computed from
constexpr double underflow = 1e-290;  // below this, digits are lost that no walk shows

// How far the difference of the sides moved in a disturbed walk.
struct Move {
  double by, magnified;
};
using Moves = std::vector<std::vector<Move>>;  // by entry

// What rounding does to one entry of a size, by its moves: the largest of them. But where some of the largest
// disturbances hardly move it and others do so far, there is a jump: a comparison that the disturbance
// decides. That excuses nothing.
double rounding_of(const std::vector<Move>& moves, double size) {
  double all = 0, of_small = 0;
  std::size_t small = 0;
  for (const Move& m : moves) {
    const double rounding = std::isnan(m.by) ? std::numeric_limits<double>::infinity() : m.by / m.magnified;
    all = std::max(all, rounding);
    if (!(m.by <= 1e-4 * size)) continue;
    of_small = std::max(of_small, rounding);
    small += m.magnified == Rounding::magnifications[0];
  }
  return small >= 2 ? of_small : all;
}

class Judge {
 public:
  Judge(ClaimSides& sides, GraphPoint& point, double scale, Stream& stream)
      : sides_(sides), point_(point), scale_(scale), stream_(stream) {}

  std::vector<ClaimPoint> judge(bool ordinary) {
    sides_.walk(point_);
    if (!sides_.finite(point_) || (!ordinary && !sides_.moderate(point_))) return {};
    equations_ = sides_.equations_at(point_);
    for (const ClaimPoint& p : equations_) moves_.emplace_back(p.entries());
    for (const auto& [v, entries] : point_.entries()) reach_ = std::max(reach_, largest(entries));
    // Points that are not ordinary are there to refute, not to tell: where all is equal, they are done.
    set_tolerances();
    if (!ordinary && all_agree()) return std::move(equations_);
    walk(1);
    set_tolerances();
    // Where jumps come in between, until some walks met none.
    for (int more = 0; more < 10 && !settled(); ++more) {
      walk(4);
      set_tolerances();
    }
    point_.disturb(nullptr);
    return std::move(equations_);
  }

 private:
  void walk(int times) {
    ++rounds_;
    for (int i = 0; i < times; ++i)
      for (const double magnification : Rounding::magnifications) walk(magnification);
  }
  void walk(double magnification) {
    sides_.walk(point_, &stream_, magnification);
    for (std::size_t k = 0; k < equations_.size(); ++k) {
      if (!equations_[k].same_shape()) continue;
      const Entries left = sides_.side(k).entries, right = sides_.side(k + 1).entries;
      for (std::size_t j = 0; j < left.size(); ++j) {
        const double by = std::abs((left[j] - right.at(j)) - equations_[k].difference(j));
        moves_[k][j].push_back({by, magnification});
      }
    }
  }

  double size_of(const ClaimPoint& p, std::size_t i) const {
    return std::max(std::abs(p.left.entries[i]), std::abs(p.right.entries[i]));
  }
  void set_tolerances() {
    const double of_result = (4 + inside * std::min(reach_, 1000.0)) * unit;
    for (std::size_t k = 0; k < equations_.size(); ++k) {
      ClaimPoint& p = equations_[k];
      for (std::size_t i = 0; i < p.entries(); ++i) {
        const double size = size_of(p, i), or_scale = std::max(size, scale_);
        const double rounding = rounding_of(moves_[k][i], or_scale);
        p.tolerance[i] = p.stated[i] + roundings * rounding + of_result * size + underflow;
        p.tells[i] = rounds_ > 0 && (rounding <= telling * size || rounding <= telling * scale_);
      }
    }
  }
  // What agrees and tells needs no second look, nor what is far apart; what disagrees by less, another one;
  // what neither tells nor disagrees, some, as there may be jumps in between.
  bool settled() const {
    const bool looked_again = rounds_ > 1;
    for (const ClaimPoint& p : equations_)
      for (std::size_t i = 0; i < p.entries(); ++i)
        if (!is_far_apart(p, i) && (!p.tells[i] || (!p.agrees_at(i) && !looked_again))) return false;
    return true;
  }
  // By so much more than a look saw of rounding that another one would not see it grow to that.
  static bool is_far_apart(const ClaimPoint& p, std::size_t i) {
    constexpr double far = 1e5;
    return std::abs(p.difference(i)) > far * p.tolerance[i];
  }
  bool all_agree() const {
    return std::all_of(equations_.begin(), equations_.end(), [](const ClaimPoint& p) { return p.agrees(); });
  }

  ClaimSides& sides_;
  GraphPoint& point_;
  double scale_, reach_ = 0;
  Stream& stream_;
  std::vector<ClaimPoint> equations_;
  std::vector<Moves> moves_;
  int rounds_ = 0;
};

}  // namespace

std::vector<ClaimPoint> judge(ClaimSides& sides, GraphPoint& point, double scale, bool ordinary,
                              Stream& stream) {
  return Judge(sides, point, scale, stream).judge(ordinary);
}

}  // namespace graph_runner
