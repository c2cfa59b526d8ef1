#include "tools/answer_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "core/error.hpp"
#include "core/open_file.hpp"

namespace graph_runner::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_bytes = 64 << 10;

[[noreturn]] void refuse(const std::string& why) { throw Error(Exit::file_failed, why); }

std::string without_ending(const std::string& name) {
  for (const char* ending : {".yaml", ".yml"})
    if (name.ends_with(ending)) return name.substr(0, name.size() - std::strlen(ending));
  return name;
}

// Who calls a folder and a file alike, or two files, is told apart by the whole names.
void name_students(std::vector<AnswerFile>& files, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  bool alike = false;
  for (const std::string& name : names) alike = !seen.insert(without_ending(name)).second || alike;
  for (std::size_t i = 0; i < files.size(); ++i)
    files[i].student = alike ? names[i] : without_ending(names[i]);
}

}  // namespace

std::vector<AnswerFile> find_answer_files(const fs::path& folder_or_file) {
  std::error_code error;
  if (fs::symlink_status(folder_or_file, error).type() == fs::file_type::not_found)
    refuse(fmt::format("{}: {}", folder_or_file.string(), std::strerror(ENOENT)));
  if (!fs::is_directory(folder_or_file, error))
    return {{without_ending(folder_or_file.filename().string()), folder_or_file}};
  std::vector<std::string> names;
  fs::directory_iterator entries(folder_or_file, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error))
    if (const std::string name = entries->path().filename().string(); name[0] != '.') names.push_back(name);
  if (error) refuse(fmt::format("{}: {}", folder_or_file.string(), error.message()));
  std::sort(names.begin(), names.end());
  std::vector<AnswerFile> files;
  for (const std::string& name : names) {
    const fs::path path = folder_or_file / name;
    const bool folder = fs::symlink_status(path, error).type() == fs::file_type::directory;
    files.push_back({"", folder ? path / "answer.yaml" : path});
  }
  name_students(files, names);
  return files;
}

std::string read_answer_file(const fs::path& path) {
  const OpenFile file(path, O_NOFOLLOW);
  if (file.error() == ELOOP) refuse("it is a symbolic link, and none is followed");
  if (file.error() == ENOENT) refuse(fmt::format("there is no {}", path.filename().string()));
  if (file.error()) refuse(std::strerror(file.error()));
  if (file.kind() == S_IFDIR) refuse("it is a directory");
  if (file.kind() != S_IFREG) refuse("it is a device, a FIFO or a socket, and no file");
  std::string text(most_bytes + 1, '\0');
  const ssize_t n = file.read(text.data(), text.size());
  if (n < 0) refuse(std::strerror(errno));
  const auto length = static_cast<std::size_t>(n);
  if (length > most_bytes)
    refuse(fmt::format("it has {} bytes; an answer has at most {}", file.size(), most_bytes));
  text.resize(length);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) refuse("it is empty");
  return text;
}

}  // namespace graph_runner::cli
