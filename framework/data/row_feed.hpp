// The rows that a dataset is asked for, of columns that are not in memory: those that are asked for next are
// read on another thread meanwhile.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "data/column.hpp"

namespace graph_runner {

class RowFeed {
 public:
  // Keeps pointers to the columns.
  explicit RowFeed(const std::vector<Column>& columns);
  ~RowFeed();
  RowFeed(const RowFeed&) = delete;
  RowFeed& operator=(const RowFeed&) = delete;

  // Begins to read the samples of `order` from number `first` on: `batch` are asked for at a time, and files
  // are read ahead by windows of so many. The order must stay until `stop`.
  void expect(std::span<const std::uint32_t> order, std::size_t first, std::size_t batch, std::size_t window);
  void stop();
  // The rows of these samples of a column, one after the other; until the next call. Where `samples` lies in
  // the order, and behind what was asked for before, waits for what the other thread has read; else reads
  // them. Throws Error (file_failed).
  const std::byte* rows(const Column& column, std::span<const std::uint32_t> samples);

 private:
  static constexpr std::size_t slots = 3;  // one is used while two are read
  struct Lane {
    const Column* column;
    std::vector<std::byte> chunks[slots] = {};
    std::vector<std::byte> alone = {};  // samples that were not expected
    std::size_t bytes_since = 0;        // read into it since the file was told to forget
  };
  const std::byte* read_alone(Lane& lane, std::span<const std::uint32_t> samples);
  void wait_for(std::size_t chunk);
  void read_on();

  std::vector<Lane> lanes_;
  std::span<const std::uint32_t> order_;
  std::size_t first_ = 0, chunk_ = 1, window_ = 1;
  std::size_t known_ = 0;  // chunks that the asking thread knows to have been read
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by the mutex.
  std::size_t used_ = 0, read_ = 0;  // the chunk that is used; how many have been read
  bool stop_ = false;
  std::exception_ptr failed_;
};

}  // namespace graph_runner
