#include "core/streams.hpp"

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <utility>

namespace graph_runner {

void fill_uniform(Stream& stream, double low, double high, std::span<double> out) {
  if (low == high) return (void)std::fill(out.begin(), out.end(), low);
  boost::random::uniform_real_distribution<double> distribution(low, high);
  for (double& x : out) x = distribution(stream);
}

void fill_normal(Stream& stream, double mean, double deviation, std::span<double> out) {
  boost::random::normal_distribution<double> distribution(mean, deviation);
  for (double& x : out) x = distribution(stream);
}

void shuffle(Stream& stream, std::span<std::uint32_t> items) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[boost::random::uniform_int_distribution<std::size_t>(0, i - 1)(stream)]);
}

}  // namespace graph_runner
