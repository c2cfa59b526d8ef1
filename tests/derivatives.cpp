// Derivatives of any value by any other, against closed forms.
#include "analysis/derivatives.hpp"

#include <cmath>

#include <graph_runner/dual.hpp>

#include "core/streams.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

void close(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-13));
}

const std::vector<double> A{0.5, -1, 2, 0.25, 1, -0.5}, v{1, 0.5, -0.25};

// f = ‖tanh(A v)‖², of which h = A v and t = tanh(h) are intermediate values.
struct Example {
  Graph g = graph(R"(
inputs: {A: [m, n], v: [n, 1]}
nodes:
  h: {type: MatMul, in: [A, v]}
  t: {type: Tanh, in: h}
  f: {type: SquaredNorm, in: t}
)");
  Derivatives d{g, {{"m", 2}, {"n", 3}}};
  std::vector<double> h, t, dh, ddh;  // tanh(h), and the first and second derivatives of f by h
  Example() {
    d.set(id("A"), A);
    d.set(id("v"), v);
    for (std::size_t i = 0; i < 2; ++i) {
      h.push_back(A[3 * i] * v[0] + A[3 * i + 1] * v[1] + A[3 * i + 2] * v[2]);
      t.push_back(std::tanh(h[i]));
      const double s = 1 - t[i] * t[i];
      dh.push_back(2 * t[i] * s);
      ddh.push_back(2 * s * s - 4 * t[i] * t[i] * s);
    }
  }
  ValueId id(const char* name) const { return g.find(name); }
};

}  // namespace

TEST_CASE("gradients by inputs and by intermediate values are those of the textbook") {
  Example e;
  close(e.d.value(e.id("f")), {e.t[0] * e.t[0] + e.t[1] * e.t[1]});
  const std::vector<double> one{1};
  close(e.d.vjp(e.id("f"), e.id("h"), one), e.dh);
  close(e.d.vjp(e.id("f"), e.id("t"), one), {2 * e.t[0], 2 * e.t[1]});
  std::vector<double> dA, dv(3);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      dA.push_back(e.dh[i] * v[j]);
      dv[j] += e.dh[i] * A[3 * i + j];
    }
  close(e.d.vjp(e.id("f"), e.id("A"), one), dA);
  close(e.d.vjp(e.id("f"), e.id("v"), one), dv);
  close(e.d.jvp(e.id("f"), e.id("v"), std::vector<double>{1, 2, 3}), {dv[0] + 2 * dv[1] + 3 * dv[2]});
}

TEST_CASE("Jacobians are outputs by inputs, whichever way they are computed") {
  Example e;
  const DenseMatrix by_v = e.d.jacobian(e.id("h"), e.id("v"));  // 2 × 3: by rows
  CHECK(by_v.rows == 2);
  CHECK(by_v.columns == 3);
  close(by_v.entries, A);
  const DenseMatrix by_h = e.d.jacobian(e.id("t"), e.id("h"));
  close(by_h.entries, {1 - e.t[0] * e.t[0], 0, 0, 1 - e.t[1] * e.t[1]});
  const Graph g = graph("inputs: {x: [2]}\nnodes: {y: {type: Concat, in: [x, x]}}");
  Derivatives d(g, {});
  const DenseMatrix tall = d.jacobian(g.find("y"), g.find("x"));  // 4 × 2: by columns
  close(tall.entries, {1, 0, 0, 1, 1, 0, 0, 1});
}

TEST_CASE(
    "Hessians, mixed second derivatives and Hessian-vector products come from a backward walk on duals") {
  Example e;
  const DenseMatrix by_h = e.d.hessian(e.id("f"), e.id("h"));
  close(by_h.entries, {e.ddh[0], 0, 0, e.ddh[1]});
  // f(v): Aᵀ diag(f'') A.
  std::vector<double> expected;
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t k = 0; k < 3; ++k)
      expected.push_back(A[j] * e.ddh[0] * A[k] + A[3 + j] * e.ddh[1] * A[3 + k]);
  const DenseMatrix by_v = e.d.hessian(e.id("f"), e.id("v"));
  close(by_v.entries, expected);
  // d/dv of df/dA is the transpose of d/dA of df/dv.
  const DenseMatrix mixed = e.d.hessian(e.id("f"), e.id("A"), e.id("v")),
                    other = e.d.hessian(e.id("f"), e.id("v"), e.id("A"));
  for (std::size_t i = 0; i < mixed.rows; ++i)
    for (std::size_t j = 0; j < mixed.columns; ++j)
      CHECK(mixed(i, j) == doctest::Approx(other(j, i)).epsilon(1e-13));
  const std::vector<double> u{1, -2, 0.5}, one{1};
  const std::vector<double> product = e.d.hvp(e.id("f"), one, e.id("v"), e.id("v"), u);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(product[i] ==
          doctest::Approx(by_v(i, 0) * u[0] + by_v(i, 1) * u[1] + by_v(i, 2) * u[2]).epsilon(1e-13));
}

