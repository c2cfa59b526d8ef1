// Every refusal of what a graph file says about its nodes and its training has its exit code, place and
// message.
#include "tests/bad_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// Lines 1 and 2 of most files: the text of node y begins at 2:12, that of a list of nodes at 2:9.
const std::string inputs = "inputs: {x: [n, 2], t: [n, 2]}\n";
std::string node(const std::string& y) { return inputs + "nodes: {y: " + y + "}\n"; }
std::string nodes(const std::string& list) { return inputs + "nodes: {" + list + "}\n"; }

// Line 7 is the training, with its text from 7:9 on.
const std::string network = R"(inputs: {x: [batch, 2], t: [batch, 2]}
nodes:
  y: {type: Linear, in: x, units: 2}
  loss: {type: SquaredLoss, in: [y, t]}
  hits: {type: Accuracy, in: [y, t]}
data: {train: {x: [[1, 2], [3, 4]], t: [[1, 0], [0, 1]]}}
)";
std::string train(const std::string& text) { return network + "train: {" + text + "}\n"; }
// The same with what a training needs, and more from 7:81 on.
std::string trained(const std::string& more) {
  return train("minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 1, " + more);
}
// An optimizer, with its text from 7:37 on.
std::string optimizer(const std::string& text) {
  return train("minimize: loss, optimizer: {" + text + "}, batch: 2, epochs: 1");
}

}  // namespace

TEST_CASE("names that are illegal, unknown or taken are refused") {
  check_refused({
      {"a type in another folder", node("{type: ../x, in: x}"), "2:19",
       "'../x' is not a name of a node type"},
      {"a type with an absolute path", node("{type: /tmp/x, in: x}"), "2:19",
       "'/tmp/x' is not a name of a node type"},
      {"a type with a file's ending", node("{type: ReLU.so, in: x}"), "2:19",
       "'ReLU.so' is not a name of a node type"},
      {"a type of 65 letters", node("{type: " + repeat("A", 65) + ", in: x}"), "2:19", "64 at most"},
      {"a type that is a number", node("{type: 3, in: x}"), "2:19", "'3' is not a name of a node type"},
      {"a type of which there is no plugin", node("{type: Linaer, in: x}"), "2:19",
       "unknown node type 'Linaer' (did you mean 'Linear'?)"},
      {"a type in small letters", node("{type: relu, in: x}"), "2:19",
       "unknown node type 'relu' (did you mean 'ReLU'?)"},
      {"a type in quotes that is null", node("{type: 'null', in: x}"), "2:19", "unknown node type 'null'"},
      {"a node whose name ends with a dot", nodes("a.: {type: ReLU, in: x}"), "2:9",
       "'a.' cannot name a node"},
      {"a node whose name has a dot and a 0", nodes("a.0.b: {type: ReLU, in: x}"), "2:9",
       "'a.0.b' cannot name a node"},
      {"a node called like a parameter of another",
       nodes("a: {type: Linear, in: x, units: 2}, a.b: {type: ReLU, in: x}"), "2:45",
       "the name 'a.b' is taken"},
      {"an input with a dot in its name", "inputs: {a.b: [2]}\nnodes: {y: {type: ReLU, in: a.b}}\n", "1:10",
       "'a.b' cannot name an input"},
      {"a node with a dash in its name", nodes("a-b: {type: ReLU, in: x}"), "2:9",
       "'a-b' cannot name a node"},
      {"a node with a space in its name", nodes("a b: {type: ReLU, in: x}"), "2:9",
       "'a b' cannot name a node"},
      {"a node whose name begins with a digit", nodes("1a: {type: ReLU, in: x}"), "2:9",
       "'1a' cannot name a node"},
      {"a node without a name", nodes("'': {type: ReLU, in: x}"), "2:9", "'' cannot name a node"},
      {"a node called by a sign", nodes("=: {type: ReLU, in: x}"), "2:9", "'=' cannot name a node"},
      {"an input with a bracket in its name", "inputs: {'x[': [n]}\nnodes: {y: {type: ReLU, in: 'x['}}\n",
       "1:10", "'x[' cannot name an input"},
      {"a parameter called like a port",
       node("{type: Linear, in: x, units: 2}") + "parameters: {y.W: {shape: [2], init: he}}\n", "3:14",
       "the name 'y.W' is taken"},
      {"a node called like an input", nodes("x: {type: ReLU, in: t}"), "2:9",
       "the name 'x' is taken: an input has it already"},
      {"a node called like a size", nodes("n: {type: ReLU, in: x}"), "2:9",
       "the name 'n' is taken: a size has it already"},
      {"a node called like a parameter",
       "parameters: {y: {shape: [2], init: he}}\n" + node("{type: ReLU, in: x}"), "3:9",
       "the name 'y' is taken"},
      {"a parameter called like an input",
       node("{type: ReLU, in: x}") + "parameters: {x: {shape: [2], init: he}}\n", "3:14",
       "the name 'x' is taken"},
      {"an input called like a size", "inputs: {n: [n, 2]}\nnodes: {y: {type: ReLU, in: n}}\n", "",
       "the name 'n' is taken"},
  });
}

