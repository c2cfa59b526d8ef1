#include "core/plugin_file.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/guard.hpp"

namespace graph_runner {

namespace {

Error failure(const std::filesystem::path& file, const std::string& why) {
  return {Exit::bad_request, fmt::format("plugin {}: {}", file.string(), why)};
}

const std::filesystem::path* loading = nullptr;

// dlopen is declared not to throw, but the constructors that it runs may. After that the loader is in no
// state to go on: the program ends (std::terminate). Through a pointer, no compiler builds on the
// declaration.
void* (*volatile const open_library)(const char*, int) = dlopen;

}  // namespace

const std::filesystem::path* PluginFile::being_loaded() { return loading; }

PluginFile::PluginFile(std::filesystem::path file)
    : file_(std::move(file)), contents_(read_shared_object(file_)) {
  struct stat status {};
  if (stat(file_.c_str(), &status) == 0 && (status.st_mode & S_IWOTH))
    throw failure(file_, "everybody may write to it, so anybody could put code there; run chmod o-w on it");
  if (!contents_.exports(GR_ENTRY))
    throw failure(file_, "is not a graph-runner plugin: it does not export '" GR_ENTRY "'");
  if (!contents_.needs) return;
  if (const std::string lacking = lacking_instructions(*contents_.needs); !lacking.empty())
    throw failure(file_,
                  fmt::format("was built for a processor with '{}', which this one lacks; build it with "
                              "-DGRAPH_RUNNER_ARCH=x86-64 (preset 'portable')",
                              lacking));
}

void PluginFile::load() {
  void* library = nullptr;
  loading = &file_;
  [&]() noexcept { library = open_library(file_.c_str(), RTLD_NOW | RTLD_LOCAL); }();
  loading = nullptr;
  if (!library) throw failure(file_, fmt::format("cannot be loaded: {}", dlerror()));
  entry_ = reinterpret_cast<gr_entry>(dlsym(library, GR_ENTRY));
  if (!entry_) throw failure(file_, fmt::format("cannot be loaded: {}", dlerror()));
}

const gr_plugin* PluginFile::ask(const std::string& name) const {
  const gr_host host{sizeof(gr_host), GR_ABI_MAJOR, GR_ABI_MINOR};
  char message[512] = "";
  const gr_plugin* plugin = nullptr;
  if (const std::string thrown = thrown_by([&] { plugin = entry_(&host, message, sizeof message); });
      !thrown.empty())
    throw failure(file_, "its entry " + thrown);
  message[sizeof message - 1] = '\0';
  if (!plugin)
    throw failure(file_, fmt::format("refuses to start: {}", *message ? message : "(no reason given)"));
  // Every version of the table begins alike: size, magic, major, minor.
  if (plugin->magic != GR_MAGIC)
    throw failure(file_, "its table does not begin with graph-runner's magic number");
  if (plugin->major != GR_ABI_MAJOR)
    throw failure(
        file_,
        fmt::format(
            "speaks version {}.{} of the plugin ABI, this program {}.{}; rebuild it against this version",
            plugin->major, plugin->minor, GR_ABI_MAJOR, GR_ABI_MINOR));
  const auto check_size = [&](const char* what, std::size_t size, std::size_t least) {
    if (size < least)
      throw failure(file_, fmt::format("the size of {} is {}, expected {} or more", what, size, least));
  };
  check_size("its table", plugin->size, sizeof(gr_plugin));
  if (plugin->type_count != 1 || !plugin->types || !plugin->types[0])
    throw failure(file_,
                  fmt::format("provides {} node types; a plugin provides exactly one", plugin->type_count));
  const gr_type& type = *plugin->types[0];
  check_size("the node type in its table", type.size, offsetof(gr_type, backward));
  if (!type.name || name != type.name)
    throw failure(file_, fmt::format("provides the type '{}' but its file name says '{}'; they must agree",
                                     type.name ? type.name : "", name));
  return plugin;
}

}  // namespace graph_runner
