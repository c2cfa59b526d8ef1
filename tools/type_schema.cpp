// The schema of a node of one type.
#include <cmath>

#include "core/domain.hpp"
#include "core/text.hpp"
#include "tools/describe.hpp"
#include "tools/schema.hpp"

namespace graph_runner::cli {

namespace {

Json bounds_of(const Attribute& a) {
  Json bounds = Json::object();
  const auto bound = [&](const char* key, double x) {
    if (!std::isfinite(x)) return;
    if (a.kind == GR_REAL)
      bounds[key] = x;
    else
      bounds[key] = static_cast<std::int64_t>(x);
  };
  bound(a.above ? "exclusiveMinimum" : "minimum", a.least);
  bound(a.below ? "exclusiveMaximum" : "maximum", a.most);
  return bounds;
}

// One entry of an attribute, as the reader takes it.
Json entry_schema(const Attribute& a) {
  Json schema;
  switch (a.kind) {
    case GR_REAL:
      return schema_of_real(bounds_of(a));
    case GR_BOOL:
      schema["type"] = "boolean";
      return schema;
    case GR_TEXT:
      if (a.choices.empty())
        schema["type"] = {"string", "number", "boolean"};  // any text without quotes
      else
        schema["enum"] = a.choices;
      return schema;
    default:
      schema["type"] = "integer";
      schema.update(bounds_of(a));
  }
  if (a.kind != GR_SIZE) return schema;
  if (!schema.contains("minimum") && !schema.contains("exclusiveMinimum")) schema["minimum"] = 0;
  return {{"anyOf", {schema, schema_ref("sizes")}}};
}

Json attribute_schema(const Attribute& a) {
  Json schema = entry_schema(a);
  if (a.list) {
    const Json one = schema;
    schema = {{"type", "array"}, {"items", schema}};
    if (a.least_count) schema["minItems"] = a.least_count;
    if (a.most_count) schema["maxItems"] = a.most_count;
    if (a.least_count <= 1) schema = {{"anyOf", {one, schema}}};  // a list of one, without brackets
  }
  if (!a.required) schema["default"] = default_of(a);
  return described(std::move(schema), a.doc.empty() ? a.expected() : a.doc + ": " + a.expected());
}

std::string port_doc(const Port& p) {
  std::string text = p.shape.empty() ? "a number" : p.shape;
  for (const std::string& more : {describe_domain(p.domain, p.lower, p.upper, p.domain_axis), p.doc})
    if (!more.empty()) text += "; " + more;
  return text;
}

// What a type adds to the keys of those that may stand beside `type`.
Json keyed_schema(const NodeType& type, Json properties, Json required) {
  properties["type"] = described({{"const", type.name()}}, type.doc());
  for (const Attribute& a : type.attributes()) {
    properties[a.name] = attribute_schema(a);
    if (a.required) required.push_back(a.name);
  }
  return {{"description", type.doc()},
          {"properties", properties},
          {"required", required},
          {"additionalProperties", false}};
}

}  // namespace

Json connections_schema(const NodeType& type) {
  std::size_t inputs = 0, needed = 0;  // `needed`: so many in order reach the last one that must be fed
  bool many = false;
  Json ports = Json::object(), required = Json::array(), ways = Json::array();
  for (const Port& p : type.ports()) {
    if (p.role > GR_PARAMETER) continue;
    Json list{{"type", "array"}, {"items", schema_ref("value")}};
    if (!p.optional) list["minItems"] = 1;
    if (!p.many) list["maxItems"] = 1;
    Json fed{{"anyOf", {schema_ref("value"), list}}};
    ports[p.name] = described(std::move(fed), port_doc(p));
    if (p.role != GR_INPUT) continue;
    ++inputs;
    many = many || p.many;
    if (p.optional) continue;
    needed = inputs;
    required.push_back(p.name);
  }
  if (ports.empty()) return nullptr;
  if (inputs && needed <= 1) ways.push_back(schema_ref("value"));
  if (inputs) {
    Json list{{"type", "array"}, {"items", schema_ref("value")}, {"minItems", needed}};
    if (!many) list["maxItems"] = inputs;
    ways.push_back(std::move(list));
  }
  Json map{{"type", "object"}, {"properties", ports}, {"additionalProperties", false}};
  if (!required.empty()) map["required"] = required;
  ways.push_back(std::move(map));
  const std::vector<std::string> names = type.port_names(GR_INPUT);
  return described(
      {{"anyOf", ways}},
      "what feeds the node: a name, a list of names in the order of the ports, or a map from ports" +
          (names.empty() ? "" : ", here " + any_of(names)));
}

Json type_schema(const NodeType& type) {
  Json properties = Json::object(), required = Json::array({"type"}), init = Json::object();
  if (Json in = connections_schema(type); !in.is_null()) {
    bool must = false;
    for (const Port& p : type.ports()) must = must || (p.role == GR_INPUT && !p.optional);
    if (must) required.push_back("in");
    properties["in"] = std::move(in);
  }
  for (const std::string& parameter : type.port_names(GR_PARAMETER)) init[parameter] = schema_ref("init");
  if (!init.empty())
    properties["init"] =
        described({{"type", "object"}, {"properties", init}, {"additionalProperties", false}},
                  "how the parameters start, where not as the type says");
  return keyed_schema(type, std::move(properties), std::move(required));
}

Json optimizer_schema(const NodeType& type) {
  const Json above_zero = schema_of_real({{"exclusiveMinimum", 0}});
  Json clip = Json::object(), properties = Json::object();
  clip["norm"] = described(above_zero, "the most that the Euclidean norm of all gradients together may be");
  clip["value"] = described(above_zero, "the most that the magnitude of an entry of a gradient may be");
  properties["rate"] = described(
      {{"anyOf", {{{"type", "number"}, {"exclusiveMinimum", 0}}, {{"type", "string"}}}}},
      "the learning rate: a number, or a formula of epoch, step, epochs and steps, such as 0.1*0.95^epoch");
  properties["clip"] = described({{"type", "object"},
                                  {"properties", clip},
                                  {"additionalProperties", false},
                                  {"minProperties", 1},
                                  {"maxProperties", 1}},
                                 "what gradients are cut to: {norm: …} or {value: …}");
  return keyed_schema(type, std::move(properties), Json::array({"type", "rate"}));
}

}  // namespace graph_runner::cli
