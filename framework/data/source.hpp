// The bytes of a file, gzipped or not, or of one inside an archive, from the first to the last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace graph_runner {

// What a Source takes its bytes from.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // The next `count` bytes; fewer at the end alone. Throws Error.
  virtual std::size_t read(std::byte* to, std::size_t count) = 0;
  // Whether these are the bytes of the file itself, so that any of them can be read alone.
  virtual bool plain() const { return false; }
};

class Source {
 public:
  // Throws Error (file_failed) where the file cannot be opened, is a folder or no regular file.
  // More than `memory` bytes of data are not to be kept.
  explicit Source(const std::filesystem::path& file, std::uintmax_t memory = UINTMAX_MAX);
  // `name` is what messages call it; at most `most_bytes` come.
  Source(const std::filesystem::path& file, std::string name, std::unique_ptr<ByteStream> stream,
         std::uintmax_t most_bytes);

  const std::filesystem::path& file() const { return file_; }
  const std::string& name() const { return name_; }  // for messages
  // The first bytes, at most `count` of them, without going on: what tells the format. To be asked for before
  // anything is read.
  std::span<const std::byte> head(std::size_t count);
  // The next `count` bytes; fewer at the end alone. Throws Error: file_failed where they cannot be read,
  // bad_request where what holds them is damaged or cut short.
  std::size_t read(std::byte* to, std::size_t count);

  // As many bytes as there can be, by what lies on the disk; 0 where that is not known.
  std::uintmax_t most_bytes() const { return most_bytes_; }
  std::uintmax_t bytes_on_disk() const { return on_disk_; }
  bool plain() const { return stream_->plain(); }
  std::uintmax_t memory() const { return memory_; }
  // Throws Error (bad_request): "FILE: why".
  [[noreturn]] void malformed(const std::string& why) const;
  // Throws Error (bad_request): `bytes` do not fit into memory, and `remedy` is what can be done.
  [[noreturn]] void too_large(std::uintmax_t bytes, const std::string& remedy) const;

  static constexpr std::uintmax_t most_deflated = 1032;  // bytes that deflate makes of one

 private:
  std::filesystem::path file_;
  std::string name_;
  std::unique_ptr<ByteStream> stream_;
  std::uintmax_t memory_ = UINTMAX_MAX, on_disk_ = 0, most_bytes_ = 0;
  std::vector<std::byte> head_;
  std::size_t head_read_ = 0;  // of the head, what `read` has given
};

}  // namespace graph_runner
