#include "train/continuation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/streams.hpp"
#include "core/text.hpp"
#include "core/walk.hpp"
#include "data/shown.hpp"
#include "data/vocabulary.hpp"

namespace graph_runner {

namespace {

[[noreturn]] void refuse(const std::string& why) { throw Error(Exit::bad_request, why); }

// The numbers of the prompt's characters.
std::vector<std::int32_t> numbers_of(const ContinuationSpec& spec) {
  const std::vector<std::int32_t> class_of = class_of_codes(spec.characters);
  std::vector<std::int32_t> numbers;
  for (std::string_view rest = spec.prompt; !rest.empty();) {
    const Character c = first_character(rest);
    if (c.bytes == 0) refuse(fmt::format("the prompt is not UTF-8: character {}", numbers.size() + 1));
    if (c.code >= class_of.size() || class_of[c.code] < 0)
      refuse(
          fmt::format("character {} of the prompt, {}, is none of the {} that the network was trained on: {}",
                      numbers.size() + 1, shown(rest.substr(0, c.bytes)), spec.characters.size(),
                      some_of(spec.characters)));
    numbers.push_back(class_of[c.code]);
    rest.remove_prefix(c.bytes);
  }
  if (numbers.empty()) refuse("the prompt is empty; expected one character at least to go on from");
  return numbers;
}

class Continuer {
 public:
  Continuer(const Graph& graph, const Parameters& parameters, const SizeValues& sizes,
            const ContinuationSpec& spec, ThreadPool* pool)
      : graph_(graph),
        spec_(spec),
        pool_(pool),
        input_(graph.find(spec.input)),
        scores_(graph.find(spec.scores)),
        plan_(graph, request(sizes)),
        workspace_(plan_, parameters) {
    const Tensor input = workspace_.value(input_), scores = workspace_.value(scores_);
    places_ = static_cast<std::size_t>((*input.shape)[1]);
    classes_ = static_cast<std::size_t>((*scores.shape)[2]);
    if ((*scores.shape)[1] != (*input.shape)[1] || classes_ < spec.characters.size())
      refuse(
          fmt::format("'{}' has shape {}; to go on with a text, it has scores of {} characters at each of {} "
                      "places",
                      spec.scores, to_string(*scores.shape), spec.characters.size(), places_));
    row_.resize(spec.characters.size());
  }

  // The scores of what follows these characters; places that are left hold `beyond`.
  const std::vector<double>& scores(std::span<const std::int32_t> text, std::int32_t beyond = 0) {
    text = text.last(std::min(text.size(), places_));
    const auto entries = workspace_.value(input_).as<float>();
    std::fill(entries.begin(), entries.end(), static_cast<float>(beyond));
    std::copy(text.begin(), text.end(), entries.begin());
    workspace_.load_given();
    walk_forward(workspace_, {0, false, pool_});
    const auto all = workspace_.value(scores_).as<float>().subspan((text.size() - 1) * classes_);
    std::copy_n(all.begin(), row_.size(), row_.begin());
    return row_;
  }

  // A network that sees what comes later has nothing to go by where nothing does.
  void check_order(std::span<const std::int32_t> text) {
    if (text.size() >= places_) return;
    const std::vector<double> with_first = scores(text);
    const std::vector<double>& with_last =
        scores(text, static_cast<std::int32_t>(spec_.characters.size()) - 1);
    for (std::size_t i = 0; i < with_first.size(); ++i)
      if (std::abs(with_first[i] - with_last[i]) > 1e-4 * std::max(1., std::abs(with_first[i])))
        refuse(
            fmt::format("'{}' at a place depends on characters behind it, so it cannot go on with a text; "
                        "Attention wants 'causal: true'",
                        spec_.scores));
  }

 private:
  PlanRequest request(const SizeValues& sizes) const {
    const auto shape = [&](ValueId v) -> const gr_shape& { return graph_.values()[v].shape; };
    if (shape(input_).rank != 2 || shape(scores_).rank != 3)
      refuse(fmt::format(
          "'{}' has shape {} and '{}' {}; to go on with a text, they want shapes as [batch, places] "
          "and [batch, places, characters]",
          spec_.input, graph_.sizes().text(shape(input_)), spec_.scores,
          graph_.sizes().text(shape(scores_))));
    const std::vector<bool> needed = graph_.reaching({scores_});
    for (const ValueId v : graph_.inputs())
      if (needed[v] && v != input_ && graph_.values()[v].given.empty())
        refuse(fmt::format("'{}' depends on the input '{}' too, of which a prompt says nothing", spec_.scores,
                           graph_.values()[v].name));
    if (!needed[input_])
      refuse(fmt::format("'{}' does not depend on the text, '{}'", spec_.scores, spec_.input));
    PlanRequest made;
    made.sizes = sizes;
    made.sizes[graph_.sizes().text(shape(input_).dims[0])] = 1;
    made.keep = {scores_};
    return made;
  }

  const Graph& graph_;
  const ContinuationSpec& spec_;
  ThreadPool* pool_;
  ValueId input_, scores_;
  Plan plan_;
  Workspace workspace_;
  std::size_t places_ = 0, classes_ = 0;
  std::vector<double> row_;  // of the characters; classes beyond them were never trained
};

// The number of the character that scores choose.
std::size_t choose(const std::vector<double>& scores, double temperature, Stream& stream) {
  const auto best = std::max_element(scores.begin(), scores.end());
  if (temperature == 0) return static_cast<std::size_t>(best - scores.begin());
  std::vector<double> up_to;  // sums of exp((s - max) / temperature)
  for (const double s : scores)
    up_to.push_back((up_to.empty() ? 0 : up_to.back()) + std::exp((s - *best) / temperature));
  double at = 0;
  fill_uniform(stream, 0, up_to.back(), {&at, 1});
  const auto chosen = std::upper_bound(up_to.begin(), up_to.end() - 1, at);
  return static_cast<std::size_t>(chosen - up_to.begin());
}

}  // namespace

std::string continue_text(const Graph& graph, const Parameters& parameters, const SizeValues& sizes,
                          const ContinuationSpec& spec, Stop stop, ThreadPool* pool) {
  std::vector<std::int32_t> text = numbers_of(spec);
  Continuer continuer(graph, parameters, sizes, spec, pool);
  continuer.check_order(text);
  Stream stream(spec.seed, "continuation");
  std::string made;
  for (std::int64_t i = 0; i < spec.length && !stop.asked(); ++i) {
    const std::vector<double>& scores = continuer.scores(text);
    if (!std::all_of(scores.begin(), scores.end(), [](double s) { return std::isfinite(s); }))
      throw Error(Exit::run_failed, fmt::format("the value of '{}' is not finite after {} characters",
                                                spec.scores, text.size()));
    const std::size_t next = choose(scores, spec.temperature, stream);
    text.push_back(static_cast<std::int32_t>(next));
    made += spec.characters[next];
  }
  return made;
}

}  // namespace graph_runner
