// Every node type, found by discovery, is put through the same harness: for random u and v, ⟨v, J u⟩ from
// forward on duals must equal ⟨Jᵀ v, u⟩ from backward on doubles.
#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "core/random.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// A graph of one node of the type: sizes small and different, `leading` for `...`, and `list` for attributes
// that are lists of numbers or sizes.
GraphSpec lone_node(const NodeType& type, const std::vector<AxisSpec>& leading,
                    const std::vector<std::int64_t>& list = {3}) {
  GraphSpec spec;
  NodeSpec node;
  node.name = "node";
  node.type = type.name();
  std::map<std::string, std::int64_t> sizes;
  for (const Attribute& a : type.attributes()) {
    if (!a.required) continue;
    AttributeValue value;
    value.kind = a.kind;
    if (a.kind == GR_REAL)
      value.reals = {std::isfinite(a.least) ? a.least + 0.5 : 0.5};
    else if (a.kind == GR_TEXT)
      value.texts = {a.choices.empty() ? "text" : a.choices[0]};
    else
      value.ints = {std::isfinite(a.least) ? std::int64_t(a.least) + 3 : 3};
    if (a.list && !value.ints.empty()) value.ints = list;
    if (!a.list && (a.kind == GR_INT || a.kind == GR_SIZE)) sizes[a.name] = value.ints[0];
    if (a.kind == GR_SIZE) {
      for (const std::int64_t size : value.ints) value.texts.push_back(std::to_string(size));
      value.ints.clear();
    }
    node.attributes.push_back({a.name, value, {}, false});
  }
  for (const Port& p : type.ports()) {
    if (p.role != GR_INPUT) continue;
    for (int copy = 0; copy < (p.many ? 3 : 1); ++copy) {
      InputSpec input;
      input.name = p.name + std::to_string(copy);
      if (p.pattern.leading) input.shape = leading;
      for (const Pattern::Axis& a : p.pattern.axes) {
        if (a.kind == Pattern::Axis::name) sizes.try_emplace(a.text, 4 + std::int64_t(sizes.size()));
        input.shape.push_back({a.kind == Pattern::Axis::number ? a.size
                               : a.kind == Pattern::Axis::any  ? 2 + copy
                                                               : sizes[a.text],
                               ""});
      }
      node.in.push_back({p.name, input.name, {}});
      spec.inputs.push_back(std::move(input));
    }
  }
  spec.nodes.push_back(std::move(node));
  return spec;
}

// Those that the type takes, of some shapes of `...` and some lists: its `shapes` call may refuse the others.
std::vector<GraphSpec> lone_nodes(const NodeType& type) {
  std::vector<GraphSpec> fine;
  for (const std::vector<AxisSpec>& leading :
       {std::vector<AxisSpec>{}, {{2, ""}, {3, ""}}, {{3, ""}}, {{4, ""}}})
    for (const std::vector<std::int64_t>& list :
         {std::vector<std::int64_t>{3}, {0}, {2, 3}, {3, 2}, {0, 3}, {2, 0}, {3, 2, 1}}) {
      GraphSpec spec = lone_node(type, leading, list);
      const bool lists = std::any_of(type.attributes().begin(), type.attributes().end(),
                                     [](const Attribute& a) { return a.list && a.required; });
      if (!lists && list != std::vector<std::int64_t>{3}) continue;
      try {
        Graph(spec, registry());
        fine.push_back(std::move(spec));
      } catch (const Error&) {
        CHECK((type.table().shapes || lists));
      }
    }
  CHECK_MESSAGE(!fine.empty(), "no shapes for ", type.name());
  return fine;
}

double unit(Stream& stream) { return std::ldexp(double(stream() >> 11), -53); }

// Moves normally distributed entries into what a port takes. Rows of `n`; matrices are n by n.
void move_into(const Port& port, std::int64_t n, Stream& stream, std::vector<double>& x) {
  const auto rows = static_cast<std::int64_t>(x.size()) / n;
  const auto at = [&](std::int64_t i, std::int64_t j) -> double& {
    return x[static_cast<std::size_t>(i * n + j)];
  };
  for (double& e : x) {
    if (port.domain == GR_POSITIVE || port.domain == GR_NONNEGATIVE || port.domain == GR_DISTRIBUTION)
      e = std::abs(e) + 0.1;
    if (port.domain == GR_NONZERO) e += e < 0 ? -0.1 : 0.1;
    if (port.domain == GR_RANGE) e = port.lower + (port.upper - port.lower) * unit(stream);
    if (port.domain == GR_INDEX) e = std::floor(double(n) * unit(stream));
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    double total = 0;
    for (std::int64_t j = 0; j < n; ++j) total += at(i, j);
    const auto one = static_cast<std::int64_t>(double(n) * unit(stream));
    for (std::int64_t j = 0; j < n; ++j) {
      if (port.domain == GR_DISTRIBUTION) at(i, j) /= total;
      if (port.domain == GR_ONE_HOT) at(i, j) = j == one;
    }
  }
  if (port.domain != GR_POSITIVE_DEFINITE && port.domain != GR_INVERTIBLE) return;
  const std::vector<double> drawn = x;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      if (port.domain == GR_POSITIVE_DEFINITE) {  // M Mᵀ
        at(i, j) = 0;
        for (std::int64_t k = 0; k < n; ++k)
          at(i, j) += drawn[static_cast<std::size_t>(i * n + k)] *
                      drawn[static_cast<std::size_t>(i / n * n * n + j * n + k)];
      }
      if (i % n == j) at(i, j) += 2 * double(n);  // far from singular
    }
}

