// One plugin's file, opened: the only place that loads code. In three steps, each checked before the next:
// what the file says of itself, the loader, the table that the plugin's entry gives.
#pragma once

#include <graph_runner/abi.h>

#include <filesystem>
#include <string>

#include "core/shared_object.hpp"

namespace graph_runner {

class PluginFile {
 public:
  // Reads the file as data. Throws Error (bad_request, file_failed) where it is no plugin for this machine.
  explicit PluginFile(std::filesystem::path file);

  // Maps it, which runs its constructors; it stays until the process ends. Throws Error (bad_request).
  void load();

  // Calls its entry: the one node type called `name`, in the table that the plugin keeps. Throws Error
  // (bad_request) where the plugin refuses, speaks another version of the ABI, or is not that type.
  const gr_plugin* ask(const std::string& name) const;

  // Whose constructors run just now, or null: what they throw or end may be past all handlers but the
  // program's last.
  static const std::filesystem::path* being_loaded();

  const std::filesystem::path& path() const { return file_; }
  const SharedObject& contents() const { return contents_; }

 private:
  std::filesystem::path file_;
  SharedObject contents_;
  gr_entry entry_ = nullptr;
};

}  // namespace graph_runner
