// Puts the nodes that a use of a block stands for in its place.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "file/block.hpp"
#include "file/block_use.hpp"
#include "file/block_values.hpp"
#include "file/node_reader.hpp"

namespace graph_runner {

class BlockExpander {
 public:
  // `known`: the names of the file.
  BlockExpander(const Blocks& blocks, const std::set<std::string>& known, NodeReader& reader,
                Registry& registry, Problems& problems)
      : blocks_(blocks),
        known_(known),
        reader_(reader),
        registry_(registry),
        problems_(problems),
        types_(registry.names()) {}

  // The entries of the section `nodes:`. Blocks have been counted.
  std::vector<NodeEntry> expand(const Yaml& nodes, std::vector<BlockUse>& uses);
  // Reports what is wrong with the nodes that are no uses, where those cannot be expanded.
  void read_others(const Yaml& nodes);
  // Reports what is wrong with the nodes of a block that nobody uses, by its defaults, where it has them all.
  void try_unused(const BlockSpec& block);

 private:
  // A block in a use, or in a repetition of one.
  struct Instance {
    const BlockSpec* block = nullptr;
    std::shared_ptr<const Place> use;
    std::string path;   // before the names of its nodes: "stage.2"
    std::string owner;  // before those of the nodes whose parameters it has: the path, unless they are shared
    BlockValues values;
    std::shared_ptr<Frame> frame;
    std::set<std::string, std::less<>> absent;  // optional inputs that nothing feeds
    std::map<std::string, Place> fed_at;        // where the use says what feeds an input
    BlockSizes sizes;
  };
  // What a use says once it is read; `from` is by port, empty where nothing feeds it.
  struct Use {
    const BlockSpec* block = nullptr;
    std::string name, path;
    Yaml value;
    std::shared_ptr<const Place> place;
    std::shared_ptr<const Frame> around;
    BlockValues values;
    std::vector<std::string> from;
    std::vector<Place> from_places;
    std::int64_t repeat = 0;
    Place repeat_place;
  };
  // Whose parameters a use has: those of the repetition of the same number, or of the first.
  struct Sharing {
    std::string owner;
    bool first = false;
  };

  const BlockSpec* block_of(const Yaml& value) const;
  NodeEntry read_node(const Yaml& name, const Yaml& value);
  void add(const Yaml& name, const Yaml& value, Instance& inside, std::vector<NodeEntry>& entries);
  void add_use(const Yaml& name, Yaml value, Instance* outer, const Yaml& siblings,
               std::vector<NodeEntry>& entries);
  bool read_use(Use& use, const Yaml& name, Instance* outer);
  bool feed(Use& use, const Yaml& name, Instance* outer);
  std::optional<Sharing> sharing(const Use& use, const Yaml& name, Instance* outer, const Yaml& siblings);
  void add_repetition(const Use& use, std::int64_t number, const Sharing& sharing,
                      std::vector<NodeEntry>& entries);
  void add_parameters(Instance& inside, std::vector<NodeEntry>& entries);
  void add_aliases(const Use& use, const std::string& path, std::vector<NodeEntry>& entries);
  const NodeType* known_type(const NodeSpec& node);
  void connect(NodeSpec& node, const NodeType* type, const Instance& inside);
  void tie(NodeSpec& node, const std::string& name, const Instance& inside);
  bool check_formula(const Formula& formula, const std::string& what, const Instance& inside);
  void hint_at_block(NodeSpec& node);
  bool is_parameter(const Instance& inside, const std::string& name, const std::string& port);
  bool refuse(const Place& place, const std::string& node, const std::string& why);

  const Blocks& blocks_;
  const std::set<std::string>& known_;
  NodeReader& reader_;
  Registry& registry_;
  Problems& problems_;
  std::vector<std::string> types_;
  std::map<const Yaml*, std::map<std::string, const Yaml*>> index_;  // of sections, to find what others share
};

}  // namespace graph_runner
