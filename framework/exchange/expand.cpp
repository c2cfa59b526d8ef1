#include "exchange/expand.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "exchange/writers.hpp"
#include "file/block_include.hpp"
#include "file/graph_file.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner {

namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

// On one line; texts that YAML might take apart are quoted.
std::string flow(const Yaml& y) {
  std::string out;
  if (y.kind == Yaml::scalar)
    return y.plain && y.text.find_first_of(",[]{}:#'\"") == std::string::npos ? y.text : in_quotes(y.text);
  if (y.kind == Yaml::list) {
    for (const Yaml& item : y.items) out += (out.empty() ? "" : ", ") + flow(item);
    return "[" + out + "]";
  }
  for (const auto& [key, value] : y.entries)
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", flow(key), flow(value));
  return "{" + out + "}";
}

// Maps and lists an entry a line to a depth of two, so that it can be read.
void block(const Yaml& y, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  const bool deep = indent >= 4;
  if (y.kind == Yaml::scalar || deep || (y.items.empty() && y.entries.empty())) {
    out += (indent ? " " : "") + flow(y) + "\n";
    return;
  }
  if (indent) out += "\n";
  for (const Yaml& item : y.items) out += margin + "- " + flow(item) + "\n";
  for (const auto& [key, value] : y.entries) {
    out += margin + flow(key) + ":";
    block(value, indent + 2, out);
  }
}

// What feeds a node: a name, names in order, or a map from ports.
std::string in_text(const NodeSpec& node, const NodeType& type,
                    const std::map<std::string, std::string>& aliases) {
  std::vector<std::pair<std::string, std::vector<std::string>>> ports;
  const bool named =
      std::any_of(node.in.begin(), node.in.end(), [](const Connection& c) { return !c.port.empty(); });
  const std::vector<std::string> inputs = type.port_names(GR_INPUT);
  std::size_t position = 0;
  for (const Connection& c : node.in) {
    const auto alias = aliases.find(c.from);
    std::string port = c.port;
    if (named && port.empty())
      port = inputs[std::min(position++, inputs.size() - 1)];  // the last may take many
    if (ports.empty() || port != ports.back().first) ports.push_back({port, {}});
    ports.back().second.push_back(alias == aliases.end() ? c.from : alias->second);
  }
  const auto list = [](const std::vector<std::string>& names) {
    return names.size() == 1 ? names[0] : fmt::format("[{}]", fmt::join(names, ", "));
  };
  if (!named) return ports.empty() ? "" : ", in: " + list(ports[0].second);
  std::vector<std::string> entries;
  for (const auto& [port, names] : ports) entries.push_back(fmt::format("{}: {}", port, list(names)));
  return fmt::format(", in: {{{}}}", fmt::join(entries, ", "));
}

std::string init_text(const Initializer& init) {
  switch (init.kind) {
    case GR_FAN:
      return "fan";
    case GR_HE:
      return "he";
    case GR_GLOROT:
      return "glorot";
    case GR_UNIFORM:
      return fmt::format("{{uniform: {}}}", init.value);
    case GR_NORMAL:
      return fmt::format("{{normal: {}}}", init.value);
    default:
      return fmt::format("{}", init.value);
  }
}

std::string attribute_text(const AttributeSetting& s, const NodeType& type) {
  std::vector<std::string> entries;
  for (const std::string& x : s.value.texts)
    entries.push_back(s.value.kind == GR_TEXT && !is_type_name(x) ? in_quotes(x) : x);
  for (const std::int64_t x : s.value.ints)
    entries.push_back(s.value.kind == GR_BOOL ? (x ? "true" : "false") : fmt::to_string(x));
  for (const double x : s.value.reals) entries.push_back(fmt::format("{}", x));
  const auto a = std::find_if(type.attributes().begin(), type.attributes().end(),
                              [&](const Attribute& t) { return t.name == s.name; });
  const std::string joined = fmt::format("{}", fmt::join(entries, ", "));
  return a->list ? "[" + joined + "]" : joined;
}

// A file whose nodes are printed as they are in the graph.
class Expansion {
 public:
  Expansion(const Yaml& root, const GraphFile& file, Registry& registry)
      : root_(root), file_(file), registry_(registry) {
    for (const AliasSpec& a : file.graph.aliases) aliases_[a.name] = a.of;
    for (auto& [name, of] : aliases_)
      for (auto next = aliases_.find(of); next != aliases_.end(); next = aliases_.find(of)) of = next->second;
    for (const auto& [key, section] : root.entries)
      if (key.text != "inputs" && key.text != "nodes" && key.text != "blocks") collect(section);
  }

