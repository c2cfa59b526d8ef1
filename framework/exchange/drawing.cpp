#include "exchange/drawing.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "core/text.hpp"

namespace graph_runner {

namespace {

constexpr double name_size = 13, line_size = 11, label_size = 10;

// Of a font that is as wide as any that readers are likely to have, a little more than it takes.
double text_width(std::string_view utf8, double font_size) {
  double ems = 0;
  while (!utf8.empty()) {
    const Character c = first_character(utf8);
    constexpr char32_t first_wide = 0x1100;  // of East Asian scripts
    const bool thin =
        c.code < 0x80 &&
        std::string_view("iljtfr.,:;|'()[] ").find(static_cast<char>(c.code)) != std::string_view::npos;
    const bool broad =
        c.code < 0x80 && std::string_view("mwMW@%").find(static_cast<char>(c.code)) != std::string_view::npos;
    ems += c.code >= first_wide && c.code != U'…' ? 1.05 : thin ? 0.4 : broad ? 1.0 : 0.66;
    utf8.remove_prefix(std::max<std::size_t>(1, c.bytes));
  }
  return ems * font_size;
}

std::string shortened(const std::string& text) {
  constexpr int most = 36;
  std::size_t bytes = 0;
  for (int n = 0; n < most && bytes < text.size(); ++n)
    bytes += std::max<std::size_t>(1, first_character(std::string_view(text).substr(bytes)).bytes);
  return bytes < text.size() ? text.substr(0, bytes) + " …" : text;
}

// One picture: what lies at a level of a graph's blocks, and what feeds it from elsewhere.
class Level {
 public:
  Level(const Graph& graph, const std::map<std::string, const BlockUse*>& uses, std::string_view objective,
        const std::string& path)
      : graph_(graph), uses_(uses), objective_(objective), path_(path) {}

  Drawing drawing() {
    drawing_.path = path_;
    const auto use = uses_.find(path_);
    drawing_.title = use == uses_.end() ? path_ : fmt::format("{}: {}", path_, use->second->block);
    for (const Origin origin : {Origin::input, Origin::parameter})
      for (const Value& v : graph_.values())
        if (v.origin == origin && v.node == no_node && child(v.name) == v.name)
          box(origin == Origin::input ? Role::input : Role::parameter, v.name, {local(v.name), shape(v)});
    for (const Node& n : graph_.nodes()) add(n);
    for (const Node& n : graph_.nodes()) add_arrows(n);
    for (Box& b : drawing_.boxes) {
      if (b.role == Role::block) add_parameters(b);
      measure(b);
    }
    constexpr double gap = 8;
    for (Arrow& a : drawing_.arrows) a.label_width = text_width(a.label, label_size) + gap;
    return std::move(drawing_);
  }

 private:
  // The path of what stands at this level for something: itself, or the block that it is in; "" where it is
  // outside.
  std::string child(const std::string& path) const {
    if (!path_.empty() && path.compare(0, path_.size() + 1, path_ + ".") != 0) return "";
    return path.substr(0, path.find('.', path_.empty() ? 0 : path_.size() + 1));
  }
  std::string local(const std::string& path) const {
    return path.substr(path_.empty() ? 0 : path_.size() + 1);
  }
  std::string shape(const Value& v) const { return graph_.sizes().text(v.shape); }
  // Where a value comes from: a node, or, of an input or a declared parameter, its own name.
  const std::string& maker(const Value& v) const {
    return v.node == no_node ? v.name : graph_.nodes()[v.node].called();
  }

