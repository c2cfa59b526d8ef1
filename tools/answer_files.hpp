// Files of answers that students have handed in: nothing in them, or about them, is believed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace graph_runner::cli {

struct AnswerFile {
  std::string student;  // the name of the file without .yaml, or of the folder that it lies in
  std::filesystem::path path;
};

// In a folder, of each file and of each folder's answer.yaml, sorted by name; names that begin with a dot are
// passed over. Of a file, that alone. Throws Error (file_failed) where there is no such thing.
std::vector<AnswerFile> find_answer_files(const std::filesystem::path& folder_or_file);

// Reads one of at most 64 KiB. Follows no symbolic link and waits for no FIFO. Throws Error (file_failed)
// with what stands there instead of a text.
std::string read_answer_file(const std::filesystem::path& path);

}  // namespace graph_runner::cli
