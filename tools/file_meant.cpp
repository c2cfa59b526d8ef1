#include "tools/file_meant.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace graph_runner::cli {

namespace fs = std::filesystem;

std::string hint_at_file(const std::string& name) {
  std::error_code none;
  if (name.empty() || fs::exists(name, none)) return "";
  for (const char* folder : {"", "graphs"})
    for (const char* ending : {".yaml", ".yml"})
      if (const fs::path file = fs::path(folder) / (name + ending); fs::is_regular_file(file, none))
        return fmt::format("; did you mean the file '{}'?", file.string());
  return "";
}

}  // namespace graph_runner::cli
