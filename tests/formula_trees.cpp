// Random formulas: printed, read again and lowered, each has the value that a direct evaluation of its tree
// gives.
#include <algorithm>
#include <cmath>

#include "core/streams.hpp"
#include "tests/formula_values.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

constexpr std::size_t m = 2, n = 3;
// The inputs: every kind but rows, which transposes bring.
std::vector<Variable> variables() {
  std::vector<Variable> all{{"s", entries(Kind::scalar, 1, 1)}, {"λ", entries(Kind::scalar, 1, 1)},
                            {"u", entries(Kind::column, m, 1)}, {"v", entries(Kind::column, n, 1)},
                            {"A", entries(Kind::matrix, m, n)}, {"S", entries(Kind::matrix, n, n)}};
  Stream stream(1, "trees");
  for (Variable& v : all) fill_normal(stream, 0, 1, v.value.of);
  return all;
}

// Builds trees of a wanted kind and shape, so that all are well-formed.
class Grower {
 public:
  Grower(std::uint64_t seed, const std::vector<Variable>& variables)
      : stream_(seed, "tree"), variables_(variables) {}

  Formula grow(Kind kind, std::size_t rows, std::size_t columns, int depth) {
    if (depth <= 1) return leaf(kind, rows, columns);
    const auto same = [&] { return grow(kind, rows, columns, depth - 1); };
    const auto scalar = [&] { return grow(Kind::scalar, 1, 1, depth - 1); };
    switch (pick(12)) {
      case 0:
        return node(Formula::negative, {same()});
      case 1:
        return node(pick(2) ? Formula::add : Formula::subtract, {same(), pick(3) ? same() : scalar()});
      case 2:
        return node(Formula::each_multiply, {pick(3) ? same() : scalar(), same()});
      case 3:  // a quotient whose divisor is at least 1
        return node(pick(2) ? Formula::divide : Formula::each_divide,
                    {same(), node(Formula::add, {number(1), node(Formula::power, {scalar(), number(2)})})});
      case 4:
        return call(std::vector<const char*>{"sin", "cos", "tanh", "sigmoid", "relu", "abs", "step", "sign",
                                             "floor"}[pick(9)],
                    {same()});
      case 5:
        return node(Formula::each_power, {same(), number(double(pick(3)))});
      case 6:
        return node(Formula::multiply, {scalar(), same()});
      case 7:
        if (kind != Kind::scalar) return node(Formula::transpose, {turned(kind, rows, columns, depth - 1)});
        return node(Formula::transpose, {same()});
      default:
        return by_kind(kind, rows, columns, depth - 1);
    }
  }

 private:
  std::size_t pick(std::size_t choices) { return static_cast<std::size_t>(stream_() % choices); }

  static Formula node(Formula::Kind kind, std::vector<Formula> parts, std::string text = "") {
    Formula f;
    f.kind = kind;
    f.text = std::move(text);
    f.parts = std::move(parts);
    return f;
  }
  static Formula number(double x) {
    Formula f = node(Formula::number, {}, fmt::format("{}", x));
    f.value = x;
    return f;
  }
  static Formula call(const char* name, std::vector<Formula> parts) {
    return node(Formula::call, std::move(parts), name);
  }

  Formula turned(Kind kind, std::size_t rows, std::size_t columns, int depth) {
    const Kind other = kind == Kind::row ? Kind::column : kind == Kind::column ? Kind::row : kind;
    return grow(other, columns, rows, depth);
  }

