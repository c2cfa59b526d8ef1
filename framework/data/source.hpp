// The bytes of a file, gzipped or not, from its beginning to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace graph_runner {

class Source {
 public:
  // Throws Error (file_failed) where the file cannot be opened, is a folder or no regular file.
  explicit Source(const std::filesystem::path& file);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // The first bytes, at most `count` of them, without going on: what tells the format. To be asked for before
  // anything is read.
  std::span<const std::byte> head(std::size_t count);
  // The next `count` bytes; fewer at the end alone. Throws Error: file_failed where they cannot be read,
  // bad_request where a gzip stream is damaged or cut short.
  std::size_t read(std::byte* to, std::size_t count);

  // Bytes on the disk, of which deflate makes at most 1032 times as many; 0 where that is not known.
  std::uintmax_t bytes_on_disk() const;
  // Throws Error (bad_request): "FILE: why".
  [[noreturn]] void malformed(const std::string& why) const;

 private:
  struct Stream;
  std::size_t read_on(std::byte* to, std::size_t count);

  std::filesystem::path file_;
  std::unique_ptr<Stream> stream_;
  std::vector<std::byte> head_;
  std::size_t head_read_ = 0;  // of the head, what `read` has given
};

}  // namespace graph_runner
