// Entries of values and derivatives, for people.
#pragma once

#include <span>
#include <string>

#include "core/tensor.hpp"

namespace graph_runner::cli {

// "0.5": to six digits.
std::string entry_text(double entry);
// Entries as lines of aligned columns, the last axis along the line; of large ones a part.
std::string entries_text(const Shape& shape, std::span<const double> entries);

}  // namespace graph_runner::cli
