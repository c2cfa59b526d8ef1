// A YAML text as a tree with places, from the strict subset that graph files are written in: one document; no
// duplicate keys, tags, anchors, aliases, merge keys or nulls. The only reader of YAML; stands on yaml-cpp's
// events.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace graph_runner {

struct Yaml {
  enum Kind { scalar, list, map } kind = scalar;
  Place place;
  std::string text;    // of a scalar
  bool plain = true;   // a scalar without quotes
  bool block = false;  // a scalar written with | or >
  bool flow = false;   // a list or map written with brackets
  struct Entry;
  std::vector<Yaml> items;     // of a list
  std::vector<Entry> entries;  // of a map, in the order of the file

  // The value of a key of a map, or null.
  const Yaml* find(std::string_view key) const;
  // "'x'", "a list", "a map": for messages.
  std::string found() const;
};
// Not a pair: a pair must know its halves when it is named, and Clang 14 minds.
struct Yaml::Entry {
  Yaml key, value;
};

// Reads a text of at most 64 levels, with scalars of at most 64 KiB. `name` is what messages call it.
// Duplicate keys are added to `problems` and left out of the tree; throws Error (bad_request) for all else.
Yaml parse_yaml(const std::string& text, const std::string& name, Problems& problems);

// Sets what stands at a path of keys ("train.epochs=3") to a value in YAML, a list or a map too, adding the
// last key where it is missing. Throws Error (bad_request) where the path leads through what is no map, and
// where a single value would take the place of a list or a map. For --set.
void set_value(Yaml& document, const std::string& assignment);

}  // namespace graph_runner
