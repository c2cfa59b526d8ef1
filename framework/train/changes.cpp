#include "train/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace graph_runner {

namespace {

using Json = nlohmann::ordered_json;

// Those of the second kind may change while training goes on.
constexpr const char* of_a_model[] = {"inputs", "parameters", "nodes"};
constexpr const char* may_change[] = {
    "check",         "refuted",    "critical",    "data.root",           "train.epochs",
    "train.require", "train.save", "train.every", "train.stop.patience", "sweep"};

std::string shown(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > 60 ? fmt::format("a {} of {} bytes", json.is_object() ? "map" : "list", text.size())
                          : text;
}

// Graph files are at most 64 levels deep.
void compare(const Json& was, const Json& is, const std::string& path, std::vector<std::string>& found) {
  if (was == is || std::find(std::begin(may_change), std::end(may_change), path) != std::end(may_change))
    return;
  if (!was.is_object() || !is.is_object()) {
    found.push_back(fmt::format("{} was {}, is {}", path, shown(was), shown(is)));
    return;
  }
  const auto below = [&](const std::string& key) {
    return path.empty() ? key : fmt::format("{}.{}", path, key);
  };
  static const Json none;
  const auto at = [](const Json& map, const std::string& key) -> const Json& {
    const auto entry = map.find(key);
    return entry == map.end() ? none : *entry;
  };
  for (const auto& [key, value] : was.items()) compare(value, at(is, key), below(key), found);
  for (const auto& [key, value] : is.items())
    if (!was.contains(key)) compare(none, value, below(key), found);
}

}  // namespace

std::vector<std::string> changes(const std::string& was, const std::string& is, bool whole_run) {
  const Json first = Json::parse(was, nullptr, false), second = Json::parse(is, nullptr, false);
  std::vector<std::string> found;
  if (!first.is_object() || !second.is_object()) return found;
  if (whole_run) {
    compare(first, second, "", found);
    return found;
  }
  for (const char* section : of_a_model)
    compare(first.value(section, Json()), second.value(section, Json()), section, found);
  return found;
}

}  // namespace graph_runner
