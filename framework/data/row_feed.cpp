#include "data/row_feed.hpp"

#include <algorithm>
#include <functional>

#include "data/read_ahead.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;  // read at a time on the other thread
constexpr std::size_t forget_bytes = std::size_t{1}
                                     << 24;  // read alone between two times that a file forgets

}  // namespace

RowFeed::RowFeed(const std::vector<Column>& columns) {
  for (const Column& c : columns)
    if (!c.in_memory()) lanes_.push_back({.column = &c});
}

RowFeed::~RowFeed() { stop(); }

void RowFeed::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
  order_ = {};  // another may come to lie there
}

void RowFeed::expect(std::span<const std::uint32_t> order, std::size_t first, std::size_t batch,
                     std::size_t window) {
  stop();
  std::size_t row_bytes = 1;
  for (const Lane& l : lanes_) row_bytes = std::max(row_bytes, l.column->array->row_bytes());
  order_ = order;
  first_ = first;
  chunk_ = batch * std::max<std::size_t>(1, chunk_bytes / (row_bytes * batch));
  window_ = window;
  known_ = used_ = read_ = 0;
  stop_ = false;
  failed_ = nullptr;
  for (Lane& l : lanes_)
    for (auto& chunk : l.chunks) chunk.resize(chunk_ * l.column->array->row_bytes());
  thread_ = std::thread([this] { read_on(); });
}

void RowFeed::read_on() try {
  std::vector<const Column*> columns;
  for (const Lane& l : lanes_) columns.push_back(l.column);
  ReadAhead ahead(std::move(columns), order_, first_, window_);
  for (std::size_t chunk = 0, at = first_; at < order_.size(); ++chunk, at += chunk_) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || chunk < used_ + slots; });
      if (stop_) return;
    }
    const std::size_t count = std::min(chunk_, order_.size() - at);
    ahead.advance(at + count);
    for (Lane& l : lanes_) l.column->read_rows(order_.subspan(at, count), l.chunks[chunk % slots].data());
    {
      const std::lock_guard lock(mutex_);
      read_ = chunk + 1;
    }
    changed_.notify_all();
  }
} catch (...) {
  {
    const std::lock_guard lock(mutex_);
    failed_ = std::current_exception();
  }
  changed_.notify_all();
}

void RowFeed::wait_for(std::size_t chunk) {
  {
    std::unique_lock lock(mutex_);
    used_ = chunk;
    changed_.notify_all();
    changed_.wait(lock, [&] { return read_ > chunk || failed_; });
    if (read_ <= chunk) std::rethrow_exception(failed_);
  }
  known_ = chunk + 1;
}

const std::byte* RowFeed::rows(const Column& column, std::span<const std::uint32_t> samples) {
  Lane& lane =
      *std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& l) { return l.column == &column; });
  const std::less_equal<const std::uint32_t*> before;
  const std::uint32_t* const end = order_.data() + order_.size();
  if (!before(order_.data() + first_, samples.data()) || !before(samples.data() + samples.size(), end))
    return read_alone(lane, samples);
  const auto at = static_cast<std::size_t>(samples.data() - order_.data()) - first_;
  const std::size_t chunk = at / chunk_, inside = at % chunk_;
  if (chunk + 1 < known_ || inside + samples.size() > chunk_) return read_alone(lane, samples);
  if (chunk >= known_) wait_for(chunk);
  return lane.chunks[chunk % slots].data() + inside * column.array->row_bytes();
}

const std::byte* RowFeed::read_alone(Lane& lane, std::span<const std::uint32_t> samples) {
  const std::size_t bytes = samples.size() * lane.column->array->row_bytes();
  if (lane.alone.size() < bytes) lane.alone.resize(bytes);
  lane.column->read_rows(samples, lane.alone.data());
  lane.bytes_since += bytes;
  if (lane.bytes_since >= forget_bytes) {
    lane.column->array->file->forget(0, lane.column->row(samples[0]));
    lane.bytes_since = 0;
  }
  return lane.alone.data();
}

}  // namespace graph_runner
