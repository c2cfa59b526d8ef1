// Every refusal of a block, of a use of one and of a file that is included has its exit code, its place, its
// message, and the place of the use that it comes of.
#include "tests/bad_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

struct BadBlock {
  std::string refused, text, place, message, used_at;
  int code = 2;
};

BadFile row(const BadBlock& b) { return {b.refused, b.text, b.place, b.message, b.code, 1, b.used_at}; }

void check(const std::vector<BadBlock>& table) {
  const TemporaryFolder folder;
  for (const BadBlock& b : table) check_refused(row(b), folder);
}

// Line 3 is block B, with its text from 3:7 on; further blocks follow; the last line holds the nodes, with
// its text from column 9 on.
const std::string inputs = "inputs: {x: [batch, 4], t: [batch, 4]}\n";
std::string file(const std::string& block, const std::string& nodes = "y: {type: B, in: x}",
                 const std::string& more = "") {
  return inputs + "blocks:\n  B: {" + block + "}\n" + more + "nodes: {" + nodes + "}\n";
}
const std::string plain = "inputs: {x: \"... n\"}, nodes: {h: {type: ReLU, in: x}}, output: h";
const std::string linear =
    "inputs: {x: \"... n\"}, attributes: {units: 3}, nodes: {h: {type: Linear, in: x, units: units}}, "
    "output: h";
const std::string required =
    "inputs: {x: \"... n\"}, attributes: {units: required}, nodes: {h: {type: Linear, in: x, units: units}}, "
    "output: h";

// The same beside files that can be included.
void check_included(const std::vector<BadBlock>& table) {
  const TemporaryFolder folder, elsewhere;
  folder.write("good.yaml", "blocks: {Good: {" + plain + "}}\n");
  folder.write("nodes.yaml", "nodes: {h: {type: ReLU, in: x}}\n");
  folder.write("list.yaml", "[1]\n");
  folder.write("broken.yaml", "blocks: {\n");
  folder.write("circle.yaml", "include: circle.yaml\n");
  folder.write("wrong.yaml", "blocks:\n  Wrong: {nodes: {h: {type: ReLU, in: x}}, output: h}\n");
  folder.write("slope.yaml",
               "blocks:\n  Slope:\n    inputs: {x: \"...\"}\n    nodes:\n      h: {type: ReLU, in: x, slope: "
               "2}\n    output: h\n");
  std::filesystem::create_symlink(elsewhere.write("good.yaml", "blocks: {}\n"), folder.path() / "link.yaml");
  for (const BadBlock& b : table) check_refused(row(b), folder);
}

}  // namespace

