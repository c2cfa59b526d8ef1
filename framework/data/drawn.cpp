#include "data/drawn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/streams.hpp"
#include "data/formats.hpp"
#include "data/memory.hpp"

namespace graph_runner {

Array draw_array(const ArraySpec& spec, const std::string& split, const Shape& wanted,
                 std::optional<double> from, std::optional<double> to, std::uint64_t memory) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Exit::bad_request, spec.source_place, fmt::format("data.{}.{}: {}", split, spec.input, why));
  };
  refuse_format_options(spec);
  if (!from || !to || !(*from < *to))
    refuse(fmt::format(
        "'random' draws in the range that the input declares; write {}: {{shape: …, from: 0, to: 1}}",
        spec.input));
  if (std::count(wanted.begin(), wanted.end(), -1))
    refuse("'random' draws samples of the input's shape; give its axes numbers");
  Array array;
  array.type = StoredType::f32;
  array.samples = spec.random;
  array.sample_shape = wanted;
  std::uint64_t bytes = sizeof(float) * static_cast<std::uint64_t>(spec.random);
  for (const std::int64_t size : wanted)
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) bytes = UINT64_MAX;
  if (bytes > memory)
    refuse(fmt::format(
        "{} samples of shape {} take more than the {} that are left for data in memory; draw fewer, "
        "or raise --memory",
        spec.random, to_string(wanted), bytes_text(memory)));
  std::vector<double> numbers(bytes / sizeof(float));
  Stream stream(spec.seed, "data." + split, spec.input);
  fill_uniform(stream, *from, *to, numbers);
  array.bytes.resize(bytes);
  auto* const entries = reinterpret_cast<float*>(array.bytes.data());
  // Rounded to float, a number could become `to`, which floor(n * x) would see as one too many.
  const float low = static_cast<float>(*from), high = std::nextafter(static_cast<float>(*to), low);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    entries[i] = std::clamp(static_cast<float>(numbers[i]), low, std::max(low, high));
  return array;
}

}  // namespace graph_runner
