#include "train/state_file.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace graph_runner {

namespace {

// No name of a parameter holds a slash.
constexpr std::string_view optimizer_prefix = "optimizer/", best_prefix = "training/best/";
constexpr const char *totals = "training/totals", *entries = "training/entries";

template <class T>
StoredTensor stored(std::string name, const char* type, Shape shape, const std::vector<T>& values) {
  return {std::move(name), type, std::move(shape), std::as_bytes(std::span(values))};
}

// Reads the tensors of one file into a state.
class StateReader {
 public:
  StateReader(const Graph& graph, const Parameters& like, std::string file, TrainingState& state)
      : graph_(graph), like_(like), file_(std::move(file)), state_(state) {}

  void read(const StoredTensor& t) {
    if (t.name == totals)
      state_.sums.totals = numbers_of<double>(t, file_);
    else if (t.name == entries)
      state_.sums.entries = numbers_of<std::int64_t>(t, file_);
    else if (t.name.starts_with(best_prefix))
      read_best(t, t.name.substr(best_prefix.size()));
    else if (t.name.starts_with(optimizer_prefix))
      read_optimizer(t, t.name.substr(optimizer_prefix.size()));
    else
      take(t, t.name, state_.parameters);
  }

 private:
  void read_best(const StoredTensor& t, const std::string& watched) {
    const std::vector<double> pair = numbers_of<double>(t, file_);
    if (pair.size() != 2 || !(pair[1] >= 0 && pair[1] < 1e15))
      refuse(fmt::format("tensor '{}' is no value and epoch", t.name));
    state_.best[watched] = {pair[0], static_cast<std::int64_t>(pair[1])};
  }
  void read_optimizer(const StoredTensor& t, const std::string& rest) {
    const std::size_t slash = rest.find('/');
    if (slash == rest.npos) refuse(fmt::format("tensor '{}' names no parameter", t.name));
    take(t, rest.substr(slash + 1), state_.optimizer[rest.substr(0, slash)]);
  }
  void take(const StoredTensor& t, const std::string& parameter, ByParameter& to) {
    if (!graph_.has(parameter) || graph_.values()[graph_.find(parameter)].origin != Origin::parameter)
      refuse(fmt::format("this graph has no parameter '{}'", parameter));
    const ValueId v = graph_.find(parameter);
    const Shape& shape = *like_.tensor(v).shape;
    if (t.shape != shape)
      refuse(
          fmt::format("tensor '{}' has shape {}, expected {}", t.name, to_string(t.shape), to_string(shape)));
    to.resize(graph_.values().size());
    to[v] = numbers_of<float>(t, file_);
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Exit::bad_request, fmt::format("{}: {}", file_, why));
  }

  const Graph& graph_;
  const Parameters& like_;
  std::string file_;
  TrainingState& state_;
};

}  // namespace

void write_state(const std::filesystem::path& file, const SavedState& saved, const Graph& graph,
                 const Parameters& like) {
  const TrainingState& s = saved.state;
  std::vector<StoredTensor> tensors;
  const auto add = [&](const std::string& prefix, const ByParameter& all) {
    for (const ValueId v : graph.parameters())
      if (v < all.size() && !all[v].empty())
        tensors.push_back(stored(prefix + graph.values()[v].name, "F32", *like.tensor(v).shape, all[v]));
  };
  const auto count = static_cast<std::int64_t>(s.sums.totals.size());
  tensors.push_back(stored(totals, "F64", {count}, s.sums.totals));
  tensors.push_back(stored(entries, "I64", {count}, s.sums.entries));
  std::vector<std::vector<double>> pairs;  // that stay until they are written
  pairs.reserve(s.best.size());
  for (const auto& [watched, best] : s.best) {
    pairs.push_back({best.value, static_cast<double>(best.epoch)});
    tensors.push_back(stored(std::string(best_prefix) + watched, "F64", {2}, pairs.back()));
  }
  add("", s.parameters);
  for (const auto& [name, all] : s.optimizer) add(fmt::format("{}{}/", optimizer_prefix, name), all);
  Model head;
  head.graph = saved.graph;
  head.epoch = s.place.epoch;
  head.step = s.place.step;
  Metadata metadata = metadata_of(head, "state");
  metadata["samples"] = fmt::to_string(s.place.samples);
  metadata["epochs"] = fmt::to_string(s.epochs);
  write_safetensors(file, metadata, tensors);
}

SavedState read_state(const std::filesystem::path& file, const Graph& graph, const Parameters& like) {
  const std::string name = file.string();
  const Safetensors read = read_safetensors(file);
  const Model head = model_of(read, "state", name);
  SavedState saved;
  saved.graph = head.graph;
  saved.state.place = {head.epoch, head.step, number_of(read.metadata, "samples", name)};
  saved.state.epochs = static_cast<std::int64_t>(number_of(read.metadata, "epochs", name));
  StateReader reader(graph, like, name, saved.state);
  for (const StoredTensor& t : read.tensors) reader.read(t);
  saved.state.parameters.resize(graph.values().size());
  for (const ValueId v : graph.parameters())
    if (saved.state.parameters[v].empty())
      throw Error(Exit::bad_request, fmt::format("{}: it has no parameter '{}', which this graph has", name,
                                                 graph.values()[v].name));
  return saved;
}

}  // namespace graph_runner
