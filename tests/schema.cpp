// The JSON Schema, judged by a validator that is not ours: it takes every graph file of this repository as
// the reader sees it, and refuses what the reader refuses for its structure.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/optimizer_type.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::ordered_json;

namespace {

std::string schema_text() {
  const Outcome o = run_tool("graph-inspect", {"--schema", "--plugins", test_plugins().string()});
  REQUIRE(o.code == 0);
  return o.out;
}

// A file as the reader sees it, on one line.
std::string as_json(const std::string& file) {
  const Outcome o = run_tool("graph-inspect", {file, "--as-json"});
  INFO(file, o.err);
  REQUIRE(o.code == 0);
  CHECK(o.err.empty());
  return o.out;
}

// What the validator says of each document, a line each: "valid", or "invalid" and why.
std::vector<std::string> judge(const std::string& documents) {
  const TemporaryFolder folder;
  const std::string schema = folder.write("schema.json", schema_text());
  const std::string lines = folder.write("documents", documents);
  const std::string out = folder.path() / "out";
  const int code =
      std::system(fmt::format("/usr/bin/python3 '{}' '{}' '{}' >'{}' 2>&1",
                              (source_folder() / "tests" / "validate.py").string(), schema, lines, out)
                      .c_str());
  const std::string said = read_file(out);
  INFO("where python3-jsonschema is missing, tools/test installs it", said.substr(0, 2000));
  REQUIRE(code == 0);
  std::vector<std::string> verdicts;
  std::istringstream in(said);
  for (std::string line; std::getline(in, line);) verdicts.push_back(line);
  return verdicts;
}

// The YAML blocks of the format's reference.
std::vector<std::string> yaml_blocks() {
  std::vector<std::string> found;
  const std::string text = read_file(source_folder() / "graphs" / "README.md");
  for (std::size_t at = 0; (at = text.find("```yaml\n", at)) != std::string::npos;) {
    at += 8;
    found.push_back(text.substr(at, text.find("```\n", at) - at));
  }
  return found;
}

// The keys that the reader lists where it meets one that it does not know: "expected 'a', 'b' or 'c'".
std::set<std::string> keys_of_reader(const std::string& file) {
  std::string said;
  try {
    read_graph_text(file, "test.yaml", registry());
  } catch (const Error& e) {
    for (const Problem& p : e.problems())
      if (contains(p.message, "unknown key 'zzzzzzzz'")) said = p.message;
  }
  INFO(file, said);
  const std::size_t at = said.find("; expected ");
  REQUIRE(at != std::string::npos);
  std::set<std::string> keys;
  std::istringstream words(said.substr(at));
  for (std::string part; std::getline(words, part, '\'') && std::getline(words, part, '\'');)
    keys.insert(part);
  return keys;
}

const std::string inputs = "inputs: {x: [n, 2], t: [n, 2]}\n";
const std::string fine = inputs + "nodes: {y: {type: ReLU, in: x}}\n";
std::string node(const std::string& y) { return inputs + "nodes: {y: " + y + "}\n"; }
std::string everything(const std::string& attribute) {
  return "inputs: {x: [3], p: [2]}\nnodes: {y: {type: Everything, in: {x: x, parts: p}, " + attribute +
         "}}\n";
}
std::string input(const std::string& x) {
  return "inputs: {x: " + x + "}\nnodes: {y: {type: ReLU, in: x}}\n";
}
std::string parameter(const std::string& p) {
  return "parameters: {p: " + p + "}\nnodes: {y: {type: ReLU, in: p}}\n";
}
std::string data(const std::string& x) { return fine + "data: {train: {x: " + x + "}}\n"; }
std::string train(const std::string& more) {
  return "parameters: {p: {shape: [2], init: ones}}\nnodes: {y: {type: Multiply, in: [p, p]}}\ntrain: {" +
         more + "}\n";
}
const std::string sgd = "optimizer: {type: SGD, rate: 0.1}";

}  // namespace

