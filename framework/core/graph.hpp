// The computation graph: what a graph file or a C++ program declares (the specs), checked, connected and with
// the shape of every value inferred. Immutable once built; a plan (plan.hpp) makes it run.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/registry.hpp"
#include "core/sizes.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

// ---- What is declared: plain structs, as read from a file or written by a program -------------------------

// One axis of a declared shape: a number, or a named size where `name` is not empty.
struct AxisSpec {
  std::int64_t size = 0;
  std::string name;
};

struct Initializer {
  gr_initializer kind = GR_CONSTANT;
  double value = 0;
};

struct InputSpec {
  std::string name;
  std::vector<AxisSpec> shape;
  std::optional<double> from, to;                     // the range of its entries, where not all reals
  bool symmetric = false, positive_definite = false;  // a matrix that is always so
  Shape value_shape;                                  // of the value that the file gives it, where it does
  std::vector<double> value;
  Place place;
};

struct ParameterSpec {
  std::string name;
  std::vector<AxisSpec> shape;
  Initializer init;
  Place place;
};

// Where a port is fed from: the name of an input, a parameter or a node with one output, or `node.port`.
struct Connection {
  std::string port;  // empty: by position
  std::string from;
  Place place;
};

struct AttributeSetting {
  std::string name;
  AttributeValue value;
  Place place;
  bool poisoned = false;  // could not be read (error.hpp)
};

struct InitSetting {
  std::string port;
  Initializer init;
  Place place;
};

struct NodeSpec {
  std::string name;
  std::string type;
  std::vector<Connection> in;
  std::vector<AttributeSetting> attributes;
  std::vector<InitSetting> init;
  Place place, type_place;
  std::string formula;    // of one that was a formula: its text
  std::string part_of;    // of a node made for a formula: the node that was the formula
  bool poisoned = false;  // could not be read (error.hpp)
};

// A further name of what a node computes, by which it is then called: that of a block's use, for its output.
struct AliasSpec {
  std::string name;
  std::string of;  // a node of one output, `node.port` or another alias
  Place place;
};

struct GraphSpec {
  std::vector<InputSpec> inputs;
  std::vector<ParameterSpec> parameters;
  std::vector<NodeSpec> nodes;
  std::vector<AliasSpec> aliases;
};

// ---- What is built ----------------------------------------------------------------------------------------

// Whether a text can name an input, parameter or node: a letter, Greek ones among them, then letters, digits
// and `_`.
bool is_name(std::string_view text);
// Whether it can name a node, parameter or alias that a block has brought: names and numbers with dots
// between them, a name first ("stage.2.hidden").
bool is_path(std::string_view text);
// The part of "a.b.c" before the last dot, "a.b"; "" where there is none.
std::string_view path_above(std::string_view path);

using ValueId = std::uint32_t;
using NodeId = std::uint32_t;
inline constexpr ValueId no_value = static_cast<ValueId>(-1);
inline constexpr NodeId no_node = static_cast<NodeId>(-1);

enum class Origin { input, parameter, output, saved };

// A tensor that flows along edges. Its producer is a node for outputs and saved outputs.
struct Value {
  std::string name;  // of a node's only output, the node's name; otherwise `node.port`; or its alias
  Origin origin;
  NodeId node = no_node;     // also of a parameter that was made for a node's port
  gr_shape shape{};          // symbolic
  bool discrete = false;     // has no gradient; of a parameter: it is a running one (running.hpp)
  gr_init init{};            // of a parameter
  gr_size fan = GR_UNKNOWN;  // of a parameter whose initialiser names an axis: that axis
  std::optional<double> from, to;
  bool symmetric = false, positive_definite = false;
  std::vector<double> given;  // the entries of an input whose value the graph itself declares
  Place place;
};

struct Node {
  std::string name;
  const NodeType* type = nullptr;
  std::vector<AttributeValue> attributes;  // one for each of the type's
  std::shared_ptr<void> instance;
  // One entry a tensor, in the ABI's order; no_value for an absent optional input. `ports[i]` is the port of
  // tensor i.
  std::vector<ValueId> values;
  std::vector<std::uint32_t> ports;
  Place place;
  std::string formula, part_of;  // as in NodeSpec

  // Whether a user never sees its name, and none but nodes of formulas can be fed from it.
  bool inner() const { return !part_of.empty() && part_of != name; }
  // For messages: the name that a user knows, of an inner node that of the formula; and "node 'f' (Log)".
  const std::string& called() const { return inner() ? part_of : name; }
  std::string what() const;
};

class Graph {
 public:
  // Checks everything and reports all that is wrong at once. Throws Error (bad_request); an error of no
  // problems where a node is poisoned and nothing else is found.
  Graph(const GraphSpec& spec, Registry& registry);
  ~Graph();
  Graph(Graph&&) noexcept;

  // In an order in which every node comes after those that feed it.
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Value>& values() const { return values_; }
  const Sizes& sizes() const { return sizes_; }
  std::vector<ValueId> inputs() const { return with_origin(Origin::input); }
  std::vector<ValueId> parameters() const { return with_origin(Origin::parameter); }
  // Outputs that no node reads, without those that running parameters become.
  std::vector<ValueId> sinks() const;

  // The value that a name stands for: an input, a parameter, a node with one output that is not inner, or
  // `node.port`. Throws Error (bad_request) at `place` with the nearest name.
  ValueId find(std::string_view name, const Place& place = {}) const;
  bool has(std::string_view name) const { return names_.find(name) != names_.end(); }
  std::vector<std::string> names() const;

  // For each value, whether it can influence one of `targets` (by any path).
  std::vector<bool> reaching(const std::vector<ValueId>& targets) const;

  // The size of the axis that a name stands for in the patterns of a node's ports, or of the attribute of
  // that name; GR_UNKNOWN where it is neither.
  gr_size axis(const Node& node, std::string_view name) const;

 private:
  struct Topology;  // the Boost graph
  class Builder;
  std::vector<ValueId> with_origin(Origin origin) const;

  std::vector<Node> nodes_;
  std::vector<Value> values_;
  std::map<std::string, ValueId, std::less<>> names_;
  Sizes sizes_;
  std::unique_ptr<Topology> topology_;
};

}  // namespace graph_runner
