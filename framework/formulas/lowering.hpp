// Formulas become nodes: operators a fixed list of types, functions the types of their names. Nothing is
// differentiated here; derivatives come from walking the graph.
//
//   Scope scope(registry);
//   scope.declare("A", {{0, "m"}, {0, "n"}});
//   scope.declare("v", {{0, "n"}});
//   std::vector<NodeSpec> nodes;
//   const Operand y = Lowering(scope, "node 'f'", "f", nodes).lower(parse_formula(text));
//
// appends the nodes f__part1, f__part2, … that compute the formula; y.from names its value. Claims use this
// with a scope that declares derivatives ("dL/dW") and whatever else they may name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formulas/formula.hpp"
#include "formulas/scope.hpp"

namespace graph_runner {

// A part of a formula once it is lowered.
struct Operand {
  Kind kind = Kind::scalar;
  gr_shape shape{};                // symbolic
  std::string from;                // what feeds a port with it; empty for a constant that no node holds yet
  std::optional<double> constant;  // of a number
};

struct Alias;

class Lowering {
 public:
  // `what` begins messages ("node 'f'"), `prefix` the names of the nodes.
  Lowering(Scope& scope, std::string what, std::string prefix, std::vector<NodeSpec>& nodes)
      : scope_(scope), what_(std::move(what)), prefix_(std::move(prefix)), nodes_(nodes) {}

  // Throw Error (bad_request) at the part that is wrong, a Misfit where its parts do not fit, or
  // Poisoned where it names something that is.
  Operand lower(const Formula& f);
  // The same, the value under a name of its own: nodes whose last one is `name`.
  void lower_as(const std::string& name, const Formula& f);

  // From here on, a part that was lowered before is not lowered again: its value is that of the same nodes.
  void share() { sharing_ = true; }
  // The same as lower(), the value always that of a node.
  Operand lower_whole(const Formula& f);
  // Entries of a value by their numbers row by row, from 1: a column.
  Operand take(const Formula& f, const Operand& from, std::vector<std::int64_t> at);

 private:
  using Operands = std::vector<Operand>;

  // lowering.cpp: names, lists, indices
  AxesOf axes() const;
  Operand lower_tree(const Formula& f);  // of names that are understood (notation.hpp)
  Operand lower_parts(const Formula& f);
  Operand name(const Formula& f);
  std::string size_text(const Formula& f);
  [[noreturn]] void refuse_name(const Formula& f);
  std::optional<Operand> component(const Formula& f);
  Operand elementwise(const Formula& f, const char* type);
  Operand list(const Formula& f);
  Operand index(const Formula& f);
  std::int64_t check_index(const Formula& f, const Formula& part, std::size_t axis, gr_size size);
  Operand slice(const Formula& f, std::size_t axis, const Operand& x);

  // lowering_operators.cpp
  Operand transpose(const Formula& f);
  Operand negative(const Formula& f);
  std::optional<Operand> inside_norm(const Formula& f);
  Operand power(const Formula& f);
  Operand matrix_power(const Formula& f, Operand x, std::optional<double> exponent);
  void refuse_transposed_one(const Formula& product) const;
  Operand quotient(const Formula& f, const Operand& a, const Operand& b);
  Operand product(const Formula& f);

  // lowering_calls.cpp: functions
  Operand call(const Formula& f);
  Operand call(const Formula& f, const Alias* alias, const Formula& written);
  Operand sum_over_index(const Formula& f);
  void refuse_kinds(const Formula& f, const Alias& alias, const std::vector<Kind>& kinds) const;
  const NodeType& function(const Formula& f);
  [[noreturn]] void refuse_function(const Formula& f) const;
  AttributeSetting argument(const Formula& call, const Attribute& a, std::size_t from, std::size_t to);
  Operand as_port(const Formula& part, Operand operand, const Port& port, const Formula& call);

  // lowering_nodes.cpp: making nodes
  Operand emit(const Formula& f, const std::string& type, const Operands& in,
               std::vector<AttributeSetting> attributes = {}, Kind vector = Kind::column);
  // Numbers become nodes, and take the shape of the others.
  Operand constant(const Formula& f, double value);
  void spread(const Formula& f, Operands& operands);
  std::string feed(const Formula& f, const Operand& operand);
  Operand elementwise(const Formula& f, const std::string& type, Operands operands,
                      std::vector<AttributeSetting> attributes = {});
  void spread_row(const Formula& f, Operands& operands);
  static AttributeSetting setting(const char* name, gr_kind kind, const Formula& f);

  // "'A*v', a column [m]", for messages
  std::string describe(const Formula& f, const Operand& o);
  // `fail`: the parts are known and do not fit. `refuse`: something is unknown, or written wrongly.
  [[noreturn]] void fail(const Formula& f, const std::string& why) const;
  [[noreturn]] void refuse(const Formula& f, const std::string& why) const;

  Scope& scope_;
  std::string what_, prefix_;
  std::vector<NodeSpec>& nodes_;
  bool loses_digits_ = false;  // inside a constant that does: no part of it is worked out beforehand
  bool sharing_ = false;
  std::map<std::string, Operand> shared_;  // by type, what feeds it and attributes
};

// The types that a function may mean. The exact name wins over those of another case.
std::vector<std::string> types_called(const std::string& function, const Registry& registry);

// How formulas call a type: "reshape(x, shape, …)", and shorter where arguments can be left out; nothing
// where none can: it has parameters or several outputs.
std::vector<std::string> formula_calls(const NodeType& type, const Registry& registry);

// A formula's text, cut where it is long.
std::string shown(const Formula& f);

}  // namespace graph_runner
