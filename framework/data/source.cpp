#include "data/source.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace graph_runner {

// zlib passes files that are not gzipped through unchanged.
struct Source::Stream {
  gzFile file = nullptr;
  ~Stream() {
    if (file) gzclose(file);
  }
};

Source::Source(const std::filesystem::path& file) : file_(file), stream_(std::make_unique<Stream>()) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw Error(Exit::file_failed, fmt::format("{}: is a directory", file.string()));
  // A pipe that nobody writes to would be waited for without end.
  if (std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error))
    throw Error(Exit::file_failed, fmt::format("{}: is not a regular file", file.string()));
  errno = 0;
  stream_->file = gzopen(file.c_str(), "rb");
  if (!stream_->file)
    throw Error(Exit::file_failed,
                fmt::format("{}: {}", file.string(), std::strerror(errno ? errno : ENOMEM)));
  gzbuffer(stream_->file, 1 << 17);
}

Source::~Source() = default;

std::span<const std::byte> Source::head(std::size_t count) {
  head_.resize(count);
  head_.resize(read_on(head_.data(), count));
  return head_;
}

std::size_t Source::read(std::byte* to, std::size_t count) {
  const std::size_t known = std::min(count, head_.size() - head_read_);
  std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(head_read_), known, to);
  head_read_ += known;
  return known + (known < count ? read_on(to + known, count - known) : 0);
}

std::size_t Source::read_on(std::byte* to, std::size_t count) {
  const auto state = [&] {
    int code = Z_OK;
    const char* const message = gzerror(stream_->file, &code);
    return std::pair(code, std::string(message));
  };
  std::size_t total = 0;
  while (total < count) {
    const auto chunk = static_cast<unsigned>(std::min<std::size_t>(count - total, std::size_t{1} << 30));
    const int n = gzread(stream_->file, to + total, chunk);
    if (n == 0) break;
    if (n > 0) {
      total += static_cast<std::size_t>(n);
      continue;
    }
    const auto [code, message] = state();
    if (code == Z_ERRNO)
      throw Error(Exit::file_failed, fmt::format("{}: {}", file_.string(), std::strerror(errno)));
    malformed(code == Z_BUF_ERROR ? "the gzip stream is cut short"
                                  : fmt::format("not a valid gzip stream: {}", message));
  }
  // A gzip stream that stops early reads like a short file: zlib says so only when asked.
  if (total < count && state().first == Z_BUF_ERROR) malformed("the gzip stream is cut short");
  return total;
}

std::uintmax_t Source::bytes_on_disk() const {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file_, error);
  return error ? 0 : bytes;
}

void Source::malformed(const std::string& why) const {
  throw Error(Exit::bad_request, fmt::format("{}: {}", file_.string(), why));
}

}  // namespace graph_runner
