// Optimizers: node types that take a parameter and its gradient a step on. The steps of each, what is
// remembered from step to step, the slices in which they are walked, and those of other people.
#include <cmath>
#include <complex>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support.hpp"
#include "train/optimizer.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// Minimizes Σ c p² / 2 for p = 1 and the c of 1, 10 and 1/10.
std::string quadratic(const std::string& optimizer, int steps) {
  return fmt::format(
      "inputs: {{c: {{shape: [3], value: [1, 10, 0.1]}}}}\nparameters: {{p: {{shape: [3], init: ones}}}}\n"
      "nodes: {{f: 'sum(c.*p.^2)/2'}}\ntrain: {{minimize: f, optimizer: {}, epochs: {}}}\n",
      optimizer, steps);
}
constexpr double curvature[] = {1, 10, 0.1};

std::vector<double> trained(const std::string& yaml, const std::string& parameter = "p") {
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  Trainer t(g, *file.train, nullptr, ".");
  t.run();
  return Machine::entries(t.parameters().tensor(g.find(parameter)));
}

// One step of one parameter, in double: its gradient, the number of the step, and two states, zero at first.
using Rule = std::function<void(double& p, double g, int step, double& a, double& b)>;

void check_trajectory(const std::string& optimizer, const Rule& rule) {
  INFO(optimizer);
  for (const int steps : {1, 2, 3, 10, 41}) {
    const std::vector<double> found = trained(quadratic(optimizer, steps));
    for (std::size_t i = 0; i < 3; ++i) {
      double p = 1, a = 0, b = 0;
      for (int step = 1; step <= steps; ++step) rule(p, curvature[i] * p, step, a, b);
      CHECK(std::abs(found[i] - p) < 1e-6);
    }
  }
}

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

// What a step of an optimizer changes, without a trainer: a parameter p of `entries`, whose gradient is
// written by hand.
struct Stepper {
  Stepper(const std::string& optimizer, std::int64_t entries)
      : file(read_graph_text(
            fmt::format("parameters: {{p: {{shape: [{}], init: ones}}}}\nnodes: {{f: sum(p)}}\n"
                        "train: {{minimize: f, optimizer: {}, epochs: 1000000000}}\n",
                        entries, optimizer),
            "test.yaml", registry())),
        graph(build_graph(file, registry())),
        task(graph, *file.train, nullptr, ".", "", nullptr, nullptr),
        parameters(graph, {}, ScalarType::float32),
        optimizer_of(task, parameters),
        plan(graph, request()),
        workspace(plan, parameters) {
    parameters.initialise(graph, {}, 1);
  }
  PlanRequest request() const {
    PlanRequest r;
    r.seeds = {graph.find("f")};
    r.wanted = {graph.find("p")};
    return r;
  }
  std::span<float> p() const { return workspace.value(graph.find("p")).as<float>(); }
  std::span<float> gradient() const { return workspace.gradient(graph.find("p")).as<float>(); }
  void step(std::uint64_t number) { optimizer_of.step(workspace, number); }

  const GraphFile file;
  const Graph graph;
  const TrainingTask task;
  Parameters parameters;
  Optimizer optimizer_of;
  Plan plan;
  Workspace workspace;
};

// Gradients that differ from entry to entry and from step to step.
float slope(std::size_t entry, std::uint64_t step) {
  return std::sin(static_cast<float>(entry) + 0.7f * static_cast<float>(step));
}

}  // namespace

TEST_CASE("SGD follows its formula with momentum, Nesterov's and weight decay") {
  for (const auto& [momentum, decay, nesterov] :
       {std::tuple(0.9, 0.0, false), std::tuple(0.9, 0.0, true), std::tuple(0.0, 0.5, false),
        std::tuple(0.5, 0.25, true), std::tuple(0.0, 0.0, false), std::tuple(0.0, 0.0, true)})
    check_trajectory(fmt::format("{{type: SGD, rate: 0.05, momentum: {}, weight_decay: {}, nesterov: {}}}",
                                 momentum, decay, nesterov),
                     [m = momentum, d = decay, n = nesterov](double& p, double g, int, double& v, double&) {
                       g += d * p;
                       v = m * v + g;
                       p -= 0.05 * (n ? g + m * v : v);
                     });
}

