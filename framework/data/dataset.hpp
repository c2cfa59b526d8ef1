// The data of one split, matched with the graph's inputs.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/walk.hpp"
#include "data/array.hpp"
#include "data/data_spec.hpp"

namespace graph_runner {

class Dataset {
 public:
  // Loads every array of the split and checks it against its input's shape; all problems are reported at
  // once. The sizes that the data fix are added to `sizes`, and checked where another split has fixed them.
  // Throws Error.
  Dataset(const Graph& graph, const SplitSpec& split, const std::filesystem::path& root, SizeValues& sizes);

  const std::string& split() const { return split_; }
  std::int64_t samples() const { return samples_; }
  // The name of the size that the leading axis of all inputs fed from data carries.
  const std::string& sample_axis() const { return sample_axis_; }
  bool feeds(ValueId input) const;
  std::size_t bytes() const;
  // Converts the samples at `rows` into the inputs of a workspace planned for as many.
  void fetch(std::span<const std::uint32_t> rows, Workspace& workspace) const;
  // Entries that lie outside the domain of a port they feed, one message an input; empty when all is well.
  std::vector<Problem> outside_domains(const Graph& graph) const;

 private:
  struct Column {
    ValueId input;
    Array array;
    Place place;
  };
  bool match(const Graph& graph, const ArraySpec& spec, Array& array, ValueId input, SizeValues& sizes,
             Problems& problems);

  std::string split_;
  std::vector<Column> columns_;
  std::string sample_axis_;
  std::int64_t samples_ = 0;
};

}  // namespace graph_runner
