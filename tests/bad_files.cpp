// Every refusal of a graph file has its exit code, its place and its message, in under a second.
#include "tests/bad_files.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/text.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace graph_runner::test {

namespace {

// Problems begin a line; what belongs to them is indented.
int problems_in(const std::string& text) {
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line);)
    count += line.rfind("    ", 0) != 0 && line.find("error: ") != std::string::npos;
  return count;
}

// Whether a terminal may be shown a text: UTF-8, and nothing in it but characters that print and line feeds.
bool harmless(std::string_view text) {
  while (!text.empty()) {
    const Character c = first_character(text);
    if (!c.prints && c.code != '\n') return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

}  // namespace

std::string repeat(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

void check_refused(const BadFile& bad, const TemporaryFolder& folder, const std::vector<std::string>& options,
                   const std::vector<std::string>& environment) {
  INFO("refused: ", bad.refused);
  folder.write("bad.yaml", bad.text);
  std::vector<std::string> arguments{"bad.yaml"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  Outcome o = run_tool("graph-runner", arguments, folder.path(), environment);
  // A machine that is busy with other things gets a second and a third chance.
  for (int i = 0; i < 2 && o.seconds >= 1; ++i)
    o = run_tool("graph-runner", arguments, folder.path(), environment);
  INFO(o.err.substr(0, 2000));
  CHECK(o.code == bad.code);
  CHECK(o.seconds < 1);
  CHECK(harmless(o.err));
  CHECK(o.err.size() < 100000);
  CHECK(problems_in(o.err) == bad.problems);
  const std::string first = o.err.substr(0, o.err.find("\n    "));
  if (!bad.place.empty()) CHECK(first.rfind("bad.yaml:" + bad.place + ": error: ", 0) == 0);
  CHECK(first.find(bad.message) != std::string::npos);
  if (!bad.used_at.empty()) CHECK(contains(o.err, "\n  used at bad.yaml:" + bad.used_at + "\n"));
}

void check_refused(const std::vector<BadFile>& table) {
  const TemporaryFolder folder;
  for (const BadFile& bad : table) check_refused(bad, folder);
}

}  // namespace graph_runner::test

namespace {

using namespace std::string_literals;

// Lines 1 and 2 of most files: the text of node y begins at 2:12, that of a list of nodes at 2:9.
const std::string inputs = "inputs: {x: [n, 2], t: [n, 2]}\n";
const std::string fine = inputs + "nodes: {y: {type: ReLU, in: x}}\n";
std::string node(const std::string& y) { return inputs + "nodes: {y: " + y + "}\n"; }
std::string nodes(const std::string& list) { return inputs + "nodes: {" + list + "}\n"; }
// A node whose attribute `units` begins at 2:41.
std::string units(const std::string& value) { return node("{type: Linear, in: x, units: " + value + "}"); }
// An input whose second axis begins at 1:17, and one whose lower bound begins at 1:32.
std::string axis(const std::string& a) {
  return "inputs: {x: [n, " + a + "]}\nnodes: {y: {type: ReLU, in: x}}\n";
}
std::string from(const std::string& number) {
  return "inputs: {x: {shape: [n], from: " + number + "}}\nnodes: {y: {type: ReLU, in: x}}\n";
}

}  // namespace

TEST_CASE("bad bytes are refused before YAML is read") {
  check_refused({
      {"a NUL", "inputs: {x: [n, 2]}\nnodes:\0 {}\n"s, "2:7", "control character 0x00"},
      {"a file that begins with NUL", "\0"s, "1:1", "control character 0x00"},
      {"a bell", "a: \x07\n", "1:4", "control character 0x07"},
      {"an escape sequence", "# \x1b[31mred\n", "1:3", "control character 0x1B"},
      {"a delete", "a: \x7f\n", "1:4", "control character 0x7F"},
      {"a control character of the second set (CSI)", "a: \u009b31m\n", "1:4", "U+009B does not print"},
      {"a next line (NEL), which YAML 1.1 breaks lines at", "a: b\u0085c\n", "1:5", "U+0085 does not print"},
      {"a line separator", "a: b\u2028c\n", "1:5", "U+2028 does not print"},
      {"a right-to-left override", "a\u202eb: c\n", "1:2", "U+202E does not print"},
      {"a noncharacter", "a: \uffff\n", "1:4", "U+FFFF does not print"},
      {"a second byte order mark", "\ufeff\ufeff" + fine, "1:1", "U+FEFF does not print"},
      {"a byte that begins no character", "inputs: {x: [n, \xff]}\n", "1:17", "byte 0xFF is not valid UTF-8"},
      {"a byte that continues no character", "a: \x80\n", "1:4", "byte 0x80 is not valid UTF-8"},
      {"an overlong slash", "a: \xc0\xaf\n", "1:4", "byte 0xC0 is not valid UTF-8"},
      {"an overlong NUL of three bytes", "a: \xe0\x80\x80\n", "1:4", "byte 0xE0 is not valid UTF-8"},
      {"a surrogate", "a: \xed\xa0\x80\n", "1:4", "byte 0xED is not valid UTF-8"},
      {"a character past U+10FFFF", "a: \xf4\x90\x80\x80\n", "1:4", "byte 0xF4 is not valid UTF-8"},
      {"a character cut short by the end", "a: \xe2\x82", "1:4", "byte 0xE2 is not valid UTF-8"},
      {"a character cut short by a line end", "a: \xe2\x82\nb", "1:4", "byte 0xE2 is not valid UTF-8"},
      {"UTF-16, little end first", "\xff\xfei\0n\0"s, "1:1", "save the file as UTF-8"},
      {"UTF-16, big end first, without a mark", "\0i\0n\0p"s, "1:1", "control character 0x00"},
      {"lines that end with a carriage return alone", "inputs: {x: [n, 2]}\rnodes:\r", "1:20",
       "a carriage return inside"},
  });
}

TEST_CASE("texts that are not YAML are refused where they stop to be") {
  check_refused({
      {"a comma alone, in which yaml-cpp finds documents without end", ",", "1:1",
       "not YAML: ',' cannot stand here"},
      {"commas", repeat(",", 100), "1:1", "not YAML: ',' cannot stand here"},
      {"a bracket that is not closed", "inputs: {x: [n, 2}\nnodes: {}\n", "1:18",
       "this bracket closes nothing"},
      {"a brace that is not closed", "inputs: {x: [n, 2]\nnodes: {}\n", "2:1", "expected ',' or '}' here"},
      {"a bracket too many", "inputs: {x: [n, 2]]}\n", "1:19", "this bracket closes nothing"},
      {"a single quote that is not closed", node("{type: 'ReLU, in: x}"), "2:19",
       "this quote (') is never closed"},
      {"a double quote that is not closed", node("{type: \"ReLU, in: x}"), "2:19",
       "this quote (\") is never closed"},
      {"a quote that is the last byte", inputs + "nodes: '", "2:8", "this quote (') is never closed"},
      {"a quote closed only by one that is escaped", node("\"a\\\""), "2:12",
       "this quote (\") is never closed"},
      {"a tab as indentation", "inputs:\n\tx: [n, 2]\n", "2:1",
       "a tab in the indentation; indent with spaces"},
      {"a tab after spaces", "inputs:\n  x: [n]\n \ty: [n]\n", "3:2", "a tab in the indentation"},
      {"an indentation between two levels", "inputs:\n  x: [n]\n z: [n]\n", "3:2", "check the indentation"},
      {"an indentation too deep", "inputs:\n  x: [n]\n    z: [n]\n", "3:5", "check the indentation"},
      {"a list entry among keys", "inputs:\n  x: [n]\n  - 3\n", "3:3", "check the indentation"},
      {"a second colon on a line", inputs + "nodes:\n  y: type: ReLU\n", "3:10", "':' cannot stand here"},
      {"a second colon between braces", node("{type: ReLU, in: x: y}"), "2:30", "expected ',' or '}' here"},
      {"a key without a space after its colon", "inputs:{x: [n, 2]}\n", "1:18", "needs a space after it"},
      {"a text after a closing quote", node("{type: 'ReLU'x, in: x}"), "2:25", "expected ',' or '}' here"},
      {"a text after a closing brace", "inputs: {x: [n, 2]} foo\n", "1:21",
       "a text goes on after its closing bracket"},
      {"a list with a prime", node("[x, x]'"), "2:18", "expected ',' or '}' here; quote a text"},
      {"a text that begins with %", node("%x"), "2:12", "a text cannot begin with this character; quote it"},
      {"a text that begins with @", node("@x"), "2:12", "a text cannot begin with this character; quote it"},
      {"a text that begins with a backtick", node("`x`"), "2:12", "a text cannot begin with this character"},
      {"a text that begins with |", inputs + "nodes:\n  y: |x|\n", "3:7",
       "a text that begins with | or > must be quoted"},
      {"a text that begins with >", inputs + "nodes:\n  y: > x\n", "3:8",
       "a text that begins with | or > must be quoted"},
      {"an unknown escape", node("{type: \"\\q\", in: x}"), "2:22", "unknown escape character: q"},
      {"an escape that stands for half a character", node("{type: \"\\ud800\"}"), "2:26", "invalid unicode"},
      {"an escape at the end", repeat("\"\\", 1000), "1:2001", "unknown escape character"},
  });
}

TEST_CASE("the parts of YAML that graph files have not are refused") {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c)
    bomb += fmt::format("{}: &{} [{}*{}]\n", c, c, repeat(fmt::format("*{},", char(c - 1)), 8), char(c - 1));
  check_refused({
      {"a tag of a text", node("{type: !!str ReLU, in: x}"), "2:19", "a tag (!!str); graph files have none"},
      {"a tag of a list", "inputs: {x: !!seq [n, 2]}\n", "1:13", "a tag (!!seq)"},
      {"a tag of a map", node("!foo {type: ReLU, in: x}"), "2:12", "a tag (!foo)"},
      {"a tag of a key", inputs + "!!str nodes: {}\n", "2:1", "a tag (!!str)"},
      {"a tag of nothing", node("{type: !!null , in: x}"), "2:19", "a tag (!!null)"},
      {"a tag without a name", node("{type: ! ReLU, in: x}"), "2:19", "a tag (!)"},
      {"a tag without a name before a quote", node("{type: ! 'ReLU', in: x}"), "2:19", "a tag (!)"},
      {"a tag in full", node("{type: !<tag:yaml.org,2002:str> ReLU}"), "2:19", "a tag ("},
      {"exclamation marks", repeat("!", 100000), "1:3", "a tag (!)"},
      {"an anchor of a text", node("{type: &a ReLU, in: x}"), "2:19", "an anchor (&name)"},
      {"an anchor of a map", inputs + "nodes: &n {y: {type: ReLU, in: x}}\n", "2:8", "an anchor (&name)"},
      {"an anchor of nothing", node("{type: &a , in: x}"), "2:19", "an anchor (&name)"},
      {"an alias of what there is not", node("{type: *a, in: x}"), "2:19", "an alias (*name)"},
      {"an alias as a key", nodes("*a : {type: ReLU, in: x}"), "2:9", "an alias (*name)"},
      {"a formula that begins with *", node("*x"), "2:12", "A formula that begins with * must be quoted"},
      {"an alias bomb", bomb, "1:4", "an anchor (&name)"},
      {"an anchor that holds itself", "a: &a [*a]\n", "1:4", "an anchor (&name)"},
      {"a merge key", inputs + "nodes:\n  y: {<<: {type: ReLU}, in: x}\n", "3:7", "a merge key (<<)"},
      {"a directive for tags", "%TAG ! tag:x,2000:\n---\n" + fine, "1:1", "a directive (%)"},
      {"another version of YAML", "# old\n%YAML 1.1\n---\n" + fine, "2:1", "a directive (%)"},
      {"a list as a key", nodes("[a, b]: 3"), "2:9", "a list as a key"},
      {"a map as a key", nodes("{a: b}: 3"), "2:9", "a map as a key"},
      {"a text of several lines", inputs + "nodes:\n  y: |\n    a\n    b\n", "3:6",
       "a text of several lines"},
      {"a line break by an escape", node("{type: \"a\\nerror: b\"}"), "2:19", "a text of several lines"},
      {"a NUL by an escape", node("{type: \"ReLU\\0x\"}"), "2:19",
       "the character U+0000, which does not print"},
      {"an escape character by an escape", nodes("\"\\e[31m\": {type: ReLU}"), "2:9", "the character U+001B"},
      {"a control character of the second set by an escape", nodes("\"\\x9b31m\": 1"), "2:9",
       "the character U+009B"},
      {"a right-to-left override by an escape", nodes("\"\\u202ea\": 1"), "2:9", "the character U+202E"},
  });
}

TEST_CASE("nulls are refused, however they are written") {
  check_refused({
      {"an empty file", "", "1:1", "the file is empty"},
      {"a byte order mark alone", "\ufeff", "1:1", "the file is empty"},
      {"comments alone", "# a\n# b\n", "1:1", "the file is empty"},
      {"the begin of a document alone", "---\n", "1:1", "the file is empty"},
      {"begin and end of a document", "---\n...\n", "1:1", "the file is empty"},
      {"a tilde as the file", "~", "1:1", "no nulls"},
      {"a tilde", node("{type: ~, in: x}"), "2:13", "'type' has no value; a graph file has no nulls"},
      {"null", node("{type: null, in: x}"), "2:13", "'type' has no value; a graph file has no nulls"},
      {"NULL", node("{type: NULL, in: x}"), "2:13", "'type' has no value; a graph file has no nulls"},
      {"no value between braces", node("{type: , in: x}"), "2:13", "'type' has no value"},
      {"no value at all", inputs + "nodes:\n", "2:1", "'nodes' has no value"},
      {"a key alone between braces", "inputs: {x}\n", "1:10", "'x' has no value"},
      {"a colon without a space between braces", "inputs: {x:[n,2]}\n", "1:10",
       "with a space after the colon"},
      {"a comma in a formula between braces", node("f(x, x)"), "2:17", "quote a text that contains commas"},
      {"a decimal comma", units("1,5"), "2:43", "quote a text that contains commas"},
      {"a null in a list", "inputs: {x: [~, 2]}\n", "1:14", "an empty value"},
      {"nothing between two commas", "inputs: {x: [n, , 2]}\n", "1:17", "an empty value"},
      {"a dash without a value", "inputs:\n  x:\n    -\n    - 2\n", "3:5", "an empty value"},
      {"a dash without a value before comments", "inputs:\n  x:\n    - 1\n    - # a\n\n# b\nnodes: {}\n",
       "4:5", "an empty value"},
      {"null as a key", "null: 3\n" + fine, "1:1", "a key is missing"},
      {"a colon without a key", ": 3\n" + fine, "1:1", "a key is missing"},
      {"a key of more than 1024 characters", "{" + repeat("a", 2000) + ": 3}\n", "1:2",
       "at most 1024 characters"},
  });
}

TEST_CASE("a second document is refused") {
  check_refused({
      {"a second document", fine + "---\n" + fine, "3:1", "a second document begins here"},
      {"a second document that is empty", fine + "---\n", "3:1", "a second document begins here"},
      {"a text after the end of the document", fine + "...\nfoo: 1\n", "4:1",
       "a second document begins here"},
      {"documents without number", repeat("a: 1\n---\n", 50000), "2:1", "a second document begins here"},
      {"a map in braces and more", "{inputs: {x: [2]}}\nnodes: {}\n", "2:1", "a second document begins here"},
  });
}

TEST_CASE("duplicate keys are refused at every level") {
  check_refused({
      {"a section twice", fine + inputs, "3:1", "the key 'inputs' stands here twice"},
      {"an input twice", "inputs: {x: [n], x: [2]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:18",
       "the key 'x' stands here twice"},
      {"an input twice, once in quotes", "inputs: {x: [n], 'x': [2]}\nnodes: {y: {type: ReLU, in: x}}\n",
       "1:18", "stands here twice"},
      {"a node twice", nodes("y: {type: ReLU, in: x}, y: {type: Tanh, in: x}"), "2:33",
       "the key 'y' stands here twice"},
      {"a type twice", node("{type: ReLU, in: x, type: Linear}"), "2:32", "the key 'type' stands here twice"},
      {"an attribute twice", node("{type: Linear, in: x, units: 2, units: 3}"), "2:44",
       "the key 'units' stands here twice"},
      {"a port twice", node("{type: Add, in: {a: x, a: t, b: x}}"), "2:35", "the key 'a' stands here twice"},
      {"a key of data twice", fine + "data: {root: a, root: b, train: {x: [[1, 2]]}}\n", "3:17",
       "the key 'root' stands here twice"},
      {"a key of three", "inputs: {x: [n], x: [2], x: [3]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:18",
       "stands here twice", 2, 2},
      {"100,000 of one key",
       "inputs: {x: [n]}\nnodes: {y: {type: ReLU, in: x, " + repeat("k: 1, ", 100000) + "}}\n", "2:38",
       "the key 'k' stands here twice", 2, 100},
  });
}

TEST_CASE("limits hold, and what would be slow is not") {
  std::string maps, cycle, keys, lists = "nodes:\n", misspelt = "inputs: {x: [n]}\nnodes:\n";
  for (int i = 0; i < 65; ++i) maps += repeat(" ", i) + "a:\n";
  for (int i = 0; i < 1000; ++i) cycle += fmt::format("  a{}: {{type: ReLU, in: a{}}}\n", i, (i + 1) % 1000);
  for (int i = 0; i < 100000; ++i) keys += fmt::format("k{}: 1\n", i);
  for (int i = 0; i < 2000; ++i) lists += repeat(" ", i) + "-\n";
  for (int i = 0; i < 5000; ++i) misspelt += fmt::format("  a{}: {{type: Relu6, in: x}}\n", i);
  check_refused({
      {"100,000 open brackets", repeat("[", 100000), "1:65", "nested more than 64 deep"},
      {"100,000 open braces", repeat("{", 100000), "1:65", "nested more than 64 deep"},
      {"brackets and braces", repeat("[{", 50000), "1:65", "nested more than 64 deep"},
      {"braces and commas", repeat("{,", 50000), "1:129", "nested more than 64 deep"},
      {"ten million open brackets", repeat("[", 10000000), "1:65", "nested more than 64 deep"},
      {"65 lists in a key", "a: " + repeat("[", 64) + repeat("]", 64) + "\n", "1:67",
       "nested more than 64 deep"},
      {"65 maps", maps + repeat(" ", 65) + "1\n", "65:65", "nested more than 64 deep"},
      {"lists of lists, a line each", lists, "65:64", "nested more than 64 deep"},
      {"100,000 dashes", repeat("- ", 100000), "1:129", "nested more than 64 deep"},
      {"100,000 question marks", repeat("? ", 100000), "1:129", "nested more than 64 deep"},
      {"100,000 closing brackets", repeat("]", 100000), "1:1", "this bracket closes nothing"},
      {"100,000 colons", repeat(": ", 100000), "1:1", "a key is missing"},
      {"100,000 stars", repeat("*", 100000), "1:1", "an alias (*name)"},
      {"100,000 quotes", repeat("'", 100001), "1:100002", "a quote is never closed"},
      {"100,000 line feeds", repeat("\n", 100000) + "a", "100001:1",
       "the graph file: found 'a', expected a map"},
      {"a text of more than 64 KiB", node(repeat("a", 70000)), "2:12",
       "a text of 70000 bytes; 65536 is the most"},
      {"a text of 64 KiB as a number", from(repeat("1+", 30000)), "1:2031",
       "more than 1000 operations on end"},
      {"a number behind 1,000 brackets", from(repeat("(", 1000) + "1"), "1:96", "too deep"},
      {"a number behind 60,000 signs", from(repeat("-", 60000) + "1"), "1:96", "too deep"},
      {"more than 64 MiB", repeat("#" + repeat("x", 1023), 65 << 10), "", "a graph file has at most 64 MiB"},
      {"more values than memory should hold", "a: [" + repeat("1,", 3000000) + "]", "1:1",
       "more than 2000000 values"},
      {"a shape of 100,000 axes",
       "inputs: {x: [" + repeat("1,", 100000) + "]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:10",
       "'x' has 100000 axes"},
      {"100,000 unknown keys", fine + keys, "3:1", "unknown key 'k0'", 2, 100},
      {"a type of 65,000 letters", node("{type: " + repeat("A", 65000) + ", in: x}"), "2:19",
       "is not a name of a node type"},
      {"5,000 unknown types", misspelt, "3:14", "unknown node type 'Relu6'", 2, 100},
      {"100,000 inputs of what takes one", node("{type: ReLU, in: [" + repeat("x, ", 100000) + "]}"), "2:33",
       "takes 1 input"},
      {"a cycle of 1,000 nodes", inputs + "nodes:\n" + cycle, "3:3", "a cycle: a0 -> a999 -> a998"},
  });
}

TEST_CASE("wrong kinds and unknown keys are refused at every level") {
  check_refused({
      {"a text as the file", "hello\n", "1:1", "the graph file: found 'hello', expected a map"},
      {"a list as the file", "- a\n- b\n", "1:1", "the graph file: found a list, expected a map"},
      {"no nodes", inputs, "1:1", "'nodes' is missing"},
      {"a map without anything", "{}\n", "1:1", "'nodes' is missing"},
      {"an unknown section", fine + "optimise: 3\n", "3:1", "unknown key 'optimise'; expected 'inputs'"},
      {"a section that is misspelt", "input: {x: [n, 2]}\nnodes: {y: {type: ReLU, in: x}}\n", "1:1",
       "unknown key 'input' (did you mean 'inputs'?)"},
      {"a section in capitals", inputs + "Nodes: {y: {type: ReLU, in: x}}\n", "2:1",
       "unknown key 'Nodes' (did you mean 'nodes'?)"},
      {"inputs as a list", "inputs: [x]\nnodes: {y: {type: ReLU, in: x}}\n", "1:9",
       "inputs: found a list, expected a map"},
      {"inputs as a text", "inputs: x\nnodes: {y: {type: ReLU, in: x}}\n", "1:9",
       "inputs: found 'x', expected a map"},
      {"a shape that is a number", "inputs: {x: 3}\nnodes: {y: {type: ReLU, in: x}}\n", "1:13",
       "found '3', expected a shape"},
      {"an input without a shape", "inputs: {x: {from: 1}}\nnodes: {y: {type: ReLU, in: x}}\n", "1:13",
       "'shape' is missing"},
      {"an unknown key of an input", "inputs: {x: {shape: [n], form: 1}}\nnodes: {y: {type: ReLU, in: x}}\n",
       "1:26", "unknown key 'form' (did you mean 'from'?)"},
      {"a range without anything in it",
       "inputs: {x: {shape: [n], from: 2, to: 1}}\nnodes: {y: {type: ReLU, in: x}}\n", "1:13",
       "from 2 is above to 1"},
      {"parameters as a list", fine + "parameters: [V]\n", "3:13",
       "parameters: found a list, expected a map"},
      {"a parameter that is a number", fine + "parameters: {V: 3}\n", "3:17",
       "parameter 'V': found '3', expected a map"},
      {"a parameter without an initialiser", fine + "parameters: {V: {shape: [2]}}\n", "3:17",
       "'init' is missing"},
      {"an unknown initialiser", fine + "parameters: {V: {shape: [2], init: zero}}\n", "3:36",
       "(did you mean 'zeros'?)"},
      {"an initialiser that is misspelt", fine + "parameters: {V: {shape: [2], init: {unform: 1}}}\n", "3:37",
       "unknown key 'unform' (did you mean 'uniform'?)"},
      {"two initialisers", fine + "parameters: {V: {shape: [2], init: {uniform: 1, normal: 2}}}\n", "3:36",
       "found a map with 2 entries"},
      {"a negative bound", fine + "parameters: {V: {shape: [2], init: {uniform: -1}}}\n", "3:46",
       "found -1, expected a number of at least 0"},
      {"an initialiser that is a list", fine + "parameters: {V: {shape: [2], init: [1]}}\n", "3:36",
       "found a list"},
      {"nodes as a list", inputs + "nodes:\n  - y: {type: ReLU, in: x}\n", "3:3",
       "nodes: found a list, expected a map"},
      {"nodes as a text", inputs + "nodes: ''\n", "2:8", "nodes: found '', expected a map"},
      {"no node in nodes", inputs + "nodes: {}\n", "2:8", "nodes: declares none"},
      {"a formula with an unknown name", inputs + "nodes:\n  y: sin(q)\n", "3:10", "nothing is called 'q'"},
      {"a list of formulas that are no rows", inputs + "nodes:\n  y: [sin(x), cos(x)]\n", "3:7",
       "a list takes numbers and rows, but found 'sin(x)', a matrix [n, 2]"},
      {"a node without a type", node("{in: x}"), "2:12", "'type' is missing"},
      {"a type that is misspelt", node("{tpye: ReLU, in: x}"), "2:13",
       "unknown key 'tpye' (did you mean 'type'?)"},
      {"a type that is a list", node("{type: [ReLU], in: x}"), "2:19", "found a list, expected a text"},
      {"a type without letters", node("{type: '', in: x}"), "2:19",
       "found '', expected a text that is not empty"},
      {"inputs of a node in a list of lists", node("{type: Add, in: [[x], t]}"), "2:29",
       "found a list, expected a text"},
      {"inputs of a node in a map of maps", node("{type: Add, in: {a: {b: x}, b: t}}"), "2:32",
       "found a map, expected a text"},
      {"an input without letters", node("{type: ReLU, in: ''}"), "2:29",
       "found '', expected a text that is not empty"},
      {"init as a text", node("{type: Linear, in: x, units: 2, init: he}"), "2:50",
       "found 'he', expected a map"},
  });
}

TEST_CASE("numbers are decimal") {
  check_refused({
      {"a leading zero", units("010"), "2:41", "found '010', expected an integer of at least 1"},
      {"a hexadecimal number", units("0x10"), "2:41", "found '0x10', expected an integer"},
      {"an octal number", units("0o17"), "2:41", "found '0o17', expected an integer"},
      {"an underscore", units("1_000"), "2:41", "found '1_000', expected an integer"},
      {"a plus sign", units("+5"), "2:41", "found '+5', expected an integer"},
      {"a decimal point", units("1.0"), "2:41", "found '1.0', expected an integer"},
      {"an exponent", units("1e3"), "2:41", "found '1e3', expected an integer"},
      {"a formula", units("2*3"), "2:41", "found '2*3', expected an integer"},
      {"quotes", units("'5'"), "2:41", "found '5', expected an integer of at least 1 without quotes"},
      {"a digit of another script", units("٣"), "2:41", "found '٣', expected an integer"},
      {"an integer past 64 bits", units("9223372036854775808"), "2:41", "expected an integer"},
      {"zero units", units("0"), "2:41", "found 0, expected an integer of at least 1"},
      {"negative units", units("-1"), "2:41", "found -1, expected an integer of at least 1"},
      {"units in a list", units("[3]"), "2:41", "found a list, expected an integer"},
      {"units in a map", units("{a: 1}"), "2:41", "found a map, expected an integer"},
      {"an axis of size 0", axis("0"), "1:17", "found '0', expected an integer of at least 1"},
      {"an axis of negative size", axis("-1"), "1:17", "found '-1', expected an integer of at least 1"},
      {"an axis that is a formula", axis("n-1"), "1:17", "the name of a size"},
      {"an axis with a leading zero", axis("010"), "1:17", "found '010', expected an integer of at least 1"},
      {"an axis that is a list", axis("[2]"), "1:17", "the name of a size"},
      {"a real with a leading zero", from("010"), "1:32", "numbers are decimal, without leading zeros"},
      {"a hexadecimal real", from("0x10"), "1:33", "a product needs '*': found 'x10' after '0'"},
      {"a real with an underscore", from("1_000"), "1:33", "a product needs '*': found '_000' after '1'"},
      {"infinity", from(".inf"), "1:32", "found '.inf', expected a number"},
      {"minus infinity", from("-.inf"), "1:33", "found '-.inf', expected a number"},
      {"not a number", from(".nan"), "1:32", "found '.nan', expected a number"},
      {"a word", from("yes"), "1:32", "found 'yes', expected a number"},
      {"division by zero", from("1/0"), "1:34", "division by zero"},
      {"division by a zero that is hidden", from("1/(2-2)"), "1:36", "division by zero"},
      {"a number out of range", from("1e400"), "1:32", "out of a double's range"},
      {"a power out of range", from("2^2000"), "1:33", "is not a finite number"},
      {"a root of a negative number", from("(-1)^0.5"), "1:36", "is not a finite number"},
      {"a formula without its end", from("pi/"), "1:35", "the formula ends where a value is missing"},
      {"a formula without its bracket", from("(1"), "1:32", "')' is missing"},
      {"two numbers", from("1 2"), "1:34", "found '2' after '1'"},
      {"a letter past ASCII in a number", from("1é"), "1:33", "'é' has no meaning here"},
      {"a list for a number", from("[1]"), "1:32", "found a list, expected a number"},
  });
}

TEST_CASE("columns count characters, whatever the bytes and line ends") {
  const std::string bad = "nodes: {'ψ': {type: Linear, in: x, units: 0}}\n";
  check_refused({
      {"an error after Greek letters", inputs + bad, "2:43", "node 'ψ', attribute 'units': found 0"},
      {"an error after a byte order mark", "\ufeff" + axis("0"), "1:17", "found '0'"},
      {"an error after Windows line ends", "# a\r\ninputs: {x: [n, 2]}\r\n" + bad, "3:43", "found 0"},
      {"an error in a long line", nodes(repeat("ψ", 500) + ": {}"), "2:511", "'type' is missing"},
  });
}

TEST_CASE("a long line is shown about its error, and neither it nor the message steers the terminal") {
  const TemporaryFolder folder;
  folder.write("bad.yaml", nodes(repeat("ψ", 500) + ": {}"));
  Outcome o = run_tool("graph-runner", {"bad.yaml"}, folder.path());
  CHECK(o.err.find("\n    " + repeat("ψ", 37) + ": {}}\n    " + repeat(" ", 39) + "^\n") !=
        std::string::npos);
  folder.write("bad.yaml", "\x1b]0;title\x07 \x9b\xff: 1\n");
  o = run_tool("graph-runner", {"bad.yaml"}, folder.path());
  CHECK(o.err.find("\n    \uFFFD]0;title\uFFFD \uFFFD\uFFFD: 1\n    ^\n") != std::string::npos);
  o = run_tool("graph-runner", {"a\x1b[31m\nerror: b"}, folder.path());
  CHECK(o.code == 4);
  CHECK(o.err.find("a\uFFFD[31m") != std::string::npos);
  CHECK(o.err.find('\x1b') == std::string::npos);
  CHECK(o.err.find("\nerror: b") == std::string::npos);
}

TEST_CASE("all problems of a file are reported, in the order of their places") {
  const TemporaryFolder folder;
  folder.write("bad.yaml", R"(
inputs: {x: [n, 0], x: [2], y: 3}
parameters: {V: {shape: [2], init: zero}}
nodes:
  a: {type: ../x, in: x}
  b: {type: Linear, in: x, units: 010}
data: {train: {x: [[1, 2], [3]]}, tests: {}}
train: {minimize: a, optimizer: {type: Adan, rate: 0}, batch: 0, epochs: 1, watched: []}
)");
  const Outcome o = run_tool("graph-runner", {"bad.yaml", "--json"}, folder.path());
  CHECK(o.code == 2);
  CHECK(o.err.empty());
  std::istringstream lines(o.out);
  std::vector<std::string> places;
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    CHECK(event.size() == 5);
    CHECK(event["event"] == "error");
    CHECK(event["file"] == "bad.yaml");
    CHECK(event["message"].get<std::string>().size() > 10);
    places.push_back(fmt::format("{}:{}", event["line"].get<int>(), event["column"].get<int>()));
  }
  CHECK(places == std::vector<std::string>{"2:17", "2:21", "2:32", "3:36", "5:13", "6:35", "7:28", "7:35",
                                           "8:40", "8:52", "8:63", "8:77"});
}