// p_{t+1} = p_t - α v_{t+1}, v_{t+1} = β v_t + c p_t has the solution A z₁ᵗ + B z₂ᵗ, where z₁ and z₂ are the
// roots of z² - (1 + β - α c) z + β. Source: Qian, "On the momentum term in gradient descent learning
// algorithms", Neural Networks 12 (1999).
TEST_CASE("momentum on a quadratic is the damped oscillation that its closed form says") {
  using Complex = std::complex<double>;
  const double rate = 0.1, momentum = 0.8;
  for (const int steps : {1, 5, 20}) {
    const std::vector<double> found = trained(quadratic("{type: SGD, rate: 0.1, momentum: 0.8}", steps));
    for (std::size_t i = 0; i < 3; ++i) {
      const double half = (1 + momentum - rate * curvature[i]) / 2, first = 1 - rate * curvature[i];
      const Complex root = std::sqrt(Complex(half * half - momentum)), z1 = half + root, z2 = half - root;
      const Complex a = (first - z2) / (z1 - z2), b = 1.0 - a;
      CHECK(std::abs(found[i] - (a * std::pow(z1, steps) + b * std::pow(z2, steps)).real()) < 1e-6);
    }
  }
}

TEST_CASE("Adam's first steps are those worked out by hand") {
  // At step 1, m̂ = g and v̂ = g²: a step of the rate, whatever the gradient is. At step 2 of c = 1:
  // m = 0.9·0.1 + 0.1·0.9 = 0.18, m̂ = 0.18/0.19, v = 0.000999 + 0.00081 = 0.001809, v̂ = 0.001809/0.001999.
  std::vector<double> p = trained(quadratic("{type: Adam, rate: 0.1}", 1));
  for (const double x : p) CHECK(std::abs(x - 0.9) < 1e-6);
  p = trained(quadratic("{type: Adam, rate: 0.1}", 2));
  CHECK(std::abs(p[0] - (0.9 - 0.1 * (0.18 / 0.19) / std::sqrt(0.001809 / 0.001999))) < 1e-6);
}

TEST_CASE("Adam and AdamW follow their formulas") {
  for (const auto& [b1, b2, e] : {std::tuple(0.9, 0.999, 1e-8), std::tuple(0.5, 0.9, 1e-3)}) {
    const auto adam = [b1 = b1, b2 = b2, e = e](double& p, double g, int t, double& m, double& v) {
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      p -= 0.02 * (m / (1 - std::pow(b1, t))) / (std::sqrt(v / (1 - std::pow(b2, t))) + e);
    };
    const std::string options = fmt::format("rate: 0.02, beta1: {}, beta2: {}, epsilon: {}", b1, b2, e);
    check_trajectory("{type: Adam, " + options + "}", adam);
    check_trajectory("{type: AdamW, weight_decay: 0.3, " + options + "}",
                     [&](double& p, double g, int t, double& m, double& v) {
                       p *= 1 - 0.02 * 0.3;
                       adam(p, g, t, m, v);
                     });
  }
}

TEST_CASE("RMSProp, Adagrad and Lion follow their formulas") {
  check_trajectory("{type: RMSProp, rate: 0.01, alpha: 0.9}",
                   [](double& p, double g, int, double& v, double&) {
                     v = 0.9 * v + 0.1 * g * g;
                     p -= 0.01 * g / (std::sqrt(v) + 1e-8);
                   });
  check_trajectory("{type: Adagrad, rate: 0.1}", [](double& p, double g, int, double& sum, double&) {
    sum += g * g;
    p -= 0.1 * g / (std::sqrt(sum) + 1e-10);
  });
  check_trajectory("{type: Lion, rate: 0.01, weight_decay: 0.5}",
                   [](double& p, double g, int, double& m, double&) {
                     p -= 0.01 * (sign(0.9 * m + 0.1 * g) + 0.5 * p);
                     m = 0.99 * m + 0.01 * g;
                   });
}

TEST_CASE("SGD with momentum gives the bits that a loop in float gives, over many slices") {
  constexpr std::size_t entries = 3001;
  Stepper stepper("{type: SGD, rate: 0.05, momentum: 0.9, weight_decay: 0.01}", entries);
  std::vector<float> p(entries, 1), v(entries);
  for (std::uint64_t step = 1; step <= 7; ++step) {
    for (std::size_t i = 0; i < entries; ++i) {
      const float g = slope(i, step);
      stepper.gradient()[i] = g;
      v[i] = 0.9f * v[i] + (g + 0.01f * p[i]);
      p[i] -= 0.05f * v[i];
    }
    stepper.step(step);
    CHECK(std::vector<float>(stepper.p().begin(), stepper.p().end()) == p);
    CHECK(stepper.optimizer_of.state().at("velocity").back() == v);
  }
}

