// What the names of a graph stand for while its formulas are lowered: the shape and kind of every input,
// parameter and output that is known so far. Shapes are inferred by core's own rules, a node at a time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"
#include "formulas/frame.hpp"

namespace graph_runner {

// What a value is in a formula. By declaration, never by size: a vector is a column unless it came from a
// transpose.
enum class Kind { scalar, column, row, matrix, tensor };

struct Named {
  std::string from;  // what feeds a port with it: "x", "hidden.W"
  gr_shape shape{};  // symbolic
  Kind kind = Kind::scalar;
  bool poisoned = false;   // it has no shape (error.hpp)
  bool generated = false;  // a part of a formula, whose name a user does not see
};

class Scope {
 public:
  explicit Scope(Registry& registry) : registry_(registry) {}

  Registry& registry() const { return registry_; }
  Sizes& sizes() { return sizes_; }
  bool is_size(std::string_view name) const;
  // The size of a name for which is_size holds. Throws Poisoned where it is that of a value without a shape.
  gr_size size_of(const std::string& name);
  // A size as it is written (Sizes::read), by the names that are sizes here.
  gr_size read_size(std::string_view text);

  // From here on, names are those inside a block; null: those of the graph.
  void enter(const Frame* frame) { frame_ = frame; }
  // Sizes that inputs of blocks name, by their paths.
  void add_sizes(const Frame& frame) { paths_.insert(frame.axes.begin(), frame.axes.end()); }

  // An input or parameter; also any other value that a formula may name, such as a derivative, when lowered
  // for claims.
  void declare(const std::string& name, const std::vector<AxisSpec>& shape);
  void declare(const std::string& name, Named value) { values_[name] = std::move(value); }
  // A name that is taken, for whatever.
  void reserve(const std::string& name) { reserved_.insert(name); }
  // The outputs and parameters of a node, whose inputs are known. Returns what is wrong with its attributes
  // or shapes, or "". They are poisoned then, and where its type or connections are wrong, of which the graph
  // speaks.
  std::string add(const NodeSpec& node, bool generated = false);
  void poison(const std::string& name) { values_[name].poisoned = true; }
  // Gives the outputs of a generated node the name that the user gave the formula.
  void rename(const std::string& from, const std::string& to, Kind kind);

  // A value that a user may name, or null.
  const Named* find(std::string_view name) const;
  // A value of any name, or null.
  const Named* any(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }
  std::vector<std::string> names() const;
  std::size_t size() const { return values_.size(); }
  // "h.y" and "h.z" of a node h of several outputs.
  std::vector<std::string> outputs_of(const std::string& node) const;
  // A name that nobody has, nor would have by chance: "f__part1", "f__part2", …
  std::string fresh(const std::string& prefix);
  // A further name of a value.
  void alias(const std::string& name, const std::string& of);

 private:
  Registry& registry_;
  Sizes sizes_;
  std::map<std::string, Named, std::less<>> values_;
  std::set<std::string, std::less<>> reserved_;
  const Frame* frame_ = nullptr;
  std::map<std::string, FrameSize, std::less<>> paths_;
  std::map<std::string, int> fresh_;  // how many names were made of a prefix
};

// The kind of a declared value.
Kind kind_of(const gr_shape& shape);

// "x12" and "x_12" name component 12 of x: the names that the vector may have, first that which wins, and the
// digits behind each; none where the name ends in no digit.
struct ComponentName {
  std::string of, number;
};
std::vector<ComponentName> component_names(const std::string& name);

}  // namespace graph_runner
