// Places where a function of one number jumps, found from outside: by its samples alone.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace graph_runner {

// Many functions of t at once, such as the values and the derivatives of a node's outputs along a line in its
// inputs; always as many. Those that are not finite at t are left out there; empty where none is known.
using LineSample = std::function<std::vector<double>(double t)>;

// One of them jumps between `below` and `above`.
struct Bend {
  double below = 0, above = 0;
};

struct BendSearch {
  std::vector<double> ladder;  // where it starts, ascending
  std::size_t most = 32;       // bends; the search ends with them
  // How far below and above may be apart, of max(|t|, 1e-3); and what rounding may make of a sample, of its
  // size.
  double resolution = 1e-9, noise = 1e-11;
};

struct Bends {
  std::vector<Bend> places;  // ascending
  bool all = true;           // false where `most` was met: there may be more
};

// Larger samples are too many numbers for a search, which may keep some thousand samples.
inline constexpr std::size_t most_numbers = 10000;

// 0 and ± 1e-3 … 1e3, so many steps a decade.
std::vector<double> bend_ladder(int steps = 4);

// Each step of the ladder is halved for as long as one of the functions changes there by what the slopes
// beside it do not explain: with every halving, that fades where the function is smooth, and stays where it
// jumps. What stays down to the resolution and stands out from both sides is a bend; poles, rounding and
// oscillations that the ladder is too coarse for are none. Each function is judged by its own size. A jump
// shows where it is no smaller than about a fifth of what curvature makes of a step of the ladder; two in one
// step do, where a sample lies between them or values keep a trace of what lies between them. Costs the
// ladder and some 40 samples a bend; of smooth functions three a step.
Bends find_bends(const LineSample& sample, const BendSearch& search);

}  // namespace graph_runner
