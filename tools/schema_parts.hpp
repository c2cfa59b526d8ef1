// What schemas are made of. Private to schema*.cpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "file/block.hpp"
#include "tools/schema.hpp"

namespace graph_runner::cli::schema {

// As the reader has them: names of values, with Greek letters, and paths as blocks bring them; of sizes and
// ports; constant formulas.
inline constexpr const char* name_pattern =
    "^[A-Za-z_\u0380-\u03ff][A-Za-z0-9_\u0380-\u03ff]*"
    "(\\.([A-Za-z_\u0380-\u03ff][A-Za-z0-9_\u0380-\u03ff]*|[1-9][0-9]*))*$";
inline constexpr const char* value_pattern = name_pattern;
inline constexpr const char* size_pattern = "^[A-Za-z][A-Za-z0-9_]{0,63}$";
inline constexpr const char* constant_pattern = "^([-+*/^() .0-9²³·⋅−]|pi|[0-9.][eE][-+]?[0-9])+$";
inline constexpr const char* required_pattern = "^(train|validation|test)\\..";
inline constexpr const char* setting_pattern = ".";

inline Json type(const char* name) { return {{"type", name}}; }
inline Json whole(std::int64_t least, std::int64_t most = INT64_MAX) {
  Json schema{{"type", "integer"}, {"minimum", least}};
  if (most != INT64_MAX) schema["maximum"] = most;
  return schema;
}
inline Json list_of(Json items, std::size_t least = 0) {
  Json schema{{"type", "array"}, {"items", std::move(items)}};
  if (least) schema["minItems"] = least;
  return schema;
}
inline Json any(std::initializer_list<Json> schemas) { return {{"anyOf", Json(std::vector<Json>(schemas))}}; }

// A map of these keys and no others.
inline Json map(Json properties, const std::vector<std::string>& required = {}) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}
// A map from names to values of one kind.
inline Json names_to(Json value, const char* pattern = name_pattern) {
  return {{"type", "object"},
          {"patternProperties", {{pattern, std::move(value)}}},
          {"additionalProperties", false}};
}

// The section `data:`.
Json data();

// The sections `blocks:` and `include:`, and a node inside a block, where an attribute may stand for any
// value.
Json blocks();
Json include();
Json block_node();
// A use of a block: its `in`, `repeat`, `share` and attributes.
Json use_schema(const BlockSpec& block);

}  // namespace graph_runner::cli::schema
