// What the gradient checks report: plain structs.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

// What is known of one entry of a gradient that is wrong.
struct WrongEntry {
  std::string port;  // "W"
  Shape index;       // counted from 1
  double backward = 0;
  std::optional<double> exact, numeric;
};

// A mistake that would explain what was found at one point.
struct Hypothesis {
  std::string key;   // the same at other points
  std::string text;  // a sentence
  bool telling;      // false where the point is degenerate, such as of size 1, so that much fits
};

// One thing that a check found wrong.
struct Finding {
  std::string check;  // which: "exact", "numeric", "accumulate", …
  std::string message;
  std::optional<WrongEntry> entry;
  std::string diagnosis;  // what the mistake looks like, or ""
  // What would explain it at each of the points where it was seen.
  std::vector<std::vector<Hypothesis>> hypotheses = {};
};

// How much a method compared, and the largest relative error that it saw.
struct Measure {
  std::int64_t entries = 0;
  double worst = 0;
  void add(std::int64_t count, double error) {
    entries += count;
    worst = error > worst || error != error ? error : worst;
  }
};

// ---- What is measured: a row, and a file that takes it

class Stream;
class Trial;
struct CheckOptions;
struct NodeCheck;

// Whether the kernels on float compute what those on double do, within float's rounding: single_check.cpp.
void check_single(Trial& trial, Stream& stream, const CheckOptions& options, NodeCheck& report);

enum MeasureId : std::size_t { exact_measure, numeric_measure, single_measure };
struct MeasureRow {
  const char* name;  // of its column
  bool of_graphs;    // whether whole graphs have it too
  // Takes it at a trial whose gradients are right; null of the two that find whether they are:
  // node_check.cpp.
  void (*take)(Trial&, Stream&, const CheckOptions&, NodeCheck&);
};
inline constexpr MeasureRow measure_rows[] = {
    {.name = "exact", .of_graphs = true, .take = nullptr},
    {.name = "numeric", .of_graphs = true, .take = nullptr},
    {.name = "float", .of_graphs = false, .take = check_single},
};
using Measures = std::array<Measure, std::size(measure_rows)>;

// A node, or a node type, as checked at some points.
struct NodeCheck {
  std::string name, type;
  Place place;
  std::int64_t points = 0;
  std::int64_t entries = 0;  // of gradients, over all points
  Measures measures;
  std::int64_t kinks = 0;  // entries at a kink, where the two sides differ: shown
  std::int64_t bends = 0;  // places on lines through the inputs where something jumps
  std::vector<Finding> findings;
  std::vector<std::string> notes;  // what could not be checked, and why
  std::string failing_case;        // a graph file of this node alone that fails too; "" where all is well
  bool stopped = false;            // before all points were tried

  bool ok() const { return findings.empty(); }
};

// The gradient of the objective by one parameter or input of a graph.
struct WholeCheck {
  std::string name;
  bool parameter = false;
  std::int64_t entries = 0;  // at one point
  Measures measures;
  std::int64_t kinks = 0;
  std::vector<Finding> findings;
};

struct GraphCheck {
  std::string objective;  // "loss", or the outputs that no node reads
  std::int64_t points = 0, redrawn = 0;
  std::vector<NodeCheck> nodes;
  std::vector<WholeCheck> whole;
  std::map<std::string, std::size_t> whole_index;  // by name
  std::vector<std::string> notes;
  std::string failure;   // why nothing could be checked, or ""
  bool stopped = false;  // before all points were tried

  bool ok() const;
  // Entries of parameters, the number of inputs, and all entries of gradients that were compared.
  std::int64_t parameters() const, inputs() const, entries() const;
  double worst_exact() const;
  std::int64_t kinks() const;
};

}  // namespace graph_runner
