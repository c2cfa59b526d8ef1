#include "data/source.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "data/memory.hpp"

namespace graph_runner {

namespace {

// zlib passes files that are not gzipped through unchanged.
class GzipStream : public ByteStream {
 public:
  explicit GzipStream(const std::filesystem::path& file) : file_(file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
      throw Error(Exit::file_failed, fmt::format("{}: is a directory", file.string()));
    // A pipe that nobody writes to would be waited for without end.
    if (std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error))
      throw Error(Exit::file_failed, fmt::format("{}: is not a regular file", file.string()));
    errno = 0;
    stream_ = gzopen(file.c_str(), "rb");
    if (!stream_)
      throw Error(Exit::file_failed,
                  fmt::format("{}: {}", file.string(), std::strerror(errno ? errno : ENOMEM)));
    gzbuffer(stream_, 1 << 17);
  }
  ~GzipStream() override { gzclose(stream_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  std::size_t read(std::byte* to, std::size_t count) override {
    std::size_t total = 0;
    while (total < count) {
      const auto chunk = static_cast<unsigned>(std::min<std::size_t>(count - total, std::size_t{1} << 30));
      const int n = gzread(stream_, to + total, chunk);
      if (n < 0) fail();
      if (n == 0) break;
      total += static_cast<std::size_t>(n);
    }
    // A gzip stream that stops early reads like a short file: zlib says so only when asked.
    if (total < count && state().first == Z_BUF_ERROR) fail();
    return total;
  }
  bool plain() const override { return gzdirect(stream_) != 0; }

 private:
  std::pair<int, std::string> state() const {
    int code = Z_OK;
    const char* const message = gzerror(stream_, &code);
    return {code, message};
  }
  [[noreturn]] void fail() const {
    const auto [code, message] = state();
    if (code == Z_ERRNO)
      throw Error(Exit::file_failed, fmt::format("{}: {}", file_.string(), std::strerror(errno)));
    throw Error(Exit::bad_request,
                code == Z_BUF_ERROR
                    ? fmt::format("{}: the gzip stream is cut short", file_.string())
                    : fmt::format("{}: not a valid gzip stream: {}", file_.string(), message));
  }

  std::filesystem::path file_;
  gzFile stream_ = nullptr;
};

}  // namespace

Source::Source(const std::filesystem::path& file, std::uintmax_t memory)
    : file_(file), name_(file.string()), stream_(std::make_unique<GzipStream>(file)), memory_(memory) {
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
