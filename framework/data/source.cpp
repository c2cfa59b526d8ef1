#include "data/source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/gzip.hpp"
#include "data/memory.hpp"

namespace graph_runner {

Source::Source(const std::filesystem::path& file, std::uintmax_t memory)
    : file_(file), name_(file.string()), stream_(open_file(file)), memory_(memory) {
  std::error_code error;
  on_disk_ = std::filesystem::file_size(file, error);
  if (error) on_disk_ = 0;
  if (on_disk_ < UINTMAX_MAX / most_deflated) most_bytes_ = on_disk_ * most_deflated;
}

Source::Source(const std::filesystem::path& file, std::string name, std::unique_ptr<ByteStream> stream,
               std::uintmax_t most_bytes)
    : file_(file), name_(std::move(name)), stream_(std::move(stream)), most_bytes_(most_bytes) {}

std::span<const std::byte> Source::head(std::size_t count) {
  head_.resize(count);
  head_.resize(stream_->read(head_.data(), count));
  return head_;
}

std::size_t Source::read(std::byte* to, std::size_t count) {
  const std::size_t known = std::min(count, head_.size() - head_read_);
  std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(head_read_), known, to);
  head_read_ += known;
  return known + (known < count ? stream_->read(to + known, count - known) : 0);
}

void Source::malformed(const std::string& why) const {
  throw Error(Exit::bad_request, fmt::format("{}: {}", name_, why));
}

void Source::too_large(std::uintmax_t bytes, const std::string& remedy) const {
  malformed(fmt::format("holds {}, more than the {} that are left for data in memory; {}, or raise --memory",
                        bytes_text(bytes), bytes_text(memory_), remedy));
}

}  // namespace graph_runner