  std::size_t box(Role role, const std::string& name, std::vector<std::string> lines) {
    const auto [found, made] = boxes_.emplace(name, drawing_.boxes.size());
    if (made) drawing_.boxes.push_back({.role = role, .name = name, .lines = std::move(lines)});
    return found->second;
  }
  void add(const Node& n) {
    const std::string at = child(n.called());
    if (at.empty() || n.inner()) return;  // of a formula, the node that ends it is shown
    if (at != n.called()) {
      const auto use = uses_.find(at);
      std::vector<std::string> lines{local(at)};
      if (use != uses_.end())
        lines.push_back(use->second->repeat ? fmt::format("{} × {}", use->second->repeat, use->second->block)
                                            : use->second->block);
      box(Role::block, at, std::move(lines));
      return;
    }
    std::vector<std::string> lines{local(at), n.formula.empty() ? n.type->name() : shortened(n.formula)};
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (n.type->ports()[n.ports[t]].role == GR_PARAMETER && is_own(n, t))
        lines.push_back(
            fmt::format("{} {}", n.type->ports()[n.ports[t]].name, shape(graph_.values()[n.values[t]])));
    box(n.name == objective_ ? Role::objective
        : n.formula.empty()  ? Role::node
                             : Role::formula,
        at, std::move(lines));
  }
  bool is_own(const Node& n, std::size_t tensor) const {
    if (n.values[tensor] == no_value) return false;
    const NodeId maker = graph_.values()[n.values[tensor]].node;
    return maker != no_node && &graph_.nodes()[maker] == &n;
  }
  // How many numbers a block's parameters are, where that is known.
  void add_parameters(Box& b) const {
    std::int64_t entries = 0;
    for (const Value& v : graph_.values()) {
      if (v.origin != Origin::parameter || child(v.name) != b.name) continue;
      std::int64_t of_one = 1;
      for (std::int64_t axis = 0; axis < v.shape.rank; ++axis) {
        if (v.shape.dims[axis] < 0) return;
        of_one *= v.shape.dims[axis];
      }
      entries += of_one;
    }
    if (entries) b.lines.push_back(fmt::format("{} parameters", grouped(entries)));
  }

  void add_arrows(const Node& n) {
    const std::string to = child(n.called());
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      if (n.type->ports()[n.ports[t]].role > GR_PARAMETER || n.values[t] == no_value || is_own(n, t))
        continue;
      const Value& value = graph_.values()[n.values[t]];
      const std::string from = child(maker(value));
      if (from == to) continue;  // within a box, or elsewhere
      const std::size_t source = from.empty() ? outside("from " + value.name, value.name) : boxes_.at(from);
      const std::size_t target = to.empty() ? outside("to " + value.name, "output") : boxes_.at(to);
      if (seen_.emplace(source, target, n.values[t]).second)
        drawing_.arrows.push_back({.from = source, .to = target, .label = shape(value)});
    }
  }
  std::size_t outside(const std::string& name, const std::string& shown) {
    return box(Role::outside, name, {shown});
  }

  static void measure(Box& b) {
    constexpr double line_height = 15, margin = 10, least = 24;
    double widest = least;
    for (std::size_t i = 0; i < b.lines.size(); ++i)
      widest = std::max(widest, text_width(b.lines[i], i == 0 ? name_size : line_size));
    b.width = widest + 2 * margin;
    b.height = static_cast<double>(b.lines.size()) * line_height + margin;
  }

  const Graph& graph_;
  const std::map<std::string, const BlockUse*>& uses_;
  std::string_view objective_;
  std::string path_;
  Drawing drawing_;
  std::map<std::string, std::size_t> boxes_;  // by their names
  std::set<std::tuple<std::size_t, std::size_t, ValueId>> seen_;
};

bool is_number(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::vector<Drawing> drawings(const Graph& graph, const std::vector<BlockUse>& uses,
                              std::string_view objective) {
  std::map<std::string, const BlockUse*> by_name;
  for (const BlockUse& use : uses) by_name.emplace(use.name, &use);
  std::vector<Drawing> out;
  std::set<std::string> shown;  // blocks
  std::vector<std::string> next{""};
  while (!next.empty()) {
    out.push_back(Level(graph, by_name, objective, next.back()).drawing());
    next.pop_back();
    const auto& boxes = out.back().boxes;
    bool repeated = false;
    std::vector<std::string> inside;
    for (const Box& b : boxes) {
      if (b.role != Role::block) continue;
      const auto use = by_name.find(b.name);
      const bool repetition = is_number(std::string_view(b.name).substr(b.name.rfind('.') + 1));
      if (use == by_name.end() ? !(repetition && repeated) : shown.insert(use->second->block).second)
        inside.push_back(b.name);
      repeated = repeated || repetition;
    }
    next.insert(next.end(), inside.rbegin(), inside.rend());
  }
  return out;
}

}  // namespace graph_runner
