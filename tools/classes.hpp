// Classification, as a graph shows it: scores that a node compares with labels.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "file/graph_file.hpp"
#include "tools/cli.hpp"
#include "train/prediction.hpp"

namespace graph_runner::cli {

// A value with a score for each class, and the input that one_hot makes rows with a single 1 of.
struct ClassScores {
  std::string scores, labels;
  std::vector<std::string> names;  // of the classes; numbers where they have none
};

// The scores that stand beside such an input at the ports of a node, with as many entries a sample. The first
// in the order of computation; nothing where there are none.
std::optional<ClassScores> class_scores(const GraphFile& file, const Graph& graph);

// The class with the largest score of a sample, the first of equals, and the one after it.
struct Guess {
  std::size_t first = 0, second = 0;
};
Guess guess(const Prediction& scores, std::int64_t sample);

// How often each class is taken for each, and the mistakes that were made with the most confidence.
struct Confusion {
  struct Mistake {
    std::int64_t sample = 0;  // as messages number it
    std::size_t truth = 0, guess = 0;
    double by = 0;  // the score of the guess above that of the truth
  };
  std::vector<std::vector<std::int64_t>> counts;  // by truth, then by guess
  std::vector<Mistake> worst;                     // at most ten
};
Confusion confusion(const Prediction& scores, const Prediction& labels, const Dataset& data);
Json confusion_event(const std::string& split, const Confusion& c, const ClassScores& classes);

}  // namespace graph_runner::cli
