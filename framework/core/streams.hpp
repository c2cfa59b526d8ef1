// Random numbers that depend on nothing but their key: each stream is named by (seed, purpose, name, step),
// so another node, another thread count or a resumed run changes no stream but its own.
#pragma once

#include <cstdint>
#include <graph_runner/random.hpp>
#include <limits>
#include <span>
#include <string_view>

namespace graph_runner {

constexpr std::uint64_t combine(std::uint64_t a, std::uint64_t b) {
  return mix(a + 0x9E3779B97F4A7C15u * (mix(b) | 1));
}
// FNV-1a.
constexpr std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return mix(h);
}

// A counter-based generator: the n-th number is random_bits(key, n). Usable with Boost.Random's
// distributions.
class Stream {
 public:
  using result_type = std::uint64_t;
  Stream(std::uint64_t seed, std::string_view purpose, std::string_view name = "", std::uint64_t step = 0)
      : key_(combine(combine(combine(mix(seed), hash(purpose)), hash(name)), step)) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return random_bits(key_, count_++); }

 private:
  std::uint64_t key_, count_ = 0;
};

// Fills with uniform numbers in [low, high), or normal ones.
void fill_uniform(Stream& stream, double low, double high, std::span<double> out);
void fill_normal(Stream& stream, double mean, double deviation, std::span<double> out);

// Shuffles (Fisher & Yates; Knuth, TAOCP vol. 2, algorithm 3.4.2 P).
void shuffle(Stream& stream, std::span<std::uint32_t> items);

}  // namespace graph_runner
