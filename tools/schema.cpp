#include "tools/schema.hpp"

#include <fmt/format.h>

#include <iterator>

#include "analysis/critical.hpp"
#include "core/optimizer_type.hpp"
#include "file/block_include.hpp"
#include "file/block_reader.hpp"
#include "tools/inspect_mode.hpp"
#include "tools/schema_parts.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner::cli {

using namespace schema;

namespace {

Json inputs() {
  Json full = Json::object();
  full["shape"] = schema_ref("shape");
  full["from"] = described(schema_of_real(), "the least that an entry may be");
  full["to"] = described(schema_of_real(), "the most that an entry may be");
  full["symmetric"] =
      described({{"type", "boolean"}}, "whether it is a symmetric matrix at every random point");
  full["positive_definite"] = described(
      {{"type", "boolean"}}, "whether it is a symmetric positive definite matrix at every random point");
  full["value"] = described(schema_ref("numbers"), "its entries, row by row: it then needs no data");
  return described(names_to(any({schema_ref("shape"), map(full, {"shape"})})),
                   "what data feeds: a map from names to shapes, or to {shape, from, to, symmetric, "
                   "positive_definite, value}");
}

Json parameters() {
  Json full = Json::object();
  full["shape"] = schema_ref("shape");
  full["init"] = schema_ref("init");
  return described(names_to(map(full, {"shape", "init"})), "parameters declared by hand");
}

Json init() {
  Json spread = Json::object();
  spread["uniform"] = described(schema_of_real({{"minimum", 0}}), "uniform between minus and plus this");
  spread["normal"] =
      described(schema_of_real({{"minimum", 0}}), "normal with mean 0 and this standard deviation");
  Json one = map(spread);
  one["minProperties"] = one["maxProperties"] = 1;
  Json names = Json::array();
  for (const auto& [name, doc] :
       {std::pair("zeros", "all 0"),
        {"ones", "all 1"},
        {"fan", "uniform in ±1/√n, n the size summed over"},
        {"he", "normal, deviation √(2/n), n the size summed over"},
        {"glorot", "uniform in ±√(6/(n + m)), n the size summed over, m the first axis"}})
    names.push_back(described({{"const", name}}, doc));
  return described(any({{{"anyOf", names}}, schema_of_real(), one}), "how a parameter starts");
}

// A map with a `type`, which decides which other keys there are: nodes, or optimizers.
Json typed(Registry& registry, bool optimizers, const std::string& description,
           Json (*schema_of)(const NodeType&)) {
  Json names = Json::array(), types = Json::array();
  for (const std::string& name : registry.names()) {
    const NodeType& known = registry.get(name);
    if (is_optimizer(known) != optimizers) continue;
    names.push_back(described({{"const", name}}, known.doc()));
    Json is{{"properties", {{"type", {{"const", name}}}}}, {"required", {"type"}}};
    types.push_back({{"if", std::move(is)}, {"then", schema_of(known)}});
  }
  Json typed{{"required", {"type"}}, {"properties", Json::object()}};
  typed["properties"]["type"] = described({{"anyOf", names}}, description);
  typed["allOf"] = std::move(types);
  return typed;
}

// A formula, or a node of a type or block.
Json node(Registry& registry, const Blocks* blocks) {
  Json then = typed(registry, false, "the node type: the name of a plugin, or of a block", type_schema);
  if (blocks)
    for (const auto& [name, block] : *blocks) {
      then["properties"]["type"]["anyOf"].push_back(described({{"const", name}}, "a block"));
      Json is{{"properties", {{"type", {{"const", name}}}}}, {"required", {"type"}}};
      then["allOf"].push_back({{"if", std::move(is)}, {"then", use_schema(block)}});
    }
  return described({{"if", type("object")}, {"then", std::move(then)}, {"else", schema_ref("formula")}},
                   "a node: {type: …, in: …} with the attributes of its type, or a formula");
}

// The same in a file whose blocks are not known: other types may stand for them.
Json open_node(const Json& node) {
  Json open = node;
  Json& names = open["then"]["properties"]["type"]["anyOf"];
  names.push_back(described(schema_ref("size"), "a block"));
  Json& types = open["then"]["allOf"];
  for (std::size_t i = 0; i < types.size(); ++i) types[i] = schema_ref(fmt::format("node/then/allOf/{}", i));
  return open;
}

// What `train:` says about how training is judged, ended and saved.
Json saving() {
  const Json mean{{"type", "string"}, {"pattern", required_pattern}};
  Json properties = Json::object();
  properties["evaluate_train"] = described(any({whole(1), {{"const", "all"}}}),
                                           "how many samples to train on are evaluated after an epoch");
  properties["evaluate_train"]["default"] = 10000;
  Json stop = Json::object();
  stop["watch"] = described(mean, "train.NAME or test.NAME");
  stop["patience"] = whole(1, 1 << 30);
  properties["stop"] = described(map(stop, {"watch", "patience"}),
                                 "ends training where a mean has not become better for so many epochs");
  properties["save"] = described(schema_ref("text"), "where the model goes, relative to this file");
  Json best = Json::object();
  best["best"] = described(mean, "train.NAME or test.NAME");
  properties["keep"] = described(any({{{"enum", {"last", "best", "all"}}}, map(best, {"best"})}),
                                 "which models are kept: that of the last epoch, the best, or all");
  properties["keep"]["default"] = "last";
  properties["every"] = described(whole(1), "the state is saved after so many steps, and after each epoch");
  return properties;
}

Json train(Registry& registry) {
  Json optimizer = typed(registry, true, "the optimizer: the name of a plugin", optimizer_schema);
  optimizer["type"] = "object";
  Json properties = Json::object();
  properties["minimize"] =
      described(schema_ref("value"), "the value whose mean over all entries is minimized");
  properties["optimizer"] = described(std::move(optimizer), "how parameters change");
  properties["batch"] = described(whole(1, 1 << 30), "samples a step; required where there are data");
  properties["epochs"] = described(whole(1, 1 << 30), "how often training goes through the data");
  properties["seed"] = described(whole(0), "of initial values and order");
  properties["seed"]["default"] = 1;
  properties["shuffle"] =
      described({{"enum", {"samples", "blocks"}}},
                "blocks: of 1 MiB, mixed in windows of 64, for files that a disk reads slowly");
  properties["shuffle"]["default"] = "samples";
  properties["watch"] = described(list_of(schema_ref("value")), "further values whose means are shown");
  properties["require"] =
      described(names_to(schema_of_real(), required_pattern),
                "bounds that the last epoch must meet, by train.NAME or test.NAME: at most for the minimized "
                "value, at least for a watched one");
  properties.update(saving());
  return described(map(properties, {"minimize", "optimizer", "epochs"}), "how to train");
}

Json sweep() {
  const Json value{{"type", {"string", "number", "boolean"}}};
  Json schema = names_to(list_of(value, 1), setting_pattern);
  schema["minProperties"] = 1;
  return described(std::move(schema),
                   "settings and the values to try, by paths such as train.optimizer.rate");
}

// An entry of `check:`.
Json claim() {
  Json properties = Json::object();
  properties["question"] = described(type("string"), "an open question, such as df/dx = ?");
  properties["name"] = described(schema_ref("text"), "what the question is called in a gradebook");
  properties["points"] =
      described(schema_of_real({{"minimum", 0}, {"maximum", 1e6}}), "what an answer earns; 1 unless given");
  properties["allow"] =
      described({{"enum", {"derivatives"}}}, "an answer may contain derivatives, as those of a chain rule");
  const Json names = list_of(schema_ref("text"), 1);
  properties["forbid"] = described(names, "functions that an answer may not use");
  properties["hide"] = described(names, "values that an answer may not name");
  return any({type("string"), map(properties, {"question"})});
}

Json critical() {
  Json kinds = Json::array();
  for (const char* kind : critical_kinds) kinds.push_back(kind);
  Json properties = Json::object();
  properties["of"] = described(schema_ref("value"), "a single number that the graph computes");
  properties["by"] = described(schema_ref("value"), "an input or parameter");
  properties["near"] = described(schema_ref("numbers"), "where the search starts");
  properties["point"] = described(schema_ref("numbers"), "a point that must be among those found");
  properties["kind"] = described({{"enum", kinds}}, "what the point must be; none: there is no such point");
  Json one = map(properties, {"of", "by"});
  one["not"] = {{"required", {"kind", "point"}}, {"properties", {{"kind", {{"const", "none"}}}}}};
  return described(list_of(one, 1), "points where a gradient is zero: found, classified and compared");
}

Json definitions(Registry& registry, const Blocks* blocks) {
  Json d = Json::object();
  d["value"] = described({{"type", "string"}, {"pattern", value_pattern}},
                         "the name of an input, parameter or node, or node.port");
  d["size"] = described({{"type", "string"}, {"pattern", size_pattern}}, "the name of a size");
  d["sizes"] =
      described({{"type", "string"},
                 {"pattern", "^[ (]*[A-Za-z0-9_]+[ )]*([+*][ (]*[A-Za-z0-9_]+[ )]*|- *[0-9]+[ )]*)*$"}},
                "the name of a size, or what + and * make of names and numbers, less a number: n - 1");
  d["text"] = {{"type", {"string", "number", "boolean"}}, {"minLength", 1}};
  d["constant"] = described({{"type", "string"}, {"pattern", constant_pattern}},
                            "a constant formula, such as 1/255 or pi/2");
  d["shape"] = list_of(any({whole(1), schema_ref("size")}));
  d["shape"]["maxItems"] = GR_MAX_RANK;
  d["shape"]["description"] = "a list of axes, each a number or the name of a size; [] is a single number";
  d["numbers"] = described(any({schema_of_real(), list_of(schema_ref("numbers"), 1)}),
                           "a number, or nested lists of numbers, row by row");
  d["init"] = init();
  d["formula"] =
      described(any({type("string"), type("number"), list_of(schema_ref("formula"), 1)}),
                "a formula, such as norm2(A*v)^2; a list stacks numbers to a column, rows to a matrix");
  d["node"] = node(registry, blocks);
  if (!blocks) d["open_node"] = open_node(d["node"]);
  d["block_node"] = block_node();
  return d;
}

}  // namespace

