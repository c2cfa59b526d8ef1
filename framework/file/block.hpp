// Blocks: graphs that are used like node types.
//
//   blocks:
//     Residual:
//       inputs: {x: "... n"}                     # patterns, as the ports of node types have them
//       attributes: {units: 64, p: required}     # names that stand for values
//       nodes:
//         hidden: {type: Linear, in: x, units: units}
//         back:   {type: Linear, in: hidden, units: n}
//         y:      x + back
//       output: y
//   nodes:
//     stage: {type: Residual, in: image, units: 32, p: 0.1, repeat: 3}
//
// A block is a template: reading a file replaces each use by the nodes that it stands for, and nobody behind
// the reader knows of blocks. It goes in steps, each in a file of its own:
//
//   block_include.cpp   `include:` puts the blocks of other files among those of this one
//   block_reader.cpp    each block is read once, and what is wrong with it whoever uses it is told once
//   block_count.cpp     how many nodes all uses stand for, before any is made: refused where there are too
//                       many or a block would use itself
//   block_expander.cpp  what each use says, and its repetitions
//   block_nodes.cpp     the entries (formula_nodes.hpp) of the nodes in each
//   block_values.cpp    the values of the attributes there
//
// Names. A node h of the use `stage` is `stage.h`, of its second repetition `stage.2.h`, in blocks within
// blocks `stage.2.inner.h`: paths, whose last part may be followed by a port as everywhere ("stage.h.W").
// Nothing clashes with a port of the use, for a use has none but its outputs: `stage` is a further name
// (AliasSpec) of the node that `output` names; of several outputs, `stage.y` is. Inside, a name is an input,
// an attribute, a size of a pattern, a parameter or a node of the block and nothing else: what the file that
// uses the block calls so cannot be seen. Names in formulas are looked up in the use's Frame (frame.hpp)
// rather than replaced, so that x1, x^T and e mean inside what they would mean in a file of its own.
//
// Attributes are replaced in the tree, before a node is read: wherever an attribute's name stands as a value,
// as an entry of a list, as a type or in a formula. So they have whatever kind the place wants, which says
// what is wrong; one with a default has the kind of the default, which says so at the use. A size of a
// pattern is not known yet: its path ("stage.2.n") stands where its name stood, and becomes a number or the
// name of a size when the shapes are known (node_entries.cpp), as does what formulas need of shapes.
//
// Repetitions are a chain: what a repetition computes feeds the first input of the next. With `share: true`
// all use the parameters of the first, with `share: other` those of another use of the block: their ports are
// fed by name, as those of any two nodes that share (`W: stage.1.h.W`).
//
// Places. What comes of a block lies in the block and is `used_at` the use (error.hpp), which may itself lie
// in a block: each message names both.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

struct BlockAttribute {
  enum Kind { any, whole, real, truth, text };
  std::string name;
  Place place;
  Kind kind = any;  // of the default; `any` where one is required
  bool list = false;
  std::optional<Yaml> initial;
};

struct BlockOutput {
  std::string name;  // "" of the only one
  std::string of;    // what computes it, by its name inside
  Place place;
};

struct BlockSpec {
  std::string name;
  Place place;
  std::shared_ptr<const NodeType> face;  // its inputs as ports
  std::vector<Place> input_places;       // one a port
  std::set<std::string> sizes;           // the names in the patterns
  std::vector<BlockAttribute> attributes;
  std::vector<BlockOutput> outputs;
  Yaml parameters, nodes;  // as written

  const BlockAttribute* attribute(const std::string& name) const;
  // "Residual, a block (line 3)", for messages where it is used.
  std::string called() const;
};

using Blocks = std::map<std::string, BlockSpec>;

// How deep blocks may stand in each other, and how much all uses together may stand for.
inline constexpr std::size_t most_block_depth = 32;
inline constexpr std::size_t most_block_nodes = 100'000;
inline constexpr std::size_t most_block_values = 10'000;  // different ones, of all attributes of a block
inline constexpr std::size_t most_block_bytes = std::size_t{64} << 20;

// The keys of a use that are no attributes.
bool is_use_key(const std::string& key);

}  // namespace graph_runner
