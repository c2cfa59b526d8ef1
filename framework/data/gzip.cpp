#include "data/gzip.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "core/error.hpp"

namespace graph_runner {

namespace fs = std::filesystem;

namespace {

class PlainFile : public ByteStream {
 public:
  // A pipe that nobody writes into would be waited for without end.
  explicit PlainFile(const fs::path& file)
      : file_(file), descriptor_(open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    struct stat about {};
    if (descriptor_ < 0 || fstat(descriptor_, &about) != 0) fail(std::strerror(errno));
    if (!S_ISREG(about.st_mode)) fail(S_ISDIR(about.st_mode) ? "is a directory" : "is not a regular file");
  }
  ~PlainFile() override { close(descriptor_); }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  std::size_t read(std::byte* to, std::size_t count) override {
    std::size_t total = 0;
    while (total < count) {
      const ssize_t n = ::read(descriptor_, to + total, count - total);
      if (n == 0) break;
      if (n < 0 && errno != EINTR) fail(std::strerror(errno));
      if (n > 0) total += static_cast<std::size_t>(n);
    }
    return total;
  }
  bool plain() const override { return true; }
  bool is_gzipped() const {
    unsigned char magic[2];
    return pread(descriptor_, magic, 2, 0) == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
  }
  const fs::path& path() const { return file_; }

 private:
  [[noreturn]] void fail(const char* why) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
    throw Error(Exit::file_failed, fmt::format("{}: {}", file_.string(), why));
  }

  fs::path file_;
  int descriptor_;
};

class Gunzip : public ByteStream {
 public:
  explicit Gunzip(std::unique_ptr<PlainFile> packed) : packed_(std::move(packed)) {
    constexpr int gzip_alone = 16;  // added to the size of the window: no zlib header, no raw stream
    if (inflateInit2(&z_, MAX_WBITS + gzip_alone) != Z_OK) throw std::bad_alloc();
  }
  ~Gunzip() override { inflateEnd(&z_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  std::size_t read(std::byte* to, std::size_t count) override {
    std::size_t total = 0;
    while (total < count && go_on()) {
      z_.next_out = reinterpret_cast<Bytef*>(to + total);
      z_.avail_out = static_cast<uInt>(std::min<std::size_t>(count - total, std::size_t{1} << 30));
      const uInt wanted = z_.avail_out;
      const int code = inflate(&z_, Z_NO_FLUSH);
      total += wanted - z_.avail_out;
      if (code == Z_STREAM_END)
        inside_ = false;
      else if (code == Z_MEM_ERROR)
        throw std::bad_alloc();
      else if (code != Z_OK && code != Z_BUF_ERROR)
        fail(fmt::format("not a valid gzip stream: {}", z_.msg ? z_.msg : "damaged"));
    }
    return total;
  }

 private:
  // Whether there is more of a member to unpack: of this one, or of the one behind it.
  bool go_on() {
    if (z_.avail_in == 0) {
      z_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
      z_.avail_in = static_cast<uInt>(packed_->read(buffer_.data(), buffer_.size()));
    }
    if (z_.avail_in == 0) {
      if (inside_) fail("the gzip stream is cut short");
      return false;
    }
    if (!inside_) {
      if (*z_.next_in != 0x1F) fail("something that is not gzipped follows the end of the gzip stream");
      inflateReset(&z_);
      inside_ = true;
    }
    return true;
  }
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Exit::bad_request, fmt::format("{}: {}", packed_->path().string(), why));
  }

  std::unique_ptr<PlainFile> packed_;
  z_stream z_{};
  bool inside_ = false;  // of a member
  std::array<std::byte, 1 << 17> buffer_;
};

}  // namespace

std::unique_ptr<ByteStream> open_file(const fs::path& file) {
  auto plain = std::make_unique<PlainFile>(file);
  if (plain->is_gzipped()) return std::make_unique<Gunzip>(std::move(plain));
  return plain;
}

}  // namespace graph_runner
