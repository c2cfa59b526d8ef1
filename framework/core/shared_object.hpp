// A plugin's file, read as data: what it says of itself before the loader maps it and any of its code runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace graph_runner {

// An ELF shared object for this machine.
struct SharedObject {
  struct Symbol {
    std::string name;
    bool unique;  // one variable for all libraries of the process that define it (STB_GNU_UNIQUE)
  };
  std::vector<Symbol> exported;
  // The instruction sets that it needs beyond the platform's baseline (abi.h, GR_NEEDS), where it says so.
  std::optional<std::string> needs;
  std::uintmax_t bytes = 0;

  bool exports(std::string_view name) const;
};

// Reads the headers and dynamic symbols of a file. Throws Error: file_failed where it cannot be read,
// bad_request where it is no shared object for this machine, or where less of it is there than its headers
// say: to map what is missing would end the process. Source: System V ABI, chapters 4 and 5.
SharedObject read_shared_object(const std::filesystem::path& file);

// The first instruction set of a list separated by spaces that this machine's processor lacks, or "".
std::string lacking_instructions(std::string_view needs);

}  // namespace graph_runner
