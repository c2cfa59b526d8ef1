// The checks of plugin_check.hpp that run in a child process, a function each: they report what is wrong, or
// what they tried.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "conformance/child.hpp"
#include "core/registry.hpp"
#include "core/streams.hpp"

namespace graph_runner {

// A plugin under test, loaded into this process.
class Candidate {
 public:
  Candidate(const std::filesystem::path& file, std::uint64_t seed, ChildReport& report);

  const NodeType& type() const { return type_; }
  Registry& registry() { return registry_; }
  ChildReport& report() { return report_; }
  // The random stream of draw number `draw`.
  Stream stream(std::int64_t draw) const;

 private:
  ChildReport& report_;
  Registry registry_;
  const NodeType& type_;
  std::uint64_t seed_;
};

// Those that load the plugin themselves, to watch it.
void check_loading(const std::filesystem::path& file, ChildReport& report);
void check_table(const std::filesystem::path& file, ChildReport& report);
void check_surroundings(const std::filesystem::path& file, std::uint64_t seed, ChildReport& report);

// Of an optimizer, a part of check_results: that each entry is made of those at its place alone, so that
// slices of any length give the bits of the whole. Returns what is wrong, or "".
std::string sliced_difference(Candidate& candidate);

void check_attributes(Candidate& candidate);
void check_shapes(Candidate& candidate);
void check_memory(Candidate& candidate);
void check_results(Candidate& candidate);
void check_threads(Candidate& candidate);
void check_leaks(Candidate& candidate);
void check_gradients(Candidate& candidate, std::uint64_t seed);

}  // namespace graph_runner
