// Rows of one length that lie in a file one after the other, read as they are needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace graph_runner {

struct RowPlace {
  std::uint64_t offset = 0;  // of the first row
  std::size_t row_bytes = 0;
  std::size_t turned = 1;  // so many bytes each stand in the opposite of the machine's order
};

// Reads may run at the same time.
class RowFile {
 public:
  // Throws Error (file_failed) where the file cannot be opened.
  RowFile(const std::filesystem::path& file, const RowPlace& place);
  ~RowFile();
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;

  // Rows count from here on.
  void skip(std::uint64_t rows) { place_.offset += rows * place_.row_bytes; }
  // Reads these rows, in the machine's byte order. Throws Error (file_failed) where that fails, or the file
  // has become shorter.
  void read(std::uint64_t first, std::size_t count, std::byte* to) const;
  // Calls body(first, bytes) for some rows after the other, until all of `rows` have been there.
  void each(std::uint64_t rows,
            const std::function<void(std::uint64_t first, std::span<const std::byte>)>& body) const;
  // Asks the system to read these rows ahead, without waiting for them; to forget them, so that what has been
  // read does not fill the memory. Hints: nothing depends on whether they are taken.
  void will_need(std::uint64_t first, std::uint64_t count) const;
  void forget(std::uint64_t first, std::uint64_t count) const;

 private:
  std::filesystem::path path_;
  RowPlace place_;
  int file_;
};

// Turns the order of every `size` bytes round.
void turn_bytes(std::byte* bytes, std::size_t count, std::size_t size);

}  // namespace graph_runner
