#include "core/open_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace graph_runner {

OpenFile::OpenFile(const std::filesystem::path& file, int flags)
    : number_(open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags)) {
  if (number_ < 0) error_ = errno;
}

OpenFile::~OpenFile() {
  if (number_ > STDIN_FILENO) close(number_);
}

mode_t OpenFile::kind() const {
  struct stat about {};
  return fstat(number_, &about) == 0 ? about.st_mode & S_IFMT : 0;
}

std::size_t OpenFile::size() const {
  struct stat about {};
  return fstat(number_, &about) == 0 ? static_cast<std::size_t>(about.st_size) : 0;
}

void OpenFile::wait() const { fcntl(number_, F_SETFL, fcntl(number_, F_GETFL) & ~O_NONBLOCK); }

ssize_t OpenFile::read_some(void* to, std::size_t count) const {
  ssize_t n = 0;
  do n = ::read(number_, to, count);
  while (n < 0 && errno == EINTR);
  return n;
}

ssize_t OpenFile::read(void* to, std::size_t count) const {
  std::size_t total = 0;
  while (total < count) {
    const ssize_t n = read_some(static_cast<std::byte*>(to) + total, count - total);
    if (n < 0) return n;
    if (n == 0) break;
    total += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(total);
}

ssize_t OpenFile::read_at(std::size_t offset, void* to, std::size_t count) const {
  return pread(number_, to, count, static_cast<off_t>(offset));
}

}  // namespace graph_runner
