#include "data/read_ahead.hpp"

#include <algorithm>

namespace graph_runner {

namespace {
constexpr std::uint64_t near_bytes = std::uint64_t{1} << 16;  // rather read than skipped
}

ReadAhead::ReadAhead(std::vector<const Column*> columns, std::span<const std::uint32_t> order,
                     std::size_t first, std::size_t window)
    : columns_(std::move(columns)), order_(order), window_(window), at_(first / window), next_(runs_of(at_)) {
  ask_until(next_.size());
  here_ = std::move(next_);
  next_ = runs_of(at_ + 1);
  asked_ = 0;
}

ReadAhead::~ReadAhead() {
  forget(here_);
  forget(next_);
}

void ReadAhead::advance(std::size_t end) {
  for (; (at_ + 1) * window_ < end; ++at_) {
    ask_until(next_.size());
    forget(here_);
    here_ = std::move(next_);
    next_ = runs_of(at_ + 2);
    asked_ = 0;
  }
  // As much of the next window as is read of this one: a disk that is asked for all of it at once would let
  // this one wait.
  const double part = static_cast<double>(end - at_ * window_) / static_cast<double>(window_);
  ask_until(static_cast<std::size_t>(part * static_cast<double>(next_.size())));
}

std::vector<ReadAhead::Run> ReadAhead::runs_of(std::size_t window) const {
  std::vector<Run> runs;
  if (window * window_ >= order_.size()) return runs;
  const auto samples = order_.subspan(window * window_, std::min(window_, order_.size() - window * window_));
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t sample : samples) rows.push_back(columns_[0]->row(sample));  // as the others'
  std::sort(rows.begin(), rows.end());
  std::size_t row_bytes = 1;
  for (const Column* c : columns_) row_bytes = std::max(row_bytes, c->array->row_bytes());
  for (const std::uint32_t row : rows)
    if (!runs.empty() && (row - runs.back().last - 1) * row_bytes <= near_bytes)
      runs.back().last = row;
    else
      runs.push_back({row, row});
  return runs;
}

void ReadAhead::ask_until(std::size_t count) {
  for (; asked_ < count; ++asked_)
    for (const Column* c : columns_)
      c->array->file->will_need(next_[asked_].first, next_[asked_].last - next_[asked_].first + 1);
}

void ReadAhead::forget(const std::vector<Run>& runs) const {
  for (const Run& r : runs)
    for (const Column* c : columns_) c->array->file->forget(r.first, r.last - r.first + 1);
}

}  // namespace graph_runner