TEST_CASE("a block whose declaration is wrong is refused once, whoever uses it") {
  check({
      {"blocks that are a list", inputs + "blocks: [B]\nnodes: {y: {type: ReLU, in: x}}\n", "2:9",
       "blocks: found a list, expected a map (name: …)", ""},
      {"a block that is a text", inputs + "blocks: {B: ReLU}\nnodes: {y: {type: ReLU, in: x}}\n", "2:13",
       "block 'B': found 'ReLU', expected a map (key: value)", ""},
      {"a block called like a node type",
       inputs + "blocks: {ReLU: {" + plain + "}}\nnodes: {y: {type: ReLU, in: x}}\n", "2:10",
       "block 'ReLU': a node type has this name; give the block another", ""},
      {"a block with a dash in its name",
       inputs + "blocks: {a-b: {" + plain + "}}\nnodes: {y: {type: ReLU, in: x}}\n", "2:10",
       "'a-b' cannot name a block: a letter, then letters, digits and '_', 64 at most", ""},
      {"an unknown key of a block", file(plain + ", outputs: h"), "3:73",
       "block 'B': unknown key 'outputs' (did you mean 'output'?); expected 'inputs', 'attributes', "
       "'parameters', 'nodes' or 'output'",
       ""},
      {"a block without nodes", file("inputs: {x: \"...\"}, output: h"), "3:6",
       "block 'B': 'nodes' is missing; expected a map from each node's name to {type: …, in: …}", ""},
      {"a block of no nodes", file("inputs: {x: \"...\"}, nodes: {}, output: h"), "3:34",
       "block 'B': declares no nodes", ""},
      {"a block without output", file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}}"), "3:6",
       "block 'B': 'output' is missing; expected the name of the node that computes it, or a map from names",
       ""},
      {"an output that no node has",
       file("inputs: {x: \"...\"}, nodes: {hidden: {type: ReLU, in: x}}, output: hiden"), "3:73",
       "block 'B': output: found 'hiden', expected a node of the block (did you mean 'hidden'?)", ""},
      {"an output that is an input", file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}}, output: x"),
       "3:68", "block 'B': output: found 'x', expected a node of the block", ""},
      {"an output by a name that is another node's",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}, z: {type: ReLU, in: x}}, output: {h: z}",
            "y: {type: ReLU, in: x}"),
       "3:93", "block 'B': output 'h': a node has this name; expected 'h' to be that, or another name", ""},
      {"an output of a name with a dot",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}}, output: {a.b: h}",
            "y: {type: ReLU, in: x}"),
       "3:69", "block 'B': 'a.b' cannot name an output: a letter, then letters, digits and '_'", ""},
      {"an output that is a list", file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}}, output: [h]"),
       "3:68",
       "block 'B': output: found a list, expected the name of a node, or a map from names of outputs to "
       "nodes",
       ""},
      {"no outputs in a map", file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}}, output: {}"),
       "3:68",
       "block 'B': output: found an empty map, expected the name of a node, or a map from names of outputs "
       "to nodes",
       ""},
      {"a pattern that is a list", file("inputs: {x: [n]}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:19",
       "block 'B', input 'x': found a list, expected a pattern in quotes, such as \"... n\" or \"batch 10\"; "
       "\"\" is a single number",
       ""},
      {"a pattern with dots in the middle",
       file("inputs: {x: \"n ...\"}, nodes: {h: {type: ReLU, in: x}}, output: h"), "3:19",
       "block 'B', input 'x': '...' in the shape pattern \"n ...\" is not an axis: a number, a name, '_' or, "
       "first, '...'; a result may be '*' alone",
       ""},
      {"a pattern that is open", file("inputs: {x: \"*\"}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:19", "block 'B', input 'x': found '*', which results alone may be", ""},
      {"an input with an unknown key",
       file("inputs: {x: {shape: \"...\", optinal: true}}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:34",
       "block 'B', input 'x': unknown key 'optinal' (did you mean 'optional'?); expected 'shape' or "
       "'optional'",
       ""},
      {"an input that is optional by a text",
       file("inputs: {x: {shape: \"...\", optional: maybe}}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:44", "block 'B', input 'x', optional: found 'maybe', expected true or false", ""},
      {"an input called like a node",
       file("inputs: {h: \"...\"}, nodes: {h: {type: ReLU, in: h}}, output: h"), "3:35",
       "block 'B': the name 'h' is taken: an input has it already", ""},
      {"a size called like an input",
       file("inputs: {n: \"... n\"}, nodes: {h: {type: ReLU, in: n}}, output: h"), "3:19",
       "block 'B': the name 'n' is taken: an input has it already", ""},
      {"an attribute called like a node",
       file("inputs: {x: \"...\"}, attributes: {h: 3}, nodes: {h: {type: ReLU, in: x}}, output: h"), "3:55",
       "block 'B': the name 'h' is taken: an attribute has it already", ""},
      {"a node with a dot in its name",
       file("inputs: {x: \"...\"}, nodes: {a.b: {type: ReLU, in: x}}, output: a.b"), "3:35",
       "block 'B': 'a.b' cannot name a node: a letter, then letters, digits and '_', 64 at most", ""},
      {"an attribute called like a key of uses",
       file("inputs: {x: \"...\"}, attributes: {repeat: 3}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:40", "block 'B': 'repeat' is reserved and cannot name an attribute", ""},
      {"an attribute whose default is a map",
       file("inputs: {x: \"...\"}, attributes: {a: {b: 1}}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:43", "block 'B': attribute 'a': found a map, expected its default, or 'required'", ""},
      {"a default of nested lists",
       file("inputs: {x: \"...\"}, attributes: {a: [1, [2]]}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:47", "block 'B': attribute 'a': found a list in its default, expected single values", ""},
      {"a default of several kinds",
       file("inputs: {x: \"...\"}, attributes: {a: [1, true]}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:47", "block 'B': attribute 'a': 'true' is of another kind than the first entry of its default, '1'",
       ""},
      {"a parameter without a shape",
       file("inputs: {x: \"... n\"}, parameters: {W: {init: he}}, nodes: {h: W*x}, output: h"), "3:45",
       "block 'B', parameter 'W': 'shape' is missing; expected a list of sizes", ""},
      {"a name that nothing in the block has",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: z}}, output: h"), "3:55",
       "block 'B', node 'h': nothing in the block is called 'z'", ""},
      {"a name of the file that uses the block",
       file("inputs: {x: \"...\"}, nodes: {h: {type: Add, in: [x, t]}}, output: h"), "3:58",
       "block 'B', node 'h': nothing in the block is called 't'", ""},
      {"an attribute that feeds a node",
       file("inputs: {x: \"...\"}, attributes: {a: 3}, nodes: {h: {type: ReLU, in: a}}, output: h"), "3:75",
       "block 'B', node 'h': 'a' is an attribute, and no value", ""},
      {"a port of an input", file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x.y}}, output: h"),
       "3:55", "block 'B', node 'h': nothing in the block is called 'x.y'", ""},
  });
}

TEST_CASE("what is wrong inside a block is refused there, with the use that it was found in") {
  check({
      {"an unknown type inside", file("inputs: {x: \"...\"}, nodes: {h: {type: Relu, in: x}}, output: h"),
       "3:45", "node 'y.h': unknown node type 'Relu' (did you mean 'ReLU'?)", "4:9"},
      {"an unknown type that is near a block",
       inputs + "blocks:\n  Residual: {" + plain + "}\nnodes: {y: {type: Residul, in: x}}\n", "4:19",
       "node 'y': there is neither a node type nor a block 'Residul' (did you mean 'Residual'?)", ""},
      {"an unknown type inside that is near a block",
       inputs + "blocks:\n  Residual: {" + plain +
           "}\n  B: {inputs: {x: \"...\"}, nodes: {h: {type: Residul, in: x}}, output: h}\nnodes: {y: {type: "
           "B, in: x}}\n",
       "4:45", "node 'y.h': there is neither a node type nor a block 'Residul' (did you mean 'Residual'?)",
       "5:9"},
      {"an unknown attribute inside",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x, slope: 2}}, output: h"), "3:58",
       "node 'y.h': ReLU has no attribute 'slope'; it has none", "4:9"},
      {"an unknown attribute inside, in three uses",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x, slope: 2}}, output: h",
            "a: {type: B, in: x}, b: {type: B, in: x}, c: {type: B, in: x, repeat: 9}"),
       "3:58", "node 'a.h': ReLU has no attribute 'slope'; it has none", "4:9"},
      {"a missing attribute inside",
       file("inputs: {x: \"...\"}, nodes: {h: {type: Linear, in: x}}, output: h"), "3:35",
       "node 'y.h': Linear needs the attribute 'units' (an integer of at least 1): size of the output's last "
       "axis",
       "4:9"},
      {"too few inputs inside", file("inputs: {x: \"...\"}, nodes: {h: {type: Add, in: x}}, output: h"),
       "3:35", "node 'y.h': nothing feeds the input 'b' (\"...\"); Add takes 'a' or 'b'", "4:9"},
      {"a cycle inside",
       file("inputs: {x: \"...\"}, nodes: {h: {type: Add, in: [x, k]}, k: {type: ReLU, in: h}}, output: h"),
       "3:35",
       "a cycle: y.h -> y.k -> y.h; a graph must have an order in which every node comes after those that "
       "feed it",
       "4:9"},
      {"shapes inside that do not fit",
       file("inputs: {x: \"... n\"}, nodes: {k: {type: Linear, in: x, units: 3}, h: {type: Add, in: [x, "
            "k]}}, output: h"),
       "3:73",
       "node 'y.h' (Add): port 'b' (fed by 'y.k') has shape [batch, 3], which cannot be broadcast with "
       "[batch, 4] of port 'a' (fed by 'x'): from the last axis on, sizes must be equal, or one of them 1 or "
       "missing",
       "4:9"},
      {"shapes inside that fit in one use alone",
       file("inputs: {x: \"... n\"}, nodes: {k: {type: Linear, in: x, units: 4}, h: {type: Add, in: [x, "
            "k]}}, output: h",
            "a: {type: B, in: x}, w: {type: Linear, in: x, units: 5}, b: {type: B, in: w}"),
       "3:73",
       "node 'b.h' (Add): port 'b' (fed by 'b.k') has shape [batch, 4], which cannot be broadcast with "
       "[batch, 5] of port 'a' (fed by 'w'): from the last axis on, sizes must be equal, or one of them 1 or "
       "missing",
       "4:66"},
      {"a formula inside that names nothing", file("inputs: {x: \"...\"}, nodes: {h: 2*z}, output: h"),
       "3:40", "node 'y.h': nothing is called 'z'", "4:9"},
      {"a formula inside that names a value of the file",
       file("inputs: {x: \"...\"}, nodes: {h: x + t}, output: h"), "3:42",
       "node 'y.h': nothing is called 't'", "4:9"},
      {"a formula inside that is none", file("inputs: {x: \"...\"}, nodes: {h: 2*}, output: h"), "3:40",
       "node 'y.h': the formula ends where a value is missing", "4:9"},
      {"a formula inside whose shapes do not fit",
       file("inputs: {x: \"... n\", z: \"... m\"}, nodes: {h: x + z}, output: h",
            "w: {type: Linear, in: x, units: 5}, y: {type: B, in: [x, w]}"),
       "3:54",
       "node 'y.h': 'x + z': 'x', a matrix [batch, 4] and 'z', a matrix [batch, 5]: their shapes must be "
       "equal",
       "4:45"},
      {"an init of a parameter that is not there",
       file("inputs: {x: \"...\"}, nodes: {h: {type: Linear, in: x, units: 2, init: {V: he}}}, output: h"),
       "3:77", "node 'y.h': Linear has no parameter 'V'; it has 'W' or 'b'", "4:9"},
      {"a size where a number is wanted, which data fix",
       "inputs: {x: [batch, n]}\nblocks:\n  B: {inputs: {x: \"... n\"}, nodes: {h: {type: Linear, in: x, "
       "units: n}}, output: h}\nnodes: {y: {type: B, in: x}}\n",
       "3:69", "node 'y.h', attribute 'units': the size 'n' is n here; expected one that is a number", "4:9"},
      {"a size that no pattern names",
       file("inputs: {x: \"...\"}, nodes: {h: {type: Zeros, shape: [batch]}, y: {type: ReLU, in: x}}, "
            "output: y"),
       "3:60", "node 'y.h', attribute 'shape': no input of the block has a size called 'batch'", "4:9"},
      {"a parameter of an unknown size",
       file("inputs: {x: \"... n\"}, parameters: {W: {shape: [n, m], init: he}}, nodes: {h: {type: MatMul, "
            "in: [x, W]}}, output: h"),
       "3:42", "parameter 'W': no input of the block has a size called 'm'", "4:9"},
  });
}

