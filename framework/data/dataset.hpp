// The data of one split, matched with the graph's inputs.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/walk.hpp"
#include "data/column.hpp"
#include "data/data_spec.hpp"
#include "data/memory.hpp"
#include "data/order.hpp"
#include "data/row_feed.hpp"

namespace graph_runner {

class Dataset {
 public:
  // Loads every array of the split and checks it against its input's shape; all problems are reported at
  // once. The sizes that the data fix are added to `sizes`, and checked where another split has fixed them.
  // What is asked for of the training data is taken from `given`, or from these where it is null: they are
  // the training data then. What is larger than `memory` bytes, less those before it, is read from its file
  // as it is needed. Throws Error.
  Dataset(const Graph& graph, const SplitSpec& split, const std::filesystem::path& root, SizeValues& sizes,
          const Preparations* given = nullptr, std::uint64_t memory = half_of_memory());

  const std::string& split() const { return split_; }
  std::int64_t samples() const { return samples_; }
  // The name of the size that the leading axis of all inputs fed from data carries.
  const std::string& sample_axis() const { return sample_axis_; }
  // What messages call a sample: its number in the data that it was drawn from, from 1 on.
  std::int64_t number_of(std::uint32_t sample) const { return std::int64_t{columns_[0].row(sample)} + 1; }
  bool feeds(ValueId input) const;
  bool has_text() const;      // whether some of it is characters of a text
  std::size_t bytes() const;  // of its samples, in memory
  // What was taken from the training data, here or where it was given.
  const Preparations& preparations() const { return preparations_; }
  // Bytes that a sample takes as it is stored, in all columns.
  std::size_t sample_bytes() const;
  // Has what is not in memory read on another thread from now on, for as long as the result lives: the
  // samples of an order from number `first` on, which will be fetched `batch` at a time. The order must stay.
  using Expected = std::unique_ptr<RowFeed, void (*)(RowFeed*)>;
  [[nodiscard]] Expected expect(std::span<const std::uint32_t> order, std::size_t first, std::int64_t batch,
                                Shuffle shuffle) const;
  // Converts the samples at `rows` into the inputs of a workspace planned for as many. What is not in memory
  // and not expected is read now. Not by two threads at once. Throws Error (file_failed).
  void fetch(std::span<const std::uint32_t> rows, Workspace& workspace) const;
  // Entries that lie outside the domain of a port they feed, one message an input; empty when all is well.
  std::vector<Problem> outside_domains(const Graph& graph) const;

 private:
  friend struct Splits;
  explicit Dataset(const SplitSpec& split) : split_(split.name) {}
  // Those samples of another that are `taken`: what is stored is shared.
  Dataset(const Dataset& whole, const std::string& split, const std::vector<std::uint32_t>& taken);
  void load(const Graph& graph, const SplitSpec& split, const std::filesystem::path& root, SizeValues& sizes,
            std::uint64_t memory);
  void prepare(const Preparations* given);
  Column read(const Graph& graph, const ArraySpec& spec, const std::filesystem::path& root,
              std::uint64_t memory) const;
  bool match(const Graph& graph, const ArraySpec& spec, const Column& column, SizeValues& sizes,
             Problems& problems);

  std::string split_;
  std::vector<Column> columns_;
  Preparations preparations_;
  std::string sample_axis_;
  std::int64_t samples_ = 0;
  std::unique_ptr<RowFeed> feed_;  // null: all is in memory
};

}  // namespace graph_runner
