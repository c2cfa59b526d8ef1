#include "data/gzip.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "core/error.hpp"
#include "core/open_file.hpp"

namespace graph_runner {

namespace fs = std::filesystem;

namespace {

class PlainFile : public ByteStream {
 public:
  explicit PlainFile(const fs::path& file) : path_(file), file_(file) {
    if (file_.error()) fail(std::strerror(file_.error()));
    if (file_.kind() != S_IFREG) fail(file_.kind() == S_IFDIR ? "is a directory" : "is not a regular file");
  }

  std::size_t read(std::byte* to, std::size_t count) override {
    const ssize_t n = file_.read(to, count);
    if (n < 0) fail(std::strerror(errno));
    return static_cast<std::size_t>(n);
  }
  bool plain() const override { return true; }
  bool is_gzipped() const {
    unsigned char magic[2];
    return file_.read_at(0, magic, 2) == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
  }
  const fs::path& path() const { return path_; }

 private:
  [[noreturn]] void fail(const char* why) const {
    throw Error(Exit::file_failed, fmt::format("{}: {}", path_.string(), why));
  }

  fs::path path_;
  OpenFile file_;
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