TEST_CASE("an optimizer goes on from its state, which is called as its inputs are") {
  for (const auto& [type, names] : {std::pair<std::string, std::vector<std::string>>("Adam", {"m", "v"}),
                                    {"SGD, momentum: 0.9", {"velocity"}},
                                    {"Adagrad", {"sum"}}})
    for (const std::uint64_t halt : {2, 3}) {  // after which the states lie at either end of their room
      const std::string optimizer = fmt::format("{{rate: 0.1, type: {}}}", type);
      Stepper first(optimizer, 2500), second(optimizer, 2500);
      const auto steps = [](Stepper& s, std::uint64_t from, std::uint64_t to) {
        for (std::uint64_t step = from; step <= to; ++step) {
          for (std::size_t i = 0; i < 2500; ++i) s.gradient()[i] = slope(i, step);
          s.step(step);
        }
      };
      steps(first, 1, halt);
      const auto state = first.optimizer_of.state();
      std::vector<std::string> found;
      for (const auto& [name, entries] : state) found.push_back(name);
      CHECK(found == names);
      second.step(1);  // what it has come to is forgotten
      second.optimizer_of.restore(state);
      std::copy(first.p().begin(), first.p().end(), second.p().begin());
      steps(first, halt + 1, 6);
      steps(second, halt + 1, 6);
      CHECK(std::equal(first.p().begin(), first.p().end(), second.p().begin()));
      CHECK(second.optimizer_of.state() == first.optimizer_of.state());
    }
}

TEST_CASE("steps beyond 2²⁴, which a float cannot count, are corrected for all the same") {
  for (const std::uint64_t step : {(std::uint64_t{1} << 24) + 1, (std::uint64_t{1} << 26) + 3}) {
    Stepper stepper("{type: Adam, rate: 0.1, beta2: 0.99999999}", 1);
    stepper.gradient()[0] = 1;
    stepper.step(step);
    const double second = 1 - std::pow(0.99999999, double(step));
    // In float, β₂ = 0.99999999 is 1; what is added to v, 1 - β₂, is not.
    CHECK(stepper.p()[0] == doctest::Approx(1 - 0.1 * 0.1 / (std::sqrt(1e-8 / second) + 1e-8)).epsilon(1e-6));
  }
}

TEST_CASE("a step allocates nothing") {
  for (const char* optimizer : {"{type: SGD, rate: 0.1}", "{type: SGD, rate: 0.1, momentum: 0.9}",
                                "{type: Adam, rate: '0.1*0.95^epoch*min(1, step/500)', clip: {norm: 1}}"}) {
    Stepper stepper(optimizer, 5000);
    stepper.step(1);
    const std::size_t before = allocations();
    for (std::uint64_t step = 2; step < 5; ++step) {
      stepper.optimizer_of.gradient_scale(step);
      stepper.step(step);
    }
    CHECK(allocations() == before);
  }
}

TEST_CASE("SGD without options updates in place, and steps as its node type does") {
  const auto steps = [](const std::string& options) {
    return trained(quadratic("{type: SGD, rate: 0.05" + options + "}", 20));
  };
  const std::vector<double> in_place = steps(""), by_node = steps(", clip: {norm: 1e9}");
  for (std::size_t i = 0; i < 3; ++i) CHECK(in_place[i] == doctest::Approx(by_node[i]).epsilon(1e-6));
  const auto is_in_place = [](const std::string& options) {
    return Stepper("{type: SGD, rate: 0.05" + options + "}", 1).optimizer_of.updates_in_place();
  };
  CHECK(is_in_place(""));
  CHECK(is_in_place(", momentum: 0"));
  for (const char* options : {", momentum: 0.1", ", weight_decay: 0.1", ", clip: {value: 1}"})
    CHECK_FALSE(is_in_place(options));
}

