// The section `data:` of a graph file.
#pragma once

#include <string>

#include "data/data_spec.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

void read_data(const Yaml& yaml, DataSpec& data, Problems& problems);
// What feeds one input, named by `input`: a list of numbers, or a map such as {file: NAME}. `what` names it
// in messages. What is not said is as in `like`.
ArraySpec read_array_spec(const Yaml& input, const Yaml& value, const std::string& what, Problems& problems,
                          ArraySpec like = {});

}  // namespace graph_runner