TEST_CASE("a bad file does not keep the others from their turn") {
  const TemporaryFolder folder;
  folder.write("bad.yaml", ",");
  folder.write("good.yaml",
               "parameters: {p: {shape: [], init: 2}}\nnodes: {y: {type: Multiply, in: [p, p]}}\n");
  const Outcome o = run_tool("graph-runner", {"bad.yaml", "good.yaml", "none.yaml"}, folder.path());
  CHECK(o.code == 4);
  CHECK(o.err.find("bad.yaml:1:1: error: ") != std::string::npos);
  CHECK(o.err.find("none.yaml: error: No such file or directory") != std::string::npos);
  CHECK(o.out.find('4') != std::string::npos);
}

TEST_CASE("files at the edge of what is refused are fine") {
  const auto fine_text = [](const std::string& yaml) {
    INFO(yaml.substr(0, 200));
    CHECK(error_of(yaml) == "");
  };
  fine_text("%YAML 1.2\n---\n" + fine + "...\n");
  fine_text("inputs: {x: [n, 2, ]}\nnodes: {? y : {type: \"Re\\x4cU\", 'in': 'x'}}\n");
  fine_text("# {[\"'\ninputs: {x: [n, 2]} # '[{\nnodes:\t{'y': {type: ReLU, in: x}} # it's \"\n");
  fine_text("inputs: {x: {shape: [n], from: " + repeat("(", 60) + "-1" + repeat(")", 60) +
            ", to: 1e-3}}\nnodes: {y: {type: ReLU, in: x}}");
  fine_text("inputs: {x: [" + repeat(" ", 100000) + "2]}\nnodes: {y: {type: ReLU, in: x}}\n");
  std::string chain = "inputs: {x: [n]}\nnodes:\n";
  for (int i = 0; i < 5000; ++i)
    chain += fmt::format("  a{}: {{type: ReLU, in: {}}}\n", i, i < 4999 ? fmt::format("a{}", i + 1) : "x");
  const TemporaryFolder folder;
  folder.write("chain.yaml", chain + "data: {train: {x: [-1, 0, 1]}}\n");
  Outcome o = run_tool("graph-runner", {"chain.yaml"}, folder.path());
  for (int i = 0; i < 2 && o.seconds >= 1; ++i) o = run_tool("graph-runner", {"chain.yaml"}, folder.path());
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  CHECK(o.seconds < 1);
}
