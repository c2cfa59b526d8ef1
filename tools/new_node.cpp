// graph-inspect --new NAME: a folder with a node type to start from, its CMakeLists.txt and a network that
// trains with it.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "core/atomic_file.hpp"
#include "new_node_files.hpp"  // made by CMake of the folder tools/new_node
#include "tools/inspect_mode.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace fs = std::filesystem;

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string with_name(std::string text, const std::string& name) {
  const std::string_view from = "Swish";
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += name.size())
    text.replace(at, from.size(), name);
  return text;
}

// Legal names of types that the files could not use: words of C++, names that node.hpp gives to all nodes,
// macros, and targets that CMake keeps for itself.
const char* const taken = R"(
  alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t
  class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue
  decltype default delete do double dynamic_cast else enum explicit export extern false float for friend
  goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private
  protected public register reinterpret_cast requires return short signed sizeof static static_assert
  static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned
  using virtual void volatile wchar_t while xor xor_eq

  AttributeSpec Call Col Dual Eigen Elementwise Flat Grad Init Lanes Many Mat Only Out PluginTable PortSpec Row Rows Scalar
  Scalars Shapes Size Spec T Unread graph_runner std

  EOF INFINITY NAN NULL assert errno stderr stdin stdout

  all clean edit_cache help install list_install_components package rebuild_cache test
)";

void check_name(const std::string& name, const Registry& registry) {
  const auto refuse = [&](const std::string& why) {
    return Error(Exit::bad_request, fmt::format("--new '{}': {}", name, why));
  };
  if (!is_type_name(name))
    throw refuse("is not a name of a node type: a letter, then letters, digits and '_', 64 at most");
  std::istringstream words(taken);
  for (std::string word; words >> word;)
    if (name == word)
      throw refuse("means something else in C++, CMake or graph_runner/node.hpp; choose another name");
  for (const std::string& other : registry.names())
    if (lower(other) == lower(name))
      throw refuse(
          fmt::format("there is a node type '{}' already, and formulas ignore case; choose another name, or "
                      "graph-inspect {} to see it",
                      other, other));
}

// A word as a shell reads it.
std::string quoted(const std::string& word) {
  if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./=") ==
      std::string::npos)
    return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

// The commands that follow: as short as they can be where the tools and the CMake package are found through
// PATH.
std::vector<std::string> commands(const std::string& name) {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  const auto package_beside = [](const fs::path& tools) {
    for (const char* relative : {".", "../lib/cmake/GraphRunner"})
      if (std::error_code none; fs::exists(tools / relative / "GraphRunnerConfig.cmake", none))
        return fs::weakly_canonical(tools / relative, none);
    return fs::path();
  };
  // CMake looks in the prefix of every bin/ on PATH, and the shell for tools: the first that has one of ours
  // must be here.
  const char* variable = std::getenv("PATH");
  std::istringstream path(variable ? variable : "");
  fs::path first_tools, first_package;
  for (std::string folder; std::getline(path, folder, ':');) {
    std::error_code none;
    const fs::path tools = fs::weakly_canonical(folder, none);
    if (first_tools.empty() && fs::exists(tools / "graph-inspect", none)) first_tools = tools;
    if (first_package.empty() && tools.filename() == "bin") first_package = package_beside(tools);
  }
  const fs::path package = package_beside(here);
  std::string configure = "cmake -B build";
  if (!package.empty() && package != first_package)
    configure += " " + quoted("-DGraphRunner_DIR=" + package.string());
  const std::string at = here == first_tools ? "" : here.string() + "/";
  return {"cd " + name, configure + " && cmake --build build",
          fmt::format("{} --check build/{}.so", quoted(at + "graph-inspect"), name),
          fmt::format("{} {}.yaml --plugins build", quoted(at + "graph-runner"), lower(name))};
}

struct NewFile {
  std::string name;
  const char* text;
  const char* meaning;
};

// Writes the folder `name` in the current one, whole or not at all.
void write_folder(const std::string& name, const std::vector<NewFile>& files) {
  const auto fail = [&](const std::string& why) {
    return Error(Exit::file_failed, fmt::format("--new '{}': the folder {}", name, why));
  };
  std::error_code error;
  if (fs::exists(fs::symlink_status(name, error)))
    throw fail("exists already and is left as it is; remove it, or choose another name or place");
  // Filled under another name and renamed when it is complete.
  std::string part = "." + name + ".XXXXXX";
  if (!mkdtemp(part.data())) throw fail(fmt::format("cannot be made: {}", std::strerror(errno)));
  try {
    for (const NewFile& file : files)
      write_whole_file(fmt::format("{}/{}", part, file.name), with_name(file.text, name));
    // What has come there meanwhile is replaced only where it is an empty folder.
    if (chmod(part.c_str(), 0755) != 0 || std::rename(part.c_str(), name.c_str()) != 0)
      throw fail(fmt::format("cannot be made: {}", std::strerror(errno)));
  } catch (...) {
    fs::remove_all(part, error);
    throw;
  }
}

}  // namespace

// Writes the folder NAME and prints the commands that build, check and run it. Throws Error: bad_request for
// a name that no plugin can have or that a type has already, file_failed where the folder exists or cannot be
// written.
int new_node(const InspectRequest& request) {
  const std::string& name = request.arguments[0];
  check_name(name, request.registry());
  const std::vector<NewFile> files{
      {.name = name + ".cpp", .text = new_node_source, .meaning = "the node type: change it into yours"},
      {.name = "CMakeLists.txt", .text = new_node_build, .meaning = "builds it"},
      {.name = lower(name) + ".yaml", .text = new_node_graph, .meaning = "a network that trains with it"}};
  write_folder(name, files);
  const std::vector<std::string> next = commands(name);
  if (request.common.json) {
    Json event{{"event", "new"}, {"folder", name}, {"files", Json::array()}, {"commands", next}};
    for (const NewFile& file : files) event["files"].push_back(file.name);
    print_json(event);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const NewFile& file : files) rows.push_back({name + "/" + file.name, file.meaning});
  fmt::print("{}\nBuild, check and run it:\n\n", table(rows, "ll"));
  for (const std::string& command : next) fmt::print("    {}\n", command);
  return 0;
}

}  // namespace graph_runner::cli
