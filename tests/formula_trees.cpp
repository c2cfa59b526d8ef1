// Random formulas: printed, read again and lowered, each has the value that a direct evaluation of its tree
// gives.
#include <algorithm>
#include <cmath>

#include "config/lowering.hpp"
#include "core/random.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// A value as plain loops see it: a number is 1 × 1, a column n × 1, a row 1 × n.
struct Entries {
  Kind kind = Kind::scalar;
  std::size_t rows = 1, columns = 1;
  std::vector<double> of{};
  double& at(std::size_t i, std::size_t j) { return of[i * columns + j]; }
  double at(std::size_t i, std::size_t j) const { return of[i * columns + j]; }
};
Entries entries(Kind kind, std::size_t rows, std::size_t columns) {
  return {kind, rows, columns, std::vector<double>(rows * columns)};
}

constexpr std::size_t m = 2, n = 3;
struct Variable {
  const char* name;
  Entries value;
};

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

// ---- The direct evaluation

Entries evaluate(const Formula& f, const std::vector<Variable>& variables);

template <class F>
Entries map(Entries x, F function) {
  for (double& e : x.of) e = function(e);
  return x;
}
template <class F>
Entries map(const Entries& a, const Entries& b, F function) {
  Entries out = a.kind == Kind::scalar ? b : a;
  for (std::size_t i = 0; i < out.of.size(); ++i)
    out.of[i] = function(a.of[a.kind == Kind::scalar ? 0 : i], b.of[b.kind == Kind::scalar ? 0 : i]);
  return out;
}

Entries multiply(const Entries& a, const Entries& b) {
  if (a.kind == Kind::scalar || b.kind == Kind::scalar)
    return map(a, b, [](double x, double y) { return x * y; });
  const bool number = a.kind == Kind::row && b.kind == Kind::column;
  Entries c = entries(number                   ? Kind::scalar
                      : b.kind == Kind::column ? Kind::column
                      : a.kind == Kind::row    ? Kind::row
                                               : Kind::matrix,
                      a.rows, b.columns);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < b.columns; ++j)
      for (std::size_t k = 0; k < a.columns; ++k) c.at(i, j) += a.at(i, k) * b.at(k, j);
  return c;
}

Entries call_function(const std::string& name, const Entries& x, const Entries& second) {
  const auto total = [&](auto term) {
    Entries out = entries(Kind::scalar, 1, 1);
    for (const double e : x.of) out.of[0] += term(e);
    return out;
  };
  const auto each = [&](auto function) { return map(x, function); };
  if (name == "sin") return each([](double e) { return std::sin(e); });
  if (name == "cos") return each([](double e) { return std::cos(e); });
  if (name == "tanh") return each([](double e) { return std::tanh(e); });
  if (name == "sigmoid") return each([](double e) { return 1 / (1 + std::exp(-e)); });
  if (name == "relu") return each([](double e) { return std::max(e, 0.0); });
  if (name == "abs") return each([](double e) { return std::abs(e); });
  if (name == "step") return each([](double e) { return e > 0 ? 1.0 : 0.0; });
  if (name == "sign") return each([](double e) { return e > 0 ? 1.0 : e < 0 ? -1.0 : 0.0; });
  if (name == "floor") return each([](double e) { return std::floor(e); });
  if (name == "mod") return map(x, second, [](double a, double b) { return a - b * std::floor(a / b); });
  if (name == "sum") return total([](double e) { return e; });
  if (name == "mean") return total([&](double e) { return e / double(x.of.size()); });
  if (name == "norm1") return total([](double e) { return std::abs(e); });
  if (name == "norm2")
    return map(total([](double e) { return e * e; }), [](double e) { return std::sqrt(e); });
  if (name == "outer") {
    Entries turned = second;
    std::swap(turned.rows, turned.columns);
    turned.kind = Kind::row;
    return multiply(x, turned);
  }
  Entries out = name == "tr"             ? entries(Kind::scalar, 1, 1)
                : x.kind == Kind::column ? entries(Kind::matrix, x.rows, x.rows)
                                         : entries(Kind::column, x.rows, 1);
  for (std::size_t i = 0; i < x.rows; ++i)
    if (name == "tr")
      out.of[0] += x.at(i, i);
    else if (x.kind == Kind::column)
      out.at(i, i) = x.of[i];
    else
      out.of[i] = x.at(i, i);
  return out;
}

