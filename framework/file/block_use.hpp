// A use of a block at the top level of a graph file, for those who show it as one (block.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace graph_runner {

struct BlockUse {
  std::string name, block;
  std::int64_t repeat = 0;               // 0: it has no `repeat`
  std::vector<std::string> in, outputs;  // the names of the values that feed it, and that it computes
};

}  // namespace graph_runner
