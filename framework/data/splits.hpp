// The splits of a graph file's data, loaded: train, and validation and test where there are any.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "data/dataset.hpp"

namespace graph_runner {

struct Splits {
  std::unique_ptr<Dataset> train, validation, test;  // null: there is none

  Splits() = default;
  // Loads what is declared, draws what is to be drawn, and has all of them use what is taken from the
  // training data, or `given`. All problems are reported at once. Throws Error.
  Splits(const Graph& graph, const DataSpec& data, const std::filesystem::path& root, SizeValues& sizes,
         const Preparations* given = nullptr);

 private:
  void draw(const DrawSpec& spec);
};

// Which of `samples` are drawn: for the test split, for the validation split, and the rest, each ascending. A
// fraction f is of ⌊f·samples + ½⌋ samples. The samples are put into an order by the seed; the first are for
// testing, the next for validation. Of a text the order is from its end on, so that no part is in the midst
// of another. Throws Error (bad_request) where a part is empty.
struct DrawnSamples {
  std::vector<std::uint32_t> train, validation, test;
};
DrawnSamples draw_samples(std::int64_t samples, const DrawSpec& spec, bool of_text = false);

}  // namespace graph_runner
