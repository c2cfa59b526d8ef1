// The walks: gradients add up where values fan out, nothing is computed that nobody wants, nothing is
// allocated.
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

using Entries = std::vector<double>;

const char* mlp = R"(
inputs: {image: [batch, 784], digit: [batch, 10]}
nodes:
  hidden: {type: Linear, in: image, units: 128}
  active: {type: ReLU, in: hidden}
  scores: {type: Linear, in: active, units: 10}
  loss: {type: SquaredLoss, in: [scores, digit]}
  hits: {type: Accuracy, in: [scores, digit]}
)";

PlanRequest request(const Graph& g, const std::vector<std::string>& seeds,
                    const std::vector<std::string>& wanted, SizeValues sizes = {}) {
  PlanRequest r;
  r.sizes = std::move(sizes);
  for (const auto& s : seeds) r.seeds.push_back(g.find(s));
  for (const auto& w : wanted) r.wanted.push_back(g.find(w));
  return r;
}

void check_close(const Entries& found, const Entries& expected, double tolerance = 1e-12) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(tolerance));
}

}  // namespace

TEST_CASE("Multiply with the same input twice has gradient 2x·dy") {
  const Graph g = graph("inputs: {x: [3]}\nnodes: {y: {type: Multiply, in: [x, x]}}");
  Machine m(g, request(g, {"y"}, {"x"}));
  m.set("x", {1, -2, 3});
  m.walk();
  check_close(m.value("y"), {1, 4, 9});
  check_close(m.gradient("x"), {2, -4, 6});
}

TEST_CASE("a value used three times gets the sum of its gradients") {
  // z = (x + x²) + x·(x + x²): each use of x counts.
  const Graph g = graph(R"(
inputs: {x: [2]}
nodes:
  square: {type: Multiply, in: [x, x]}
  sum: {type: Add, in: [x, square]}
  product: {type: Multiply, in: [x, sum]}
  z: {type: Add, in: [sum, product]}
)");
  Machine m(g, request(g, {"z"}, {"x"}));
  m.set("x", {2, -3});
  m.walk();
  check_close(m.value("z"), {2 + 4 + 8 + 4, -3 + 9 - 27 + 9});
  check_close(m.gradient("x"), {1 + 4 + 4 + 12, 1 - 6 - 6 + 27});  // 1 + 2x + 2x + 3x²
}

TEST_CASE("a weight tied in two nodes gets the sum of both gradients, and so does a declared parameter") {
  const char* tied = R"(
inputs: {x: [1, 2]}
nodes:
  first: {type: Linear, in: x, units: 2}
  second: {type: Linear, in: {x: first, W: first.W}, units: 2}
)";
  const char* declared = R"(
inputs: {x: [1, 2]}
parameters: {V: {shape: [2, 2], init: ones}}
nodes:
  first: {type: Linear, in: {x: x, W: V}, units: 2}
  second: {type: Linear, in: {x: first, W: V}, units: 2}
)";
  for (const auto& [yaml, name] : {std::pair(tied, "first.W"), std::pair(declared, "V")}) {
    const Graph g = graph(yaml);
    Machine m(g, request(g, {"second"}, {name}));
    for (const char* zero : {"first.b", "second.b"}) m.set(zero, {0, 0});
    m.set(name, {1, 2, 3, 4});
    m.set("x", {1, -1});
    m.walk();
    // y = W W x, so dW = 1 (Wx)ᵀ + Wᵀ 1 xᵀ with 1 = (1, 1)ᵀ.
    check_close(m.value("second"), {-1 - 2, -3 - 4});
    check_close(m.gradient(name), {-1 + 4, -1 - 4, -1 + 6, -1 - 6});
  }
}

