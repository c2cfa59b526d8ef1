#include "file/block_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "file/reader.hpp"
#include "formulas/formula_nodes.hpp"

namespace graph_runner {

const BlockAttribute* BlockSpec::attribute(const std::string& wanted) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const BlockAttribute& a) { return a.name == wanted; });
  return found == attributes.end() ? nullptr : &*found;
}

std::string BlockSpec::called() const {
  return fmt::format("{}, a block ({}:{})", name, place.source ? place.source->name : "", place.line);
}

bool is_use_key(const std::string& key) {
  return key == "type" || key == "in" || key == "repeat" || key == "share";
}

namespace {

std::string expected(const BlockAttribute& a) {
  static constexpr const char* one[] = {"a value", "an integer", "a number", "true or false", "a text"};
  static constexpr const char* many[] = {"values", "integers", "numbers", "values true or false", "texts"};
  return a.list ? fmt::format("a list of {}", many[a.kind]) : one[a.kind];
}

// Whether one value has the kind of the default; reports that it has not.
bool fits(const BlockAttribute& a, const Yaml& value, const std::string& what,
          const std::set<std::string, std::less<>>& sizes, Problems& problems) {
  if (value.kind == Yaml::scalar) {
    if (a.kind == BlockAttribute::any || a.kind == BlockAttribute::text) return true;
    if (a.kind == BlockAttribute::whole && sizes.count(value.text)) return true;
    if (a.kind == BlockAttribute::whole) return read_integer(value, what, problems).has_value();
    if (a.kind == BlockAttribute::truth) return read_bool(value, what, problems).has_value();
    return read_real(value, what, problems).has_value();
  }
  problems.add(value.place, fmt::format("{}: found {}, expected {}", what, value.found(), expected(a)));
  return false;
}

}  // namespace

BlockValues block_values(const BlockSpec& block, const Yaml& use, const Place& place, const std::string& what,
                         const std::set<std::string, std::less<>>& sizes, Problems& problems) {
  BlockValues values;
  std::vector<std::string> names;
  for (const BlockAttribute& a : block.attributes) names.push_back(a.name);
  std::string meant;  // what unknown keys look meant for
  for (const auto& [key, value] : use.entries) {
    if (is_use_key(key.text)) continue;
    const BlockAttribute* a = block.attribute(key.text);
    if (!a) {
      const std::string hint = did_you_mean(key.text, names);
      meant += hint;
      problems.add(key.place,
                   key.text == "init"
                       ? fmt::format("{}: {}: 'init' stands at the nodes inside", what, block.called())
                       : fmt::format("{}: {} has no attribute '{}'{}; it has {}", what, block.called(),
                                     key.text, hint, names.empty() ? "none" : any_of(names)));
      continue;
    }
    const std::string which = fmt::format("{}, attribute '{}' of {}", what, a->name, block.called());
    bool fine =
        value.kind != Yaml::map && (a->kind == BlockAttribute::any || a->list == (value.kind == Yaml::list));
    if (!fine)
      problems.add(value.place, fmt::format("{}: found {}, expected {}", which, value.found(), expected(*a)));
    for (const Yaml& item : value.items) fine = fine && fits(*a, item, which, sizes, problems);
    if (fine && value.kind == Yaml::scalar) fine = fits(*a, value, which, sizes, problems);
    if (fine) values.emplace(a->name, value);
  }
  for (const BlockAttribute& a : block.attributes) {
    if (a.initial && !values.count(a.name)) {
      const auto given = values.emplace(a.name, *a.initial).first;
      given->second.place = place;
      for (Yaml& item : given->second.items) item.place = place;
    } else if (!a.initial && !use.find(a.name) && meant.find("'" + a.name + "'") == std::string::npos) {
      problems.add(place, fmt::format("{}: {} needs the attribute '{}'", what, block.called(), a.name));
    }
  }
  return values;
}

const Yaml* value_of(const Yaml& scalar, const BlockValues& values) {
  if (scalar.kind != Yaml::scalar) return nullptr;
  const auto found = values.find(scalar.text);
  return found == values.end() ? nullptr : &found->second;
}

namespace {

using Use = std::shared_ptr<const Place>;

Yaml copy(const Yaml& yaml, const BlockValues* values, const Use& use) {
  if (const Yaml* value = values ? value_of(yaml, *values) : nullptr) {
    Yaml out = *value;  // it lies where its name stands, and is used where the use gives it
    out.place = yaml.place;
    out.place.used_at = std::make_shared<const Place>(value->place);
    for (Yaml& item : out.items) {
      const Place given = item.place;
      item.place = yaml.place;
      item.place.used_at = std::make_shared<const Place>(given);
    }
    return out;
  }
  Yaml out;
  out.kind = yaml.kind;
  out.place = yaml.place;
  out.place.used_at = use;
  out.text = yaml.text;
  out.plain = yaml.plain;
  out.block = yaml.block;
  out.flow = yaml.flow;
  out.items.reserve(yaml.items.size());
  for (const Yaml& item : yaml.items) out.items.push_back(copy(item, values, use));
  out.entries.reserve(yaml.entries.size());
  for (const auto& [key, value] : yaml.entries)
    out.entries.push_back({copy(key, nullptr, use), copy(value, values, use)});
  return out;
}

}  // namespace

Yaml instance_of(const Yaml& yaml, const BlockValues& values, const Use& use) {
  if (yaml.kind != Yaml::map) return copy(yaml, nullptr, use);  // a formula
  Yaml out;
  out.kind = Yaml::map;
  out.flow = yaml.flow;
  out.place = yaml.place;
  out.place.used_at = use;
  for (const auto& [key, value] : yaml.entries)
    out.entries.push_back({copy(key, nullptr, use), copy(value, key.text == "in" ? nullptr : &values, use)});
  return out;
}

bool replace_attributes(Formula& f, const BlockValues& values, const std::string& what, Problems& problems) {
  bool fine = true;
  for (Formula& part : f.parts) fine &= replace_attributes(part, values, what, problems);
  for (const Formula& part : f.parts) f.depth = std::max(f.depth, part.depth + 1);
  if (f.kind != Formula::name && f.kind != Formula::call) return fine;
  const auto found = values.find(f.text);
  if (found == values.end()) return fine;
  const Yaml& value = found->second;
  const bool function = f.kind == Formula::call;
  if (value.kind == Yaml::scalar && (function ? is_type_name(value.text) : is_path(value.text))) {
    f.text = value.text;  // a name, such as that of a size
    return fine;
  }
  Place at = f.place;
  at.used_at = std::make_shared<const Place>(value.place);
  Problems wrong;
  std::optional<Formula> whole = function ? std::nullopt : read_formula(value, what, wrong);
  if (!whole) {
    problems.add(at, fmt::format("{}: '{}' is {} here, expected {}", what, f.text, value.found(),
                                 function ? "the name of a function" : "a number"));
    return false;
  }
  f = std::move(*whole);
  f.place = at;
  return fine;
}

}  // namespace graph_runner
