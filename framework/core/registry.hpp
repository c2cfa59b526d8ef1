// Finds plugins and keeps the node types that they hold.
#pragma once

#include <graph_runner/abi.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

// A shape pattern, parsed (abi.h, gr_port).
struct Pattern {
  struct Axis {
    enum Kind { number, name, any } kind;
    std::string text;
    std::int64_t size = 0;
  };
  bool leading = false;  // begins with `...`
  bool open = false;     // is `*`
  std::vector<Axis> axes;
};

// Reads one. Throws Error (bad_request) with what is wrong.
Pattern parse_pattern(const std::string& shape);

// A port as the engine sees it; strings are the plugin's.
struct Port {
  std::string name, doc, shape;
  Pattern pattern;
  gr_role role;
  bool optional, many, discrete, unread, affine, broadcast;
  gr_domain domain;
  double lower, upper;
  std::string domain_axis;
  gr_init init;  // of a parameter
  // Of a running parameter S (running.hpp) the position of its output next_S, of that output the position of
  // S; -1 of all others.
  int running = -1;
};

// The typed value of an attribute: one entry, or those of a list.
struct AttributeValue {
  gr_kind kind = GR_INT;
  std::vector<std::int64_t> ints;  // of int, bool and size
  std::vector<double> reals;
  std::vector<std::string> texts;  // of text; of size while still a number or a name as written
  std::size_t count() const { return ints.size() + reals.size() + texts.size(); }
};

struct Attribute {
  std::string name, doc;
  gr_kind kind;
  bool list, required;
  AttributeValue initial;
  double least, most;
  bool above, below;
  std::vector<std::string> choices;
  std::size_t least_count, most_count;

  // "an integer of at least 1", for messages and descriptions.
  std::string expected() const;
  // What is wrong with the value, or "".
  std::string refuse(const AttributeValue& value) const;
};

// One node type, as its plugin describes it.
class NodeType {
 public:
  // Reads and checks the plugin's table. Throws Error (bad_request).
  NodeType(const gr_plugin& plugin, std::string name, std::filesystem::path file);
  // What is used like a node type and has no code, such as a block: ports alone.
  NodeType(std::string name, std::vector<Port> ports)
      : name_(std::move(name)), table_{}, ports_(std::move(ports)) {}

  const std::string& name() const { return name_; }
  const std::string& doc() const { return doc_; }
  const std::filesystem::path& file() const { return file_; }
  std::pair<unsigned, unsigned> abi() const { return abi_; }  // major, minor
  const std::vector<Attribute>& attributes() const { return attributes_; }
  const std::vector<Port>& ports() const { return ports_; }
  // The position of a port, or -1.
  int port(std::string_view name) const;
  // Without the outputs next_S of running parameters, which a node has for training alone.
  std::vector<std::string> port_names(gr_role role) const;
  bool supports(ScalarType s) const { return table_.scalars >> static_cast<unsigned>(s) & 1; }
  bool differentiable() const { return table_.backward != nullptr; }
  const gr_type& table() const { return table_; }

  // Makes a node from a value for each attribute. Throws Error (bad_request) with the plugin's message.
  std::shared_ptr<void> create(const std::vector<AttributeValue>& values) const;
  // The bytes of scratch memory that a node wants for a call whose tensors have shapes and no data. Throws
  // Error (bad_request) at `place`, naming the node.
  std::size_t scratch(const void* node, const gr_call& call, const std::string& name,
                      const Place& place) const;

 private:
  std::string name_, doc_;
  std::filesystem::path file_;
  std::pair<unsigned, unsigned> abi_;
  gr_type table_;
  std::vector<Attribute> attributes_;
  std::vector<Port> ports_;
};

// The node types of some directories, each loaded at its first use and kept until the process ends.
class Registry {
 public:
  // In order of search. Throws Error (bad_request) where one is not a directory, can be written by everybody,
  // or where two hold the same type.
  explicit Registry(const std::vector<std::filesystem::path>& directories);

  // That of one file alone, wherever it lies.
  static Registry of_plugin(const std::filesystem::path& file);

  // The usual search path: `extra`, then GRAPH_RUNNER_PLUGINS, then the standard directory beside the
  // executable.
  static std::vector<std::filesystem::path> search_path(const std::vector<std::string>& extra);

  // Throws Error (bad_request): no such name, no such file (with the nearest names and the directories), or a
  // plugin that does not load or breaks the contract.
  const NodeType& get(const std::string& name);
  // The names of all types that can be found, sorted; without loading any.
  std::vector<std::string> names() const;
  const std::vector<std::filesystem::path>& directories() const { return directories_; }
  // The files in which they lie, loaded or not.
  std::vector<std::filesystem::path> files() const;

 private:
  std::vector<std::filesystem::path> directories_;
  std::map<std::string, std::filesystem::path> files_;
  std::map<std::string, std::unique_ptr<NodeType>> loaded_;
};

// Whether a text is a legal name of a node type or port: a letter, then letters, digits and `_`, 64 at most.
bool is_type_name(std::string_view text);

}  // namespace graph_runner
