// The section `blocks:` of a graph file.
#pragma once

#include "core/registry.hpp"
#include "file/block.hpp"
#include "file/reader.hpp"

namespace graph_runner {

// Reads the blocks, and checks what does not depend on how they are used: keys, patterns, that names are
// legal, different and known, and what `output` names. One that is wrong is read as far as it can be.
Blocks read_blocks(const Yaml& yaml, Registry& registry, Problems& problems);

}  // namespace graph_runner
