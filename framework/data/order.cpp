#include "data/order.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "core/streams.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20, blocks_a_window = 64;
constexpr std::size_t pages = 8192;  // a sample that is read alone may take two pages more than its bytes

std::size_t block_samples(std::size_t sample_bytes) {
  return std::max<std::size_t>(1, block_bytes / sample_bytes);
}

void order_blocks(std::span<std::uint32_t> order, std::size_t block, Stream& stream) {
  std::vector<std::uint32_t> blocks((order.size() + block - 1) / block);
  std::iota(blocks.begin(), blocks.end(), 0u);
  shuffle(stream, blocks);
  auto to = order.begin();
  for (const std::size_t b : blocks) {
    const std::size_t first = b * block, count = std::min(block, order.size() - first);
    std::iota(to, to + static_cast<std::ptrdiff_t>(count), static_cast<std::uint32_t>(first));
    to += static_cast<std::ptrdiff_t>(count);
  }
}

}  // namespace

void order_samples(std::vector<std::uint32_t>& order, std::size_t samples, Shuffle by,
                   std::size_t sample_bytes, std::uint64_t seed, std::int64_t epoch) {
  order.resize(samples);
  if (by == Shuffle::samples) {
    std::iota(order.begin(), order.end(), 0u);
    Stream stream(seed, "shuffle", "", static_cast<std::uint64_t>(epoch));
    return shuffle(stream, order);
  }
  Stream stream(seed, "shuffle blocks", "", static_cast<std::uint64_t>(epoch));
  order_blocks(order, block_samples(sample_bytes), stream);
  const std::size_t window = window_samples(by, sample_bytes);
  for (std::size_t first = 0; first < samples; first += window)
    shuffle(stream, std::span(order).subspan(first, std::min(window, samples - first)));
}

std::size_t window_samples(Shuffle by, std::size_t sample_bytes) {
  if (by == Shuffle::blocks) return block_samples(sample_bytes) * blocks_a_window;
  return std::max<std::size_t>(1, block_bytes * blocks_a_window / (sample_bytes + pages));
}

}  // namespace graph_runner