void fill_random(const Tensor& t, Stream& stream, std::size_t stride, std::size_t offset) {
  std::vector<double> drawn(static_cast<std::size_t>(t.entries));
  fill_normal(stream, 0, 1, drawn);
  for (std::size_t i = 0; i < drawn.size(); ++i) static_cast<double*>(t.data)[stride * i + offset] = drawn[i];
}

double check_type(const NodeType& type, const GraphSpec& spec, std::uint64_t seed) {
  const Graph g(spec, registry());
  INFO("node type ", type.name(), ", output ", g.sizes().text(g.values()[g.find("node")].shape), ", seed ",
       seed);
  std::vector<ValueId> outputs, wanted = g.parameters();
  for (ValueId v = 0; v < g.values().size(); ++v)
    if (g.values()[v].origin == Origin::output && !g.values()[v].discrete) outputs.push_back(v);
  for (const ValueId v : g.inputs()) wanted.push_back(v);
  PlanRequest r;
  r.scalar = ScalarType::dual64;
  r.keep = outputs;
  const Plan forward(g, r);
  Parameters dual_parameters(g, {}, r.scalar);
  Workspace dual(forward, dual_parameters);
  r.scalar = ScalarType::float64;
  r.seeds = outputs;
  r.wanted = wanted;
  const Plan both(g, r);
  Parameters parameters(g, {}, r.scalar);
  Workspace w(both, parameters);

  // The same point for both, a direction u in the tangents, a cotangent v in the seeds.
  Stream stream(seed, "node", type.name());
  for (const ValueId v : wanted) {
    const Tensor t = w.value(v);
    fill_random(t, stream, 1, 0);
    for (const Node& node : g.nodes())
      for (std::size_t k = 0; k < node.values.size(); ++k)
        if (node.values[k] == v) {
          std::vector<double> entries = Machine::entries(t);
          move_into(node.type->ports()[node.ports[k]], t.shape->empty() ? 1 : t.shape->back(), stream,
                    entries);
          std::copy(entries.begin(), entries.end(), t.as<double>().begin());
        }
    for (std::int64_t i = 0; i < w.value(v).entries; ++i)
      static_cast<double*>(dual.value(v).data)[2 * i] = w.value(v).at(i);
    fill_random(dual.value(v), stream, 2, 1);
  }
  std::vector<std::vector<double>> directions;
  for (const ValueId v : wanted) {
    directions.emplace_back();
    for (std::int64_t i = 0; i < dual.value(v).entries; ++i)
      directions.back().push_back(static_cast<double*>(dual.value(v).data)[2 * i + 1]);
  }
  walk_forward(dual);
  walk_forward(w);
  double forwards = 0, backwards = 0, scale = 0;
  for (const ValueId v : outputs) {
    fill_random(w.gradient(v), stream, 1, 0);
    for (std::int64_t i = 0; i < w.value(v).entries; ++i) {
      CHECK(dual.value(v).at(i) == doctest::Approx(w.value(v).at(i)).epsilon(1e-12));
      const double term = w.gradient(v).at(i) * static_cast<double*>(dual.value(v).data)[2 * i + 1];
      forwards += term;
      scale += std::abs(term);
    }
  }
  walk_backward(w);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const Tensor t = w.gradient(wanted[k]);
    for (std::int64_t i = 0; t.data && i < t.entries; ++i) {  // a discrete port's has none
      const double term = t.at(i) * directions[k][static_cast<std::size_t>(i)];
      backwards += term;
      scale += std::abs(term);
    }
  }
  CHECK(std::abs(forwards - backwards) <= 1e-12 * scale);
  return scale;
}

}  // namespace

TEST_CASE("the backward of every node type agrees with its forward on duals") {
  int checked = 0;
  for (const std::string& name : registry().names()) {
    if (!std::filesystem::exists(build_folder() / "plugins" / (name + ".so"))) continue;
    const NodeType& type = registry().get(name);
    if (!type.differentiable()) continue;
    double scale = 0;
    for (const GraphSpec& spec : lone_nodes(type))
      for (std::uint64_t seed = 1; seed <= 20; ++seed) scale += check_type(type, spec, seed);
    const bool flat = name == "Floor" || name == "Sign" || name == "Step";  // piecewise constant
    CHECK((scale > 0) == !flat);
    ++checked;
  }
  CHECK(checked >= 45);
}