  std::string text(const Graph& graph) {
    for (const ValueId v : graph.sinks()) named_ += " " + graph.values()[v].name + " ";
    if (!root_.find("parameters")) parameters(nullptr);
    for (const auto& [key, section] : root_.entries) {
      if (key.text == "blocks") continue;
      if (key.text == "parameters") {
        parameters(&section);
        continue;
      }
      out_ += key.text + ":";
      if (key.text == "nodes")
        nodes(section);
      else
        block(section, 2, out_);
    }
    return std::move(out_);
  }

 private:
  // The texts of a section, in which names of values may be.
  void collect(const Yaml& yaml) {
    named_ += yaml.text + " ";
    for (const Yaml& item : yaml.items) collect(item);
    for (const auto& [key, value] : yaml.entries) named_ += key.text + " ", collect(value);
  }
  // Whether a name stands in them, and is no part of a longer one.
  bool mentions(const std::string& name) const {
    for (std::size_t at = 0; (at = named_.find(name, at)) != std::string::npos; ++at) {
      const char next = named_[at + name.size()];
      if (next != '.' && next != '_' && !std::isalnum(static_cast<unsigned char>(next))) return true;
    }
    return false;
  }

  void parameters(const Yaml* own) {
    std::string made;
    for (const ParameterSpec& p : file_.graph.parameters) {
      if (own && own->find(p.name)) continue;
      std::vector<std::string> axes;
      for (const AxisSpec& a : p.shape) axes.push_back(a.name.empty() ? fmt::to_string(a.size) : a.name);
      made +=
          fmt::format("  {}: {{shape: [{}], init: {}}}\n", p.name, fmt::join(axes, ", "), init_text(p.init));
    }
    if (!own && made.empty()) return;
    out_ += "parameters:";
    if (own && !own->entries.empty())
      block(*own, 2, out_);
    else
      out_ += "\n";
    out_ += made;
  }

  void node(const NodeSpec& n) {
    out_ += fmt::format("  {}: {{type: {}{}", n.name, n.type, in_text(n, registry_.get(n.type), aliases_));
    for (const AttributeSetting& s : n.attributes)
      out_ += fmt::format(", {}: {}", s.name, attribute_text(s, registry_.get(n.type)));
    std::vector<std::string> init;
    for (const InitSetting& s : n.init) init.push_back(fmt::format("{}: {}", s.port, init_text(s.init)));
    if (!init.empty()) out_ += fmt::format(", init: {{{}}}", fmt::join(init, ", "));
    out_ += "}\n";
  }

  void nodes(const Yaml& section) {
    out_ += "\n";
    const std::vector<NodeSpec>& specs = file_.graph.nodes;
    auto use = file_.uses.begin();
    std::size_t next = 0;
    for (const auto& [name, value] : section.entries) {
      const bool used = use != file_.uses.end() && use->name == name.text;
      if (used) out_ += fmt::format("  # {}: {}\n", name.text, flow(value));
      const auto ours = [used, &name = name](const NodeSpec& n) {
        return used ? n.name.rfind(name.text + ".", 0) == 0 || n.part_of.rfind(name.text + ".", 0) == 0
                    : n.name == name.text || n.part_of == name.text;
      };
      for (std::string whole; next < specs.size() && ours(specs[next]); ++next) {
        const NodeSpec& n = specs[next];
        if (!n.part_of.empty() && n.part_of != whole) comment(next, whole = n.part_of);
        const bool aliased = std::any_of(n.in.begin(), n.in.end(),
                                         [&](const Connection& c) { return aliases_.count(c.from); });
        if (!used && n.part_of.empty() && !aliased)
          out_ += fmt::format("  {}: {}\n", flow(name), flow(value));
        else
          node(n);
      }
      if (!used) continue;
      ++use;
      for (const AliasSpec& a : file_.graph.aliases)
        if ((a.name == name.text || a.name.rfind(name.text + ".", 0) == 0) && mentions(a.name))
          out_ += fmt::format("  {}: {{type: Copy, in: {}}}\n", a.name, aliases_.at(a.name));
    }
  }

  // What the formula said, of which node `first` is the first part.
  void comment(std::size_t first, const std::string& whole) {
    while (file_.graph.nodes[first].name != whole) ++first;
    out_ += fmt::format("  # {}: {}\n", whole, file_.graph.nodes[first].formula);
  }

  const Yaml& root_;
  const GraphFile& file_;
  Registry& registry_;
  std::map<std::string, std::string> aliases_;  // and what they are in the end
  std::string named_, out_;
};

}  // namespace

std::string expand_graph_text(const std::string& text, const std::string& name, Registry& registry) {
  Problems problems;
  Yaml root = parse_yaml(text, name, problems);
  include_blocks(root, problems);
  const GraphFile file = read_graph_tree(root, std::move(problems), registry);
  const Graph graph = build_graph(file, registry);
  return Expansion(root, file, registry).text(graph);
}

std::string write_expanded(const std::string& path, Registry& registry) {
  return expand_graph_text(read_text_file(path), path, registry);
}

}  // namespace graph_runner
