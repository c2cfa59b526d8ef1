#include "core/registry.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/error.hpp"
#include "core/plugin_file.hpp"
#include "core/text.hpp"

namespace graph_runner {

namespace fs = std::filesystem;

namespace {

std::string list_directories(const std::vector<fs::path>& directories) {
  std::string out;
  for (const fs::path& d : directories) out += fmt::format("\n    {}", d.string());
  return out.empty() ? "\n    (none)" : out;
}

// Where the standard plugins lie, seen from the directory of the executable: in the build tree beside it,
// installed under the library directory.
fs::path standard_directory() {
  std::error_code ignored;
  const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const char* relative : {"plugins", "../lib/graph-runner/plugins"})
    if (fs::is_directory(here / relative, ignored)) return fs::weakly_canonical(here / relative, ignored);
  return {};
}

}  // namespace

bool is_type_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= 64 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::vector<fs::path> Registry::search_path(const std::vector<std::string>& extra) {
  std::vector<fs::path> path;
  for (const std::string& d : extra) {
    std::error_code error;
    fs::path p = fs::canonical(d, error);
    if (error) throw Error(Exit::bad_request, fmt::format("--plugins {}: {}", d, error.message()));
    path.push_back(std::move(p));
  }
  if (const char* variable = std::getenv("GRAPH_RUNNER_PLUGINS")) {
    std::string_view rest = variable;
    while (true) {
      const std::size_t colon = rest.find(':');
      const std::string element(rest.substr(0, colon));
      if (element.empty() || element[0] != '/')
        throw Error(Exit::bad_request,
                    fmt::format("GRAPH_RUNNER_PLUGINS: the element '{}' is not an absolute path; in '{}'",
                                element, variable));
      path.emplace_back(element);
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
    }
  }
  if (fs::path d = standard_directory(); !d.empty()) path.push_back(std::move(d));
  return path;
}

Registry::Registry(const std::vector<fs::path>& directories) {
  for (const fs::path& d : directories) {
    std::error_code error;
    const fs::path canonical = fs::canonical(d, error);
    if (error)
      throw Error(Exit::bad_request, fmt::format("plugin directory {}: {}", d.string(), error.message()));
    if (std::find(directories_.begin(), directories_.end(), canonical) != directories_.end()) continue;
    struct stat s {};
    if (stat(canonical.c_str(), &s) != 0 || !S_ISDIR(s.st_mode))
      throw Error(Exit::bad_request, fmt::format("plugin directory {}: not a directory", d.string()));
    if (s.st_mode & S_IWOTH)
      throw Error(
          Exit::bad_request,
          fmt::format(
              "plugin directory {}: everybody may write to it, so anybody could plant code there; run "
              "chmod o-w on it",
              canonical.string()));
    std::vector<fs::path> entries;
    for (fs::directory_iterator at(canonical, error), end; !error && at != end; at.increment(error))
      entries.push_back(at->path());
    if (error)
      throw Error(Exit::file_failed, fmt::format("plugin directory {}: {}", d.string(), error.message()));
    for (const fs::path& file : entries) {
      const std::string stem = file.stem().string();
      if (file.extension() != ".so" || !is_type_name(stem)) continue;
      const auto [at, added] = files_.try_emplace(stem, file);
      if (!added)
        throw Error(Exit::bad_request,
                    fmt::format("the node type '{}' stands in two plugin directories: {} and {}; "
                                "remove one",
                                stem, at->second.string(), file.string()));
    }
    directories_.push_back(canonical);
  }
}

Registry Registry::of_plugin(const fs::path& file) {
  Registry made({});
  made.files_.emplace(file.stem().string(), file);
  return made;
}

std::vector<fs::path> Registry::files() const {
  std::vector<fs::path> all;
  for (const auto& [name, file] : files_) all.push_back(file);
  return all;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

const NodeType& Registry::get(const std::string& name) {
  if (const auto found = loaded_.find(name); found != loaded_.end()) return *found->second;
  if (!is_type_name(name))
    throw Error(
        Exit::bad_request,
        fmt::format("'{}' is not a name of a node type: a letter, then letters, digits and '_', 64 at most",
                    name));
  const auto file = files_.find(name);
  if (file == files_.end())
    throw Error(Exit::bad_request,
                fmt::format("unknown node type '{}'{}; searched for {}.so in{}", name,
                            did_you_mean(name, names()), name, list_directories(directories_)));
  PluginFile plugin(file->second);
  plugin.load();
  return *loaded_.emplace(name, std::make_unique<NodeType>(*plugin.ask(name), name, file->second))
              .first->second;
}

}  // namespace graph_runner