TEST_CASE("every graph file here, and every one in the reference, is valid by the schema") {
  std::vector<std::string> names;
  std::string documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source_folder() / "graphs"))
    if (entry.path().extension() == ".yaml" && entry.path().parent_path().filename() != "answers") {
      names.push_back(entry.path().string());
      documents += as_json(names.back());
    }
  CHECK(names.size() >= 30);
  const TemporaryFolder folder;
  for (const std::string& block : yaml_blocks()) {
    names.push_back(block);
    documents += as_json(folder.write("block.yaml", block));
  }
  // Attributes of every kind, from a plugin outside the tree.
  names.emplace_back("Everything");
  documents += as_json(folder.write(
      "everything.yaml",
      everything("times: 9, scale: 1/4, negate: true, mode: ignore, extra: 0, weights: [1, pi]")));
  names.emplace_back("a list of one feeds a port that takes one");
  documents +=
      as_json(folder.write("one.yaml", "inputs: {a: [2]}\nnodes: {y: {type: Copy, in: {x: [a]}}}\n"));
  const std::vector<std::string> verdicts = judge(documents);
  REQUIRE(verdicts.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    CHECK(verdicts[i] == "valid");
  }
}

TEST_CASE("what the reader refuses for its structure, the schema refuses") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"no nodes", inputs},
      {"an empty map of nodes", inputs + "nodes: {}"},
      {"a list of nodes", inputs + "nodes: [y]"},
      {"a list as file", "[1, 2]"},
      {"an unknown key", fine + "tests: {}"},
      {"a node of no type", node("{in: x}")},
      {"an unknown type", node("{type: Linaer, in: x, units: 3}")},
      {"a type that is a path", node("{type: ../ReLU, in: x}")},
      {"a name that begins with a digit", inputs + "nodes: {2y: {type: ReLU, in: x}}"},
      {"a name with a dash", inputs + "nodes: {a-b: {type: ReLU, in: x}}"},
      {"an unknown attribute", node("{type: ReLU, in: x, units: 3}")},
      {"a missing attribute", node("{type: Linear, in: x}")},
      {"a text for an integer", node("{type: Linear, in: x, units: many}")},
      {"a fraction for an integer", node("{type: Linear, in: x, units: 1.5}")},
      {"an integer in quotes", node("{type: Linear, in: x, units: '3'}")},
      {"an integer that is a formula", node("{type: Linear, in: x, units: 1+2}")},
      {"an integer below its range", node("{type: Linear, in: x, units: 0}")},
      {"an integer above its range", everything("times: 10")},
      {"a list for an integer", everything("times: [1]")},
      {"a number at an open end of its range", everything("scale: 0")},
      {"a number at the other open end", everything("scale: 10")},
      {"a text for a number", everything("scale: large")},
      {"yes for true", everything("negate: yes")},
      {"a text that is no choice", everything("mode: adds")},
      {"a map for a list", everything("weights: {}")},
      {"a list that is too long", everything("weights: [1, 2, 3, 4]")},
      {"a list that is too short", everything("weights: []")},
      {"a negative size", everything("extra: -1")},
      {"a size that is no name", everything("extra: a-b")},
      {"nothing that feeds", node("{type: ReLU}")},
      {"too few that feed", node("{type: Add, in: x}")},
      {"too many that feed", node("{type: ReLU, in: [x, t]}")},
      {"an unknown port", node("{type: ReLU, in: {x: x, z: t}}")},
      {"a port that nothing feeds", node("{type: SquaredLoss, in: {prediction: x}}")},
      {"a name with two dots in a row", node("{type: ReLU, in: x..y}")},
      {"an unknown key of a block", fine + "blocks: {B: {nodes: {y: 2}, output: y, outputs: y}}"},
      {"a block without output", fine + "blocks: {B: {nodes: {y: 2}}}"},
      {"a block of no nodes", fine + "blocks: {B: {nodes: {}, output: y}}"},
      {"a pattern that is a list", fine + "blocks: {B: {inputs: {x: [n]}, nodes: {y: 2}, output: y}}"},
      {"an attribute that is a map",
       fine + "blocks: {B: {attributes: {a: {b: 1}}, nodes: {y: 2}, output: y}}"},
      {"a node of no type in a block", fine + "blocks: {B: {nodes: {y: {in: x}}, output: y}}"},
      {"an include that is a map", fine + "include: {a: b}"},
      {"something that feeds what takes nothing", node("{type: Ones, in: x, shape: [2]}")},
      {"an initialiser of no parameter", node("{type: Linear, in: x, units: 3, init: {V: he}}")},
      {"an unknown initialiser", node("{type: Linear, in: x, units: 3, init: {W: hee}}")},
      {"two initialisers", node("{type: Linear, in: x, units: 3, init: {W: {uniform: 1, normal: 1}}}")},
      {"a negative deviation", node("{type: Linear, in: x, units: 3, init: {W: {normal: -1}}}")},
      {"an empty formula of lists", inputs + "nodes: {y: []}"},
      {"a shape that is a number", input("3")},
      {"an axis of size 0", input("[0]")},
      {"an axis that is no name", input("[a-b]")},
      {"more than eight axes", input("[1, 1, 1, 1, 1, 1, 1, 1, 1]")},
      {"an input without a shape", input("{from: 0}")},
      {"an unknown key of an input", input("{shape: [2], min: 0}")},
      {"a bound that is a text", input("{shape: [2], from: low}")},
      {"an empty list as value", input("{shape: [2], value: []}")},
      {"a parameter that does not say how it starts", parameter("{shape: [2]}")},
      {"a parameter that is a shape", parameter("[2]")},
      {"data that are a text", data("mnist")},
      {"data of no source", data("{scale: 2}")},
      {"data of two sources", data("{file: a, values: [1]}")},
      {"a scale of one-hot rows", data("{values: [[1, 2]], scale: 2, one_hot: 3}")},
      {"a scale of what is standardized", data("{values: [[1, 2]], scale: 2, standardize: true}")},
      {"classes that are standardized", data("{values: [1], one_hot: 2, standardize: true}")},
      {"a split of nothing", fine + "data: {train: {x: [[1, 2]]}, split: {seed: 1}}"},
      {"a part of all", fine + "data: {train: {x: [[1, 2]]}, split: {test: 1}}"},
      {"one row", data("{values: [[1, 2]], rows: [1]}")},
      {"rows that count from 0", data("{values: [[1, 2]], rows: [0, 1]}")},
      {"one-hot rows of no length", data("{values: [1], one_hot: 0}")},
      {"no names of classes", data("{file: a.csv, one_hot: []}")},
      {"two classes of one name", data("{file: a.csv, one_hot: [b, b]}")},
      {"no columns", data("{file: a.csv, columns: []}")},
      {"a column of number 0", data("{file: a.csv, columns: [0]}")},
      {"a header that is a name", data("{file: a.csv, header: first}")},
      {"another fill than the mean", data("{file: a.csv, missing: zero}")},
      {"a size of one axis", data("{file: a.png, size: [28]}")},
      {"a size of 0", data("{file: a.png, size: [0, 28]}")},
      {"pixels of one-hot rows", data("{file: a, one_hot: 2, invert: true}")},
      {"data without train", fine + "data: {test: {x: [[1, 2]]}}"},
      {"an unknown split", fine + "data: {train: {x: [[1, 2]]}, valid: {x: [[1, 2]]}}"},
      {"training that minimizes nothing", train(sgd + ", epochs: 1")},
      {"training without an optimizer", train("minimize: y, epochs: 1")},
      {"training without epochs", train("minimize: y, " + sgd)},
      {"an unknown optimizer", train("minimize: y, optimizer: {type: Adan, rate: 0.1}, epochs: 1")},
      {"a node as optimizer", train("minimize: y, optimizer: {type: ReLU, rate: 0.1}, epochs: 1")},
      {"an optimizer as node", node("{type: SGD, in: [x, x, x, x, x]}")},
      {"a list of rates", train("minimize: y, optimizer: {type: SGD, rate: [1, 2]}, epochs: 1")},
      {"clipping by nothing", train("minimize: y, optimizer: {type: SGD, rate: 1, clip: {}}, epochs: 1")},
      {"clipping to 0", train("minimize: y, optimizer: {type: SGD, rate: 1, clip: {norm: 0}}, epochs: 1")},
      {"a rate of 0", train("minimize: y, optimizer: {type: SGD, rate: 0}, epochs: 1")},
      {"a momentum of 1", train("minimize: y, optimizer: {type: SGD, rate: 1, momentum: 1}, epochs: 1")},
      {"epochs of 0", train("minimize: y, epochs: 0, " + sgd)},
      {"a negative seed", train("minimize: y, epochs: 1, seed: -1, " + sgd)},
      {"a name to watch that is no list", train("minimize: y, epochs: 1, watch: y, " + sgd)},
      {"a requirement of no split", train("minimize: y, epochs: 1, require: {y: 1}, " + sgd)},
      {"an unknown shuffle", train("minimize: y, epochs: 1, shuffle: rows, " + sgd)},
      {"an unknown key of training", train("minimize: y, epochs: 1, batches: 1, " + sgd)},
      {"training on data without a batch",
       fine + "data: {train: {x: [[1, 2]]}}\ntrain: {minimize: y, epochs: 1, " + sgd + "}"},
      {"claims that are no list", fine + "check: y = x"},
      {"a question that asks nothing", fine + "check: [{points: 2}]"},
      {"a question worth less than nothing", fine + "check: [{question: 'y = ?', points: -1}]"},
      {"a question that allows anything", fine + "check: [{question: 'y = ?', allow: anything}]"},
      {"a question that hides nothing", fine + "check: [{question: 'y = ?', hide: []}]"},
      {"a question that is refuted", fine + "refuted: [{question: 'y = ?'}]"},
      {"critical points that are no list", fine + "critical: {of: y, by: x}"},
      {"no critical points", fine + "critical: []"},
      {"a critical point of nothing", fine + "critical: [{by: x}]"},
      {"an unknown kind of critical point", fine + "critical: [{of: y, by: x, kind: saddel}]"},
      {"a point that there is not", fine + "critical: [{of: y, by: x, kind: none, point: [1]}]"}};
  const TemporaryFolder folder;
  std::string documents;
  for (const auto& [what, text] : table) documents += as_json(folder.write("bad.yaml", text));
  const std::vector<std::string> verdicts = judge(documents);
  REQUIRE(verdicts.size() == table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    INFO(table[i].first);
    CHECK(contains(verdicts[i], "invalid"));
    bool refused = false;
    try {
      build_graph(read_graph_text(table[i].second, "bad.yaml", registry()), registry());
      // What depends on data is seen when they are loaded.
      refused = run_tool("graph-runner",
                         {folder.write("bad.yaml", table[i].second), "--plugins", test_plugins().string()})
                    .code == 2;
    } catch (const Error& e) {
      refused = e.exit() == Exit::bad_request;
    }
    CHECK(refused);
  }
}

