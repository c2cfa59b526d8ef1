// Lanes (lanes.hpp) and their duals compute in each lane what a number on its own gives; what Elementwise
// refuses. This file is built like a node, with the processor's own vectors.
#include <doctest/doctest.h>

#include <cmath>
#include <graph_runner/node.hpp>
#include <string>
#include <vector>

using namespace graph_runner;

namespace {

template <class S>
std::vector<S> lanes_of(const Lanes<S>& a) {
  std::vector<S> entries(static_cast<std::size_t>(Lanes<S>::count));
  a.store(entries.data(), Lanes<S>::count);
  return entries;
}

bool close(double a, double b, double tolerance) {
  return (std::isnan(a) && std::isnan(b)) || a == b ||
         std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}
bool close(float a, float b, double tolerance) { return close(double(a), double(b), tolerance); }
bool close(const Dual<double>& a, const Dual<double>& b, double tolerance) {
  return close(a.value, b.value, tolerance) && close(a.tangent, b.tangent, tolerance);
}

// f of lanes, and of their duals, against f of each entry: as float, double and dual.
template <class S, class F>
void compare(const char* name, F f, double tolerance, std::vector<double> at) {
  INFO(name, ", ", sizeof(S), " bytes a number");
  const auto count = static_cast<std::size_t>(Lanes<S>::count);
  while (at.size() % count) at.push_back(at.back());
  std::vector<S> x(at.size()), t(at.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    x[i] = S(at[i]);
    t[i] = S(std::cos(double(i)));
  }
  for (std::size_t i = 0; i < x.size(); i += count) {
    const auto lanes = Lanes<S>::load(&x[i], Lanes<S>::count),
               tangents = Lanes<S>::load(&t[i], Lanes<S>::count);
    const std::vector<S> alone = lanes_of(f(lanes));
    const Dual<Lanes<S>> dual = f(Dual<Lanes<S>>(lanes, tangents));
    const std::vector<S> values = lanes_of(dual.value), derivatives = lanes_of(dual.tangent);
    for (std::size_t k = 0; k < count; ++k) {
      INFO("at ", at[i + k]);
      const Dual<S> expected = f(Dual<S>(x[i + k], t[i + k]));
      CHECK(close(alone[k], expected.value, tolerance));
      CHECK(close(values[k], expected.value, tolerance));
      CHECK(close(derivatives[k], expected.tangent, tolerance));
    }
  }
}
template <class F>
void compare_all(const char* name, F f, const std::vector<double>& at) {
  compare<float>(name, f, 4e-6, at);
  compare<double>(name, f, 4e-14, at);
  compare<Dual<double>>(name, f, 4e-14, at);
}

}  // namespace

TEST_CASE("every function of lanes is that of a number, in value and derivative") {
  const std::vector<double> all{-3,  -1.5, -0.25, 0, 0.25, 0.5,   1,   1.75, 2,
                                3.5, -2,   -0.75, 4, -5,   0.125, 2.5, -4.5};
  const std::vector<double> positive{0.125, 0.25, 0.5, 1, 1.75, 2, 3.5, 4, 9};
  compare_all(
      "arithmetic", [](auto x) { return -x * x + 2 / (3 + x * x) - 0.5; }, all);
  compare_all(
      "sin", [](auto x) { return sin(x); }, all);
  compare_all(
      "cos", [](auto x) { return cos(x); }, all);
  compare_all(
      "tan", [](auto x) { return tan(0.25 * x); }, all);
  compare_all(
      "exp", [](auto x) { return exp(x); }, all);
  compare_all(
      "tanh", [](auto x) { return tanh(x); }, all);
  compare_all(
      "erf", [](auto x) { return erf(x); }, all);
  compare_all(
      "abs", [](auto x) { return abs(x); }, all);
  compare_all(
      "floor", [](auto x) { return floor(x); }, all);
  compare_all(
      "log", [](auto x) { return log(x); }, positive);
  compare_all(
      "log1p", [](auto x) { return log1p(x); }, positive);
  compare_all(
      "sqrt", [](auto x) { return sqrt(x); }, positive);
  compare_all(
      "pow", [](auto x) { return pow(x, x); }, positive);
  compare_all(
      "pow of a negative base", [](auto x) { return pow(x, decltype(x)(3)); }, all);
}

