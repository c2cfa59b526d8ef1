// Files that are written whole or not at all, and locks that programs hold on files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace graph_runner {

// A file beside another one, FILE and a suffix, that one program at a time holds; made where it is missing. A
// lock goes with the program that held it, however that ended; what is left then keeps nobody out.
class FileLock {
 public:
  // Throws Error (file_failed), naming FILE, where another program holds it or it cannot be made.
  FileLock(const std::filesystem::path& file, const char* suffix);
  // Removes it, unless it was renamed.
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  friend class AtomicFile;
  std::filesystem::path path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

// Writes a temporary beside the file (FILE.part), syncs it, renames it and syncs the folder: whatever
// happens, and whenever, the file is the old one or the new one. What a program that was ended has left of
// the temporary is written over by the next.
class AtomicFile {
 public:
  // Throws Error (file_failed), as all of it does: where the folder cannot be opened, another program writes
  // the same file, or it is no regular file.
  explicit AtomicFile(const std::filesystem::path& file);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // Makes it the file. Without it, all that was written goes.
  void commit();

 private:
  std::filesystem::path file_;
  FileLock part_;
  std::uintmax_t written_ = 0;
  int folder_ = -1;  // opened at once: where it cannot be synced later, nothing is written
};

// Writes a text in one go.
void write_whole_file(const std::filesystem::path& file, std::string_view text);

}  // namespace graph_runner