TEST_CASE("the schema has every key that the reader has, and no other") {
  const Json schema = Json::parse(schema_text());
  const auto keys_at = [&](const std::string& pointer) {
    std::set<std::string> keys;
    const Json& properties = schema.at(Json::json_pointer(pointer + "/properties"));
    for (const auto& [key, value] : properties.items()) keys.insert(key);
    return keys;
  };
  const std::string z = ", zzzzzzzz: 1}", name = "/patternProperties/" + [&] {
    const Json& names = schema["properties"]["nodes"]["patternProperties"];
    return names.items().begin().key();
  }();
  CHECK(keys_at("") == keys_of_reader(fine + "zzzzzzzz: 1"));
  CHECK(keys_at("/properties/inputs" + name + "/anyOf/1") == keys_of_reader(input("{shape: [2]" + z)));
  CHECK(keys_at("/properties/parameters" + name) == keys_of_reader(parameter("{shape: [2], init: he" + z)));
  CHECK(keys_at("/properties/data") == keys_of_reader(fine + "data: {train: {}" + z));
  CHECK(keys_at("/properties/data/properties/split") ==
        keys_of_reader(fine + "data: {train: {}, split: {test: 0.1" + z + "}"));
  CHECK(keys_at("/properties/data/properties/train" + name + "/anyOf/1") ==
        keys_of_reader(data("{values: [1]" + z)));
  CHECK(keys_at("/properties/train") == keys_of_reader(fine + "train: {minimize: y" + z));
  const Json& optimizers = schema["properties"]["train"]["properties"]["optimizer"]["allOf"];
  for (std::size_t i = 0; i < optimizers.size(); ++i) {
    const std::string name_of = optimizers[i]["if"]["properties"]["type"]["const"];
    CHECK(is_optimizer(registry().get(name_of)));
    CHECK(keys_at(fmt::format("/properties/train/properties/optimizer/allOf/{}/then", i)) ==
          keys_of_reader(fine + "train: {optimizer: {type: " + name_of + z + "}"));
  }
  CHECK(keys_at("/properties/critical/items") == keys_of_reader(fine + "critical: [{of: y" + z + "]"));
  CHECK(keys_at("/properties/check/items/anyOf/1") ==
        keys_of_reader(fine + "check: [{question: 'y = ?'" + z + "]"));
  CHECK(keys_at("/definitions/init/anyOf/2") ==
        keys_of_reader(parameter("{shape: [2], init: {uniform: 1" + z + "}")));
  // Of every node type, its attributes and ports.
  for (const Json& one : schema["definitions"]["node"]["then"]["allOf"]) {
    const NodeType& type = registry().get(one["if"]["properties"]["type"]["const"]);
    std::set<std::string> expected{"type"}, found;
    bool fed = false, parameters = false;
    for (const Port& p : type.ports()) {
      fed = fed || p.role <= GR_PARAMETER;
      parameters = parameters || p.role == GR_PARAMETER;
    }
    if (fed) expected.insert("in");
    if (parameters) expected.insert("init");
    for (const Attribute& a : type.attributes()) expected.insert(a.name);
    for (const auto& [key, value] : one["then"]["properties"].items()) found.insert(key);
    CHECK(found == expected);
  }
  CHECK(schema["definitions"]["node"]["then"]["allOf"].size() + optimizers.size() ==
        registry().names().size());
}