TEST_CASE("a use that does not fit its block is refused, with the places of both") {
  check({
      {"an unknown attribute of a use", file(linear, "y: {type: B, in: x, unit: 3}"), "4:29",
       "node 'y': B, a block (bad.yaml:3) has no attribute 'unit' (did you mean 'units'?); it has 'units'",
       ""},
      {"a missing attribute of a use", file(required), "4:9",
       "node 'y': B, a block (bad.yaml:3) needs the attribute 'units'", ""},
      {"a missing attribute that is misspelt", file(required, "y: {type: B, in: x, unit: 3}"), "4:29",
       "node 'y': B, a block (bad.yaml:3) has no attribute 'unit' (did you mean 'units'?); it has 'units'",
       ""},
      {"a text for an integer", file(linear, "y: {type: B, in: x, units: many}"), "4:36",
       "node 'y', attribute 'units' of B, a block (bad.yaml:3): found 'many', expected an integer", ""},
      {"a list for an integer", file(linear, "y: {type: B, in: x, units: [3]}"), "4:36",
       "node 'y', attribute 'units' of B, a block (bad.yaml:3): found a list, expected an integer", ""},
      {"a map for an attribute", file(required, "y: {type: B, in: x, units: {a: 3}}"), "4:36",
       "node 'y', attribute 'units' of B, a block (bad.yaml:3): found a map, expected a value", ""},
      {"a value out of range inside", file(linear, "y: {type: B, in: x, units: 0}"), "3:93",
       "node 'y.h', attribute 'units': found 0, expected an integer of at least 1", "4:36"},
      {"a text for a required attribute", file(required, "y: {type: B, in: x, units: many}"), "3:100",
       "node 'y.h', attribute 'units': found 'many', expected an integer of at least 1", "4:36"},
      {"a list for a required attribute", file(required, "y: {type: B, in: x, units: [3, 4]}"), "3:100",
       "node 'y.h', attribute 'units': found a list, expected an integer of at least 1", "4:36"},
      {"a text in a formula",
       file("inputs: {x: \"...\"}, attributes: {a: required}, nodes: {h: a*x}, output: h",
            "y: {type: B, in: x, a: '2 +'}"),
       "3:65", "node 'y.h': 'a' is '2 +' here, expected a number", "4:32"},
      {"a number as a function",
       file("inputs: {x: \"...\"}, attributes: {f: tanh}, nodes: {h: f(x)}, output: h",
            "y: {type: B, in: x, f: 3}"),
       "3:61", "node 'y.h': 'f' is '3' here, expected the name of a function", "4:32"},
      {"init at a use", file(linear, "y: {type: B, in: x, init: {W: he}}"), "4:29",
       "node 'y': B, a block (bad.yaml:3): 'init' stands at the nodes inside", ""},
      {"a use that nothing feeds", file(plain, "y: {type: B}"), "4:9",
       "node 'y': nothing feeds the input 'x' (\"... n\"); B takes 'x'; B is a block (bad.yaml:3)", ""},
      {"a use fed by too many", file(plain, "y: {type: B, in: [x, t]}"), "4:30",
       "node 'y': B takes 1 input ('x'), but 't' is one more; B is a block (bad.yaml:3)", ""},
      {"a use with an unknown input", file(plain, "y: {type: B, in: {x: x, z: t}}"), "4:36",
       "node 'y': B has no input 'z'; it has 'x'; B is a block (bad.yaml:3)", ""},
      {"a use fed by what is not there", file(plain, "y: {type: B, in: z}"), "4:26",
       "node 'y': nothing is called 'z'", ""},
      {"a use of too few axes", file("inputs: {x: \"a b c\"}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:16", "node 'y' (B): port 'x' (fed by 'x') wants exactly 3 axes; it is batch × 4", "4:26"},
      {"a use of the wrong size", file("inputs: {x: \"... 5\"}, nodes: {h: {type: ReLU, in: x}}, output: h"),
       "3:16", "node 'y' (B): port 'x' (fed by 'x') has shape [batch, 4]; its axis 2 must be 5", "4:26"},
      {"two inputs of a use that do not fit",
       file("inputs: {x: \"... n\", z: \"... n\"}, nodes: {h: {type: Add, in: [x, z]}}, output: h",
            "w: {type: Linear, in: x, units: 5}, y: {type: B, in: [x, w]}"),
       "3:28",
       "node 'y' (B): port 'z' (fed by 'w') has shape [batch, 5]; its axis 2 must be 4, as axis 2 of port "
       "'x' (fed by 'x') is",
       "4:66"},
  });
}

TEST_CASE("repetitions, shared parameters and names that cannot be are refused") {
  check({
      {"repeat of nothing", file(plain, "y: {type: B, in: x, repeat: 0}"), "4:37",
       "node 'y', repeat: found '0', expected an integer of at least 1", ""},
      {"repeat of a text", file(plain, "y: {type: B, in: x, repeat: often}"), "4:37",
       "node 'y', repeat: found 'often', expected an integer of at least 1", ""},
      {"repetitions that do not fit",
       file("inputs: {x: \"... 4\"}, nodes: {h: {type: Linear, in: x, units: 3}}, output: h",
            "y: {type: B, in: x, repeat: 3}"),
       "3:16", "node 'y.2' (B): port 'x' (fed by 'y.1') has shape [batch, 3]; its axis 2 must be 4", "4:37"},
      {"repetitions of several outputs",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}, k: {type: ReLU, in: x}}, output: {h: h, "
            "k: k}",
            "y: {type: B, in: x, repeat: 3}"),
       "4:37",
       "node 'y', repeat: B, a block (bad.yaml:3) has 2 outputs; what repeats has one, which feeds the first "
       "input of the next",
       ""},
      {"repetitions of what has no input",
       file("nodes: {h: {type: Zeros, shape: [3]}}, output: h", "y: {type: B, repeat: 3}"), "4:30",
       "node 'y', repeat: B, a block (bad.yaml:3) has no input that could be fed by the one before", ""},
      {"share without repeat", file(linear, "y: {type: B, in: x, share: true}"), "4:36",
       "node 'y': share: true is for the repetitions of one use; 'repeat' is missing, or the name of another "
       "use",
       ""},
      {"share with what is not there", file(linear, "y: {type: B, in: x, share: z}"), "4:36",
       "node 'y': share: 'z' is no use of B, as which it stands beside 'y'", ""},
      {"share with a use of another block",
       file(linear, "z: {type: D, in: x}, y: {type: B, in: x, share: z}", "  D: {" + linear + "}\n"), "5:57",
       "node 'y': share: 'z' is no use of B, as which it stands beside 'y'", ""},
      {"share with one that shares",
       file(linear, "a: {type: B, in: x}, z: {type: B, in: x, share: a}, y: {type: B, in: x, share: z}"),
       "4:88", "node 'y': share: 'z' has no parameters of its own, but those of 'a'; expected a use that has",
       ""},
      {"share with itself", file(linear, "y: {type: B, in: x, share: y}"), "4:36",
       "node 'y': share: 'y' has no parameters of its own, but those of 'y'; expected a use that has", ""},
      {"share with one that repeats",
       file(linear, "z: {type: B, in: x, repeat: 2, units: 4}, y: {type: B, in: x, share: z}"), "4:78",
       "node 'y': share: 'z' has repeat: 2 and 'y' no repeat; expected the same", ""},
      {"share of a list", file(linear, "y: {type: B, in: x, share: [z]}"), "4:36",
       "node 'y': share: found a list, expected true or another use of B", ""},
      {"share of other shapes", file(linear, "z: {type: B, in: x}, y: {type: B, in: x, units: 5, share: z}"),
       "3:61",
       "node 'y.h' (Linear): port 'W' (fed by 'z.h.W') has shape [3, 4]; its axis 1 must be 5, as attribute "
       "'units' says",
       "4:30"},
      {"a use by its several outputs",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x}, k: {type: ReLU, in: x}}, output: {h: h, "
            "k: k}",
            "y: {type: B, in: x}, z: {type: ReLU, in: y}"),
       "4:50", "node 'z': 'y' has several outputs: write 'y.h' or 'y.k'", ""},
      {"an output that a use has not", file(plain, "y: {type: B, in: x}, z: {type: ReLU, in: y.z}"), "4:50",
       "node 'z': nothing is called 'y.z' (did you mean 'y.h'?)", ""},
      {"a use called like an input", file(plain, "x: {type: B, in: t}"), "4:9",
       "the name 'x' is taken: an input has it already", ""},
      {"a node with the path of another", file(plain, "y: {type: B, in: x}, y.h: {type: ReLU, in: x}"),
       "4:30", "the name 'y.h' is taken: a node has it already", ""},
      {"a use with a dot in its name", file(plain, "y.z: {type: B, in: x}"), "4:9",
       "node 'y.z': a use of a block has a name of at most 64 characters: a letter, then letters, digits and "
       "'_'",
       ""},
      {"an optional input in a formula",
       file("inputs: {x: \"...\", z: {shape: \"...\", optional: true}}, nodes: {h: x + z}, output: h"),
       "3:77",
       "node 'y.h': nothing feeds 'z' here, an input that may be left out; a formula cannot do without it",
       "4:9"},
      {"an optional input at a port that is not",
       file("inputs: {x: \"...\", z: {shape: \"...\", optional: true}}, nodes: {h: {type: Add, in: [x, z]}}, "
            "output: h"),
       "3:70", "node 'y.h': nothing feeds the input 'b' (\"...\"); Add takes 'a' or 'b'", "4:9"},
  });
}

