// A model as a file: the parameters under their names, and what else it takes to use them, in the format
// safetensors (data/safetensors.hpp). Whatever reads that format reads the parameters too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "data/data_spec.hpp"
#include "data/safetensors.hpp"

namespace graph_runner {

struct Model {
  struct Entries {
    Shape shape;
    std::vector<float> values;  // row-major
  };
  std::string graph;  // the graph file that it was trained by, as JSON; empty where that is not known
  std::int64_t epoch = 0;
  std::uint64_t step = 0;  // how far it was trained
  std::map<std::string, Entries> parameters;
  Preparations preparations;  // what was taken from the training data
};

// All parameters of a graph as they are.
std::map<std::string, Model::Entries> model_parameters(const Graph& graph, const Parameters& from);
// Sets the parameters that have a name and a shape in common; says how many they were, and what keeps the
// others apart, a line each: "parameter 'hidden.W' has shape [128, 784] there, [64, 784] here".
struct Loaded {
  std::size_t taken = 0;
  std::vector<std::string> apart;
};
Loaded load_parameters(const Model& model, const Graph& graph, const Parameters& to);

// Writes all of it or nothing. Throws Error (file_failed).
void write_model(const std::filesystem::path& file, const Model& model);
// Throws Error: file_failed where the file cannot be read, bad_request where it is damaged or holds no model.
Model read_model(const std::filesystem::path& file);

// ---- What the files of states share -----------------------------------------------------------------------

// What every file says of itself; `kind` is "model" or "state". model_of reads it back, without parameters.
// What reads throws Error (bad_request) that names the file.
Metadata metadata_of(const Model& model, const std::string& kind);
Model model_of(const Safetensors& file, const std::string& kind, const std::string& name);
std::uint64_t number_of(const Metadata& metadata, const char* key, const std::string& name);
// The entries of a tensor of float (F32), double (F64) or std::int64_t (I64).
template <class T>
std::vector<T> numbers_of(const StoredTensor& tensor, const std::string& name);

}  // namespace graph_runner