TEST_CASE("the schema describes types outside the tree: kinds, ranges, choices, defaults and ports") {
  const Json schema = Json::parse(schema_text());
  for (const Json& one : schema["definitions"]["node"]["then"]["allOf"]) {
    if (one["if"]["properties"]["type"]["const"] != "Everything") continue;
    const Json& p = one["then"]["properties"];
    CHECK(p["times"] == Json::parse(R"({"type": "integer", "minimum": 1, "maximum": 9, "default": 2,
        "description": "an integer: an integer of at least 1 and at most 9"})"));
    CHECK(p["scale"]["anyOf"][0] ==
          Json::parse(R"({"type": "number", "exclusiveMinimum": 0.0, "exclusiveMaximum": 10.0})"));
    CHECK(p["mode"]["enum"] == Json({"add", "ignore"}));
    CHECK(p["negate"]["default"] == false);
    CHECK(p["weights"]["anyOf"][1]["minItems"] == 1);
    CHECK(p["weights"]["anyOf"][1]["maxItems"] == 3);
    CHECK(p["in"]["anyOf"].back()["required"] == Json({"x", "parts"}));
    CHECK(p["in"]["anyOf"].back()["properties"]["x"]["description"] ==
          "... n; numbers from -100 to 100; the main input");
    return;
  }
  FAIL("Everything is not in the schema");
}

TEST_CASE("--as-json keeps order, numbers, booleans and texts apart, and formulas as they are written") {
  const TemporaryFolder folder;
  const auto json = [&](const std::string& yaml) { return as_json(folder.write("a.yaml", yaml)); };
  CHECK(json("b: 1\na: [-2, 0.5, 1e-3, 1/255, -pi, '3', true, 'true', yes, x]\nc: {}\n") ==
        R"({"b":1,"a":[-2,0.5,0.001,"1/255","-pi","3",true,"true","yes","x"],"c":{}})"
        "\n");
  // What the reader takes for no number.
  CHECK(json("[010, 0x10, .inf, nan, 1e999, +1, 1_000]") ==
        "[\"010\",\"0x10\",\".inf\",\"nan\",\"1e999\",\"+1\",\"1_000\"]\n");
  CHECK(json("[9223372036854775807, 9223372036854775808]") ==
        "[9223372036854775807,9.223372036854776e+18]\n");
  const Outcome o = run_tool("graph-inspect", {folder.write("a.yaml", "a: 1\na: 2\n"), "--as-json"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "a.yaml:2:1: error: the key 'a' stands here twice"));
}
