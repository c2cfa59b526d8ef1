// Claims that are right, by their terms, entries and indices: what mistakes are made in.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace graph_runner::test {

using Texts = std::vector<std::string>;

// A term as a product of factors, added or subtracted.
struct Term {
  char sign;
  Texts factors;
  std::string text() const { return fmt::format("{}", fmt::join(factors, "*")); }
};

struct Truth {
  const char* graph;
  std::string left;
  std::vector<Term> terms;
  std::string extra;    // a term of its shape that is none of its own
  bool matrix = false;  // and not a symmetric one
};

inline std::string sum_of(const std::vector<Term>& terms) {
  std::string out;
  for (const Term& t : terms)
    out += out.empty() ? (t.sign == '-' ? "-" : "") + t.text() : fmt::format(" {} {}", t.sign, t.text());
  return out;
}

inline const char* const layer = "inputs: {A: [m, n], v: [n], b: [m]}\nnodes: {h: A*v + b, f: norm2(h)^2}\n";
inline const char* const quadratic =
    "inputs: {A: [n, n], x: [n], c: [n], u: [n]}\n"
    "nodes: {f: \"x'*A*x + c'*x\", g: \"u'*A*x\", h: A*x, q: tr(A*A)}\n";
inline const char* const loss =
    "inputs: {y: [k], s: [d], W: [k, d], c: [k]}\nnodes: {p: W*s + c, L: norm2(y - p)^2}\n";
inline const char* const ridge =
    "inputs: {X: [m, n], w: [n], y: [m], a: {shape: [], from: 0.5, to: 2}}\n"
    "nodes: {f: norm2(X*w - y)^2 + a*norm2(w)^2}\n";
inline const char* const sums =
    "inputs: {z: [n], t: [n]}\nnodes: {p: exp(z)/sum(exp(z)), u: sum(z)^2, k: \"t'*z\"}\n";
inline const char* const plane =
    "inputs: {x: [2], y: []}\n"
    "nodes: {f: sin(x1) + 2*x2^2 + x1*y, g: '[x1*x2, x2^3 + x1, x1 + y]'}\n";

inline const char* const bends =
    "inputs: {z: [n], x: []}\n"
    "nodes: {r: sum(relu(z)), s: norm1(z), l: sum(relu(z) - 0.1*relu(-z)), c: relu(x) - relu(x - 1)}\n";

inline const std::vector<Truth> truths = {
    {layer, "h", {{'+', {"A", "v"}}, {'+', {"b"}}}, ""},
    {layer, "df/dA", {{'+', {"2", "A", "v", "v'"}}, {'+', {"2", "b", "v'"}}}, "A", true},
    {layer, "df/dA", {{'+', {"2", "h", "v'"}}}, "A", true},
    {layer, "df/dv", {{'+', {"2", "A'", "A", "v"}}, {'+', {"2", "A'", "b"}}}, "v"},
    {layer, "df/dv", {{'+', {"2", "A'", "h"}}}, "v"},
    {layer, "df/db", {{'+', {"2", "A", "v"}}, {'+', {"2", "b"}}}, "v1*b"},
    {layer, "dh/dv", {{'+', {"A"}}}, "df/dA", true},
    {layer, "d2f/dv2", {{'+', {"2", "A'", "A"}}}, "v*v'"},
    {layer, "d2f/db2", {{'+', {"2", "eye(m)"}}}, "b*b'"},
    {layer, "f", {{'+', {"v'", "A'", "A", "v"}}, {'+', {"2", "b'", "A", "v"}}, {'+', {"b'", "b"}}}, "n"},
    {quadratic, "df/dx", {{'+', {"A", "x"}}, {'+', {"A'", "x"}}, {'+', {"c"}}}, "u"},
    {quadratic, "f", {{'+', {"x'", "A", "x"}}, {'+', {"c'", "x"}}}, "n"},
    {quadratic, "dg/dA", {{'+', {"u", "x'"}}}, "A", true},
    {quadratic, "dg/dx", {{'+', {"A'", "u"}}}, "x"},
    {quadratic, "dh/dx", {{'+', {"A"}}}, "u*x'", true},
    {quadratic, "dq/dA", {{'+', {"2", "A'"}}}, "x*u'", true},
    {loss, "dL/dp", {{'+', {"2", "p"}}, {'-', {"2", "y"}}}, "c"},
    {loss, "dL/dW", {{'+', {"2", "p", "s'"}}, {'-', {"2", "y", "s'"}}}, "W", true},
    {loss, "dL/ds", {{'+', {"2", "W'", "p"}}, {'-', {"2", "W'", "y"}}}, "s"},
    {loss, "p", {{'+', {"W", "s"}}, {'+', {"c"}}}, "y"},
    {loss, "dp/dc", {{'+', {"eye(k)"}}}, "y*y'"},
    {ridge, "df/dw", {{'+', {"2", "X'", "X", "w"}}, {'-', {"2", "X'", "y"}}, {'+', {"2", "a", "w"}}}, "w"},
    {ridge, "d2f/dw2", {{'+', {"2", "X'", "X"}}, {'+', {"2", "a", "eye(n)"}}}, "w*w'"},
    {sums, "du/dz", {{'+', {"2", "sum(z)", "ones(n)"}}}, "t"},
    {sums, "d2u/dz2", {{'+', {"2", "ones(n, n)"}}}, "t*z'"},
    {sums, "k", {{'+', {"sum(t.*z)"}}}, "u"},
    {sums, "dp/dz", {{'+', {"diag(p)"}}, {'-', {"p", "p'"}}}, "t*t'"},
};

// Of which every entry stands there, row by row.
struct Listed {
  const char* graph;
  std::string left;
  std::vector<Texts> rows;
};
inline const std::vector<Listed> listed = {
    {plane, "df/dx", {{"cos(x1) + y"}, {"4*x2"}}},
    {plane, "g", {{"x1*x2"}, {"x2^3 + x1"}, {"x1 + y"}}},
    {plane, "dg/dx", {{"x2", "x1"}, {"1", "3*x2^2"}, {"1", "0"}}},
    {plane, "d2f/dx2", {{"-sin(x1)", "0"}, {"0", "4"}}},
};

// Claims by index, and the letters of what may be shifted or put for another.
struct Indexed {
  const char* graph;
  std::string left, right;
};
inline const std::vector<Indexed> indexed = {
    {layer, "df/dA[i,j]", "2*h[i]*v[j]"},
    {layer, "df/dv[j]", "2*sum(l, m, A[l,j]*h[l])"},
    {layer, "df/db[i]", "2*h[i]"},
    {layer, "dh/dv[i,j]", "A[i,j]"},
    {quadratic, "dg/dA[i,j]", "u[i]*x[j]"},
    {quadratic, "dg/dx[j]", "sum(l, n, u[l]*A[l,j])"},
    {loss, "dL/dW[i,j]", "2*(p[i] - y[i])*s[j]"},
    {loss, "dL/dc[i]", "2*p[i] - 2*y[i]"},
    {sums, "du/dz[i]", "2*sum(l, n, z[l])"},
    {sums, "dp/dz[i,j]", "p[i]*(eye(n)[i,j] - p[j])"},
};

}  // namespace graph_runner::test
