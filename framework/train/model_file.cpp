#include "train/model_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/walk.hpp"

namespace graph_runner {

namespace {

constexpr const char* versions = "graph-runner " GRAPH_RUNNER_VERSION;

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw Error(Exit::bad_request, fmt::format("{}: {}", name, why));
}

const std::string& text_of(const Metadata& metadata, const char* key, const std::string& name) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) refuse(name, fmt::format("its metadata have no '{}'", key));
  return found->second;
}

}  // namespace

std::map<std::string, Model::Entries> model_parameters(const Graph& graph, const Parameters& from) {
  std::map<std::string, Model::Entries> made;
  for (const ValueId v : graph.parameters()) {
    const Tensor t = from.tensor(v);
    Model::Entries& to = made[graph.values()[v].name];
    to.shape = *t.shape;
    for (std::int64_t i = 0; i < t.entries; ++i) to.values.push_back(static_cast<float>(t.at(i)));
  }
  return made;
}

Loaded load_parameters(const Model& model, const Graph& graph, const Parameters& to) {
  Loaded loaded;
  for (const ValueId v : graph.parameters()) {
    const std::string& name = graph.values()[v].name;
    const Tensor t = to.tensor(v);
    const auto found = model.parameters.find(name);
    if (found == model.parameters.end()) {
      loaded.apart.push_back(fmt::format("parameter '{}' is not there", name));
    } else if (found->second.shape != *t.shape) {
      loaded.apart.push_back(fmt::format("parameter '{}' has shape {} there, {} here", name,
                                         to_string(found->second.shape), to_string(*t.shape)));
    } else {
      write(t, std::vector<double>(found->second.values.begin(), found->second.values.end()));
      ++loaded.taken;
    }
  }
  for (const auto& [name, entries] : model.parameters)
    if (!graph.has(name) || graph.values()[graph.find(name)].origin != Origin::parameter)
      loaded.apart.push_back(
          fmt::format("parameter '{}' of shape {} is only there", name, to_string(entries.shape)));
  return loaded;
}

Metadata metadata_of(const Model& model, const std::string& kind) {
  return {{"format", "graph-runner " + kind},
          {"versions", versions},
          {"graph", model.graph},
          {"epoch", fmt::to_string(model.epoch)},
          {"step", fmt::to_string(model.step)}};
}

std::uint64_t number_of(const Metadata& metadata, const char* key, const std::string& name) {
  const std::string& text = text_of(metadata, key, name);
  std::uint64_t n = 0;
  const auto [at, code] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (code != std::errc() || at != text.data() + text.size() || n > INT64_MAX)
    refuse(name, fmt::format("the '{}' of its metadata is '{}', expected a whole number", key, text));
  return n;
}

Model model_of(const Safetensors& file, const std::string& kind, const std::string& name) {
  const std::string wanted = "graph-runner " + kind, &found = text_of(file.metadata, "format", name);
  if (found != wanted) refuse(name, fmt::format("it holds a '{}', expected a '{}'", found, wanted));
  Model model;
  model.graph = text_of(file.metadata, "graph", name);
  model.epoch = static_cast<std::int64_t>(number_of(file.metadata, "epoch", name));
  model.step = number_of(file.metadata, "step", name);
  return model;
}

template <class T>
std::vector<T> numbers_of(const StoredTensor& tensor, const std::string& name) {
  constexpr const char* type = std::is_same_v<T, float> ? "F32" : std::is_same_v<T, double> ? "F64" : "I64";
  if (tensor.type != type)
    refuse(name, fmt::format("tensor '{}' has type {}, expected {}", tensor.name, tensor.type, type));
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}
template std::vector<float> numbers_of(const StoredTensor&, const std::string&);
template std::vector<double> numbers_of(const StoredTensor&, const std::string&);
template std::vector<std::int64_t> numbers_of(const StoredTensor&, const std::string&);

namespace {

using Json = nlohmann::json;

// {"image": {"mean": […], "deviation": […], "fill": […], "classes": […]}}; numbers with all their digits.
std::string preparations_text(const Preparations& preparations) {
  Json all = Json::object();
  for (const auto& [input, p] : preparations)
    all[input] = {{"mean", p.mean}, {"deviation", p.deviation}, {"fill", p.fill}, {"classes", p.classes}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Preparations read_preparations(const std::string& text, const std::string& name) {
  Preparations made;
  try {
    const Json all = Json::parse(text);
    for (const auto& [input, p] : all.get_ref<const Json::object_t&>())
      made[input] = {p.at("mean"), p.at("deviation"), p.at("fill"), p.at("classes")};
  } catch (const Json::exception&) {
    refuse(name, "the 'preparations' of its metadata are malformed");
  }
  return made;
}

}  // namespace

void write_model(const std::filesystem::path& file, const Model& model) {
  std::vector<StoredTensor> tensors;
  for (const auto& [name, entries] : model.parameters)
    tensors.push_back({name, "F32", entries.shape, std::as_bytes(std::span(entries.values))});
  Metadata metadata = metadata_of(model, "model");
  metadata["preparations"] = preparations_text(model.preparations);
  write_safetensors(file, metadata, tensors);
}

Model read_model(const std::filesystem::path& file) {
  const Safetensors read = read_safetensors(file);
  Model model = model_of(read, "model", file.string());
  model.preparations =
      read_preparations(text_of(read.metadata, "preparations", file.string()), file.string());
  for (const StoredTensor& t : read.tensors)
    model.parameters[t.name] = {t.shape, numbers_of<float>(t, file.string())};
  return model;
}

}  // namespace graph_runner