TEST_CASE("a value that is used three times has the sum of three derivatives") {
  const Graph g = graph(R"(
inputs: {x: []}
nodes:
  square: {type: Multiply, in: [x, x]}
  cube: {type: Multiply, in: [square, x]}
)");
  Derivatives d(g, {});
  const ValueId x = g.find("x"), cube = g.find("cube");
  d.set(x, std::vector<double>{3});
  close(d.vjp(cube, x, std::vector<double>{1}), {27});
  close(d.hessian(cube, x).entries, {18});
  close(d.vjp(cube, g.find("square"), std::vector<double>{1}), {3});  // all else held
}

TEST_CASE("asking for a derivative that does not exist is an error that says so") {
  const Graph g = graph("inputs: {x: [2], z: [2]}\nnodes: {y: {type: ReLU, in: x}, w: {type: ReLU, in: z}}");
  Derivatives d(g, {});
  const std::vector<double> two{1, 1};
  CHECK_THROWS_WITH_AS(d.jvp(g.find("y"), g.find("z"), two), "'y' does not depend on 'z'", Error);
  CHECK_THROWS_AS(d.vjp(g.find("y"), g.find("z"), two), Error);
}

namespace {

// Determinants and cofactors by expansion, without a division, of numbers of any kind.
template <class T>
using Square = std::vector<std::vector<T>>;
template <class T>
Square<T> without(const Square<T>& a, std::size_t row, std::size_t column) {
  Square<T> minor;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i == row) continue;
    minor.push_back(a[i]);
    minor.back().erase(minor.back().begin() + static_cast<std::ptrdiff_t>(column));
  }
  return minor;
}
template <class T>
T expansion(const Square<T>& a) {
  if (a.empty()) return T(1);
  T total(0);
  for (std::size_t j = 0; j < a.size(); ++j)
    total += T(j % 2 ? -1.0 : 1.0) * a[0][j] * expansion(without(a, 0, j));
  return total;
}

}  // namespace

TEST_CASE("det has its cofactors as gradient, and their derivatives as Hessian, at matrices of any rank") {
  const Graph g = graph("inputs: {A: [n, n]}\nnodes: {y: {type: Det, in: A}}\n");
  Stream stream(1, "ranks");
  for (std::size_t n = 1; n <= 6; ++n)
    for (std::size_t rank = 0; rank <= n; ++rank)
      for (const bool nearly : {false, true}) {
        INFO(n, " x ", n, " of rank ", rank, nearly ? ", nearly" : "");
        // A = B C, of small whole numbers; U is the direction of the second derivative.
        std::vector<double> B(n * rank), C(rank * n), U(n * n), noise(n * n), entries(n * n);
        for (auto* random : {&B, &C, &U}) fill_uniform(stream, -3.5, 3.5, *random);
        fill_normal(stream, 0, nearly ? 1e-13 : 0, noise);
        Square<Dual<double>> A(n, std::vector<Dual<double>>(n));
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t j = 0; j < n; ++j) {
            double& e = entries[i * n + j] = noise[i * n + j];
            for (std::size_t k = 0; k < rank; ++k)
              e += std::round(B[i * rank + k]) * std::round(C[k * n + j]);
            A[i][j] = {e, U[i * n + j]};
          }
        Derivatives d(g, {{"n", static_cast<std::int64_t>(n)}});
        d.set(g.find("A"), entries);
        const std::vector<double> one{1};
        const ValueId y = g.find("y"), x = g.find("A");
        const std::vector<double> gradient = d.vjp(y, x, one), along = d.hvp(y, one, x, x, U);
        const double bound = 1e-15 * std::pow(9 * static_cast<double>(n), static_cast<double>(n));
        CHECK(std::abs(d.jvp(y, x, U)[0] - expansion(A).tangent) < bound);
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t j = 0; j < n; ++j) {
            const Dual<double> cofactor =
                Dual<double>((i + j) % 2 ? -1.0 : 1.0) * expansion(without(A, i, j));
            CHECK(std::abs(gradient[i * n + j] - cofactor.value) < bound);
            CHECK(std::abs(along[i * n + j] - cofactor.tangent) < bound);
          }
      }
}

TEST_CASE("the gradient of det at singular matrices is exact where its entries are small whole numbers") {
  const Graph g = graph("inputs: {A: [n, n]}\nnodes: {y: {type: Det, in: A}}\n");
  const auto gradient = [&](std::int64_t n, const std::vector<double>& entries) {
    Derivatives d(g, {{"n", n}});
    d.set(g.find("A"), entries);
    const std::vector<double> one{1};
    return d.vjp(g.find("y"), g.find("A"), one);
  };
  CHECK(gradient(1, {0}) == std::vector<double>{1});
  CHECK(gradient(2, {1, 2, 2, 4}) == std::vector<double>{4, -2, -2, 1});
  CHECK(gradient(2, {0, 0, 0, 0}) == std::vector<double>{0, 0, 0, 0});
  CHECK(gradient(3, {2, 0, 0, 0, 4, 0, 0, 0, 0}) == std::vector<double>{0, 0, 0, 0, 0, 0, 0, 0, 8});
  CHECK(gradient(3, {1, 0, 0, 0, 0, 0, 0, 0, 0}) == std::vector<double>(9));
}
