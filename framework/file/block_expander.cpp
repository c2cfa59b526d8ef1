// Uses of blocks: what they say, and their repetitions.
#include "file/block_expander.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/binding.hpp"
#include "core/text.hpp"
#include "file/reader.hpp"

namespace graph_runner {

namespace {

std::string join(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

Place used_at(Place place, const Place& use) {
  place.used_at = std::make_shared<const Place>(use);
  return place;
}

std::string repeats(std::int64_t count) { return count ? fmt::format("repeat: {}", count) : "no repeat"; }

}  // namespace

bool BlockExpander::refuse(const Place& place, const std::string& node, const std::string& why) {
  problems_.add(place, fmt::format("node '{}': {}", node, why));
  return false;
}

const BlockSpec* BlockExpander::block_of(const Yaml& value) const {
  const Yaml* type = value.kind == Yaml::map ? value.find("type") : nullptr;
  const auto found = type && type->kind == Yaml::scalar ? blocks_.find(type->text) : blocks_.end();
  return found == blocks_.end() ? nullptr : &found->second;
}

std::vector<NodeEntry> BlockExpander::expand(const Yaml& nodes, std::vector<BlockUse>& uses) {
  std::vector<NodeEntry> entries;
  each_entry(nodes, "nodes", problems_, [&](const Yaml& name, const Yaml& value) {
    const BlockSpec* block = block_of(value);
    if (!block) {
      entries.push_back(read_node(name, value));
      return;
    }
    add_use(name, value, nullptr, nodes, entries);
    BlockUse& use = uses.emplace_back();
    use.name = name.text;
    use.block = block->name;
    Problems told;
    NodeSpec fed;
    if (const Yaml* y = value.find("in")) read_connections(*y, "", fed, told);
    for (const Connection& c : fed.in) use.in.push_back(c.from);
    if (const Yaml* y = value.find("repeat")) use.repeat = read_integer(*y, "", told).value_or(0);
    for (const BlockOutput& o : block->outputs)
      use.outputs.push_back(o.name.empty() ? name.text : join(name.text, o.name));
  });
  return entries;
}

NodeEntry BlockExpander::read_node(const Yaml& name, const Yaml& value) {
  FormulaOptions options;
  options.axes = [&](const std::string& text) {
    return known_.count(text) ? std::optional<std::size_t>(0) : std::nullopt;
  };
  NodeEntry entry = reader_.read(name, value, options);
  hint_at_block(entry.spec);
  return entry;
}

void BlockExpander::read_others(const Yaml& nodes) {
  each_entry(nodes, "nodes", problems_, [&](const Yaml& name, const Yaml& value) {
    if (!block_of(value)) read_node(name, value);
  });
}

// ---- What a use says

// Returns whether all of it is fine.
bool BlockExpander::read_use(Use& use, const Yaml& name, Instance* outer) {
  const BlockSpec& block = *use.block;
  bool fine = true;
  if (characters(name.text) > 64 || !is_name(name.text))
    fine = refuse(
        name.place, use.name,
        "a use of a block has a name of at most 64 characters: a letter, then letters, digits and '_'");
  // A size of the block around stands for itself, by its path.
  if (outer)
    for (auto& [key, value] : use.value.entries) {
      const BlockAttribute* a = block.attribute(key.text);
      if (!a || (a->kind != BlockAttribute::any && a->kind != BlockAttribute::whole)) continue;
      const auto put = [&](Yaml& y) {
        const auto size = outer->sizes.by_name.find(y.text);
        if (y.kind == Yaml::scalar && size != outer->sizes.by_name.end()) y.text = size->second;
      };
      put(value);
      for (Yaml& item : value.items) put(item);
    }
  Problems found;
  static const std::set<std::string, std::less<>> none;
  use.values = block_values(block, use.value, name.place, fmt::format("node '{}'", use.name),
                            outer ? outer->sizes.paths : none, found);
  if (const Yaml* y = use.value.find("repeat")) {
    use.repeat_place = y->place;
    use.repeat = read_integer(*y, fmt::format("node '{}', repeat", use.name), found, 1).value_or(0);
    if (block.outputs.size() > 1)
      found.add(y->place,
                fmt::format("node '{}', repeat: {} has {} outputs; what repeats has one, which feeds "
                            "the first input of the next",
                            use.name, block.called(), block.outputs.size()));
    if (block.face->ports().empty())
      found.add(y->place,
                fmt::format("node '{}', repeat: {} has no input that could be fed by the one before",
                            use.name, block.called()));
  }
  fine = pass_on(found, problems_) && fine;
  return feed(use, name, outer) && fine;
}

bool BlockExpander::feed(Use& use, const Yaml& name, Instance* outer) {
  const BlockSpec& block = *use.block;
  bool fine = true;
  NodeSpec fed;
  fed.name = use.name;
  fed.place = name.place;
  if (const Yaml* y = use.value.find("in"))
    fine = read_connections(*y, fmt::format("node '{}'", use.name), fed, problems_);
  if (outer) {
    connect(fed, block.face.get(), *outer);
  } else {
    for (const Connection& c : fed.in)
      if (!known_.count(c.from) && !known_.count(c.from.substr(0, c.from.find('.'))))
        fine = refuse(
            c.place, use.name,
            fmt::format("nothing is called '{}'{}", c.from,
                        known_.size() <= 1000 ? did_you_mean(c.from, {known_.begin(), known_.end()}) : ""));
  }
  const BoundTensors bound = bind_tensors(fed, *block.face);
  for (const Fault& f : bound.faults)
    fine = refuse(f.place, use.name,
                  fmt::format("{}; {} is a block ({}:{})", f.why, block.name,
                              block.place.source ? block.place.source->name : "", block.place.line));
  use.from.resize(block.face->ports().size());
  use.from_places.resize(use.from.size(), name.place);
  for (const BoundTensor& t : bound.list)
    if (t.fed) use.from[t.port] = t.fed->from, use.from_places[t.port] = t.fed->place;
  return fine;
}

// Whose parameters a use has; nothing where that is wrong.
std::optional<BlockExpander::Sharing> BlockExpander::sharing(const Use& use, const Yaml& name,
                                                             Instance* outer, const Yaml& siblings) {
  Sharing result{join(outer ? outer->owner : "", name.text), false};
  const Yaml* share = use.value.find("share");
  if (!share) return result;
  const auto wrong = [&](const std::string& why) {
    refuse(share->place, use.name, "share: " + why);
    return std::nullopt;
  };
  if (share->kind != Yaml::scalar)
    return wrong(
        fmt::format("found {}, expected true or another use of {}", share->found(), use.block->name));
  if (share->plain && share->text == "false") return result;
  result.first = share->plain && share->text == "true";
  if (result.first && !use.repeat)
    return wrong("true is for the repetitions of one use; 'repeat' is missing, or the name of another use");
  if (result.first) return result;
  auto& index = index_[&siblings];
  if (index.empty())
    for (const Yaml::Entry& e : siblings.entries) index.emplace(e.key.text, &e.value);
  const std::string& other = share->text;
  const auto found = index.find(other);
  const Yaml theirs = found == index.end() ? Yaml()
                      : outer              ? instance_of(*found->second, outer->values, outer->use)
                                           : *found->second;
  if (block_of(theirs) != use.block)
    return wrong(fmt::format("'{}' is no use of {}, as which it stands beside '{}'", other, use.block->name,
                             name.text));
  Problems told;
  const Yaml *count = theirs.find("repeat"), *on = theirs.find("share");
  const std::int64_t repeat = count ? read_integer(*count, "", told).value_or(0) : 0;
  if (repeat != use.repeat)
    return wrong(fmt::format("'{}' has {} and '{}' {}; expected the same", other, repeats(repeat), name.text,
                             repeats(use.repeat)));
  result = {join(outer ? outer->owner : "", other), on && on->plain && on->text == "true"};
  if (on && !result.first && on->text != "false")
    return wrong(fmt::format("'{}' has no parameters of its own, but those of {}; expected a use that has",
                             other, on->found()));
  return result;
}

void BlockExpander::add_use(const Yaml& name, Yaml value, Instance* outer, const Yaml& siblings,
                            std::vector<NodeEntry>& entries) {
  Use use;
  use.block = block_of(value);
  use.path = join(outer ? outer->path : "", name.text);
  use.name = use.path;
  use.value = std::move(value);
  use.place = std::make_shared<const Place>(name.place);
  if (outer) use.around = outer->frame;
  const bool fine = read_use(use, name, outer);
  const std::optional<Sharing> shared = sharing(use, name, outer, siblings);
  if (!fine || !shared) {
    NodeEntry& lost = entries.emplace_back();
    lost.spec.name = use.path;
    lost.spec.place = name.place;
    lost.spec.poisoned = true;
    if (outer) lost.frame = outer->frame;
    return;
  }
  for (std::int64_t r = use.repeat ? 1 : 0; r <= use.repeat; ++r) add_repetition(use, r, *shared, entries);
  add_aliases(use, use.path, entries);
}

// ---- A repetition

void BlockExpander::add_repetition(const Use& use, std::int64_t number, const Sharing& sharing,
                                   std::vector<NodeEntry>& entries) {
  const BlockSpec& block = *use.block;
  const auto numbered = [&](const std::string& path, std::int64_t n) {
    return n ? fmt::format("{}.{}", path, n) : path;
  };
  Instance inside;
  inside.block = &block;
  inside.use = use.place;
  inside.values = use.values;
  inside.path = numbered(use.path, number);
  inside.owner = numbered(sharing.owner, number && sharing.first ? 1 : number);
  inside.frame = std::make_shared<Frame>();
  Frame& frame = *inside.frame;
  frame.name = inside.path;
  frame.block = block.name;
  frame.face = block.face;
  frame.around = use.around;
  const auto& ports = block.face->ports();
  for (std::size_t p = 0; p < ports.size(); ++p) {
    const bool chained = p == 0 && number > 1;
    const std::string from = chained ? numbered(use.path, number - 1) : use.from[p];
    if (from.empty()) {
      inside.absent.insert(ports[p].name);
      continue;
    }
    const Place& at = inside.fed_at[ports[p].name] = chained ? use.repeat_place : use.from_places[p];
    frame.names.emplace(ports[p].name, from);
    frame.inputs.push_back({&ports[p], from, used_at(block.input_places[p], at)});
    const auto& axes = ports[p].pattern.axes;
    for (std::size_t a = 0; a < axes.size(); ++a) {
      if (axes[a].kind != Pattern::Axis::name) continue;
      const std::string size = join(inside.path, axes[a].text);
      frame.sizes.emplace(axes[a].text, size);
      frame.axes.emplace(size, FrameSize{from, axes.size() - a});
    }
  }
  inside.sizes.by_name = frame.sizes;
  for (const auto& [path, axis] : frame.axes) inside.sizes.paths.insert(path);
  for (const auto& [name, value] : use.values) {
    inside.sizes.others.insert(value.text);
    for (const Yaml& item : value.items) inside.sizes.others.insert(item.text);
  }
  // Sizes of blocks around that attributes stand for.
  for (const std::string& text : inside.sizes.others)
    if (text.find('.') != text.npos && is_path(text)) inside.sizes.paths.insert(text);
  for (const auto& [name, value] : block.nodes.entries)
    frame.names.emplace(name.text, join(inside.path, name.text));
  for (const auto& [name, value] : block.parameters.entries)
    frame.names.emplace(name.text, join(inside.owner, name.text));
  if (inside.owner == inside.path) add_parameters(inside, entries);
  for (const auto& [name, value] : block.nodes.entries) add(name, value, inside, entries);
  if (number) add_aliases(use, inside.path, entries);
}

// The names of what a use, or a repetition of one, computes.
void BlockExpander::add_aliases(const Use& use, const std::string& path, std::vector<NodeEntry>& entries) {
  const bool whole = use.repeat && path == use.path;
  for (const BlockOutput& o : use.block->outputs) {
    NodeEntry entry;
    entry.kind = NodeEntry::alias;
    entry.spec.name = o.name.empty() ? path : join(path, o.name);
    entry.spec.place = *use.place;
    entry.of = whole ? fmt::format("{}.{}", path, use.repeat) : join(path, o.of);
    if (entry.of != entry.spec.name) entries.push_back(std::move(entry));
  }
}

}  // namespace graph_runner
