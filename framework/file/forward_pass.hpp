// The values that a graph file's outputs have: for the samples that it names, without training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "analysis/evaluation.hpp"
#include "data/splits.hpp"
#include "file/graph_file.hpp"

namespace graph_runner {

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

// All samples of `data.train` at once, or none where the file has no data. The file and its graph must
// outlive it.
class ForwardPass {
 public:
  // Loads the data: relative files from `root` or, where that is empty, from the file's data.root. Throws
  // Error: file_failed where a file cannot be read, bad_request where the data do not fit the inputs.
  ForwardPass(const GraphFile& file, const Graph& graph, const std::filesystem::path& root = {});

  // Entries of the data that lie outside the domain of a port that they feed.
  std::vector<Problem> warnings() const;

  // The outputs that no node reads, in the order of computation, with parameters drawn by `seed`. The tensors
  // are valid until the next call. Throws Error: bad_request where an input has neither data nor a value;
  // run_failed where a value is not finite, naming the node where that began, or where a node fails. One
  // walk, or two where a value is not finite; memory for all samples.
  std::vector<NamedTensor> run(std::uint64_t seed = 1);

 private:
  void require_inputs() const;
  std::unique_ptr<Evaluation> evaluate(const PlanRequest& request, std::uint64_t seed) const;

  const GraphFile& file_;
  const Graph& graph_;
  std::unique_ptr<Dataset> data_;
  SizeValues sizes_;
  std::unique_ptr<Evaluation> evaluation_;
};

}  // namespace graph_runner
