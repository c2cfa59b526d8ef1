// What was found in a data file, for messages: a terminal may be shown it, whatever it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace graph_runner {

// "'text'": bytes that do not print as \xNN, and of a long text its beginning.
std::string shown(std::string_view text);
// "'a', 'b' or 'c'", and of many the first 20.
std::string some_of(const std::vector<std::string>& names);

}  // namespace graph_runner
