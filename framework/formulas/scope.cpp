#include "formulas/scope.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/binding.hpp"
#include "core/shapes.hpp"

namespace graph_runner {

Kind kind_of(const gr_shape& shape) {
  constexpr Kind kinds[] = {Kind::scalar, Kind::column, Kind::matrix, Kind::tensor};
  return kinds[std::min<std::int64_t>(shape.rank, 3)];
}

bool Scope::is_size(std::string_view name) const {
  if (paths_.find(name) != paths_.end()) return true;
  if (frame_) return frame_->sizes.find(name) != frame_->sizes.end();
  const auto& names = sizes_.names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

gr_size Scope::size_of(const std::string& name) {
  auto path = paths_.find(name);
  if (path == paths_.end() && frame_) path = paths_.find(frame_->sizes.find(name)->second);
  if (path == paths_.end()) return sizes_.named(name);
  const auto& [of, from_end] = path->second;
  const Named* value = any(of);
  if (!value || value->poisoned || value->shape.rank < static_cast<std::int64_t>(from_end)) throw Poisoned{};
  return value->shape.dims[static_cast<std::size_t>(value->shape.rank) - from_end];
}

gr_size Scope::read_size(std::string_view text) {
  return sizes_.read(text, [&](const std::string& name) {
    return is_size(name) ? std::optional(size_of(name)) : std::nullopt;
  });
}

void Scope::declare(const std::string& name, const std::vector<AxisSpec>& axes) {
  Named value;
  value.from = name;
  value.poisoned = axes.size() > GR_MAX_RANK;
  for (const AxisSpec& a : axes)
    if (!value.poisoned)
      value.shape.dims[value.shape.rank++] = a.name.empty() ? a.size : sizes_.named(a.name);
  value.kind = kind_of(value.shape);
  declare(name, std::move(value));
}

std::string Scope::add(const NodeSpec& node, bool generated) {
  poison(node.name);
  const NodeType* type = nullptr;
  try {
    type = &registry_.get(node.type);
  } catch (const Error&) {
    return "";
  }
  for (const Port& p : type->ports())
    if (const std::string port = node.name + "." + p.name;
        (p.role == GR_OUTPUT || p.role == GR_PARAMETER) && reserved_.find(port) == reserved_.end())
      poison(port);
  const BoundAttributes attributes = bind_attributes(node, *type, sizes_);
  if (!attributes.faults.empty()) {
    const Fault& f = attributes.faults[0];
    return f.attribute.empty() ? f.why : fmt::format("'{}': {}", f.attribute, f.why);
  }
  const BoundTensors bound = bind_tensors(node, *type);
  if (attributes.poisoned || !bound.faults.empty()) return "";
  std::vector<NodeTensor> tensors;
  for (const BoundTensor& b : bound.list) {
    NodeTensor& t = tensors.emplace_back();
    t.port = &type->ports()[b.port];
    t.absent = !b.fed && !b.brought;
    if (!b.fed) continue;
    const Named* from = any(b.fed->from);
    if (!from || from->poisoned || (from->generated && !generated)) return "";
    if (!from->generated) t.fed_from = b.fed->from;  // for messages
    t.shape = from->shape;
  }
  try {
    const std::shared_ptr<void> instance = type->table().shapes ? type->create(attributes.values) : nullptr;
    if (std::string wrong = infer_shapes(*type, attributes.values, instance.get(), sizes_, tensors);
        !wrong.empty())
      return wrong;
  } catch (const Error& e) {
    return e.problems()[0].message;
  }
  values_.erase(node.name);  // of several outputs, none has the node's
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    const Port& port = *tensors[t].port;
    if (!bound.list[t].brought || port.role == GR_SAVED) continue;
    const std::vector<std::string> called = names_of(node.name, *type, port);
    for (const std::string& name : called)
      if (name == called[0] || reserved_.find(name) == reserved_.end())
        values_[name] = {called[0], *tensors[t].shape, kind_of(*tensors[t].shape), false, generated};
  }
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
  const std::optional<std::string> inside = frame_ ? frame_->global(name) : std::nullopt;
  if (frame_ && !inside) return nullptr;
  const auto found = inside ? values_.find(*inside) : values_.find(name);
  return found == values_.end() || found->second.generated ? nullptr : &found->second;
}

std::vector<std::string> Scope::names() const {
  if (frame_) {
    std::vector<std::string> inside;
    for (const auto& [name, path] : frame_->sizes) inside.push_back(name);
    for (const auto& [name, global] : frame_->names) inside.push_back(name);
    return inside;
  }
  std::vector<std::string> names = sizes_.names();
  for (const auto& [name, value] : values_)
    if (!value.generated) names.push_back(name);
  return names;
}

std::vector<std::string> Scope::outputs_of(const std::string& node) const {
  const std::string prefix = (frame_ ? frame_->global(node).value_or("") : node) + ".";
  std::vector<std::string> names;
  for (auto at = values_.lower_bound(prefix); at != values_.end() && at->first.rfind(prefix, 0) == 0; ++at)
    if (!at->second.generated && at->first.find('.', prefix.size()) == std::string::npos)
      names.push_back(node + "." + at->first.substr(prefix.size()));
  return names;
}

void Scope::alias(const std::string& name, const std::string& of) {
  const Named* value = any(of);
  values_[name] = value ? *value : Named{of, {}, Kind::scalar, true, false};
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
