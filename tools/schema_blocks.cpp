// The sections `blocks:` and `include:`, and uses of blocks.
#include <fmt/format.h>

#include "exchange/writers.hpp"
#include "tools/schema_parts.hpp"

namespace graph_runner::cli::schema {

namespace {

Json one_value() { return {{"type", {"string", "number", "boolean"}}}; }
Json any_value() { return any({one_value(), list_of(one_value())}); }

Json attribute(const BlockAttribute& a) {
  Json one;
  switch (a.kind) {
    case BlockAttribute::whole:
      one = type("integer");
      break;
    case BlockAttribute::real:
      one = schema_of_real();
      break;
    case BlockAttribute::truth:
      one = type("boolean");
      break;
    default:
      one = one_value();
  }
  if (!a.initial) return described(any_value(), "required");
  Json schema = a.list ? list_of(one) : one;
  schema["default"] = Json::parse(json_of_yaml(*a.initial));
  return schema;
}

}  // namespace

Json use_schema(const BlockSpec& block) {
  Json properties = Json::object(), required = Json::array({"type"});
  properties["type"] = described({{"const", block.name}}, "a block");
  if (Json in = connections_schema(*block.face); !in.is_null()) {
    properties["in"] = std::move(in);
    for (const Port& p : block.face->ports())
      if (!p.optional && required.size() == 1) required.push_back("in");
  }
  properties["repeat"] =
      described(whole(1), "how often it stands in a chain: each feeds the first input of the next");
  properties["share"] =
      described(any({type("boolean"), schema_ref("value")}),
                "true: all repetitions have the parameters of the first; or the use whose they are");
  for (const BlockAttribute& a : block.attributes) {
    properties[a.name] = attribute(a);
    if (!a.initial) required.push_back(a.name);
  }
  return {{"properties", properties}, {"required", required}, {"additionalProperties", false}};
}

Json block_node() {
  const Json object{
      {"type", "object"}, {"required", {"type"}}, {"properties", {{"type", schema_ref("size")}}}};
  return described(
      any({object, schema_ref("formula")}),
      "a node of the block: {type: …, in: …}, or a formula; attributes of the block stand for values");
}

Json blocks() {
  Json input = Json::object();
  input["shape"] = described(type("string"), "a pattern, such as ... n");
  input["optional"] = described(type("boolean"), "whether a use may leave it out");
  Json parameter = Json::object();
  parameter["shape"] = list_of(one_value());
  parameter["init"] = Json::object();
  Json full = Json::object();
  full["inputs"] = described(names_to(any({type("string"), map(input, {"shape"})})),
                             "a map from names to patterns, in which names are sizes");
  full["attributes"] =
      described(names_to(any_value()), "names that stand for values, with defaults or `required`");
  full["parameters"] = described(names_to(map(parameter, {"shape", "init"})), "parameters of its own");
  full["nodes"] = described(names_to(schema_ref("block_node")), "the nodes inside, by name");
  full["nodes"]["minProperties"] = 1;
  full["output"] = described(any({schema_ref("value"), names_to(schema_ref("value"))}),
                             "the node that computes it, or a map from names");
  return described(names_to(map(full, {"nodes", "output"}), size_pattern),
                   "graphs that are used like node types");
}

Json include() {
  return described(any({schema_ref("text"), list_of(schema_ref("text"))}),
                   "a file of the same folder or below whose blocks this file uses, or a list of them");
}

}  // namespace graph_runner::cli::schema
