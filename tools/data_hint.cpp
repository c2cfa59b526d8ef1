#include "tools/data_hint.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace graph_runner::cli {

namespace fs = std::filesystem;

namespace {

// Beside the build or the prefix that this program lies in; "" where it is not there.
std::string fetch_data() {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* place : {"../share/graph-runner/tools/fetch-data", "../../tools/fetch-data"})
    if (fs::exists(here / place, error)) return (here / place).lexically_normal();
  return "";
}

}  // namespace

Error with_data_hint(const Error& error) {
  std::vector<Problem> problems = error.problems();
  const std::string tool = fetch_data();
  for (Problem& p : problems)
    for (const char* set : {"fashion-mnist", "mnist", "moses"})
      if (!tool.empty() && p.message.ends_with("No such file or directory") &&
          p.message.find(fmt::format("/{}/", set)) != std::string::npos)
        p.message += fmt::format("; '{} {}' fetches it", tool, set);
  return Error(error.exit(), std::move(problems));
}

}  // namespace graph_runner::cli