Entries evaluate(const Formula& f, const std::vector<Variable>& variables) {
  if (f.kind == Formula::number) return {Kind::scalar, 1, 1, {f.value}};
  if (f.kind == Formula::name) {
    for (const Variable& v : variables) {
      if (f.text == v.name) return v.value;
      if (f.text.size() == 2 && f.text.substr(0, 1) == v.name)
        return {Kind::scalar, 1, 1, {v.value.of[static_cast<std::size_t>(f.text[1] - '1')]}};
    }
    FAIL("unknown: ", f.text);
  }
  std::vector<Entries> parts;
  for (const Formula& part : f.parts)
    parts.push_back(part.kind == Formula::whole_axis ? Entries{} : evaluate(part, variables));
  switch (f.kind) {
    case Formula::call:
      return call_function(f.text, parts[0], parts.back());
    case Formula::negative:
      return map(parts[0], [](double x) { return -x; });
    case Formula::transpose: {
      const Entries& x = parts[0];
      Entries y = entries(x.kind == Kind::row      ? Kind::column
                          : x.kind == Kind::column ? Kind::row
                                                   : x.kind,
                          x.columns, x.rows);
      for (std::size_t i = 0; i < x.rows; ++i)
        for (std::size_t j = 0; j < x.columns; ++j) y.at(j, i) = x.at(i, j);
      return y;
    }
    case Formula::power:
    case Formula::each_power:
      return map(parts[0], parts[1], [](double x, double y) { return std::pow(x, y); });
    case Formula::multiply:
      return multiply(parts[0], parts[1]);
    case Formula::each_multiply:
      return map(parts[0], parts[1], [](double x, double y) { return x * y; });
    case Formula::divide:
    case Formula::each_divide:
      return map(parts[0], parts[1], [](double x, double y) { return x / y; });
    case Formula::add:
      return map(parts[0], parts[1], [](double x, double y) { return x + y; });
    case Formula::subtract:
      return map(parts[0], parts[1], [](double x, double y) { return x - y; });
    case Formula::list: {
      Entries y = parts[0].kind == Kind::scalar ? entries(Kind::column, parts.size(), 1)
                                                : entries(Kind::matrix, parts.size(), parts[0].columns);
      y.of.clear();
      for (const Entries& p : parts) y.of.insert(y.of.end(), p.of.begin(), p.of.end());
      return y;
    }
    default: {  // an index of a matrix
      const Entries& x = parts[0];
      const bool all_rows = f.parts[1].kind == Formula::whole_axis,
                 all_columns = f.parts[2].kind == Formula::whole_axis;
      const std::size_t i = all_rows ? 0 : static_cast<std::size_t>(f.parts[1].value) - 1;
      const std::size_t j = all_columns ? 0 : static_cast<std::size_t>(f.parts[2].value) - 1;
      if (!all_rows && !all_columns) return {Kind::scalar, 1, 1, {x.at(i, j)}};
      Entries y = all_rows ? entries(Kind::column, x.rows, 1) : entries(Kind::row, 1, x.columns);
      for (std::size_t k = 0; k < y.of.size(); ++k) y.of[k] = all_rows ? x.at(k, j) : x.at(i, k);
      return y;
    }
  }
}

}  // namespace

TEST_CASE("2,000 random formulas, printed, read and lowered, have the value of their tree") {
  const std::vector<Variable> inputs = variables();
  std::size_t nodes = 0, finite = 0;
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
  }
  CHECK(nodes > 15000);
  CHECK(finite > 4000);
}
