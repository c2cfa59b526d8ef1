// The order in which an epoch goes through the samples: a function of the seed, the epoch, the number of
// samples and, where blocks are shuffled, the bytes of a sample. Not of where the samples lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace graph_runner {

enum class Shuffle {
  samples,  // every order is as likely
  blocks,   // blocks of 1 MiB are put into an order, and samples mixed in windows of 64 of them
};

// Writes the numbers from 0 to samples - 1. `sample_bytes`: of a sample as it is stored, at least 1.
// O(samples).
void order_samples(std::vector<std::uint32_t>& order, std::size_t samples, Shuffle shuffle,
                   std::size_t sample_bytes, std::uint64_t seed, std::int64_t epoch);

// How many samples that follow each other in such an order are read ahead together: no more than 64 MiB.
std::size_t window_samples(Shuffle shuffle, std::size_t sample_bytes);

}  // namespace graph_runner
