// How much the uses of blocks stand for, without making any of it.
#pragma once

#include <set>
#include <string>

#include "file/block.hpp"

namespace graph_runner {

struct BlockCount {
  std::uint64_t nodes = 0, bytes = 0;  // at most 10^18; bytes of what the expanded file would say
};

// Counts what the uses in `nodes` stand for. Reports blocks that would use themselves, blocks too deep in
// each other, and a use by which there are more nodes or bytes than block.hpp allows. Adds the blocks that
// are used to `used`. Takes time linear in what is declared, however often it is repeated, but for blocks
// that are used with many values of their attributes.
BlockCount count_blocks(const Yaml& nodes, const Blocks& blocks, std::set<std::string>& used,
                        Problems& problems);

}  // namespace graph_runner
