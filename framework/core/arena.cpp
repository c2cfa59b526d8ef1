#include "core/arena.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <set>

#include "core/tensor.hpp"

namespace graph_runner {

namespace {

// Free stretches of the arena, by place (to join neighbours) and by size (to find the best fit).
class FreeList {
 public:
  void add(std::size_t offset, std::size_t bytes) {
    auto next = by_offset_.lower_bound(offset);
    if (next != by_offset_.end() && offset + bytes == next->first) {
      bytes += next->second;
      next = remove(next);
    }
    if (next != by_offset_.begin())
      if (const auto before = std::prev(next); before->first + before->second == offset) {
        offset = before->first;
        bytes += before->second;
        remove(before);
      }
    by_offset_[offset] = bytes;
    by_size_.insert({bytes, offset});
  }
  // Takes `bytes` from the smallest stretch that has them, else from the arena's end, which it moves.
  std::size_t take(std::size_t bytes, std::size_t& end) {
    std::size_t offset = end, found = 0;
    if (const auto fit = by_size_.lower_bound({bytes, 0}); fit != by_size_.end()) {
      offset = fit->second;
      found = fit->first;
    } else if (!by_offset_.empty() && by_offset_.rbegin()->first + by_offset_.rbegin()->second == end) {
      offset = by_offset_.rbegin()->first;  // the last stretch, lengthened
      found = by_offset_.rbegin()->second;
    }
    if (found) remove(by_offset_.find(offset));
    end = std::max(end, offset + bytes);
    if (found > bytes) add(offset + bytes, found - bytes);
    return offset;
  }

 private:
  using ByOffset = std::map<std::size_t, std::size_t>;
  ByOffset::iterator remove(ByOffset::iterator at) {
    by_size_.erase({at->second, at->first});
    return by_offset_.erase(at);
  }
  ByOffset by_offset_;
  std::set<std::pair<std::size_t, std::size_t>> by_size_;
};

}  // namespace

std::size_t place_blocks(std::vector<Block>& blocks, bool reuse) {
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blocks[a].first < blocks[b].first; });
  FreeList free;
  std::size_t end = 0;
  using Expiry = std::pair<std::size_t, std::size_t>;  // last time, block
  std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> alive;
  for (const std::size_t i : order) {
    Block& b = blocks[i];
    for (; reuse && !alive.empty() && alive.top().first < b.first; alive.pop()) {
      const Block& gone = blocks[alive.top().second];
      free.add(gone.offset, aligned(gone.bytes));
    }
    if (b.bytes == 0) continue;
    b.offset = free.take(aligned(b.bytes), end);
    alive.push({b.last, i});
  }
  return end;
}

}  // namespace graph_runner
