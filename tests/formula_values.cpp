#include "tests/formula_values.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace graph_runner::test {

namespace {

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

}  // namespace

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

}  // namespace graph_runner::test
