#include "data/row_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/error.hpp"

namespace graph_runner {

namespace {

// Linux cuts a request to read ahead at the device's own measure, which is never below this.
constexpr std::uint64_t ahead_bytes = std::uint64_t{1} << 17;
constexpr std::uint64_t page_bytes = std::uint64_t{1} << 12;
constexpr std::uint64_t chunk_bytes = std::uint64_t{1} << 22;  // read at a time

std::uint16_t turned(std::uint16_t x) { return __builtin_bswap16(x); }
std::uint32_t turned(std::uint32_t x) { return __builtin_bswap32(x); }
std::uint64_t turned(std::uint64_t x) { return __builtin_bswap64(x); }

template <class Word>
void turn_words(std::byte* bytes, std::size_t count) {
  for (std::size_t i = 0; i + sizeof(Word) <= count; i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes + i, sizeof(Word));
    word = turned(word);
    std::memcpy(bytes + i, &word, sizeof(Word));
  }
}

}  // namespace

void turn_bytes(std::byte* bytes, std::size_t count, std::size_t size) {
  if (size == 2) turn_words<std::uint16_t>(bytes, count);
  if (size == 4) turn_words<std::uint32_t>(bytes, count);
  if (size == 8) turn_words<std::uint64_t>(bytes, count);
}

RowFile::RowFile(const std::filesystem::path& file, const RowPlace& place)
    : path_(file), place_(place), file_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_ < 0) throw Error(Exit::file_failed, fmt::format("{}: {}", path_.string(), std::strerror(errno)));
}

RowFile::~RowFile() { close(file_); }

void RowFile::read(std::uint64_t first, std::size_t count, std::byte* to) const {
  const std::uint64_t from = place_.offset + first * place_.row_bytes;
  const std::size_t bytes = count * place_.row_bytes;
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t n = pread(file_, to + done, bytes - done, static_cast<off_t>(from + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(Exit::file_failed, fmt::format("{}: {}", path_.string(), std::strerror(errno)));
    if (n == 0)
      throw Error(Exit::file_failed, fmt::format("{}: has become shorter while it was read", path_.string()));
    done += static_cast<std::size_t>(n);
  }
  turn_bytes(to, bytes, place_.turned);
}

void RowFile::each(std::uint64_t rows,
                   const std::function<void(std::uint64_t, std::span<const std::byte>)>& body) const {
  const std::uint64_t step = std::max<std::uint64_t>(1, chunk_bytes / place_.row_bytes);
  std::vector<std::byte> chunk(std::min(step, rows) * place_.row_bytes);
  for (std::uint64_t first = 0; first < rows; first += step) {
    const std::uint64_t count = std::min(step, rows - first);
    read(first, count, chunk.data());
    body(first, std::span(chunk).first(count * place_.row_bytes));
    forget(0, first);  // not these: the next may share their last page
  }
  forget(0, rows);
}

void RowFile::will_need(std::uint64_t first, std::uint64_t count) const {
  const std::uint64_t end = place_.offset + (first + count) * place_.row_bytes;
  for (std::uint64_t at = place_.offset + first * place_.row_bytes; at < end; at += ahead_bytes)
    posix_fadvise(file_, static_cast<off_t>(at), static_cast<off_t>(std::min(ahead_bytes, end - at)),
                  POSIX_FADV_WILLNEED);
}

// Pages that other rows share are forgotten too.
void RowFile::forget(std::uint64_t first, std::uint64_t count) const {
  const std::uint64_t from = (place_.offset + first * place_.row_bytes) / page_bytes * page_bytes;
  const std::uint64_t end = place_.offset + (first + count) * place_.row_bytes;
  posix_fadvise(file_, static_cast<off_t>(from),
                static_cast<off_t>((end - from + page_bytes - 1) / page_bytes * page_bytes),
                POSIX_FADV_DONTNEED);
}

}  // namespace graph_runner
