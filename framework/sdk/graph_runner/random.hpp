// Random numbers that are computed instead of drawn: the i-th number of a seed depends on (seed, i) alone. So
// entry i of a tensor is the same whoever computes it and in whatever order, and backward finds again what
// forward used. A node takes the seed of its call (Call::seed).
#pragma once

#include <cstdint>

namespace graph_runner {

// Stafford's variant 13 of the 64-bit finaliser, as in SplitMix64: every bit of the result depends on all of
// z. Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
constexpr std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// SplitMix64's i-th number: 64 random bits.
constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t i) {
  return mix(seed + (i + 1) * 0x9E3779B97F4A7C15u);
}
// Uniform in [0, 1), a multiple of 2⁻⁵³. For several an entry, let i count them: 2 i, 2 i + 1.
constexpr double random_uniform(std::uint64_t seed, std::uint64_t i) {
  return static_cast<double>(random_bits(seed, i) >> 11) * 0x1p-53;
}

}  // namespace graph_runner