TEST_CASE("blocks that use themselves, and more nodes than there may be, are refused before any is made") {
  check({
      {"a block that uses itself", file("inputs: {x: \"...\"}, nodes: {h: {type: B, in: x}}, output: h"),
       "3:45", "block 'B' would use itself: B -> B", ""},
      {"two blocks that use each other",
       file("inputs: {x: \"...\"}, nodes: {h: {type: D, in: x}}, output: h", "y: {type: B, in: x}",
            "  D: {inputs: {x: \"...\"}, nodes: {h: {type: B, in: x}}, output: h}\n"),
       "4:45", "block 'B' would use itself: B -> D -> B", ""},
      {"a block that nobody uses and that uses itself",
       file("inputs: {x: \"...\"}, nodes: {h: {type: B, in: x}}, output: h", "y: {type: ReLU, in: x}"),
       "3:45", "block 'B' would use itself: B -> B", ""},
      {"a block that uses itself by an attribute",
       file("inputs: {x: \"...\"}, attributes: {of: required}, nodes: {h: {type: of, in: x, of: of}}, "
            "output: h",
            "y: {type: B, in: x, of: B}"),
       "3:73", "block 'B' would use itself: B -> B", ""},
      {"a million nodes", file(plain, "y: {type: B, in: x, repeat: 1000000}"), "4:9",
       "node 'y': stands for 1,000,000 nodes; 100,000 are the most", ""},
      {"nodes in several uses",
       file(plain, "y: {type: B, in: x, repeat: 60000}, z: {type: B, in: x, repeat: 60000}"), "4:45",
       "node 'z': stands for 60,000 nodes, 120,000 with those before it; 100,000 are the most", ""},
  });
}