TEST_CASE("connections that cannot be made are refused") {
  check_refused({
      {"a name that nothing has", node("{type: ReLU, in: xx}"), "2:29", "nothing is called 'xx'"},
      {"the name of a size", node("{type: ReLU, in: n}"), "2:29", "nothing is called 'n'"},
      {"a number", node("{type: ReLU, in: 3}"), "2:29", "nothing is called '3'"},
      {"a port that a node has not", nodes("a: {type: ReLU, in: x}, y: {type: ReLU, in: a.z}"), "2:53",
       "nothing is called 'a.z'"},
      {"a port of an input", node("{type: ReLU, in: x.y}"), "2:29", "nothing is called 'x.y'"},
      {"a saved output", nodes("a: {type: CrossEntropy, in: [x, t]}, y: {type: ReLU, in: a.log_p}"), "2:66",
       "nothing is called 'a.log_p'"},
      {"too many inputs", node("{type: Add, in: [x, t, x]}"), "2:35", "but 'x' is one more"},
      {"too few inputs", node("{type: Add, in: x}"), "2:9", "nothing feeds the input 'b'"},
      {"no inputs", node("{type: ReLU}"), "2:9", "nothing feeds the input 'x'"},
      {"an empty list for many inputs", node("{type: Concat, in: []}"), "2:9", "nothing feeds the input 'x'"},
      {"an unknown port", node("{type: ReLU, in: {x: x, z: t}}"), "2:39", "ReLU has no input 'z'"},
      {"an output fed like an input", node("{type: ReLU, in: {x: x, y: t}}"), "2:39",
       "ReLU has no input 'y'"},
      {"a port fed twice", node("{type: ReLU, in: {x: [x, t]}}"), "2:37", "port 'x' is fed twice"},
      {"init of a parameter that a type has not", node("{type: Linear, in: x, units: 2, init: {V: he}}"),
       "2:51", "Linear has no parameter 'V'"},
      {"init of a type without parameters", node("{type: ReLU, in: x, init: {V: he}}"), "2:39",
       "ReLU has no parameter 'V'"},
      {"init of an input", node("{type: Linear, in: x, units: 2, init: {x: he}}"), "2:51",
       "Linear has no parameter 'x'"},
      {"init by an unknown name", node("{type: Linear, in: x, units: 2, init: {W: hee}}"), "2:54",
       "(did you mean 'he'?)"},
      {"init of a parameter that is tied",
       "parameters: {V: {shape: [2, 2], init: he}}\n" +
           node("{type: Linear, in: {x: x, W: V}, units: 2, init: {W: he}}"),
       "3:62", "parameter 'W' is fed by 'V'"},
      {"an unknown attribute", node("{type: ReLU, in: x, slope: 2}"), "2:32",
       "ReLU has no attribute 'slope'"},
      {"no attribute where one is required", node("{type: Linear, in: x}"), "2:9",
       "Linear needs the attribute 'units'"},
      {"a node that feeds itself", node("{type: ReLU, in: y}"), "2:9", "a cycle: y -> y"},
      {"a node that feeds itself by a port", node("{type: ReLU, in: y.y}"), "2:9", "a cycle: y -> y"},
      {"two nodes that feed each other", nodes("a: {type: ReLU, in: b}, b: {type: ReLU, in: a}"), "2:9",
       "a cycle: a -> b -> a"},
      {"a cycle through a parameter",
       nodes("a: {type: Linear, units: 2, in: {x: x, W: b}}, b: {type: ReLU, in: a}"), "2:9",
       "a cycle: a -> b -> a"},
      {"two cycles", nodes("a: {type: ReLU, in: b}, b: {type: ReLU, in: a}, c: {type: ReLU, in: c}"), "2:9",
       "a cycle: a -> b -> a", 2, 2},
      {"parameters tied in a circle",
       nodes("a: {type: Linear, units: 2, in: {x: x, W: b.W}}, b: {type: Linear, units: 2, in: {x: x, W: "
             "a.W}}"),
       "2:51", "nothing is called 'b.W'", 2, 2},
  });
}

