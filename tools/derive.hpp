// graph-runner FILE --derive f --at 'x = [0, 1]': the derivatives of a value at a point, as matrices.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "file/graph_file.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// Entries as lines of aligned columns, the last axis along the line; of large ones a part.
std::string entries_text(const Shape& shape, std::span<const double> entries);

// Prints the value of each name and its derivatives by every input and parameter that it depends on: the
// gradient and, by vectors and numbers, the Hessian of a single number, otherwise the Jacobian. `at` holds
// assignments (formulas/assignments.hpp); parameters keep their initial values, inputs the value that they
// declare. Throws Error: bad_request where an input has neither; run_failed where a value or derivative is
// not finite, naming the node where that began.
void derive(const GraphFile& file, const Graph& graph, const std::vector<std::string>& names,
            const std::vector<std::string>& at, const Common& common);

}  // namespace graph_runner::cli