TEST_CASE("a block that nobody uses is checked as far as it can be") {
  check({
      {"an unknown type in a block that nobody uses",
       file("inputs: {x: \"...\"}, nodes: {h: {type: Relu, in: x}}, output: h", "y: {type: ReLU, in: x}"),
       "3:45", "node 'h': unknown node type 'Relu' (did you mean 'ReLU'?)", ""},
      {"an unknown attribute in a block that nobody uses",
       file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: x, slope: 2}}, output: h",
            "y: {type: ReLU, in: x}"),
       "3:58", "node 'h': ReLU has no attribute 'slope'; it has none", ""},
      {"a wrong value in a block that nobody uses",
       file("inputs: {x: \"...\"}, attributes: {units: many}, nodes: {h: {type: Linear, in: x, units: "
            "units}}, output: h",
            "y: {type: ReLU, in: x}"),
       "3:94", "node 'B.h', attribute 'units': found 'many', expected an integer of at least 1", "3:47"},
      {"a formula in a block that nobody uses",
       file("inputs: {x: \"...\"}, nodes: {h: 2*}, output: h", "y: {type: ReLU, in: x}"), "3:40",
       "node 'B.h': the formula ends where a value is missing", ""},
  });
}

TEST_CASE("in blocks within blocks, each use on the way is told") {
  check({
      {"a wrong attribute in a block in a block",
       file("inputs: {x: \"...\"}, nodes: {h: {type: D, in: x, units: 0}}, output: h", "y: {type: B, in: x}",
            "  D: {" + linear + "}\n"),
       "4:93", "node 'y.h.h', attribute 'units': found 0, expected an integer of at least 1", "5:9"},
      {"an unknown attribute of a use in a block",
       file("inputs: {x: \"...\"}, nodes: {h: {type: D, in: x, unit: 3}}, output: h", "y: {type: B, in: x}",
            "  D: {" + linear + "}\n"),
       "3:55",
       "node 'y.h': D, a block (bad.yaml:4) has no attribute 'unit' (did you mean 'units'?); it has 'units'",
       "5:9"},
      {"a shape that does not fit two blocks deep",
       file("inputs: {x: \"... n\"}, nodes: {h: {type: D, in: x}}, output: h", "y: {type: B, in: x}",
            "  D: {inputs: {x: \"... 5\"}, nodes: {h: {type: ReLU, in: x}}, output: h}\n"),
       "4:16", "node 'y.h' (D): port 'x' (fed by 'x') has shape [batch, 4]; its axis 2 must be 5", "5:26"},
      {"a repeat by a size",
       file("inputs: {x: \"... n\"}, nodes: {h: {type: D, in: x, repeat: n}}, output: h",
            "y: {type: B, in: x}", "  D: {" + plain + "}\n"),
       "3:65", "node 'y.h', repeat: found 'n', expected an integer of at least 1", "5:9"},
  });
}

