// Reading typed values from a YAML tree, collecting what is wrong.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/tensor.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

// A map whose keys are all known: ask for each, then `finish` reports those that nobody asked for, and those
// that are missing.
class MapReader {
 public:
  // `what` names the map in messages ("node 'hidden'"). Where `yaml` is no map, reports it and acts as an
  // empty one.
  MapReader(const Yaml& yaml, std::string what, Problems& problems);
  const Yaml* get(const std::string& key);
  // The same for a key that must be there; `expected` says what it should hold.
  const Yaml* require(const std::string& key, const std::string& expected);
  // A missing key that an unknown one looks meant for is reported there, once. Returns whether all are known.
  bool finish();
  // Where some keys are not known here (a node's attributes): reports the missing ones alone.
  void finish_open();
  bool is_map() const { return yaml_.kind == Yaml::map; }
  const std::string& what() const { return what_; }

 private:
  const Yaml& yaml_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, std::string>> missing_;  // with what they should hold
};

// Adds what was found to the problems. Returns whether nothing was.
bool pass_on(Problems& found, Problems& problems);

// Calls body(key, value) for each entry of a map, or reports that `yaml` is none.
template <class Body>
void each_entry(const Yaml& yaml, const std::string& what, Problems& problems, Body&& body) {
  if (yaml.kind != Yaml::map)
    problems.add(yaml.place, what + ": found " + yaml.found() + ", expected a map (name: …)");
  for (const auto& [key, value] : yaml.entries) body(key, value);
}

// Each reads one scalar, or reports "what: found …, expected …" and returns nothing.
std::optional<std::string> read_text(const Yaml& yaml, const std::string& what, Problems& problems);
std::optional<bool> read_bool(const Yaml& yaml, const std::string& what, Problems& problems);
std::optional<std::int64_t> read_integer(const Yaml& yaml, const std::string& what, Problems& problems,
                                         std::int64_t least = INT64_MIN, std::int64_t most = INT64_MAX);
// From 0 to 2^64 - 1.
std::optional<std::uint64_t> read_seed(const Yaml& yaml, const std::string& what, Problems& problems);
// A number or a constant formula.
std::optional<double> read_real(const Yaml& yaml, const std::string& what, Problems& problems);
// Nested lists of numbers, all of one length at each depth, or a single number (of no axes): fills in the
// lengths and the entries, row by row.
void read_numbers(const Yaml& yaml, const std::string& what, Shape& shape, std::vector<double>& entries,
                  Problems& problems);

}  // namespace graph_runner