TEST_CASE("two seeds add their gradients, and a seed that others read gets theirs as well") {
  const Graph g = graph(R"(
inputs: {x: [2]}
nodes:
  y: {type: Multiply, in: [x, x]}
  z: {type: Multiply, in: [y, x]}
)");
  Machine m(g, request(g, {"y", "z"}, {"x", "y"}));
  m.set("x", {2, 5});
  m.walk();
  check_close(m.gradient("y"), {1 + 2, 1 + 5});
  check_close(m.gradient("x"), {4 + 12, 10 + 75});  // 2x + 3x²
}

TEST_CASE("walking twice gives the same bits") {
  const Graph g = graph(mlp);
  Machine m(g, request(g, {"loss"}, {"hidden.W", "image"}, {{"batch", 7}}));
  for (const char* input : {"image", "digit"}) {
    const Tensor t = m.workspace.value(g.find(input));
    for (std::int64_t i = 0; i < t.entries; ++i)
      t.as<double>()[static_cast<std::size_t>(i)] = double((i * 37) % 101) / 101;
  }
  m.walk();
  const Entries once = m.gradient("hidden.W");
  // Inputs may share memory with values once they have been read: they are fed anew at each step.
  const Tensor image = m.workspace.value(g.find("image"));
  for (std::int64_t i = 0; i < image.entries; ++i)
    image.as<double>()[static_cast<std::size_t>(i)] = double((i * 37) % 101) / 101;
  const Tensor digit = m.workspace.value(g.find("digit"));
  for (std::int64_t i = 0; i < digit.entries; ++i)
    digit.as<double>()[static_cast<std::size_t>(i)] = double((i * 37) % 101) / 101;
  m.walk();
  CHECK(m.gradient("hidden.W") == once);
}

TEST_CASE("a plan holds only the calls that the wanted results need") {
  const Graph g = graph(mlp);
  const SizeValues sizes{{"batch", 4}};
  CHECK(Plan(g, request(g, {"loss"}, {"hidden.W"}, sizes)).forward().size() == 4);  // no Accuracy
  CHECK(Plan(g, request(g, {"loss"}, {"hidden.W"}, sizes)).backward().size() == 4);
  CHECK(Plan(g, request(g, {"loss"}, {"scores.W"}, sizes)).backward().size() == 2);  // not below scores
  PlanRequest hits;
  hits.sizes = sizes;
  hits.keep = {g.find("hits")};
  CHECK(Plan(g, hits).forward().size() == 4);  // no loss
  CHECK(Plan(g, hits).backward().empty());
}

TEST_CASE("no gradient by an input is computed that nobody wants") {
  const Graph g = graph(mlp);
  const Plan plan(g, request(g, {"loss"}, {"hidden.W", "hidden.b", "scores.W", "scores.b"}, {{"batch", 4}}));
  CHECK(plan.gradient_slots()[g.find("image")].where == Slot::nowhere);
  CHECK(plan.gradient_slots()[g.find("digit")].where == Slot::nowhere);
  CHECK(plan.gradient_slots()[g.find("active")].where == Slot::arena);
}

TEST_CASE("values that are never needed at the same time share memory") {
  std::string chain = "inputs: {x: [1000]}\nnodes:\n";
  for (int i = 0; i < 100; ++i)
    chain += fmt::format("  n{}: {{type: Tanh, in: {}}}\n", i, i ? fmt::format("n{}", i - 1) : "x");
  const Graph g = graph(chain);
  PlanRequest r;
  r.keep = {g.find("n99")};
  CHECK(Plan(g, r).arena_bytes() <= 3 * aligned(1000 * sizeof(float)));
  r.reuse_memory = false;
  CHECK(Plan(g, r).arena_bytes() == 101 * aligned(1000 * sizeof(float)));
}

