// Curves over a common axis of whole numbers, as a figure of HTML.
#pragma once

#include <string>
#include <vector>

namespace graph_runner {

struct Curve {
  std::string name;
  int colour = 0;  // curves of one colour are shown and hidden together
  bool dashed = false;
  std::vector<double> values;  // one a place; NaN where there is none
};

struct Chart {
  std::string title;       // what is drawn: "loss"
  std::string over;        // by what: "epoch"
  std::vector<double> at;  // ascending whole numbers
  std::vector<Curve> curves;
  std::vector<std::string> legend;  // a name for each colour
};

inline constexpr std::size_t most_points = 2000;  // of a curve

// The places that are drawn: all of them, or of very many, in each of as many spans of equal length as there
// is room for, those at which a curve has its least or its largest value; and the first and the last.
std::vector<std::size_t> drawn_places(const Chart& chart);

// Drawn on a linear scale and, where there are positive values, on a logarithmic one, between which a box
// chooses; the numbers of what is drawn follow as a table. It is whole without a script, with which values
// are told under the pointer and by the arrow keys.
std::string chart_html(const Chart& chart);

}  // namespace graph_runner