TEST_CASE("files that cannot be included are refused, with the line that includes them") {
  check_included({
      {"an include that is a map", inputs + "include: {a: b}\nnodes: {y: {type: ReLU, in: x}}\n", "2:10",
       "include: found a map, expected a file or a list of files", ""},
      {"an include of an absolute path", inputs + "include: /tmp/a.yaml\nnodes: {y: {type: ReLU, in: x}}\n",
       "2:10",
       "include: found '/tmp/a.yaml', expected a path to a file of the same folder or below: neither "
       "absolute nor with '..'",
       ""},
      {"an include of a folder above", inputs + "include: ../a.yaml\nnodes: {y: {type: ReLU, in: x}}\n",
       "2:10",
       "include: found '../a.yaml', expected a path to a file of the same folder or below: neither absolute "
       "nor with '..'",
       ""},
      {"an include of what is not there", inputs + "include: a.yaml\nnodes: {y: {type: ReLU, in: x}}\n",
       "2:10", "include: 'a.yaml': No such file or directory", "", 4},
      {"an include of itself", inputs + "include: bad.yaml\nnodes: {y: {type: ReLU, in: x}}\n", "2:10",
       "include: a cycle: 'bad.yaml' includes itself", ""},
      {"an include twice", inputs + "include: [good.yaml, good.yaml]\nnodes: {y: {type: ReLU, in: x}}\n",
       "2:22", "include: 'good.yaml' is included already, at bad.yaml:2", ""},
      {"an include of other sections", inputs + "include: nodes.yaml\nnodes: {y: {type: ReLU, in: x}}\n", "",
       "an included file: unknown key 'nodes'; expected 'blocks' or 'include'", "2:10"},
      {"an include of no map", inputs + "include: list.yaml\nnodes: {y: {type: ReLU, in: x}}\n", "",
       "an included file: found a list, expected a map with 'blocks'", "2:10"},
      {"an include of no YAML", inputs + "include: broken.yaml\nnodes: {y: {type: ReLU, in: x}}\n", "",
       "not YAML: expected ',' or '}' here; quote a text that contains brackets, quotes or ': '", "2:10"},
      {"an include in a circle", inputs + "include: circle.yaml\nnodes: {y: {type: ReLU, in: x}}\n", "",
       "include: a cycle: 'circle.yaml' includes itself", "2:10"},
      {"an include through a link", inputs + "include: link.yaml\nnodes: {y: {type: ReLU, in: x}}\n", "2:10",
       "include: 'link.yaml' is a link that leads out of the folder", ""},
      {"a block that an included file has as well",
       inputs + "include: good.yaml\nblocks: {Good: {" + plain + "}}\nnodes: {y: {type: Good, in: x}}\n", "",
       "the block 'Good' is declared twice: here and at bad.yaml:3", "2:10"},
      {"a wrong block in an included file", inputs + "include: wrong.yaml\nnodes: {y: {type: ReLU, in: x}}\n",
       "", "block 'Wrong', node 'h': nothing in the block is called 'x'", "2:10"},
      {"a node in an included block", inputs + "include: slope.yaml\nnodes: {y: {type: Slope, in: x}}\n", "",
       "node 'y.h': ReLU has no attribute 'slope'; it has none", "3:9"},
  });
}