TEST_CASE("gradients are clipped to a norm over all parameters, or entry by entry") {
  const auto after = [](const std::string& options) {
    const std::string yaml = fmt::format(
        "parameters: {{p: {{shape: [], init: 0}}, q: {{shape: [], init: 0}}}}\nnodes: {{f: 3*p - 4*q}}\n"
        "train: {{minimize: f, optimizer: {{rate: 1, {}}}, epochs: 1}}\n",
        options);
    return std::pair(trained(yaml)[0], trained(yaml, "q")[0]);
  };
  const auto check = [&](const std::string& options, double p, double q) {
    INFO(options);
    CHECK(after(options).first == doctest::Approx(p).epsilon(1e-6));
    CHECK(after(options).second == doctest::Approx(q).epsilon(1e-6));
  };
  check("type: SGD, clip: {norm: 1}", -0.6, 0.8);
  check("type: SGD, clip: {norm: 5.1}", -3, 4);
  check("type: SGD, clip: {value: 3.5}", -3, 3.5);
  check("type: SGD, clip: {value: 1/2}", -0.5, 0.5);
  check("type: SGD, momentum: 0.9, clip: {norm: 2.5}", -1.5, 2);
  check("type: Adagrad, epsilon: 1, clip: {norm: 1}", -0.6 / 1.6, 0.8 / 1.8);
}

TEST_CASE("the norm of very many gradients is summed in double") {
  constexpr std::size_t entries = 1'000'003;
  Stepper stepper("{type: SGD, rate: 1, clip: {norm: 1}}", entries);
  for (float& g : stepper.gradient()) g = 1e-3f;
  for (float& p : stepper.p()) p = 0;
  stepper.step(1);
  CHECK(stepper.p()[entries - 1] == doctest::Approx(-1 / std::sqrt(double(entries))).epsilon(1e-6));
}

TEST_CASE("an optimizer outside the tree trains by its name, and may be put to the proof") {
  const TemporaryFolder folder;
  const std::string plugins = test_plugins().string();
  const Outcome o =
      run_tool("graph-runner",
               {folder.write("q.yaml", quadratic("{type: Signum, rate: 0.01}", 90)), "--plugins", plugins});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "optimizer  Signum, rate 0.01, 90 epochs\n"));
  CHECK(std::abs(trained(quadratic("{type: Signum, rate: 0.01}", 90))[2] - 0.1) < 1e-4);
  const Outcome check = run_tool("graph-inspect", {"--check", plugins + "/Signum.so"});
  INFO(check.out);
  CHECK(check.code == 0);
  CHECK(contains(check.out, "by a second node and with threads; slices as the whole\n"));
}

TEST_CASE("graph-inspect lists optimizers apart, and describes one by its attributes and states") {
  const std::string all = run_tool("graph-inspect", {}).out;
  const std::size_t optimizers = all.find("plugins, optimizers\n");
  REQUIRE(optimizers != std::string::npos);
  for (const char* name : {"Adagrad", "Adam", "AdamW", "Lion", "RMSProp", "SGD"})
    CHECK(all.find(fmt::format("\n  {} ", name)) > optimizers - 1);
  CHECK(all.find("\n  Add ") < optimizers);
  const std::string adam = run_tool("graph-inspect", {"Adam"}).out;
  for (const char* line :
       {"  step            input   (a number)  positive numbers\n", "  next_v          output  ...\n",
        "beta1      a number of at least 0 and below 1  0.9      ",
        "  under train  optimizer: {type: Adam, rate: 0.01}\n", "  gradient     none\n"}) {
    INFO(line, adam);
    CHECK(contains(adam, line));
  }
  CHECK_FALSE(contains(adam, "in formulas"));
}

// The network of graphs/mlp.yaml, 100 steps of 512 samples. PyTorch's steps in double are the measure, and
// how far its own steps in float are from them; a single ReLU that rounding turns the other way, in either,
// is a hundredth of the way.
TEST_CASE("optimizers take the steps of PyTorch's, where it is installed") {
  const auto lines = beside_torch("tests/follow_torch.py");
  if (!lines) return;
  for (const std::string& line : *lines) {
    double off = 0, theirs = 0, way = 0;
    REQUIRE(std::sscanf(line.c_str() + line.find(": "), ": %lf, PyTorch in float %lf, of %lf", &off, &theirs,
                        &way) == 3);
    CHECK(way > 0.001);
    CHECK(off < 3 * theirs + 0.02 * way);
  }
  CHECK(lines->size() == 6);
}