TEST_CASE("shapes that do not fit are refused") {
  const std::string overflow = "nodes:\n  y0: {type: Concat, in: [x, x]}\n";
  std::string doubled;
  for (int i = 1; i < 70; ++i)
    doubled += fmt::format("  y{0}: {{type: Concat, in: [y{1}, y{1}]}}\n", i, i - 1);
  check_refused({
      {"two sizes of one axis", "inputs: {x: [n, 2], t: [n, 3]}\nnodes: {y: {type: Add, in: [x, t]}}\n",
       "2:9", "has shape [n, 3]"},
      {"two names of one axis",
       "inputs: {x: [n, 2], t: [m, 2]}\nnodes: {y: {type: SquaredLoss, in: [x, t]}}\n", "2:9",
       "has shape [m, 2]"},
      {"too few axes", "inputs: {x: []}\nnodes: {y: {type: Linear, units: 3, in: x}}\n", "2:9",
       "port 'x' (fed by 'x') wants at least 1 axis; it has shape []"},
      {"too many axes", "inputs: {x: [n, 2], t: [1, 2, 3]}\nnodes: {y: {type: MatMul, in: [x, t]}}\n", "2:9",
       "port 'b' (fed by 't') wants a matrix; it has shape [1, 2, 3]"},
      {"a parameter of another shape",
       "parameters: {V: {shape: [3, 2], init: he}}\n" + node("{type: Linear, in: {x: x, W: V}, units: 2}"),
       "3:9", "port 'W' (fed by 'V') has shape [3, 2]; its axis 1 must be 2, as attribute 'units' says"},
      {"a shape that disagrees, and what depends on it",
       nodes("y: {type: MatMul, in: [x, t]}, z: {type: ReLU, in: y}"), "2:9", "port 'b' (fed by 't')"},
      {"nine axes", "inputs: {x: [1, 1, 1, 1, 1, 1, 1, 1, 1]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:10",
       "'x' has 9 axes; 8 is the most"},
      {"a shape whose size overflows",
       "inputs: {x: [4294967296, 4294967296]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:10",
       "its size overflows"},
      {"sizes doubled until they overflow", "inputs: {x: [n, 2]}\n" + overflow + doubled, "", "node 'y"},
  });
}

TEST_CASE("what is wrong with a graph is reported all at once, each mistake once and at its place") {
  std::string unknown = "inputs: {x: [n]}\nnodes:\n";
  for (int i = 0; i < 20000; ++i) unknown += fmt::format("  a{0}: {{type: ReLU, in: b{0}}}\n", i);
  const auto wide = [](const std::string& units) {
    return "inputs: {x: [batch, 2]}\nnodes: {y: {type: Linear, in: x, units: " + units +
           "}}\ndata: {train: {x: [[1, 2]]}}\n"
           "train: {minimize: y, optimizer: {type: SGD, rate: 1}, batch: 1, epochs: 1}\n";
  };
  check_refused({
      {"an unknown port, and so another that is not fed",
       node("{type: SquaredLoss, in: {predicton: x, target: t}}"), "2:48", "(did you mean 'prediction'?)"},
      {"an attribute that is misspelt and required", node("{type: Linear, in: x, unit: 2}"), "2:34",
       "Linear has no attribute 'unit' (did you mean 'units'?)"},
      {"an unknown type, what depends on it, and more",
       nodes("a: {type: Foo, in: x}, b: {type: ReLU, in: a.y}, c: {type: Add, in: [x]}, d: {type: ReLU, in: "
             "z}"),
       "2:19", "unknown node type 'Foo'", 2, 3},
      {"an objective and data that are not there",
       train("minimize: los, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1")
           .replace(network.find("[[1, 2]"), 1, "{file: none}, z: ["),
       "6:26", "none: No such file or directory", 4, 3},
      {"20,000 unknown names", unknown, "3:24", "nothing is called 'b0'", 2, 100},
      {"an input called like a size", "inputs: {n: [n, 2]}\nnodes: {y: {type: ReLU, in: n}}\n", "1:10",
       "the name 'n' is taken"},
      {"a shape whose size overflows, twice",
       "inputs: {x: [9223372036854775807, 9223372036854775807]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:10",
       "its size overflows"},
      {"units whose product with the inputs overflows", wide("9223372036854775807"), "2:9",
       "port 'W' would have shape [9223372036854775807, 2], which is too large"},
      {"units that no machine has memory for", wide("9999999999"), "", "out of memory", 3},
      {"a size that nothing fixes",
       "inputs: {x: [batch, 2]}\nparameters: {V: {shape: [2, k], init: he}}\nnodes: {y: {type: MatMul, in: "
       "[x, V]}}\n"
       "data: {train: {x: [[1, 2]]}}\n",
       "2:14", "'V': nothing fixes the size 'k'"},
  });
}