TEST_CASE("uses that feed each other are a cycle, whether or not sizes of their patterns are needed") {
  const std::string nodes = "a: {type: B, in: b}, b: {type: B, in: a}";
  check({{"two uses", file(plain, nodes), "3:37", "a cycle: a.h -> b.h -> a.h", "4:9"},
         {"two uses by sizes",
          file("inputs: {x: \"... n\"}, nodes: {h: {type: Linear, in: x, units: n}}, output: h", nodes),
          "3:37", "a cycle: a.h -> a -> b.h -> b -> a.h", "4:9"}});
}

TEST_CASE("where a block is wrong, what is wrong with other nodes is told as well") {
  const std::string said =
      error_of(file("inputs: {x: \"...\"}, nodes: {h: {type: ReLU, in: z}}, output: h",
                    "y: {type: B, in: x}, z: {type: Linear, in: y, units: many}, f: 2*"));
  CHECK(contains(said, "test.yaml:3:55: block 'B', node 'h': nothing in the block is called 'z'"));
  CHECK(contains(said, "node 'z', attribute 'units': found 'many', expected an integer of at least 1"));
  CHECK(contains(said, "node 'f': the formula ends where a value is missing"));
}

TEST_CASE("33 blocks within each other are refused, and 32 are not") {
  const auto nested = [](int count) {
    std::string blocks = "blocks:\n";
    for (int i = 1; i <= count; ++i)
      blocks +=
          fmt::format("  B{}: {{inputs: {{x: \"...\"}}, nodes: {{h: {{type: {}, in: x}}}}, output: h}}\n", i,
                      i == count ? "ReLU" : fmt::format("B{}", i + 1));
    return inputs + blocks + "nodes: {y: {type: B1, in: x}}\n";
  };
  check({{"33 blocks", nested(33), "34:47", "block 'B33': more than 32 blocks within each other", ""}});
  CHECK(error_of(nested(32)).empty());
}
