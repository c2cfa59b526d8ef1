#include "core/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/error.hpp"

namespace graph_runner {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw Error(Exit::file_failed, fmt::format("{}: cannot be written: {}", file.string(), why));
}

// Calls again what a signal has interrupted.
template <class Call>
auto uninterrupted(Call&& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace

FileLock::FileLock(const fs::path& file, const char* suffix) : path_(file.string() + suffix) {
  while (true) {
    descriptor_ =
        uninterrupted([&] { return open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644); });
    if (descriptor_ < 0) refuse(file, std::strerror(errno));
    struct stat held {
    }, there{};
    const bool locked = uninterrupted([&] { return flock(descriptor_, LOCK_EX | LOCK_NB); }) == 0 &&
                        fstat(descriptor_, &held) == 0;
    const int reason = errno;
    // Whoever held it may have removed or renamed it since it was opened: then others see another file.
    if (locked && stat(path_.c_str(), &there) == 0 && held.st_dev == there.st_dev &&
        held.st_ino == there.st_ino)
      return;
    close(descriptor_);
    if (!locked)
      refuse(file, reason == EWOULDBLOCK ? "another program is writing it" : std::strerror(reason));
  }
}

FileLock::~FileLock() {
  if (!renamed_) unlink(path_.c_str());
  close(descriptor_);
}

namespace {

// A device, a folder or a link must not be renamed over.
const fs::path& regular(const fs::path& file) {
  std::error_code error;
  const fs::file_type there = fs::symlink_status(file, error).type();
  if (there == fs::file_type::regular || there == fs::file_type::not_found) return file;
  refuse(file, there == fs::file_type::directory ? "it is a directory"
               : there == fs::file_type::symlink ? "it is a symbolic link; give the file that it leads to"
               : error                           ? error.message()
                                                 : "it is not a regular file");
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& file) : file_(regular(file)), part_(file, ".part") {
  if (uninterrupted([&] { return ftruncate(part_.descriptor_, 0); }) != 0)
    refuse(file_, std::strerror(errno));
  const fs::path folder = file.parent_path();
  folder_ = uninterrupted(
      [&] { return open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (folder_ < 0) refuse(file_, std::strerror(errno));
}

// What was committed is on the disk by now: closing cannot lose it.
AtomicFile::~AtomicFile() { close(folder_); }

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = uninterrupted([&] { return ::write(part_.descriptor_, bytes.data(), bytes.size()); });
    if (n <= 0) refuse(file_, std::strerror(n < 0 ? errno : EIO));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    written_ += static_cast<std::uintmax_t>(n);
  }
}

void AtomicFile::commit() {
  // What the system says that it took must be there before the old file goes.
  struct stat there {};
  if (fstat(part_.descriptor_, &there) != 0) refuse(file_, std::strerror(errno));
  if (static_cast<std::uintmax_t>(there.st_size) != written_)
    refuse(file_, "fewer bytes arrived than were written");
  if (uninterrupted([&] { return fsync(part_.descriptor_); }) != 0) refuse(file_, std::strerror(errno));
  if (uninterrupted([&] { return std::rename(part_.path_.c_str(), file_.c_str()); }) != 0)
    refuse(file_, std::strerror(errno));
  part_.renamed_ = true;
  // The new name outlasts a loss of power only once its folder is synced; some file systems know no such
  // thing.
  if (uninterrupted([&] { return fsync(folder_); }) != 0 && errno != EINVAL)
    refuse(file_, std::strerror(errno));
}

void write_whole_file(const fs::path& file, std::string_view text) {
  AtomicFile to(file);
  to.write(text);
  to.commit();
}

}  // namespace graph_runner