TEST_CASE("attributes of every kind are checked") {
  const TemporaryFolder folder;
  const auto everything = [&](const std::string& refused, const std::string& attribute,
                              const std::string& message) {
    check_refused({refused,
                   "inputs: {x: [n, 2], p: [k]}\nnodes: {e: {type: Everything, in: {x: x, parts: p}, " +
                       attribute + "}}\n",
                   "", message},
                  folder, {"--plugins", test_plugins().string()});
  };
  everything("yes for a bool", "negate: yes", "found 'yes', expected true or false");
  everything("no for a bool", "negate: no", "found 'no', expected true or false");
  everything("on for a bool", "negate: on", "found 'on', expected true or false");
  everything("True for a bool", "negate: True", "found 'True', expected true or false");
  everything("a bool in quotes", "negate: 'true'", "found 'true', expected true or false without quotes");
  everything("1 for a bool", "negate: 1", "found '1', expected true or false");
  everything("a real for an integer", "times: 1.5", "found '1.5', expected an integer");
  everything("an integer out of range", "times: 10",
             "found 10, expected an integer of at least 1 and at most 9");
  everything("a real out of range", "scale: 1/0.1", "found 10, expected a number above 0 and below 10");
  everything("a real that is infinite", "scale: .inf", "found '.inf', expected a number");
  everything("a text that is no choice", "mode: adds", "expected 'add' or 'ignore' (did you mean 'add'?)");
  everything("a map for a list", "weights: {}", "found a map, expected a list of 1 to 3 numbers");
  everything("an empty list", "weights: []", "found 0 entries, expected a list of 1 to 3 numbers");
  everything("a list too long", "weights: [1, 2, 3, 4]",
             "found 4 entries, expected a list of 1 to 3 numbers");
  everything("a text in a list of numbers", "weights: [1, two]", "found 'two', expected a number");
  everything("a list in a list of numbers", "weights: [1, [2]]", "found a list");
  everything("a size that no input has", "extra: m", "no input has a size called 'm'");
  everything("a negative size", "extra: -1", "found -1, expected a size of at least 0");
  check_refused({"a node of several outputs without saying which",
                 "inputs: {x: [n, 2], p: [k]}\nnodes: {e: {type: Everything, in: {x: x, parts: p}}, y: "
                 "{type: ReLU, in: e}}\n",
                 "2:74", "'e' has several outputs: write 'e."},
                folder, {"--plugins", test_plugins().string()});
}

