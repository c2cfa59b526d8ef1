#include "exchange/expand.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "exchange/writers.hpp"
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

std::string node_text(const NodeSpec& node, const NodeType& type) {
  std::string out = fmt::format("  {}: {{type: {}", node.name, node.type);
  std::vector<std::string> in;
  for (const Connection& c : node.in) in.push_back(c.from);
  if (in.size() == 1)
    out += ", in: " + in[0];
  else if (!in.empty())
    out += fmt::format(", in: [{}]", fmt::join(in, ", "));
  for (const AttributeSetting& s : node.attributes) {
    std::vector<std::string> entries = s.value.texts;
    for (const std::int64_t x : s.value.ints)
      entries.push_back(s.value.kind == GR_BOOL ? (x ? "true" : "false") : fmt::to_string(x));
    for (const double x : s.value.reals) entries.push_back(fmt::format("{}", x));
    const auto a = std::find_if(type.attributes().begin(), type.attributes().end(),
                                [&](const Attribute& t) { return t.name == s.name; });
    const std::string joined = fmt::format("{}", fmt::join(entries, ", "));
    out += fmt::format(", {}: {}", s.name, a->list ? "[" + joined + "]" : joined);
  }
  return out + "}";
}

}  // namespace

std::string expand_graph_text(const std::string& text, const std::string& name, Registry& registry) {
  Problems problems;
  const Yaml root = parse_yaml(text, name, problems);
  const GraphFile file = read_graph_tree(root, std::move(problems), registry);
  build_graph(file, registry);
  std::string out;
  for (const auto& [key, section] : root.entries) {
    out += key.text + ":";
    if (key.text != "nodes") {
      block(section, 2, out);
      continue;
    }
    out += "\n";
    auto spec = file.graph.nodes.begin();
    for (const auto& [node, value] : section.entries) {
      if (value.kind == Yaml::map) {
        out += fmt::format("  {}: {}\n", flow(node), flow(value));
        ++spec;
        continue;
      }
      const auto whole = std::find_if(spec, file.graph.nodes.end(),
                                      [&wanted = node.text](const NodeSpec& n) { return n.name == wanted; });
      out += fmt::format("  # {}: {}\n", node.text, whole->formula);
      for (; spec <= whole; ++spec) out += node_text(*spec, registry.get(spec->type)) + "\n";
    }
  }
  return out;
}

std::string write_expanded(const std::string& path, Registry& registry) {
  return expand_graph_text(read_text_file(path), path, registry);
}

}  // namespace graph_runner
