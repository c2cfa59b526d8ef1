// What keeps two graph files apart, where that matters to what was trained by one of them.
#pragma once

#include <string>
#include <vector>

namespace graph_runner {

// Of two graph files as JSON (exchange/json.cpp), `was` and `is`: a line each, "train.batch was 32, is 64".
// Between `whole_run` or not: a run that goes on must be by the same file, but for how long it runs, what it
// requires and where it saves; a model can be used where its inputs, parameters and nodes are the same.
// Nothing where one of them is empty, or no JSON.
std::vector<std::string> changes(const std::string& was, const std::string& is, bool whole_run);

}  // namespace graph_runner
