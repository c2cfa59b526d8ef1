// A text that a network goes on with, a character at a time.
#pragma once

#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "core/stop.hpp"
#include "core/threads.hpp"

namespace graph_runner {

struct ContinuationSpec {
  std::string input;                    // takes the numbers of characters: [batch, places]
  std::string scores;                   // of what follows at each place: [batch, places, classes]
  std::vector<std::string> characters;  // by number, each in UTF-8: those that the network was trained on
  std::string prompt;
  std::int64_t length = 1;  // characters to add
  double temperature = 1;
  std::uint64_t seed = 1;
};

// The characters that follow a prompt. Each is drawn with the probabilities softmax(s / temperature) of the
// scores s at the place of the last character so far, over `characters` alone; at temperature 0 it is the one
// of the highest score, the first of equals. The network sees the last characters, as many as it has places;
// where there are fewer, they fill the first ones. `stop` ends it after a character. The same spec gives the
// same text. A walk forward a character. Throws Error: bad_request where the shapes are others, the prompt is
// empty or has other characters, or scores depend on characters that come later; run_failed where a score is
// not finite.
std::string continue_text(const Graph& graph, const Parameters& parameters, const SizeValues& sizes,
                          const ContinuationSpec& spec, Stop stop = {}, ThreadPool* pool = nullptr);

}  // namespace graph_runner
