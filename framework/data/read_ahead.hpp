// Tells files which of their rows will be read soon, and which no more. Private to the room.
#pragma once

#include <span>
#include <vector>

#include "data/column.hpp"

namespace graph_runner {

// Samples are read in an order that is cut into windows. While those of one window are read, the files are
// asked for what the next one needs, a piece at a time, and have forgotten what the last one read.
class ReadAhead {
 public:
  // The order is read from its sample number `first` on.
  ReadAhead(std::vector<const Column*> columns, std::span<const std::uint32_t> order, std::size_t first,
            std::size_t window);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // What is read next lies before `end` in the order.
  void advance(std::size_t end);

 private:
  struct Run {
    std::uint32_t first, last;  // rows, and those between them
  };
  std::vector<Run> runs_of(std::size_t window) const;
  void ask_until(std::size_t count);
  void forget(const std::vector<Run>& runs) const;

  std::vector<const Column*> columns_;
  std::span<const std::uint32_t> order_;
  std::size_t window_, at_;  // samples of a window; the window that is read
  std::vector<Run> here_, next_;
  std::size_t asked_ = 0;  // runs of `next_`
};

}  // namespace graph_runner
