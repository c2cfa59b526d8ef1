// Samples that are drawn: the data of problems that a graph states itself.
#pragma once

#include "data/array.hpp"

namespace graph_runner {

// `spec.random` samples of shape `wanted`, each entry uniform in [from, to), in float: a function of the
// seed, the split, the input's name and the entry's number. Throws Error (bad_request) where there is no such
// range, an axis has no number, or they take more than `memory` bytes.
Array draw_array(const ArraySpec& spec, const std::string& split, const Shape& wanted,
                 std::optional<double> from, std::optional<double> to, std::uint64_t memory);

}  // namespace graph_runner