TEST_CASE("a gradient added in place equals one added from a buffer") {
  const Graph g = graph(mlp);
  const std::vector<std::string> names{"hidden.W", "hidden.b", "scores.W", "scores.b"};
  std::vector<Entries> results;
  for (const bool in_place : {false, true}) {
    PlanRequest r = request(g, {"loss"}, names, {{"batch", 5}});
    r.update_in_place = in_place;
    Machine m(g, r);
    for (const char* input : {"image", "digit"}) {
      const Tensor t = m.workspace.value(g.find(input));
      for (std::int64_t i = 0; i < t.entries; ++i)
        t.as<double>()[static_cast<std::size_t>(i)] = double((i * 37) % 101) / 101;
    }
    m.walk();
    for (const auto& name : names) {
      CHECK(m.plan.in_place(g.find(name)) == in_place);
      Entries sum = m.value(name);
      const Entries gradient = m.gradient(name);
      CHECK(gradient.empty() == in_place);
      for (std::size_t i = 0; i < gradient.size(); ++i) sum[i] += gradient[i];
      results.push_back(sum);
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) check_close(results[i], results[i + names.size()]);
}

TEST_CASE("a parameter is not updated in place where that would not be sound") {
  const Graph tied = graph(R"(
inputs: {x: [1, 2]}
nodes:
  first: {type: Linear, in: x, units: 2}
  second: {type: Linear, in: {x: first, W: first.W}, units: 2}
)");
  PlanRequest r = request(tied, {"second"}, {"first.W", "second.b"});
  r.update_in_place = true;
  CHECK_FALSE(Plan(tied, r).in_place(tied.find("first.W")));  // the other node still reads it
  CHECK(Plan(tied, r).in_place(tied.find("second.b")));
  const Graph product =
      graph("parameters: {p: {shape: [2], init: ones}}\nnodes: {y: {type: Multiply, in: [p, p]}}");
  r = request(product, {"y"}, {"p"});
  r.update_in_place = true;
  CHECK_FALSE(Plan(product, r).in_place(product.find("p")));  // its gradient reads it
  const Graph single = graph("inputs: {x: [1, 2]}\nnodes: {y: {type: Linear, in: x, units: 2}}");
  r = request(single, {"y"}, {"y.W"});
  r.update_in_place = true;
  r.keep = {single.find("y.W")};
  CHECK_FALSE(Plan(single, r).in_place(single.find("y.W")));  // somebody wants to read it
}

TEST_CASE("float and double give the same up to rounding") {
  const Graph g = graph(mlp);
  PlanRequest r = request(g, {"loss"}, {"hidden.W"}, {{"batch", 3}});
  std::vector<Entries> gradients;
  for (const ScalarType scalar : {ScalarType::float32, ScalarType::float64}) {
    r.scalar = scalar;
    const Plan plan(g, r);
    Parameters parameters(g, r.sizes, scalar);
    parameters.initialise(g, r.sizes, 1);
    Workspace w(plan, parameters);
    fill(w.value(g.find("image")), 0.25);
    fill(w.value(g.find("digit")), 0.1);
    walk_forward(w);
    fill(w.gradient(g.find("loss")), 1);
    walk_backward(w);
    gradients.push_back(Machine::entries(w.gradient(g.find("hidden.W"))));
  }
  check_close(gradients[0], gradients[1], 1e-4);
}

TEST_CASE("neither the framework nor the SDK allocates inside a walk from the second step on") {
  const Graph g = graph(R"(
inputs: {image: [batch, 784], digit: [batch, 10]}
nodes:
  hidden: {type: Linear, in: image, units: 128}
  active: {type: ReLU, in: hidden}
  again:  {type: Linear, in: active, units: 64}
  smooth: {type: Sigmoid, in: again}
  bent:   {type: Tanh, in: again}
  both:   {type: Concat, in: [smooth, bent, again]}
  twice:  {type: Multiply, in: [both, both]}
  more:   {type: Add, in: [twice, both]}
  scores: {type: Linear, in: more, units: 10}
  p:      {type: Softmax, in: scores}
  loss:   {type: CrossEntropy, in: [scores, digit]}
  other:  {type: SquaredLoss, in: [p, digit]}
  total:  {type: Add, in: [loss, other]}
  hits:   {type: Accuracy, in: [scores, digit]}
)");
  ThreadPool pool(2);
  for (const std::int64_t batch : {1, 32, 256}) {
    PlanRequest r =
        request(g, {"total"}, {"hidden.W", "hidden.b", "again.W", "scores.b"}, {{"batch", batch}});
    r.keep = {g.find("hits")};
    const Plan plan(g, r);
    Parameters parameters(g, r.sizes, ScalarType::float32);
    parameters.initialise(g, r.sizes, 1);
    Workspace w(plan, parameters);
    for (int i = 0; i < 3; ++i) {
      const std::size_t before = allocations();
      const Step step{static_cast<std::uint64_t>(i), true, &pool};
      walk_forward(w, step);
      fill(w.gradient(g.find("total")), 1);
      walk_backward(w, step);
      if (i > 0) CHECK(allocations() == before);
    }
  }
}

TEST_CASE("results are the same bits for any number of threads") {
  // Sizes on, beside and between the seams of the panels; every product that a Linear node makes.
  struct Layer {
    int batch, units;
  };
  for (const Layer layer : {Layer{300, 128}, {128, 256}, {97, 577}, {1000, 49}, {256, 1024}}) {
    const Graph g = graph(fmt::format(R"(
inputs: {{image: [batch, 784], digit: [batch, 10]}}
nodes:
  hidden: {{type: Linear, in: image, units: {}}}
  active: {{type: ReLU, in: hidden}}
  scores: {{type: Linear, in: active, units: 10}}
  loss: {{type: SquaredLoss, in: [scores, digit]}}
)",
                                      layer.units));
    PlanRequest r =
        request(g, {"loss"}, {"image", "hidden.W", "hidden.b", "scores.W"}, {{"batch", layer.batch}});
    const Plan plan(g, r);
    std::vector<std::vector<Entries>> found;
    for (const int threads : {1, 2, 5}) {
      ThreadPool pool(threads);
      Parameters parameters(g, r.sizes, ScalarType::float32);
      parameters.initialise(g, r.sizes, 1);
      Workspace w(plan, parameters);
      const Tensor t = w.value(g.find("image"));
      for (std::int64_t i = 0; i < t.entries; ++i)
        t.as<float>()[static_cast<std::size_t>(i)] = float((i * 37) % 101) / 101;
      fill(w.value(g.find("digit")), 0.1);
      walk_forward(w, {0, true, &pool});
      fill(w.gradient(g.find("loss")), 1);
      walk_backward(w, {0, true, &pool});
      found.emplace_back();
      for (const ValueId v : r.wanted) found.back().push_back(Machine::entries(w.gradient(v)));
    }
    INFO(layer.batch, " samples, ", layer.units, " units");
    CHECK(found[1] == found[0]);
    CHECK(found[2] == found[0]);
  }
}

TEST_CASE("a chain of 20,000 nodes is built, planned and walked, and a wide graph too") {
  std::string chain = "inputs: {x: [2]}\nnodes:\n";
  for (int i = 0; i < 20000; ++i)
    chain += fmt::format("  n{}: {{type: Add, in: [{}, x]}}\n", i, i ? fmt::format("n{}", i - 1) : "x");
  const Graph g = graph(chain);
  Machine m(g, request(g, {"n19999"}, {"x"}));
  m.set("x", {1, 2});
  m.walk();
  check_close(m.value("n19999"), {20001, 40002});
  check_close(m.gradient("x"), {20001, 20001});
}

TEST_CASE("asking for a gradient that does not exist is an error that says so") {
  const Graph g = graph("inputs: {x: [2], y: [2]}\nnodes: {z: {type: Tanh, in: x}}");
  CHECK_THROWS_WITH_AS(Plan(g, request(g, {"z"}, {"y"})), doctest::Contains("none of the values"), Error);
}
