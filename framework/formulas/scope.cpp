#include "formulas/scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/shapes.hpp"
#include "core/text.hpp"

namespace graph_runner {

Kind kind_of(const gr_shape& shape) {
  constexpr Kind kinds[] = {Kind::scalar, Kind::column, Kind::matrix, Kind::tensor};
  return kinds[std::min<std::int64_t>(shape.rank, 3)];
}

bool Scope::is_size(std::string_view name) const {
  const auto& names = sizes_.names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

void Scope::declare(const std::string& name, const std::vector<AxisSpec>& axes) {
  Named value;
  value.from = name;
  value.known = axes.size() <= GR_MAX_RANK;
  for (const AxisSpec& a : axes)
    if (value.known) value.shape.dims[value.shape.rank++] = a.name.empty() ? a.size : sizes_.named(a.name);
  value.kind = kind_of(value.shape);
  declare(name, std::move(value));
}

namespace {

// What is wrong with the attributes, or ""; `values` receives one for each of the type's.
std::string set_attributes(const NodeSpec& node, const NodeType& type, const Scope& scope, Sizes& sizes,
                           std::vector<AttributeValue>& values) {
  for (const Attribute& a : type.attributes()) {
    const auto given = std::find_if(node.attributes.begin(), node.attributes.end(),
                                    [&](const AttributeSetting& s) { return s.name == a.name; });
    if (given == node.attributes.end() && a.required)
      return fmt::format("'{}' is missing: {}", a.name, a.doc);
    AttributeValue value = given == node.attributes.end() ? a.initial : given->value;
    for (const std::string& text : value.texts) {
      if (a.kind != GR_SIZE) break;
      if (is_type_name(text) && !scope.is_size(text))
        return fmt::format("no input has a size called '{}'{}", text, did_you_mean(text, sizes.names()));
      value.ints.push_back(is_type_name(text) ? sizes.named(text) : std::atoll(text.c_str()));
    }
    if (a.kind == GR_SIZE) value.texts.clear();
    if (std::string wrong = a.refuse(value); !wrong.empty()) return fmt::format("'{}': {}", a.name, wrong);
    values.push_back(std::move(value));
  }
  return "";
}

// The connections of each port, in the order of graph_connect.cpp; false where the graph will find fault with
// them.
bool connect(const NodeSpec& node, const NodeType& type, std::vector<std::vector<const Connection*>>& fed) {
  fed.resize(type.ports().size());
  std::size_t position = 0;
  for (const Connection& c : node.in) {
    const int named = c.port.empty() ? -1 : type.port(c.port);
    const std::size_t port = c.port.empty() ? position : static_cast<std::size_t>(named);
    if (port >= fed.size() || type.ports()[port].role > GR_PARAMETER) return false;
    if (c.port.empty() && (type.ports()[port].role != GR_INPUT)) return false;
    if (c.port.empty() && !type.ports()[port].many) ++position;
    fed[port].push_back(&c);
  }
  for (std::size_t p = 0; p < fed.size(); ++p) {
    const Port& port = type.ports()[p];
    if (port.role == GR_INPUT && fed[p].empty() && !port.optional) return false;
    if (fed[p].size() > 1 && !port.many) return false;
  }
  return true;
}

}  // namespace

std::string Scope::add(const NodeSpec& node, bool generated) {
  add_unknown(node.name);
  const NodeType* type = nullptr;
  try {
    type = &registry_.get(node.type);
  } catch (const Error&) {
    return "";
  }
  const bool single = type->port_names(GR_OUTPUT).size() == 1;
  const auto name_of = [&](const Port& p) {
    return p.role == GR_OUTPUT && single ? node.name : node.name + "." + p.name;
  };
  for (const Port& p : type->ports())
    if (p.role == GR_OUTPUT || p.role == GR_PARAMETER) add_unknown(node.name + "." + p.name);
  std::vector<AttributeValue> attributes;
  if (std::string wrong = set_attributes(node, *type, *this, sizes_, attributes); !wrong.empty())
    return wrong;
  std::vector<std::vector<const Connection*>> fed;
  if (!connect(node, *type, fed)) return "";
  std::vector<NodeTensor> tensors;
  for (std::size_t p = 0; p < fed.size(); ++p)
    for (std::size_t k = 0; k < std::max<std::size_t>(1, fed[p].size()); ++k) {
      NodeTensor& t = tensors.emplace_back();
      t.port = &type->ports()[p];
      t.absent = t.port->role == GR_INPUT && fed[p].empty();
      if (fed[p].empty()) continue;
      const auto from = values_.find(fed[p][k]->from);
      if (from == values_.end() || !from->second.known || (from->second.generated && !generated)) return "";
      if (!from->second.generated) t.fed_from = fed[p][k]->from;  // for messages
      t.shape = from->second.shape;
    }
  try {
    const std::shared_ptr<void> instance = type->table().shapes ? type->create(attributes) : nullptr;
    if (std::string wrong = infer_shapes(*type, attributes, instance.get(), sizes_, tensors); !wrong.empty())
      return wrong;
  } catch (const Error& e) {
    return e.problems()[0].message;
  }
  for (const NodeTensor& t : tensors) {
    const bool own =
        t.port->role == GR_PARAMETER && fed[static_cast<std::size_t>(t.port - type->ports().data())].empty();
    if (t.port->role != GR_OUTPUT && !own) continue;
    const Named value{name_of(*t.port), *t.shape, kind_of(*t.shape), true, generated};
    values_[node.name + "." + t.port->name] = value;
    if (t.port->role == GR_OUTPUT && single) values_[node.name] = value;
  }
  if (!single) values_.erase(node.name);
  return "";
}

void Scope::rename(const std::string& from, const std::string& to, Kind kind) {
  for (auto at = values_.lower_bound(from); at != values_.end() && at->first.rfind(from, 0) == 0;) {
    const std::string rest = at->first.substr(from.size());
    if (!rest.empty() && rest[0] != '.') {
      ++at;
      continue;
    }
    Named value = at->second;
    value.from = to;
    value.kind = kind;
    value.generated = false;
    at = values_.erase(at);
    values_[to + rest] = std::move(value);
  }
}

const Named* Scope::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.generated ? nullptr : &found->second;
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> names = sizes_.names();
  for (const auto& [name, value] : values_)
    if (!value.generated) names.push_back(name);
  return names;
}

std::string Scope::fresh(const std::string& prefix) {
  int& count = fresh_[prefix];
  while (true) {
    std::string name = fmt::format("{}__part{}", prefix, ++count);
    if (!values_.count(name) && !reserved_.count(name) && !is_size(name)) return name;
  }
}

std::vector<ComponentName> component_names(const std::string& name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  const std::string stem = name.substr(0, digits), number = name.substr(digits);
  if (stem.empty() || number.empty()) return {};
  if (stem.size() == 1 || stem.back() != '_') return {{stem, number}};
  return {{stem, number}, {stem.substr(0, digits - 1), number}};
}

}  // namespace graph_runner
