// Files by the system's own calls, where it matters what a name stands for before anything is waited for.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>

namespace graph_runner {

// A file that is open for reading, or could not be opened.
class OpenFile {
 public:
  // Waits for no pipe; `flags` are more of open's, such as O_NOFOLLOW.
  explicit OpenFile(const std::filesystem::path& file, int flags = 0);
  static OpenFile standard_input() { return OpenFile(0); }
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Why it could not be opened, as errno says it; 0 where it is open.
  int error() const { return error_; }
  // Of stat's: S_IFREG, S_IFDIR, …
  mode_t kind() const;
  std::size_t size() const;
  // From now on, what a pipe will bring is waited for.
  void wait() const;
  // As the system's read, which no signal ends: the bytes that were read, 0 at the end, or less, and errno.
  ssize_t read_some(void* to, std::size_t count) const;
  // The same until there are `count`, or no more.
  ssize_t read(void* to, std::size_t count) const;
  ssize_t read_at(std::size_t offset, void* to, std::size_t count) const;

 private:
  explicit OpenFile(int number) : number_(number) {}

  int number_;
  int error_ = 0;
};

}  // namespace graph_runner