Json schema_of_real(const Json& bounds) {
  Json number = type("number");
  number.update(bounds);
  return any({number, schema_ref("constant")});
}

Json schema_ref(const std::string& definition) { return {{"$ref", "#/definitions/" + definition}}; }

// Beside a reference, draft 7 reads nothing else.
Json described(Json schema, const std::string& description) {
  if (schema.contains("$ref")) schema = {{"allOf", Json::array({schema})}};
  schema["description"] = description;
  return schema;
}

Json format_schema(Registry& registry, const Blocks* blocks) {
  Json properties = Json::object();
  properties["inputs"] = inputs();
  properties["parameters"] = parameters();
  properties["blocks"] = schema::blocks();
  properties["include"] = include();
  properties["nodes"] =
      described(names_to(blocks ? schema_ref("node") : Json::object()), "the nodes of the graph, by name");
  properties["nodes"]["minProperties"] = 1;
  properties["data"] = data();
  properties["train"] = train(registry);
  properties["sweep"] = sweep();
  properties["check"] =
      described(list_of(claim()), "claims that must hold, such as df/dx = 2*x, and open questions");
  properties["refuted"] =
      described(list_of(type("string")), "claims that must not hold, such as a slip in a book");
  properties["critical"] = critical();
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "a graph file of graph-runner"}};
  schema.update(map(properties, {"nodes"}));
  schema["if"] = {{"required", {"data", "train"}}};
  schema["then"] = {{"properties", {{"train", {{"required", {"batch"}}}}}}};
  if (!blocks) {
    const auto nodes_are = [](const char* definition) {
      return Json{{"properties", {{"nodes", names_to(schema_ref(definition))}}}};
    };
    Json with_blocks{{"if", any({{{"required", {"blocks"}}}, {{"required", {"include"}}}})},
                     {"then", nodes_are("open_node")},
                     {"else", nodes_are("node")}};
    schema["allOf"] = Json::array({std::move(with_blocks)});
  }
  schema["definitions"] = definitions(registry, blocks);
  return schema;
}

// graph-inspect --schema, and --schema FILE.
int print_schema(const InspectRequest& request) {
  Registry registry = request.registry();
  if (request.what.empty()) {
    fmt::print("{}\n", format_schema(registry).dump(2));
    return 0;
  }
  Problems problems;
  Yaml document = parse_yaml(read_text_file(request.what), request.what, problems);
  include_blocks(document, problems);
  const Yaml* section = document.find("blocks");
  const Blocks blocks = section ? read_blocks(*section, registry, problems) : Blocks{};
  problems.raise();
  fmt::print("{}\n", format_schema(registry, &blocks).dump(2));
  return 0;
}

}  // namespace graph_runner::cli
