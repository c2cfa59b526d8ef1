#include "data/splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/streams.hpp"

namespace graph_runner {

DrawnSamples draw_samples(std::int64_t samples, const DrawSpec& spec, bool of_text) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(samples));
  std::iota(order.begin(), order.end(), 0u);
  Stream stream(spec.seed, "split");
  if (of_text)
    std::reverse(order.begin(), order.end());
  else
    shuffle(stream, order);
  std::size_t next = 0;
  const auto take = [&](std::size_t count) {
    std::vector<std::uint32_t> part(order.begin() + static_cast<std::ptrdiff_t>(next),
                                    order.begin() + static_cast<std::ptrdiff_t>(next + count));
    next += count;
    std::sort(part.begin(), part.end());
    return part;
  };
  const auto fraction = [&](double of, const char* name, const Place& place) {
    if (of == 0) return take(0);
    const auto count = static_cast<std::size_t>(std::floor(of * static_cast<double>(samples) + 0.5));
    if (count == 0)
      throw Error(
          Exit::bad_request, place,
          fmt::format("data.split.{}: {} of {} samples is none; expected one at least", name, of, samples));
    if (count >= order.size() - next)
      throw Error(Exit::bad_request, place,
                  fmt::format("data.split.{}: {} of {} samples is {}, which leaves none to train on", name,
                              of, samples, count));
    return take(count);
  };
  DrawnSamples drawn;
  drawn.test = fraction(spec.test, "test", spec.test_place);
  drawn.validation = fraction(spec.validation, "validation", spec.validation_place);
  drawn.train = take(order.size() - next);
  return drawn;
}

Splits::Splits(const Graph& graph, const DataSpec& data, const std::filesystem::path& root, SizeValues& sizes,
               const Preparations* given) {
  Problems problems;
  std::uint64_t memory = data.memory.value_or(half_of_memory());
  const auto load = [&](const char* name, std::unique_ptr<Dataset>& to) {
    const SplitSpec* const split = data.find(name);
    if (!split) return;
    try {
      std::unique_ptr<Dataset> made(new Dataset(*split));
      made->load(graph, *split, root, sizes, memory);
      memory -= std::min<std::uint64_t>(memory, made->bytes());
      to = std::move(made);
    } catch (const Error& e) {
      problems.add(e);
    }
  };
  load("train", train);
  load("validation", validation);
  load("test", test);
  problems.raise();
  if (data.draw) draw(*data.draw);
  const auto prepare = [&](Dataset* split, const Preparations* by) {
    if (split) try {
        split->prepare(by);
      } catch (const Error& e) {
        problems.add(e);
      }
  };
  prepare(train.get(), given);
  problems.raise();
  for (Dataset* split : {validation.get(), test.get()}) prepare(split, &train->preparations());
  problems.raise();
}

void Splits::draw(const DrawSpec& spec) {
  if (train->has_text() && spec.seed_place.line > 0)
    throw Error(Exit::bad_request, spec.seed_place,
                "data.split.seed does nothing: a text is split at its end; leave it out");
  const DrawnSamples drawn = draw_samples(train->samples(), spec, train->has_text());
  const std::unique_ptr<Dataset> whole = std::move(train);
  const auto part = [&](const char* name, const std::vector<std::uint32_t>& taken) {
    std::unique_ptr<Dataset> made;
    if (!taken.empty()) made.reset(new Dataset(*whole, name, taken));
    return made;
  };
  train = part("train", drawn.train);
  if (spec.validation > 0) validation = part("validation", drawn.validation);
  if (spec.test > 0) test = part("test", drawn.test);
}

}  // namespace graph_runner