  Formula leaf(Kind kind, std::size_t rows, std::size_t columns) {
    std::vector<Formula> fitting;
    for (const Variable& v : variables_) {
      if (v.value.kind == kind && v.value.rows == rows && v.value.columns == columns)
        fitting.push_back(node(Formula::name, {}, v.name));
      if (kind == Kind::row && v.value.kind == Kind::column && v.value.rows == columns)
        fitting.push_back(node(Formula::transpose, {node(Formula::name, {}, v.name)}));
      if (kind == Kind::matrix && v.value.kind == kind && v.value.rows == columns && v.value.columns == rows)
        fitting.push_back(node(Formula::transpose, {node(Formula::name, {}, v.name)}));
      if (kind == Kind::scalar && v.value.kind == Kind::column)
        fitting.push_back(node(Formula::name, {}, fmt::format("{}{}", v.name, 1 + pick(v.value.rows))));
    }
    if (kind == Kind::scalar) fitting.push_back(number(double(1 + pick(9)) / 4));
    if (kind == Kind::matrix)
      fitting.push_back(node(Formula::multiply, {leaf(Kind::column, rows, 1), leaf(Kind::row, 1, columns)}));
    return fitting[pick(fitting.size())];
  }

  Formula by_kind(Kind kind, std::size_t rows, std::size_t columns, int depth) {
    const std::size_t inner = pick(2) ? m : n;
    const auto column = [&](std::size_t size) { return grow(Kind::column, size, 1, depth); };
    const auto matrix = [&](std::size_t r, std::size_t c) { return grow(Kind::matrix, r, c, depth); };
    const auto row = [&](std::size_t size) { return grow(Kind::row, 1, size, depth); };
    if (kind == Kind::scalar) {
      switch (pick(6)) {
        case 0:
          return node(Formula::multiply, {row(inner), column(inner)});
        case 1:
          return call(std::vector<const char*>{"sum", "mean", "norm1", "norm2"}[pick(4)], {matrix(inner, n)});
        case 2:
          return node(Formula::power, {call("norm2", {column(inner)}), number(2)});
        case 3:
          return call("tr", {matrix(inner, inner)});
        case 4:
          return node(Formula::index,
                      {matrix(m, n), number(double(1 + pick(m))), number(double(1 + pick(n)))});
        default:
          return call("mod", {grow(Kind::scalar, 1, 1, depth), number(double(2 + pick(3)))});
      }
    }
    if (kind == Kind::column) {
      switch (pick(4)) {
        case 0:
          return node(Formula::multiply, {matrix(rows, inner), column(inner)});
        case 1:
          return node(Formula::index,
                      {matrix(rows, inner), node(Formula::whole_axis, {}), number(double(1 + pick(inner)))});
        case 2:
          return call("diag", {matrix(rows, rows)});
        default: {
          std::vector<Formula> items;
          for (std::size_t i = 0; i < rows; ++i) items.push_back(grow(Kind::scalar, 1, 1, depth));
          return node(Formula::list, std::move(items));
        }
      }
    }
    if (kind == Kind::row) {
      if (pick(2)) return node(Formula::multiply, {row(inner), matrix(inner, columns)});
      return node(Formula::index,
                  {matrix(inner, columns), number(double(1 + pick(inner))), node(Formula::whole_axis, {})});
    }
    switch (pick(4)) {
      case 0:
        return node(Formula::multiply, {column(rows), row(columns)});
      case 1:
        return node(Formula::multiply, {matrix(rows, inner), matrix(inner, columns)});
      case 2:
        if (rows == columns) return call("diag", {column(rows)});
        return call("outer", {column(rows), column(columns)});
      default: {
        std::vector<Formula> items;
        for (std::size_t i = 0; i < rows; ++i) items.push_back(row(columns));
        return node(Formula::list, std::move(items));
      }
    }
  }

  Stream stream_;
  const std::vector<Variable>& variables_;
};