TEST_CASE("the gradient of a parameter marked affine does not read the parameter") {
  int checked = 0;
  for (const std::string& name : registry().names()) {
    const NodeType& type = registry().get(name);
    for (const Port& port : type.ports()) {
      if (!port.affine) continue;
      INFO(name, ", parameter ", port.name);
      const Graph g(lone_node(type, {{2, ""}, {3, ""}}), registry());
      PlanRequest r;
      r.seeds = {g.find("node")};
      r.wanted = {g.find("node." + port.name)};
      Machine m(g, r);
      Stream stream(1, "affine", name);
      for (const ValueId v : g.inputs()) fill_random(m.workspace.value(v), stream, 1, 0);
      m.walk();
      const std::vector<double> gradient = m.gradient("node." + port.name);
      fill(m.workspace.value(r.wanted[0]), 1e3);
      fill(m.workspace.gradient(r.seeds[0]), 1);
      walk_backward(m.workspace);
      CHECK(m.gradient("node." + port.name) == gradient);
      ++checked;
    }
  }
  CHECK(checked >= 2);
}

TEST_CASE("a node's file includes nothing but the SDK, names its source, and stays under 60 lines") {
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "nodes")) {
    INFO(entry.path().string());
    std::istringstream lines(read_file(entry.path()));
    int count = 0, includes = 0;
    bool source = false;
    for (std::string line; std::getline(lines, line); ++count) {
      source = source || line.rfind("// Source: ", 0) == 0;
      if (line.rfind("#include", 0) != 0) continue;
      ++includes;
      CHECK(line == "#include <graph_runner/node.hpp>");
    }
    CHECK(includes == 1);
    CHECK(source);
    CHECK(count < 60);
  }
}

TEST_CASE("the documented values of the standard nodes") {
  const auto outputs = [](const std::string& yaml,
                          const std::vector<std::pair<std::string, std::vector<double>>>& in) {
    const Graph g = graph(yaml);
    PlanRequest r;
    r.keep = {g.find("y")};
    Machine m(g, r);
    for (const auto& [name, entries] : in) m.set(name, entries);
    walk_forward(m.workspace);
    return m.value("y");
  };
  using E = std::vector<double>;
  const auto close = [](const E& a, const E& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-14));
  };
  const double e = std::exp(1);
  CHECK(outputs("inputs: {x: [3]}\nnodes: {y: {type: ReLU, in: x}}", {{"x", {-1, 0, 2}}}) == E{0, 0, 2});
  CHECK(std::isnan(outputs("inputs: {x: [1]}\nnodes: {y: {type: ReLU, in: x}}", {{"x", {NAN}}})[0]));
  close(outputs("inputs: {x: [4]}\nnodes: {y: {type: Sigmoid, in: x}}", {{"x", {0, 1, -1, -800}}}),
        {0.5, e / (1 + e), 1 / (1 + e), 0});
  close(outputs("inputs: {x: [2]}\nnodes: {y: {type: Softmax, in: x}}", {{"x", {1000, 1001}}}),
        {1 / (1 + e), e / (1 + e)});
  close(outputs("inputs: {x: [2, 2], t: [2, 2]}\nnodes: {y: {type: CrossEntropy, in: [x, t]}}",
                {{"x", {0, 1000, 5, 5}}, {"t", {1, 0, 0.5, 0.5}}}),
        {1000, std::log(2)});
  CHECK(outputs("inputs: {x: [2, 2], t: [2, 2]}\nnodes: {y: {type: SquaredLoss, in: [x, t]}}",
                {{"x", {1, 2, 3, 4}}, {"t", {0, 0, 3, 5}}}) == E{5, 1});
  CHECK(outputs("inputs: {x: [3, 2], t: [3, 2]}\nnodes: {y: {type: Accuracy, in: [x, t]}}",
                {{"x", {1, 2, 3, 1, 4, 4}}, {"t", {0, 1, 0, 1, 1, 0}}}) == E{1, 0, 1});
  CHECK(outputs("inputs: {a: [2, 1], b: [2, 2]}\nnodes: {y: {type: Concat, in: [a, b, a]}}",
                {{"a", {1, 2}}, {"b", {3, 4, 5, 6}}}) == E{1, 3, 4, 1, 2, 5, 6, 2});
  CHECK(outputs("inputs: {a: [2, 2], b: [2, 1]}\nnodes: {y: {type: MatMul, in: [a, b]}}",
                {{"a", {1, 2, 3, 4}}, {"b", {5, 6}}}) == E{17, 39});
  CHECK(outputs("inputs: {a: [2], b: [2]}\nnodes: {y: {type: Add, in: [a, b]}}",
                {{"a", {1, 2}}, {"b", {5, 6}}}) == E{6, 8});
  close(outputs("inputs: {x: [2]}\nnodes: {y: {type: Tanh, in: x}}", {{"x", {0, 1}}}), {0, std::tanh(1)});
}
