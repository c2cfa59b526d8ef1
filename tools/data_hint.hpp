// Where data that are missing can be had.
#pragma once

#include "core/error.hpp"

namespace graph_runner::cli {

// The error, and where it is of a file of a known data set that is not there, the command that fetches it:
// tools/fetch-data of this tree, or the one that is installed beside the tools.
Error with_data_hint(const Error& error);

}  // namespace graph_runner::cli