TEST_CASE("a training that cannot be is refused") {
  const std::string no_parameters =
      "inputs: {x: [batch, 2]}\nnodes: {y: {type: ReLU, in: x}}\ndata: {train: {x: [[1, 2]]}}\n"
      "train: {minimize: y, optimizer: {type: SGD, rate: 1}, batch: 1, epochs: 1}\n";
  check_refused({
      {"train as a text", network + "train: yes\n", "7:8", "train: found 'yes', expected a map"},
      {"train as a list", network + "train: [loss]\n", "7:8", "train: found a list, expected a map"},
      {"nothing in train", network + "train: {}\n", "7:8", "'minimize' is missing", 2, 3},
      {"an unknown key", trained("epoch: 3"), "7:81", "unknown key 'epoch' (did you mean 'epochs'?)"},
      {"no objective", train("optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1"), "7:8",
       "'minimize' is missing"},
      {"an unknown objective", train("minimize: los, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1"),
       "7:19", "nothing is called 'los' (did you mean 'loss'?)"},
      {"a list of objectives",
       train("minimize: [loss], optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1"), "7:19",
       "found a list, expected a text"},
      {"a discrete objective", train("minimize: hits, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1"),
       "7:19", "'hits' is piecewise constant"},
      {"an objective that no parameter reaches",
       train("minimize: x, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1"), "7:19",
       "'x' depends on no parameter"},
      {"an objective of a graph without parameters", no_parameters, "4:19", "'y' depends on no parameter"},
      {"no data for the inputs",
       network.substr(0, network.find("data:")) +
           "train: {minimize: loss, optimizer: {type: SGD, rate: 1}, epochs: 1}\n",
       "6:8", "so 'data:' must feed them"},
      {"neither data nor training", node("{type: ReLU, in: x}"), "", "there is nothing to do"},
      {"no batch", train("minimize: loss, optimizer: {type: SGD, rate: 1}, epochs: 1"), "7:8",
       "'batch' is missing"},
      {"a batch of 0", train("minimize: loss, optimizer: {type: SGD, rate: 1}, epochs: 1, batch: 0"), "7:76",
       "found '0', expected an integer from 1 to"},
      {"a negative batch", train("minimize: loss, optimizer: {type: SGD, rate: 1}, epochs: 1, batch: -1"),
       "7:76", "found '-1', expected an integer"},
      {"a fractional batch", train("minimize: loss, optimizer: {type: SGD, rate: 1}, epochs: 1, batch: 1.5"),
       "7:76", "found '1.5', expected an integer"},
      {"a batch of all", train("minimize: loss, optimizer: {type: SGD, rate: 1}, epochs: 1, batch: all"),
       "7:76", "found 'all', expected an integer"},
      {"no epochs", train("minimize: loss, optimizer: {type: SGD, rate: 1}, batch: 2"), "7:8",
       "'epochs' is missing"},
      {"0 epochs", train("minimize: loss, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 0"), "7:76",
       "found '0', expected an integer from 1 to"},
      {"negative epochs", train("minimize: loss, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: -1"),
       "7:76", "found '-1', expected an integer"},
      {"more epochs than anybody waits for",
       train("minimize: loss, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 9999999999"), "7:76",
       "expected an integer from 1 to"},
      {"a negative seed", trained("seed: -1"), "7:87", "found '-1', expected an integer of at least 0"},
      {"a seed that is a text", trained("seed: x"), "7:87", "found 'x', expected an integer"},
      {"a seed past 64 bits", trained("seed: 18446744073709551616"), "7:87",
       "expected an integer of at least 0 and at most 18446744073709551615"},
      {"no optimizer", train("minimize: loss, batch: 2, epochs: 1"), "7:8", "'optimizer' is missing"},
      {"an optimizer by name", train("minimize: loss, optimizer: SGD, batch: 2, epochs: 1"), "7:36",
       "found 'SGD', expected a map"},
      {"an unknown optimizer", optimizer("type: Adan, rate: 0.1"), "7:43",
       "(did you mean 'Adam' or 'Atan'?)"},
      {"a node as optimizer", optimizer("type: Linear, rate: 0.1"), "7:43",
       "Linear is no optimizer, but a node of a graph; expected a type such as SGD or Adam"},
      {"an optimizer as node", node("{type: Adam, in: x}"), "2:19",
       "node 'y': Adam is an optimizer, and no node of a graph: it stands in 'train: {optimizer: {type: "
       "Adam, "
       "rate: …}}'"},
      {"an optimizer in a formula", nodes("y: 'adam(x, x, 1, 1, x, x)'"), "2:13",
       "Adam is an optimizer; write it under 'train: {optimizer: …}'"},
      {"an optimizer in small letters", optimizer("type: sgd, rate: 0.1"), "7:43", "(did you mean 'SGD'?)"},
      {"an optimizer without a type", optimizer("rate: 0.1"), "7:36", "'type' is missing"},
      {"an unknown key of the optimizer", optimizer("type: SGD, rate: 0.1, momentun: 0.9"), "7:59",
       "(did you mean 'momentum'?)"},
      {"no rate", optimizer("type: SGD"), "7:36", "'rate' is missing"},
      {"a rate that is misspelt", optimizer("type: SGD, rat: 0.1"), "7:48",
       "unknown key 'rat' (did you mean 'rate'?)"},
      {"a rate of 0", optimizer("type: SGD, rate: 0"), "7:54", "found 0, expected a number above 0"},
      {"a negative rate", optimizer("type: SGD, rate: -0.1"), "7:54",
       "found -0.1, expected a number above 0"},
      {"a rate that is a text", optimizer("type: SGD, rate: fast"), "7:54",
       "nothing is called 'fast'; the rate is a number, or a formula of 'epoch', 'step', 'epochs' or "
       "'steps'"},
      {"a rate of a name that is misspelt", optimizer("type: SGD, rate: 0.1*0.9^epochh"), "7:62",
       "nothing is called 'epochh' (did you mean 'epoch' or 'epochs'?)"},
      {"a rate of a value of the graph", optimizer("type: SGD, rate: 0.1*loss"), "7:58",
       "nothing is called 'loss'"},
      {"a rate of a function that is not there", optimizer("type: SGD, rate: 0.1*decay(step)"), "7:58",
       "there is no function 'decay'"},
      {"a rate that breaks off", optimizer("type: SGD, rate: 0.1*"), "7:58",
       "train.optimizer.rate: the formula ends where a value is missing"},
      {"a rate of several numbers", optimizer("type: SGD, rate: 'step*ones(3)'"), "7:54",
       "its shape is [3], expected a number"},
      {"a rate that divides by zero", optimizer("type: SGD, rate: 1/0"), "7:56",
       "train.optimizer.rate: division by zero"},
      {"a list of rates", optimizer("type: SGD, rate: [0.1, 0.01]"), "7:54",
       "found a list, expected a number or a formula"},
      {"an infinite rate", optimizer("type: SGD, rate: .inf"), "7:54", "train.optimizer.rate: "},
      {"a momentum of 1", optimizer("type: SGD, rate: 0.1, momentum: 1"), "7:69",
       "found 1, expected a number of at least 0 and below 1"},
      {"a negative momentum", optimizer("type: SGD, rate: 0.1, momentum: -0.1"), "7:69", "found -0.1"},
      {"a negative weight decay", optimizer("type: SGD, rate: 0.1, weight_decay: -1"), "7:73",
       "found -1, expected a number of at least 0"},
      {"a share that is a text", optimizer("type: Adam, rate: 0.1, beta1: most"), "7:67",
       "train.optimizer.beta1: found 'most', expected a number"},
      {"yes for true", optimizer("type: SGD, rate: 0.1, nesterov: yes"), "7:69",
       "train.optimizer.nesterov: found 'yes', expected true or false"},
      {"an attribute of another optimizer", optimizer("type: Adam, rate: 0.1, momentum: 0.9"), "7:60",
       "unknown key 'momentum'"},
      {"clipping to 0", optimizer("type: SGD, rate: 0.1, clip: {norm: 0}"), "7:72",
       "train.optimizer.clip.norm: found 0, expected a number above 0"},
      {"clipping by nothing", optimizer("type: SGD, rate: 0.1, clip: {}"), "7:65",
       "expected either 'norm' or 'value'"},
      {"clipping twice", optimizer("type: SGD, rate: 0.1, clip: {norm: 1, value: 1}"), "7:65",
       "expected either 'norm' or 'value'"},
      {"clipping to a number", optimizer("type: SGD, rate: 0.1, clip: 1"), "7:65",
       "found '1', expected a map"},
      {"clipping by what is misspelt", optimizer("type: SGD, rate: 0.1, clip: {nrom: 1}"), "7:66",
       "unknown key 'nrom' (did you mean 'norm'?)"},
      {"a watched value that is not there", trained("watch: [hist]"), "7:89",
       "nothing is called 'hist' (did you mean 'hits'?)"},
      {"a watched value without a list", trained("watch: hits"), "7:88",
       "found 'hits', expected a list of names"},
      {"watched values in a map", trained("watch: {hits: 1}"), "7:88",
       "found a map, expected a list of names"},
      {"a list of watched values in a list", trained("watch: [[hits]]"), "7:89",
       "found a list, expected a text"},
      {"a value watched twice", trained("watch: [hits, hits]"), "7:95", "'hits' is listed twice"},
      {"the objective among the watched values", trained("watch: [loss]"), "7:89",
       "'loss' is minimized, and so shown anyway"},
      {"a requirement without a split", trained("require: {loss: 1}"), "7:91",
       "found 'loss', expected train.NAME, validation.NAME or test.NAME"},
      {"a requirement of an unknown split", trained("require: {tset.loss: 1}"), "7:91",
       "found 'tset.loss', expected train.NAME, validation.NAME or test.NAME"},
      {"a requirement of what is not watched", trained("require: {train.hits: 1}"), "7:91",
       "'hits' is neither minimized nor watched"},
      {"a requirement without test data", trained("require: {test.loss: 1}"), "7:91",
       "needs data.test, which this file lacks"},
      {"a requirement that is a text", trained("require: {train.loss: low}"), "7:103",
       "found 'low', expected a number"},
      {"a requirement twice", trained("require: {train.loss: 1, train.loss: 2}"), "7:106",
       "the key 'train.loss' stands here twice"},
      {"requirements in a list", trained("require: [train.loss]"), "7:90", "found a list, expected a map"},
  });
}
