#include "analysis/case_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace graph_runner {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

// Entries as nested lists, one a axis.
std::string nested(const Shape& shape, std::size_t axis, const double*& next) {
  if (axis == shape.size()) return fmt::format("{}", *next++);
  std::vector<std::string> items;
  for (std::int64_t i = 0; i < shape[axis]; ++i) items.push_back(nested(shape, axis + 1, next));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string attribute_text(const Attribute& attribute, const AttributeValue& value) {
  std::vector<std::string> entries;
  for (const std::int64_t x : value.ints)
    entries.push_back(attribute.kind == GR_BOOL ? (x ? "true" : "false") : fmt::to_string(x));
  for (const double x : value.reals) entries.push_back(fmt::format("{}", x));
  for (const std::string& x : value.texts) entries.push_back(quoted(x));
  return attribute.list ? fmt::format("[{}]", fmt::join(entries, ", ")) : entries.at(0);
}

}  // namespace

std::string case_file(const Subject& s, const std::vector<std::vector<double>>& point) {
  const std::string node = s.type->port("node") < 0 ? "node" : "the_node";
  std::string inputs;
  std::vector<std::string> connections;
  for (std::size_t t = 0; t < s.ports.size(); ++t) {
    if (!s.present[t] || s.is_result(t)) continue;
    const Port& port = s.port(t);
    std::vector<std::string> names;
    for (std::size_t first = t; t < s.ports.size() && s.ports[t] == s.ports[first]; ++t) {
      names.push_back(port.many ? fmt::format("{}_{}", port.name, t - first + 1) : port.name);
      const double* next = point[t].data();
      inputs += fmt::format("  {}: {{shape: {}, value: {}}}\n", names.back(), to_string(s.shapes[t]),
                            nested(s.shapes[t], 0, next));
    }
    --t;
    connections.push_back(port.many ? fmt::format("{}: [{}]", port.name, fmt::join(names, ", "))
                                    : fmt::format("{0}: {0}", port.name));
  }
  std::string attributes;
  for (std::size_t a = 0; a < s.attributes.size(); ++a)
    attributes += fmt::format(", {}: {}", s.type->attributes()[a].name,
                              attribute_text(s.type->attributes()[a], s.attributes[a]));
  return fmt::format(
      "# A case that grad-check found wrong: node '{}' of type {}, alone.\n{}{}nodes:\n"
      "  {}: {{type: {}{}{}}}\n",
      s.name, s.type->name(), inputs.empty() ? "" : "inputs:\n", inputs, node, s.type->name(),
      connections.empty() ? "" : fmt::format(", in: {{{}}}", fmt::join(connections, ", ")), attributes);
}

}  // namespace graph_runner
