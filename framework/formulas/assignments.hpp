// "x = [pi/2, 0], v = 1": values for inputs and parameters, as a command line (--at) and claims give them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "formulas/formula.hpp"

namespace graph_runner {

struct Assignment {
  std::string name;
  Shape shape;                  // {} of a number; {2, 3} of a list of two lists of three
  std::vector<double> entries;  // row by row
  Place place, value_place;     // of the name, and of the value's first character
};

// Reads assignments, separated by commas, from byte `from` to the end of the text. A value is a constant
// formula, a list [1, pi], or a list of lists: [1, 2; 3, 4] or [[1, 2], [3, 4]]. Throws Error (bad_request)
// at the first thing that does not fit; also where a name stands twice. What `declared` knows is no constant,
// even if it is called e.
std::vector<Assignment> parse_assignments(const FormulaText& text, std::size_t from = 0,
                                          const AxesOf& declared = {});

// What assignments fix in a graph: entries of inputs and parameters, and the named sizes that follow from
// their shapes.
struct FixedValues {
  std::map<ValueId, std::vector<double>> entries;
  SizeValues sizes;
};
// Throws Error (bad_request), all problems at once: names that are no input or parameter, shapes that are not
// the declared ones, sizes that would be two numbers at a time.
FixedValues fix_values(const Graph& graph, const std::vector<Assignment>& assignments);

}  // namespace graph_runner
