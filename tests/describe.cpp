// What graph-inspect says of a node type, and that it can be believed.
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/optimizer_type.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::ordered_json;

namespace {

Outcome describe(const std::string& type, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {type, "--plugins", test_plugins().string()});
  return run_tool("graph-inspect", more);
}

// Inputs that fit a type's patterns, under the names that the line to paste feeds it with. A type that asks
// more of its shapes than its patterns say gets none of the leading axes.
std::string fitting_inputs(const NodeType& type) {
  std::string inputs;
  for (const Port& p : type.ports()) {
    if (p.role != GR_INPUT) continue;
    std::string shape = p.pattern.leading && !type.table().shapes ? "batch" : "";
    for (const auto& axis : p.pattern.axes)
      shape += (shape.empty() ? "" : ", ") + (axis.kind == Pattern::Axis::any ? "m" : axis.text);
    for (const char* suffix : {"", "1", "2"})
      inputs += (inputs.empty() ? "" : ", ") + fmt::format("{}{}: [{}]", p.name, suffix, shape);
  }
  return "inputs: {" + inputs + "}\n";
}

}  // namespace

TEST_CASE("the line to paste of every type makes a graph, with inputs of the names that it uses") {
  for (const std::string& name : registry().names()) {
    const Outcome o = describe(name);
    INFO(o.out);
    CHECK(o.code == 0);
    const bool optimizer = is_optimizer(registry().get(name));
    const std::string label = optimizer ? "under train" : "in a graph";
    const std::size_t at = o.out.find(label);
    REQUIRE(at != std::string::npos);
    const std::string line = o.out.substr(o.out.find_first_not_of(' ', at + label.size()));
    CHECK(line.find('\n') == line.size() - 1);
    const std::string yaml = optimizer ? "parameters: {p: {shape: [2], init: ones}}\nnodes: {f: sum(p)}\n"
                                         "train:\n  minimize: f\n  epochs: 1\n  " +
                                             line
                                       : fitting_inputs(registry().get(name)) + "nodes:\n  " + line;
    CHECK(error_of(yaml) == "");
  }
}

TEST_CASE("a type says how formulas call it, and they can") {
  int called = 0;
  for (const std::string& name : registry().names()) {
    const NodeType& type = registry().get(name);
    const Json json = Json::parse(describe(name, {"--json"}).out);
    const bool callable = type.port_names(GR_PARAMETER).empty() && type.port_names(GR_OUTPUT).size() == 1;
    CHECK(json["formulas"].empty() == !callable);
    const bool plain = std::none_of(type.attributes().begin(), type.attributes().end(),
                                    [](const Attribute& a) { return a.required; });
    if (!callable || !plain) continue;
    std::string call = json["formulas"][0];
    if (const std::size_t more = call.find(", …"); more != std::string::npos) call.erase(more, 5);
    INFO(call);
    CHECK(error_of(fitting_inputs(type) + "nodes: {f: '" + call + "'}") == "");
    ++called;
  }
  CHECK(called > 30);
  CHECK(contains(describe("Swish").out, "in formulas  swish(x) or swish(x, beta)\n"));
  CHECK(contains(describe("Reshape").out, "in formulas  reshape(x, shape, …)\n"));
  CHECK_FALSE(contains(describe("Linear").out, "in formulas"));
}

TEST_CASE("what a type is stands in a few lines") {
  const std::string out = describe("Everything").out;
  for (const char* line :
       {"  port     role    shape       notes\n",
        "  x        input   ... n       numbers from -100 to 100; not read by backward; the main input\n",
        "  bias     input   n           may be left out\n",
        "  parts    input   _           one or more; not read by backward\n",
        "  rounded  output  ... n       no gradient; not read by backward\n",
        "  factor   saved   (a number)  kept for backward\n",
        "  times      an integer of at least 1 and at most 9  2        an integer\n",
        "  mode       'add' or 'ignore'                       add      a text\n",
        "  weights    a list of 1 to 3 numbers                [1, 1]   a list\n", "  gradient    yes\n",
        "  scalars     float, double, dual\n", "  ABI         1.2; this program speaks 1.2\n",
        "  in a graph  everything: {type: Everything, in: {x: x, parts: [parts1, parts2]}}\n"}) {
    INFO(line, out);
    CHECK(contains(out, line));
  }
  CHECK(contains(describe("Linear").out, "starts uniform in ±1/√in; the outputs are affine in it"));
}

TEST_CASE("programs are told all that people are") {
  const Json type = Json::parse(describe("Everything", {"--json"}).out);
  CHECK(type["event"] == "type");
  const Json& x = type["ports"][0];
  CHECK(x == Json::parse(R"({"name": "x", "role": "input", "shape": "... n", "doc": "the main input",
      "many": false, "optional": false, "discrete": false, "unread": true, "affine": false,
      "broadcast": false, "domain": "numbers from -100 to 100"})"));
  CHECK(type["ports"][1]["optional"] == true);
  CHECK(type["ports"][2]["many"] == true);
  CHECK(type["ports"][5]["discrete"] == true);
  CHECK(type["attributes"][1] == Json::parse(R"({"name": "scale", "doc": "a real", "kind": "real",
      "list": false, "required": false, "default": 0.5, "expected": "a number above 0 and below 10",
      "least": 0.0, "most": 10.0, "above": true, "below": true, "choices": [], "least_count": 0,
      "most_count": 0})"));
  CHECK(type["attributes"][3]["choices"] == Json({"add", "ignore"}));
  CHECK(type["scalars"] == Json({"float", "double", "dual"}));
  CHECK(type["abi"]["plugin"] == "1.2");
  CHECK(type["example"] == "everything: {type: Everything, in: {x: x, parts: [parts1, parts2]}}");
  const Json linear = Json::parse(describe("Linear", {"--json"}).out);
  CHECK(linear["ports"][1]["affine"] == true);
  CHECK(linear["ports"][1]["init"] == "uniform in ±1/√in");
  // Without a type, a line for each.
  std::istringstream lines(run_tool("graph-inspect", {"--json"}).out);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) CHECK(Json::parse(line)["event"] == "type");
  CHECK(count >= 50);
}

TEST_CASE("the list of types says where each lies") {
  const std::string out = run_tool("graph-inspect", {"--plugins", test_plugins().string()}).out;
  const std::size_t own = out.find(test_plugins().string() + "\n"),
                    standard = out.find((build_folder() / "plugins").string() + "\n");
  REQUIRE(own != std::string::npos);
  REQUIRE(standard != std::string::npos);
  CHECK(own < out.find("\n  Swish "));
  CHECK(out.find("\n  Swish ") < standard);
  CHECK(standard < out.find("\n  ReLU "));
}
