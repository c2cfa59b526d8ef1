#include "file/block_count.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/text.hpp"
#include "file/block_values.hpp"
#include "file/reader.hpp"

namespace graph_runner {

namespace {

constexpr std::uint64_t most = 1'000'000'000'000'000'000;

std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return std::min(most, a + b); }
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? most : std::min(most, out);
}

std::string at_most(std::uint64_t n) {
  return (n == most ? "more than " : "") + grouped(static_cast<std::int64_t>(n));
}

std::string counted(std::uint64_t one, std::uint64_t total, const char* what) {
  return fmt::format("{} {}{}", at_most(one), what,
                     one == total ? "" : fmt::format(", {} with those before it", at_most(total)));
}

class Counter {
 public:
  Counter(const Blocks& blocks, std::set<std::string>& used, Problems& problems)
      : blocks_(blocks), used_(used), problems_(problems) {}

  // Of one entry of `nodes:`, by what the attributes around it stand for.
  BlockCount entry(const Yaml& value, const BlockValues& around) {
    const Yaml* type = value.kind == Yaml::map ? value.find("type") : nullptr;
    if (type)
      if (const Yaml* replaced = value_of(*type, around)) type = replaced;
    const auto block = type && type->kind == Yaml::scalar ? blocks_.find(type->text) : blocks_.end();
    if (block == blocks_.end()) return {1, bytes(value, around)};
    if (too_varied()) return {most, most};
    Problems later;  // they are told where the use is expanded
    const Yaml use = around.empty() ? value : instance_of(value, around, nullptr);
    std::int64_t repeat = 1;
    if (const Yaml* y = use.find("repeat")) repeat = read_integer(*y, "", later, 1).value_or(1);
    const BlockCount once =
        inside(block->second, block_values(block->second, use, {}, "", {}, later), *value.find("type"));
    const auto times = static_cast<std::uint64_t>(repeat);
    return {product(once.nodes, times), product(once.bytes, times)};
  }

  // Whether blocks are used with more values of their attributes than are worth the time.
  bool too_varied() const { return counted_.size() > most_block_values; }

 private:
  std::uint64_t bytes(const Yaml& yaml, const BlockValues& values) {
    if (const Yaml* value = value_of(yaml, values)) return bytes(*value, {});
    std::uint64_t total = yaml.text.size() + 2;
    for (const Yaml& item : yaml.items) total = sum(total, bytes(item, values));
    for (const auto& [key, value] : yaml.entries)
      total = sum(total, sum(key.text.size(), bytes(value, values)));
    return total;
  }

  BlockCount inside(const BlockSpec& block, const BlockValues& values, const Yaml& type) {
    used_.insert(block.name);
    const auto again = std::find(open_.begin(), open_.end(), &block);
    if (again != open_.end()) {
      std::string cycle;
      for (auto b = again; b != open_.end(); ++b) cycle += (*b)->name + " -> ";
      refuse(type.place, fmt::format("block '{}' would use itself: {}{}", block.name, cycle, block.name));
      return {};
    }
    if (open_.size() == most_block_depth) {
      refuse(type.place,
             fmt::format("block '{}': more than {} blocks within each other", block.name, most_block_depth));
      return {};
    }
    std::string key = block.name;
    for (const auto& [name, value] : values) {
      key += fmt::format("\n{}={}", name, value.text);
      for (const Yaml& item : value.items) key += "," + item.text;
    }
    if (const auto known = counted_.find(key); known != counted_.end()) return known->second;
    open_.push_back(&block);
    BlockCount total;
    for (const auto& [name, value] : block.nodes.entries) {
      const BlockCount one = entry(value, values);
      total = {sum(total.nodes, one.nodes), sum(total.bytes, one.bytes)};
    }
    open_.pop_back();
    return counted_[key] = total;
  }

  void refuse(const Place& place, const std::string& why) {
    if (refused_.emplace(place.source.get(), place.line, place.column).second) problems_.add(place, why);
  }

  const Blocks& blocks_;
  std::set<std::string>& used_;
  Problems& problems_;
  std::vector<const BlockSpec*> open_;
  std::map<std::string, BlockCount> counted_;
  std::set<std::tuple<const SourceText*, int, int>> refused_;
};

}  // namespace

BlockCount count_blocks(const Yaml& nodes, const Blocks& blocks, std::set<std::string>& used,
                        Problems& problems) {
  Counter counter(blocks, used, problems);
  BlockCount total;
  bool refused = false;
  for (const auto& [name, value] : nodes.entries) {
    const BlockCount one = counter.entry(value, {});
    total = {sum(total.nodes, one.nodes), sum(total.bytes, one.bytes)};
    if (refused || one.nodes < 2) continue;
    const bool many = total.nodes > most_block_nodes;
    refused = many || total.bytes > most_block_bytes;
    if (counter.too_varied())
      problems.add(name.place, fmt::format("node '{}': with it, blocks are used with more than {} different "
                                           "values of their attributes",
                                           name.text, grouped(most_block_values)));
    else if (refused)
      problems.add(name.place, fmt::format("node '{}': stands for {}; {} are the most", name.text,
                                           many ? counted(one.nodes, total.nodes, "nodes")
                                                : counted(one.bytes, total.bytes, "bytes of text"),
                                           grouped(many ? most_block_nodes : most_block_bytes)));
  }
  // What nobody uses may use itself.
  std::set<std::string> ignored;
  Counter unused(blocks, ignored, problems);
  for (const auto& [name, block] : blocks)
    if (!used.count(name)) {
      Yaml use, key, type;
      use.kind = Yaml::map;
      key.text = "type";
      type.text = name;
      type.place = block.place;
      use.entries.push_back({key, type});
      unused.entry(use, {});
    }
  return total;
}

}  // namespace graph_runner