TEST_CASE("select takes the place of a branch, lane by lane, and its conditions combine") {
  const std::vector<double> all{-3, -1.5, -0.25, 0, 0.25, 0.5, 1, 1.75, 2, 3.5, NAN};
  const auto every = [](auto x) {
    return select(x < -1, x, 0) + select(x <= 0, 2 * x, 1) + select(x > 1, x * x, x) + select(x >= 2, x, 3) +
           select(x == 0, x, 5) + select(x != 0, x, 7);
  };
  compare_all("comparisons", every, all);
  compare_all(
      "and", [](auto x) { return select(x > -1 && x < 1, x * x, x); }, all);
  compare_all(
      "not", [](auto x) { return select(!(x < 1), x * x, x); }, all);
  compare_all(
      "or", [](auto x) { return select(x < -1 || x > 1, x * x, x); }, all);
  CHECK(select(true, 1.5, 2) == 1.5);
  CHECK(select(false, 1.5f, 2) == 2.0f);
}

TEST_CASE("lanes read and write no more entries than there are") {
  const auto count = static_cast<std::size_t>(Lanes<float>::count);
  for (std::size_t n = 1; n <= count; ++n) {
    std::vector<float> from(n, 3), to(count + 1, -1);  // AddressSanitizer sees whoever reads on
    Lanes<float>::load(from.data(), Eigen::Index(n)).store(to.data(), Eigen::Index(n));
    for (std::size_t i = 0; i < to.size(); ++i) CHECK(to[i] == (i < n ? 3 : -1));
  }
  CHECK(std::signbit(lanes_of(Lanes<double>(-0.0))[0]));
}

// ---- What is refused when a plugin is loaded

namespace {

template <class Node>
struct TwoInputs : Elementwise<Node, 2> {
  template <class T>
  T operator()(T a, T b) const {
    return a * b;
  }
};
struct OneDeclared : TwoInputs<OneDeclared> {
  static void describe(Spec<OneDeclared>& s) {
    s.input("a", "...");
    s.output("c", "...");
  }
};
struct FixedRank : TwoInputs<FixedRank> {
  static void describe(Spec<FixedRank>& s) {
    s.input("a", "n n");
    s.input("b", "n n");
    s.output("c", "n n");
  }
};
struct Unequal : TwoInputs<Unequal> {
  static void describe(Spec<Unequal>& s) {
    s.input("a", "n");
    s.input("b", "");
    s.output("c", "n");
  }
};

}  // namespace

TEST_CASE("an elementwise node whose formula and ports disagree is refused") {
  char error[512] = "";
  CHECK(PluginTable<OneDeclared>::get("OneDeclared", error, sizeof error) == nullptr);
  CHECK(std::string(error) == "forward: argument 2, port 'c', should be Out<…>");
  CHECK(PluginTable<FixedRank>::get("FixedRank", error, sizeof error) != nullptr);

  const gr_plugin* plugin = PluginTable<Unequal>::get("Unequal", error, sizeof error);
  REQUIRE(plugin != nullptr);
  void* node = nullptr;
  REQUIRE(plugin->types[0]->create(nullptr, 0, &node, error, sizeof error) == GR_OK);
  alignas(GR_ALIGNMENT) double entries[16] = {};
  const std::int64_t three = 3;
  const gr_tensor values[] = {{entries, &three, 1}, {entries + 8, &three, 0}, {entries + 8, &three, 1}};
  gr_call call{};
  call.size = sizeof call;
  call.scalar = GR_DOUBLE;
  call.values = values;
  call.value_count = 3;
  call.error = error;
  call.error_size = sizeof error;
  CHECK(plugin->types[0]->forward(node, &call) == GR_FAILED);
  CHECK(std::string(error).find("have one shape") != std::string::npos);
  plugin->types[0]->destroy(node);
}
