#include "tools/classes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace graph_runner::cli {

namespace {

// The array that feeds an input in any split, where it is of labels.
const ArraySpec* labels_of(const GraphFile& file, const std::string& input) {
  if (!file.data) return nullptr;
  for (const SplitSpec& split : file.data->splits)
    for (const ArraySpec& array : split.arrays)
      if (array.input == input && array.one_hot > 0) return &array;
  return nullptr;
}

bool same_shape(const gr_shape& a, const gr_shape& b) {
  return a.rank == b.rank && std::equal(a.dims, a.dims + a.rank, b.dims);
}

std::span<const float> row(const Prediction& p, std::int64_t sample) {
  const auto n = static_cast<std::size_t>(p.entries_a_sample());
  return std::span(p.values).subspan(static_cast<std::size_t>(sample) * n, n);
}

}  // namespace

std::optional<ClassScores> class_scores(const GraphFile& file, const Graph& graph) {
  for (const Node& n : graph.nodes())
    for (const ValueId label : n.values) {
      if (label == no_value || graph.values()[label].origin != Origin::input) continue;
      const Value& labels = graph.values()[label];
      const ArraySpec* array = labels_of(file, labels.name);
      if (!array || labels.shape.rank != 2) continue;
      for (std::size_t t = 0; t < n.values.size(); ++t) {
        const ValueId v = n.values[t];
        if (v == no_value || v == label || n.type->ports()[n.ports[t]].role != GR_INPUT) continue;
        const Value& scores = graph.values()[v];
        if (scores.origin != Origin::output || !same_shape(scores.shape, labels.shape)) continue;
        ClassScores found{scores.name, labels.name, {}};
        if (array->options.classes) found.names = *array->options.classes;
        for (std::int64_t c = 0; c < array->one_hot && !array->options.classes; ++c)
          found.names.push_back(fmt::to_string(c));
        return found;
      }
    }
  return std::nullopt;
}

Guess guess(const Prediction& scores, std::int64_t sample) {
  const std::span<const float> s = row(scores, sample);
  Guess made{0, s.size() > 1 ? 1u : 0u};
  if (s.size() > 1 && s[1] > s[0]) std::swap(made.first, made.second);
  for (std::size_t c = 2; c < s.size(); ++c)
    if (s[c] > s[made.first])
      made = {c, made.first};
    else if (s[c] > s[made.second])
      made.second = c;
  return made;
}

Confusion confusion(const Prediction& scores, const Prediction& labels, const Dataset& data) {
  const auto classes = static_cast<std::size_t>(scores.entries_a_sample());
  Confusion made{{classes, std::vector<std::int64_t>(classes)}, {}};
  for (std::int64_t i = 0; i < scores.samples(); ++i) {
    const std::span<const float> label = row(labels, i), score = row(scores, i);
    const auto truth = static_cast<std::size_t>(std::max_element(label.begin(), label.end()) - label.begin());
    const std::size_t guessed = guess(scores, i).first;
    ++made.counts[truth][guessed];
    if (truth != guessed)
      made.worst.push_back({data.number_of(static_cast<std::uint32_t>(i)), truth, guessed,
                            double(score[guessed]) - double(score[truth])});
  }
  std::stable_sort(made.worst.begin(), made.worst.end(),
                   [](const auto& a, const auto& b) { return a.by > b.by; });
  made.worst.resize(std::min<std::size_t>(made.worst.size(), 10));
  return made;
}

Json confusion_event(const std::string& split, const Confusion& c, const ClassScores& classes) {
  Json worst = Json::array();
  for (const Confusion::Mistake& m : c.worst)
    worst.push_back({{"sample", m.sample},
                     {"is", classes.names[m.truth]},
                     {"taken_for", classes.names[m.guess]},
                     {"by", m.by}});
  return {{"event", "confusion"},     {"split", split},     {"value", classes.scores},
          {"classes", classes.names}, {"counts", c.counts}, {"worst", worst}};
}

}  // namespace graph_runner::cli
