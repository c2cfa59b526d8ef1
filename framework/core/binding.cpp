#include "core/binding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace graph_runner {

namespace {

// A size is written as a text; from here on it is a gr_size. Returns what is wrong, or "".
std::string resolve_sizes(AttributeValue& value, Sizes& sizes) try {
  for (const std::string& text : value.texts) value.ints.push_back(sizes.read(text));
  value.texts.clear();
  return "";
} catch (const Error& e) {
  return e.what();
}

// The position of an attribute; that after the last where there is none of the name.
std::size_t position_of(const NodeType& type, const std::string& name) {
  const auto& attributes = type.attributes();
  const auto at =
      std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) { return a.name == name; });
  return static_cast<std::size_t>(at - attributes.begin());
}

std::string no_such_attribute(const NodeType& type, const std::string& name) {
  std::vector<std::string> names;
  for (const Attribute& a : type.attributes()) names.push_back(a.name);
  return fmt::format("{} has no attribute '{}'{}; it has {}", type.name(), name, did_you_mean(name, names),
                     names.empty() ? "none" : any_of(names));
}

// Whether an attribute that the type does not have looks meant for one that is missing.
bool is_meant(const NodeSpec& node, const NodeType& type, const std::string& missing) {
  return std::any_of(node.attributes.begin(), node.attributes.end(), [&](const AttributeSetting& s) {
    return position_of(type, s.name) == type.attributes().size() && !did_you_mean(s.name, {missing}).empty();
  });
}

}  // namespace

BoundAttributes bind_attributes(const NodeSpec& node, const NodeType& type, Sizes& sizes) {
  const auto& attributes = type.attributes();
  BoundAttributes bound;
  for (const Attribute& a : attributes) bound.values.push_back(a.initial);
  std::vector<bool> given(attributes.size());
  const auto refuse = [&](const Place& place, const std::string& attribute, std::string why) {
    bound.faults.push_back({place, attribute, std::move(why)});
  };
  for (const AttributeSetting& s : node.attributes) {
    const std::size_t a = position_of(type, s.name);
    if (a == attributes.size()) {
      refuse(s.place, "", no_such_attribute(type, s.name));
      continue;
    }
    if (given[a]) refuse(s.place, "", fmt::format("attribute '{}' is given twice", s.name));
    given[a] = true;
    bound.poisoned = bound.poisoned || s.poisoned;
    if (s.poisoned) continue;
    AttributeValue value = s.value;
    std::string wrong = value.kind == GR_SIZE ? resolve_sizes(value, sizes) : "";
    if (wrong.empty()) wrong = attributes[a].refuse(value);
    if (!wrong.empty()) refuse(s.place, s.name, std::move(wrong));
    bound.values[a] = std::move(value);
  }
  for (std::size_t a = 0; a < attributes.size(); ++a)
    if (attributes[a].required && !given[a] && !is_meant(node, type, attributes[a].name))
      refuse(node.place, "",
             fmt::format("{} needs the attribute '{}' ({}): {}", type.name(), attributes[a].name,
                         attributes[a].expected(), attributes[a].doc));
  bound.poisoned = bound.poisoned || !bound.faults.empty();
  return bound;
}

namespace {

std::string no_such_input(const NodeType& type, const std::string& name) {
  std::vector<std::string> names = type.port_names(GR_INPUT);
  for (const std::string& p : type.port_names(GR_PARAMETER)) names.push_back(p);
  return fmt::format("{} has no input '{}'{}; it has {}", type.name(), name, did_you_mean(name, names),
                     any_of(names));
}

using Feeds = std::vector<std::vector<const Connection*>>;  // by port

// Returns whether all connections have a port: else it is not known what is missing.
bool feed_ports(const NodeSpec& node, const NodeType& type, Feeds& feeds, std::vector<Fault>& faults) {
  const auto& ports = type.ports();
  const auto inputs = static_cast<std::size_t>(
      std::count_if(ports.begin(), ports.end(), [](const Port& p) { return p.role == GR_INPUT; }));
  std::size_t position = 0;  // inputs stand before all other ports
  bool all = true;
  for (const Connection& c : node.in) {
    const int named = c.port.empty() ? -1 : type.port(c.port);
    if (c.port.empty() && position == inputs) {
      faults.push_back({c.place, "",
                        fmt::format("{} takes {} input{} ({}), but '{}' is one more", type.name(), inputs,
                                    inputs == 1 ? "" : "s", any_of(type.port_names(GR_INPUT)), c.from)});
      break;
    }
    if (!c.port.empty() && (named < 0 || ports[static_cast<std::size_t>(named)].role > GR_PARAMETER)) {
      faults.push_back({c.place, "", no_such_input(type, c.port)});
      all = false;
      continue;
    }
    const std::size_t p = c.port.empty() ? position : static_cast<std::size_t>(named);
    if (c.port.empty() && !ports[p].many) ++position;
    if (!feeds[p].empty() && !ports[p].many)
      faults.push_back({c.place, "", fmt::format("port '{}' is fed twice", ports[p].name)});
    feeds[p].push_back(&c);
  }
  return all;
}

}  // namespace

BoundTensors bind_tensors(const NodeSpec& node, const NodeType& type) {
  const auto& ports = type.ports();
  BoundTensors bound;
  Feeds feeds(ports.size());
  const bool all = feed_ports(node, type, feeds, bound.faults);
  for (std::uint32_t p = 0; p < ports.size(); ++p) {
    const bool input = ports[p].role == GR_INPUT;
    if (input && feeds[p].empty() && !ports[p].optional && all)
      bound.faults.push_back({node.place, "",
                              fmt::format("nothing feeds the input '{}' (\"{}\"); {} takes {}", ports[p].name,
                                          ports[p].shape, type.name(), any_of(type.port_names(GR_INPUT)))});
    for (const Connection* c : feeds[p]) bound.list.push_back({p, c, false});
    if (feeds[p].empty()) bound.list.push_back({p, nullptr, !input});
  }
  return bound;
}

std::vector<std::string> names_of(const std::string& node, const NodeType& type, const Port& port) {
  std::string full = fmt::format("{}.{}", node, port.name);
  const bool one = port.role == GR_OUTPUT && port.running < 0 && type.port_names(GR_OUTPUT).size() == 1;
  if (!one) return {std::move(full)};
  return {node, std::move(full)};
}

}  // namespace graph_runner
