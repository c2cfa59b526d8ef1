// Every malformed entry of `critical:` has its place, its message and exit code 2.
#include "tests/bad_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("malformed entries are refused, each at its place, and all at once") {
  const std::string top =
      "inputs: {x: [2], A: [m, n], u: [n], s: []}\nnodes:\n  f: sin(x1) + 2*x2^2\n  h: A*u\n  g: "
      "norm2(h)^2\ncritical:\n";
  const auto entry = [&](const std::string& text) { return top + "  - " + text + "\n"; };
  check_refused({
      {"an unknown f", entry("{of: q, by: x}"), "7:10", "critical, of: nothing is called 'q'"},
      {"a misspelt f", entry("{of: hh, by: u}"), "7:10", "nothing is called 'hh'"},
      {"an unknown x", entry("{of: f, by: y}"), "7:17", "critical, by: nothing is called 'y'"},
      {"both unknown", entry("{of: q, by: y}"), "7:10", "nothing is called 'q'", 2, 2},
      {"an f that is a vector", entry("{of: h, by: u}"), "7:10",
       "'h' has shape [m], expected a single number"},
      {"an f that is an input", entry("{of: s, by: s}"), "7:10", "'s' is an input, expected a value that"},
      {"an x that is computed", entry("{of: g, by: h}"), "7:17", "'h' is computed, expected an input or"},
      {"an x without influence", entry("{of: f, by: u}"), "7:17", "'f' does not depend on 'u'"},
      {"no f", entry("{by: x}"), "7:5", "critical: 'of' is missing; expected the name of a scalar"},
      {"no x", entry("{of: f}"), "7:5", "critical: 'by' is missing; expected the name of an input"},
      {"an unknown key", entry("{of: f, by: x, at: [0, 0]}"), "7:20",
       "unknown key 'at'; expected 'of', 'by'"},
      {"a misspelt key", entry("{of: f, by: x, neer: [0, 0]}"), "7:20", "(did you mean 'near'?)"},
      {"a misspelt kind", entry("{of: f, by: x, kind: sadle}"), "7:26", "(did you mean 'saddle'?)"},
      {"a kind that is a list", entry("{of: f, by: x, kind: [saddle]}"), "7:26",
       "kind: found a list, expected"},
      {"a point of no point", entry("{of: f, by: x, kind: none, point: [0, 0]}"), "7:39",
       "says that there is none"},
      {"a start too short", entry("{of: f, by: x, near: [1]}"), "7:26", "shape [1], expected the shape [2]"},
      {"a point that is a matrix", entry("{of: f, by: x, point: [[1, 2]]}"), "7:27",
       "shape [1, 2], expected the"},
      {"points of two lengths", entry("{of: g, by: u, near: [1, 2], point: [1, 2, 3]}"), "7:41",
       "found a value of shape [3], expected the shape [n], where n is 2"},
      {"an entry that is a name", entry("{of: f, by: x, near: [1, y]}"), "7:30",
       "near: found 'y', expected a number"},
      {"a division by zero", entry("{of: f, by: x, near: [1, 1/0]}"), "7:32", "division by zero"},
      {"an empty start", entry("{of: f, by: x, near: []}"), "7:26", "near: found an empty list"},
      {"a point that is a map", entry("{of: f, by: x, point: {x: 1}}"), "7:27",
       "point: found a map, expected a"},
      {"an entry that is no map", entry("f"), "7:5", "critical: found 'f', expected a map"},
      {"a name that is a list", entry("{of: [f], by: x}"), "7:10",
       "critical, of: found a list, expected a text"},
      {"a map for a list", top.substr(0, top.size() - 1) + " {of: f, by: x}\n", "6:11",
       "critical: found a map, expected a list"},
      {"an empty list", top.substr(0, top.size() - 1) + " []\n", "6:11",
       "critical: found an empty one, expected a"},
      {"a misspelt section", "inputs: {x: [2]}\nnodes:\n  f: sum(x)\ncritcal: [{of: f, by: x}]\n", "4:1",
       "(did you mean 'critical'?)"},
      {"three entries", entry("{of: q, by: x}\n  - {of: f}\n  - {of: f, by: x, kind: top}"), "7:10",
       "nothing is called 'q'", 2, 3},
      {"an entry beside another mistake", entry("{of: q, by: x}") + "train: {}\n", "7:10",
       "nothing is called 'q'", 2, 4},
      {"a Hessian that is too large",
       "inputs: {x: [501]}\nnodes:\n  f: norm2(x)^2\ncritical: [{of: f, by: x}]\n", "4:12",
       "'x' has 501 entries; its Hessian is sought up to 500"},
  });
}
