// Places blocks of memory that live at different times in one arena, so that blocks whose times do not meet
// share space.
#pragma once

#include <cstddef>
#include <vector>

namespace graph_runner {

struct Block {
  std::size_t bytes = 0;
  std::size_t first = 0, last = 0;  // the times, both included, at which it is needed
  std::size_t offset = 0;           // filled in
};

// Fills in the offsets, all multiples of the alignment; returns the arena's size. Best fit in order of time:
// O(n log n).
std::size_t place_blocks(std::vector<Block>& blocks, bool reuse);

}  // namespace graph_runner
