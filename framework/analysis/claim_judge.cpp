#include "analysis/claim_judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/rounding.hpp"

namespace graph_runner {

namespace {

constexpr double unit = 0x1p-53;      // of rounding
constexpr double roundings = 32;      // that may add up beyond what a few walks show
constexpr double telling = 1e-6;      // of an entry, or of what it is computed from
constexpr double underflow = 1e-290;  // below this, digits are lost that no walk shows

// How far the difference of the sides moves in disturbed walks, by entry.
using Moves = std::vector<std::vector<double>>;

// What rounding does, by the moves of one entry of a size: the largest of them. But a few that are far larger
// than many others come from a jump: a comparison that the disturbance decides. That excuses nothing.
double spread_of(std::vector<double> moves, double size) {
  const double small = 1e-4 * size;
  std::sort(moves.begin(), moves.end(),
            [](double a, double b) { return !std::isnan(a) && (std::isnan(b) || a < b); });
  const auto end = std::find_if(moves.begin(), moves.end(), [&](double m) { return !(m <= small); });
  const auto count = static_cast<std::size_t>(end - moves.begin());
  if (end != moves.end() && count >= 3 && 5 * count >= moves.size()) return *(end - 1);
  return std::isnan(moves.back()) ? std::numeric_limits<double>::infinity() : moves.back();
}

class Judge {
 public:
  Judge(ClaimSides& sides, GraphPoint& point, double scale, Stream& stream)
      : sides_(sides), point_(point), scale_(scale), stream_(stream) {}

  std::vector<ClaimPoint> judge(bool ordinary) {
    sides_.walk(point_);
    if (!sides_.finite(point_) || (!ordinary && !sides_.moderate(point_))) return {};
    equations_ = sides_.equations_at(point_);
    given_ = equations_;
    moves_.resize(equations_.size());
    for (std::size_t k = 0; k < equations_.size(); ++k) moves_[k].resize(equations_[k].entries());
    walk(2);
    set_tolerances();
    if (!settled()) {
      walk(12);
      set_tolerances();
    }
    point_.disturb(nullptr);
    return std::move(equations_);
  }

 private:
  void walk(int times) {
    for (int i = 0; i < times; ++i) {
      sides_.walk(point_, &stream_);
      for (std::size_t k = 0; k < equations_.size(); ++k) {
        if (!equations_[k].same_shape()) continue;
        const Entries left = sides_.side(k).entries, right = sides_.side(k + 1).entries;
        for (std::size_t j = 0; j < left.size(); ++j)
          moves_[k][j].push_back(std::abs((left[j] - right.at(j)) - equations_[k].difference(j)));
      }
    }
  }

  double size_of(const ClaimPoint& p, std::size_t i) const {
    return std::max(std::abs(p.left.entries[i]), std::abs(p.right.entries[i]));
  }
  void set_tolerances() {
    for (std::size_t k = 0; k < equations_.size(); ++k) {
      ClaimPoint& p = equations_[k];
      for (std::size_t i = 0; i < p.entries(); ++i) {
        const double size = size_of(p, i), or_scale = std::isfinite(scale_) ? std::max(size, scale_) : size;
        const double rounding = spread_of(moves_[k][i], or_scale) / Rounding::magnified;
        p.tolerance[i] = given_[k].tolerance[i] + roundings * rounding + 4 * unit * size + underflow;
        p.tells[i] = rounding <= telling * size || rounding <= telling * scale_;
      }
    }
  }
  // What agrees and tells needs no second look, nor does what moved no further than rounding may make it.
  bool settled() const {
    for (const ClaimPoint& p : equations_)
      for (std::size_t i = 0; i < p.entries(); ++i)
        if (!p.tells[i] || !p.agrees_at(i)) return false;
    return true;
  }

  ClaimSides& sides_;
  GraphPoint& point_;
  double scale_;
  Stream& stream_;
  std::vector<ClaimPoint> equations_, given_;
  std::vector<Moves> moves_;
};

}  // namespace

std::vector<ClaimPoint> judge(ClaimSides& sides, GraphPoint& point, double scale, bool ordinary,
                              Stream& stream) {
  return Judge(sides, point, scale, stream).judge(ordinary);
}

}  // namespace graph_runner
