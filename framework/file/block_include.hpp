// `include:` in a graph file: blocks from other files of the same folder or below.
#pragma once

#include <string>

#include "yaml/document.hpp"

namespace graph_runner {

// Puts the blocks of the files that a document includes, and of those that they include, among its own, and
// takes `include:` out. Such files hold `blocks:` and `include:` alone; paths are relative to the file in
// which they stand, and lead neither up nor through links out of its folder. What is wrong is reported in the
// file in which it is, used at the line that includes it. Throws Error (file_failed) where a file cannot be
// read.
void include_blocks(Yaml& document, Problems& problems);

}  // namespace graph_runner