// For random u and v, ⟨v, J u⟩ of a walk forward on duals is ⟨Jᵀ v, u⟩ of one backward. Returns whether there
// is anything to compare.
bool gradients_agree(const Graph& g, const std::vector<Variable>& variables) {
  const ValueId f = g.find("f");
  PlanRequest r;
  r.seeds = {f};
  for (const Variable& v : variables)
    if (g.reaching({f})[g.find(v.name)]) r.wanted.push_back(g.find(v.name));
  if (r.wanted.empty()) return false;
  Machine back(g, r);
  r.wanted.clear();
  r.scalar = ScalarType::dual64;
  Machine forth(g, r);
  Stream stream(1, "directions");
  double forwards = 0, backwards = 0, scale = 0;
  std::vector<std::pair<ValueId, std::vector<double>>> directions;
  for (const Variable& v : variables) {
    const ValueId id = g.find(v.name);
    if (!back.workspace.value(id).data) continue;
    back.set(v.name, v.value.of);
    std::vector<double> u(v.value.of.size());
    fill_normal(stream, 0, 1, u);
    auto* dual = static_cast<double*>(forth.workspace.value(id).data);
    for (std::size_t i = 0; i < u.size(); ++i) dual[2 * i] = v.value.of[i], dual[2 * i + 1] = u[i];
    directions.emplace_back(id, std::move(u));
  }
  walk_forward(back.workspace);
  walk_forward(forth.workspace);
  const Tensor seed = back.workspace.gradient(f), result = forth.workspace.value(f);
  if (!seed.data) return false;
  fill_normal(stream, 0, 1, seed.as<double>());
  const auto add = [&](double& sum, double term) {
    sum += term;
    scale += std::abs(term);
  };
  for (std::int64_t i = 0; i < seed.entries; ++i)
    add(forwards, seed.at(i) * static_cast<const double*>(result.data)[2 * i + 1]);
  walk_backward(back.workspace);
  for (const auto& [id, u] : directions)
    for (std::size_t i = 0; back.workspace.gradient(id).data && i < u.size(); ++i)
      add(backwards, back.workspace.gradient(id).at(static_cast<std::int64_t>(i)) * u[i]);
  // Terms as large as the inputs may cancel inside, as in u*u' - u*u'.
  if (std::isfinite(scale)) CHECK(std::abs(forwards - backwards) <= 1e-9 * scale + 1e-12);
  return std::isfinite(scale) && scale > 0;
}

}  // namespace

TEST_CASE(
    "2,000 random formulas, printed, read and lowered, have the value of their tree, and exact gradients") {
  const std::vector<Variable> inputs = variables();
  std::size_t nodes = 0, finite = 0, gradients = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const Kind kind = static_cast<Kind>(seed % 4);
    const std::size_t rows = kind == Kind::column || kind == Kind::matrix ? m : 1,
                      columns = kind == Kind::row || kind == Kind::matrix ? n : 1;
    const Formula tree = Grower(seed, inputs).grow(kind, rows, columns, 2 + static_cast<int>(seed % 5));
    const std::string text = print_formula(tree);
    INFO("seed ", seed, ": ", text);
    REQUIRE(parse_formula(FormulaText(text)) == tree);
    std::string quoted;
    for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
    const Graph g = graph("inputs: {s: [], λ: [], u: [2], v: [3], A: [2, 3], S: [3, 3]}\nnodes:\n  f: '" +
                          quoted + "'\n");
    nodes += g.nodes().size();
    PlanRequest r;
    r.keep = {g.find("f")};
    Machine machine(g, r);
    for (const Variable& v : inputs)
      if (machine.workspace.value(g.find(v.name)).data) machine.set(v.name, v.value.of);
    walk_forward(machine.workspace);
    const Entries expected = evaluate(tree, inputs);
    const std::vector<double> found = machine.value("f");
    REQUIRE(found.size() == expected.of.size());
    double largest = 1;
    for (const double x : expected.of) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < found.size(); ++i) {
      finite += std::isfinite(expected.of[i]);
      if (std::isfinite(expected.of[i])) CHECK(std::abs(found[i] - expected.of[i]) <= 1e-9 * largest);
    }
    gradients += gradients_agree(g, inputs);
  }
  CHECK(nodes > 15000);
  CHECK(finite > 4000);
  CHECK(gradients > 1500);
}
