// Elementwise nodes whose backward is derived from a formula: they give what a hand-written node gives, entry
// by entry, wherever an entry stands.
#include <cmath>
#include <cstring>

#include "analysis/probe.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// What one elementwise node of the input x gives: y, and dx for an output gradient of cos(1), cos(2), …, each
// with its tangents where the scalar is dual.
struct Results {
  std::vector<double> y, dx;
};

std::vector<double> numbers(const Tensor& t) {
  if (t.scalar == ScalarType::float32) {
    const auto entries = t.as<float>();
    return {entries.begin(), entries.end()};
  }
  const double* first = static_cast<const double*>(t.data);
  return {first, first + t.bytes() / sizeof(double)};
}

Results results(const std::string& type, ScalarType scalar, const std::vector<double>& x) {
  const Graph g =
      graph(fmt::format("inputs: {{x: [{}]}}\nnodes: {{y: {{type: {}, in: x}}}}", x.size(), type));
  const Subject subject(g, g.nodes()[0], {});
  Probe probe(subject, scalar);
  write(probe.value(0), x);
  std::vector<double> dy(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) dy[i] = std::cos(double(i + 1));
  write(probe.output_gradient(1), dy);
  if (scalar == ScalarType::dual64)
    for (std::size_t i = 0; i < x.size(); ++i) {
      static_cast<double*>(probe.value(0).data)[2 * i + 1] = std::sin(double(i));
      static_cast<double*>(probe.output_gradient(1).data)[2 * i + 1] = std::sin(double(i + 2));
    }
  probe.forward();
  probe.backward(probe.all());
  return {numbers(probe.value(1)), numbers(probe.gradient(0))};
}

std::vector<double> range(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 6 * std::sin(double(i) * 1.7);
  return x;
}

}  // namespace

TEST_CASE("a derived node agrees with the one written by hand, for every scalar, in both directions") {
  for (const ScalarType scalar : {ScalarType::float32, ScalarType::float64, ScalarType::dual64})
    for (const std::size_t n : {1, 3, 15, 16, 17, 64, 1000, 200000}) {
      const Results hand = results("Swish", scalar, range(n)),
                    derived = results("DerivedSwish", scalar, range(n));
      REQUIRE(derived.y.size() == hand.y.size());
      const double tolerance = scalar == ScalarType::float32 ? 4e-6 : 4e-14;
      std::size_t apart = 0;  // so counted, what is no number is apart too
      for (std::size_t i = 0; i < hand.y.size(); ++i)
        apart += !(std::abs(derived.y[i] - hand.y[i]) <= tolerance) ||
                 !(std::abs(derived.dx[i] - hand.dx[i]) <= tolerance);
      INFO("scalar ", int(scalar), ", ", n, " entries");
      CHECK(apart == 0);
    }
}

TEST_CASE("the bits of an entry of a derived node depend neither on its place nor on how many there are") {
  for (const char* type : {"DerivedSwish", "GELU", "Softplus"})
    for (const ScalarType scalar : {ScalarType::float32, ScalarType::float64}) {
      const std::vector<double> x = range(131100);  // three panels
      const Results all = results(type, scalar, x);
      for (const std::size_t n : {1, 2, 7, 31, 33, 100}) {
        const Results part = results(type, scalar, {x.begin(), x.begin() + std::ptrdiff_t(n)});
        for (std::size_t i = 0; i < n; ++i) {
          REQUIRE(part.y[i] == all.y[i]);
          REQUIRE(part.dx[i] == all.dx[i]);
        }
      }
      const std::vector<double> y = results(type, scalar, std::vector<double>(131100, 0.7)).y;
      CHECK(y == std::vector<double>(y.size(), y[0]));
    }
}

TEST_CASE("threads share the entries of a large derived node and change no bit") {
  const Graph g = graph("inputs: {x: [300000]}\nnodes: {y: {type: GELU, in: x}}");
  std::vector<double> first;
  for (const int threads : {1, 3}) {
    PlanRequest r;
    r.seeds = {g.find("y")};
    r.wanted = {g.find("x")};
    Machine m(g, r);
    m.set("x", range(300000));
    ThreadPool pool(threads);
    walk_forward(m.workspace, {0, false, &pool});
    fill(m.workspace.gradient(g.find("y")), 1);
    walk_backward(m.workspace, {0, false, &pool});
    if (first.empty()) first = m.gradient("x");
    CHECK(m.gradient("x") == first);
  }
}

TEST_CASE("Softplus and GELU have their documented values and derivatives, far out and at 0 too") {
  const double third = std::log1p(std::exp(1.0));
  const Results softplus = results("Softplus", ScalarType::float64, {-1000, 0, 1, 1000});
  CHECK(std::abs(softplus.y[0]) < 1e-300);
  CHECK(softplus.y[1] == doctest::Approx(std::log(2)).epsilon(1e-15));
  CHECK(softplus.y[2] == doctest::Approx(third).epsilon(1e-15));
  CHECK(softplus.y[3] == 1000);
  CHECK(std::abs(softplus.dx[0]) < 1e-300);
  CHECK(softplus.dx[1] == doctest::Approx(std::cos(2) / 2).epsilon(1e-15));
  CHECK(softplus.dx[3] == std::cos(4));
  const Results gelu = results("GELU", ScalarType::float64, {-40, 0, 1, 40});
  CHECK(gelu.y[0] == 0);
  CHECK(gelu.y[1] == 0);
  CHECK(gelu.y[2] == doctest::Approx(0.8413447460685429).epsilon(1e-15));  // Φ(1)
  CHECK(gelu.y[3] == 40);
  CHECK(gelu.dx[1] == doctest::Approx(std::cos(2) / 2).epsilon(1e-15));
  CHECK(gelu.dx[2] == doctest::Approx(1.0833154705876864 * std::cos(3)).epsilon(1e-15));  // Φ(1) + φ(1)
}
