// The formula language: what a text means, as a tree and as nodes.
#include "exchange/expand.hpp"
#include "formulas/lowering.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

std::string printed(const std::string& text) { return print_formula(parse_formula(FormulaText(text))); }

// The kind and shape of a formula, and the types that it becomes: "column [m]: MatVec".
std::string lowered(const std::string& text) {
  Scope scope(registry());
  scope.declare("s", std::vector<AxisSpec>{});
  scope.declare("u", {{0, "m"}});
  for (const char* vector : {"x", "v", "w"}) scope.declare(vector, {{0, "n"}});
  scope.declare("A", {{0, "m"}, {0, "n"}});
  scope.declare("S", {{0, "n"}, {0, "n"}});
  scope.declare("T", {{0, "b"}, {0, "m"}, {0, "n"}});
  scope.declare("y1", std::vector<AxisSpec>{});
  scope.declare("y", {{2, ""}});
  std::vector<NodeSpec> nodes;
  const Operand o = Lowering(scope, "node 'f'", "f", nodes).lower(parse_formula(FormulaText(text)));
  static const char* kinds[] = {"scalar", "column", "row", "matrix", "tensor"};
  std::string out = fmt::format("{} {}:", kinds[static_cast<int>(o.kind)], scope.sizes().text(o.shape));
  for (const NodeSpec& n : nodes) out += " " + n.type;
  return out;
}

// The entries of node f for inputs of two numbers x.
std::vector<double> value(const std::string& nodes, const std::vector<double>& x = {2, -3}) {
  const Graph g = graph(fmt::format("inputs: {{x: [{}]}}\nnodes:\n{}", x.size(), nodes));
  PlanRequest r;
  r.keep = {g.find("f")};
  Machine m(g, r);
  if (m.workspace.value(g.find("x")).data) m.set("x", x);
  walk_forward(m.workspace);
  return m.value("f");
}

// A formula and what is said of it. A table is not read with structured bindings: Clang 14 lets INFO capture
// none.
struct Row {
  std::string text, meant;
};
using Table = std::vector<Row>;

}  // namespace

TEST_CASE("precedence: transpose and index, powers from the right, minus, products and sums from the left") {
  const Table table = {
      {"a + b*c", "a + (b*c)"},     {"a - b - c", "(a - b) - c"},
      {"a - b + c", "(a - b) + c"}, {"a/b*c", "(a/b)*c"},
      {"a*b/c", "(a*b)/c"},         {"a.*b./c", "(a.*b)./c"},
      {"a*b.*c", "(a*b).*c"},       {"-a*b", "(-a)*b"},
      {"-a^2", "-(a^2)"},           {"-a + b", "(-a) + b"},
      {"a^b^c", "a^(b^c)"},         {"a.^b^c", "a.^(b^c)"},
      {"a^-b", "a^(-b)"},           {"a^-b^c", "a^(-(b^c))"},
      {"a^-b*c", "(a^(-b))*c"},     {"a*-b", "a*(-b)"},
      {"a - -b", "a - (-b)"},       {"a*b'", "a*(b')"},
      {"a^b'", "a^(b')"},           {"-a'", "-(a')"},
      {"-a[1]", "-(a[1])"},         {"a*b[1]^2", "a*((b[1])^2)"},
      {"a'[1]", "(a')[1]"},         {"A[1,:]'", "(A[1,:])'"},
      {"f(a)'", "(f(a))'"},         {"f(a)^2", "(f(a))^2"},
      {"2.*x", "2 .* x"},           {"2./x", "2 ./ x"},
      {"2.^x", "2 .^ x"},           {"2.5*x", "(2.5)*x"},
      {"[a, b]'", "([a, b])'"},
  };
  for (const Row& row : table) {
    INFO(row.text, " is ", row.meant);
    CHECK(parse_formula(FormulaText(row.text)) == parse_formula(FormulaText(row.meant)));
  }
  const Table others = {{"(a + b)*c", "a + b*c"}, {"a - (b - c)", "a - b - c"}, {"a/(b*c)", "a/b*c"},
                        {"(-a)^2", "-a^2"},       {"(a^b)^c", "a^b^c"},         {"(a*b)'", "a*b'"},
                        {"(-a)'", "-a'"},         {"[a, b]", "[b, a]"}};
  for (const Row& row : others) {
    INFO(row.text, " is not ", row.meant);
    CHECK_FALSE(parse_formula(FormulaText(row.text)) == parse_formula(FormulaText(row.meant)));
  }
}

TEST_CASE("a formula is printed with the fewest parentheses, and reads the same again") {
  for (const char* text : {"a + b*c",
                           "(a + b)*c",
                           "a - (b - c)",
                           "a/(b*c)",
                           "-a^2",
                           "(-a)^2",
                           "(a^b)^c",
                           "a^b^c",
                           "a^(-b)'",
                           "(a*b)'",
                           "(a + b)[1]",
                           "A[2,:]*v",
                           "f(a, b + c)",
                           "[a, b]",
                           "[a, b; c, d]",
                           "[[a, b]]",
                           "[a; b]",
                           "[[a], [b]]",
                           "-(-a)",
                           "--a",
                           "a*-b",
                           "a .* b ./ c",
                           "a .^ 2",
                           "2.50*x",
                           "norm2(y - p)^2",
                           "v'*A*v",
                           "x1 + hidden.W[1,1]",
                           "[-sin(x1), 0; 0, 4]",
                           "1e-3",
                           "pi/2",
                           "(v + w)'*A'"}) {
    INFO(text);
    const Formula f = parse_formula(FormulaText(text));
    CHECK(parse_formula(FormulaText(print_formula(f))) == f);
  }
  CHECK(printed("((a))+((b*c))") == "a + b*c");
  CHECK(printed("(a+b)*(c-d)") == "(a + b)*(c - d)");
  CHECK(printed("a-(b+c)") == "a - (b + c)");
  CHECK(printed("(a.*b)") == "a .* b");
  CHECK(printed("[a;b]") == "[a, b]");
  CHECK(printed("[a,b;c,d]") == "[a, b; c, d]");
  CHECK(printed("+a") == "a");
}

TEST_CASE("Unicode spellings mean what they look like") {
  const Table table = {{"x₁ + x₁₂", "x1 + x12"},
                       {"x² − y³", "x^2 - y^3"},
                       {"-x₁²", "-(x1^2)"},
                       {"vᵀ·A·v", "v'*A*v"},
                       {"‖A·v‖²", "norm2(A*v)^2"},
                       {"‖x‖*‖y‖", "norm2(x)*norm2(y)"},
                       {"‖x - ‖y‖*x‖", "norm2(x - norm2(y)*x)"},
                       {"λ*θ_1", "λ*θ_1"}};
  for (const Row& row : table) {
    INFO(row.text);
    CHECK(printed(row.text) == printed(row.meant));
  }
}

TEST_CASE("kinds come from declarations, and products from kinds") {
  const Table table = {
      {"s", "scalar []:"},
      {"v", "column [n]:"},
      {"v'", "row [n]:"},
      {"v''", "column [n]:"},
      {"s'", "scalar []:"},
      {"A'", "matrix [n, m]: Transpose"},
      {"v'*w", "scalar []: Dot"},
      {"v*w'", "matrix [n, n]: Outer"},
      {"v*u'", "matrix [n, m]: Outer"},
      {"A*v", "column [m]: MatVec"},
      {"u'*A", "row [n]: MatMul"},
      {"(u'*A)'", "column [n]: MatMul"},
      {"u'*A*v", "scalar []: MatMul Dot"},
      {"A*A'", "matrix [m, m]: Transpose MatMul"},
      {"A'*u", "column [n]: Transpose MatVec"},
      {"s*A", "matrix [m, n]: Spread Multiply"},
      {"v*s", "column [n]: Spread Multiply"},
      {"v'/s", "row [n]: Spread Divide"},
      {"2*s", "scalar []: Constant Multiply"},
      {"v + w", "column [n]: Add"},
      {"v' + w'", "row [n]: Add"},
      {"v - 1", "column [n]: Constant Spread Subtract"},
      {"1 ./ v", "column [n]: Constant Spread Divide"},
      {"A .* A", "matrix [m, n]: Multiply"},
      {"T .* T", "tensor [b, m, n]: Multiply"},
      {"2*T", "tensor [b, m, n]: Constant Spread Multiply"},
      {"-v'", "row [n]: Negate"},
      {"v.^2", "column [n]: Power"},
      {"s^3", "scalar []: Power"},
      {"s^-1", "scalar []: Constant Divide"},
      {"s^-2", "scalar []: Power Constant Divide"},
      {"s^0.5", "scalar []: Constant Pow"},
      {"2^s", "scalar []: Constant Pow"},
      {"v.^w", "column [n]: Pow"},
      {"v.^s", "column [n]: Spread Pow"},
      {"norm2(v)^2", "scalar []: SquaredNorm"},
      {"norm2(A).^2", "scalar []: SquaredNorm"},
      {"norm2(v)^3", "scalar []: Norm2 Power"},
      {"v[1]", "scalar []: Index"},
      {"v'[1]", "scalar []: Index"},
      {"v[:]", "column [n]:"},
      {"A[2,1]", "scalar []: Index"},
      {"A[2,:]", "row [n]: Index"},
      {"A[:,1]", "column [m]: Index"},
      {"A[:,:]", "matrix [m, n]:"},
      {"A[2,:]*v", "scalar []: Index Dot"},
      {"v1", "scalar []: Index"},
      {"v_1", "scalar []: Index"},
      {"T[1,:,2]", "column [m]: Index"},
      {"T[1,:,:]*v", "column [m]: Index MatVec"},
      {"T[1,2,1]", "scalar []: Index"},
      {"y1", "scalar []:"},
      {"y2", "scalar []: Index"},
      {"[s, 1]", "column [2]: Constant Stack"},
      {"[s; 1]", "column [2]: Constant Stack"},
      {"[s, 1; 2, s]", "matrix [2, 2]: Constant Stack Constant Stack Stack"},
      {"[v', w']", "matrix [2, n]: Stack"},
      {"[v'; w']", "matrix [2, n]: Stack"},
      {"[[s, s]]", "matrix [1, 2]: Stack Stack"},
      {"sin(v)", "column [n]: Sin"},
      {"sin(v')", "row [n]: Sin"},
      {"sin(A)", "matrix [m, n]: Sin"},
      {"softmax(v')", "row [n]: Softmax"},
      {"sum(T)", "scalar []: Sum"},
      {"mod(v, 2)", "column [n]: Constant Spread Mod"},
      {"mod(3, v')", "row [n]: Constant Spread Mod"},
      {"tr(S)", "scalar []: Tr"},
      {"inv(S)*v", "column [n]: Inv MatVec"},
      {"diag(v)", "matrix [n, n]: Diag"},
      {"diag(S)", "column [n]: Diag"},
      {"outer(u, v)", "matrix [m, n]: Outer"},
      {"kron(S, A)", "matrix [m*n, n*n]: Kron"},
      {"kron(eye(m), v')", "matrix [m, m*n]: Eye Stack Kron"},
      {"kron(v, A)", "matrix [m*n, n]: Stack Transpose Kron"},
      {"eye(3)", "matrix [3, 3]: Eye"},
      {"zeros(n)", "column [n]: Zeros"},
      {"ones(m, 2)", "matrix [m, 2]: Ones"},
      {"reshape(A, n, m)", "matrix [n, m]: Reshape"},
      {"flatten(A)'", "row [m*n]: Flatten"},
      {"concat(v, w)", "column [2*n]: Concat"},
      {"sum(v)/n", "scalar []: Sum Extent Divide"},
      {"2*pi", "scalar []:"},
      {"x1*2^-3", "scalar []: Index Constant Multiply"},
  };
  for (const Row& row : table) {
    INFO(row.text);
    CHECK(lowered(row.text) == row.meant);
  }
}

TEST_CASE("a kind never depends on a size: a column of one entry is no number, a matrix of one row no row") {
  const auto error = [](const char* f) {
    return error_of(fmt::format("inputs: {{a: [1], R: [1, 3], c: [3]}}\nnodes:\n  f: {}\n", f));
  };
  CHECK(error("a*c").find("there is no product of 'a', a column [1], and 'c', a column [3]") !=
        std::string::npos);
  CHECK(error("c/a").find("/ divides by a number") != std::string::npos);
  CHECK(error("R .* c'").find("their shapes must be equal") != std::string::npos);
}

TEST_CASE("a formula that is a name, a number or a transpose alone is a node") {
  CHECK(value("  f: x") == std::vector<double>{2, -3});
  CHECK(value("  f: x'") == std::vector<double>{2, -3});
  CHECK(value("  f: 3/4") == std::vector<double>{0.75});
  CHECK(value("  f: -pi") == std::vector<double>{-3.141592653589793});
  CHECK(value("  g: x'\n  f: g*x") == std::vector<double>{13});  // g is a row
}

TEST_CASE("a YAML list stacks numbers and rows") {
  CHECK(value("  f:\n    - 2*x1\n    - x2^2\n") == std::vector<double>{4, 9});
  CHECK(value("  f: [x1, 7, x2]") == std::vector<double>{2, 7, -3});
  CHECK(value("  f: [[1, 2], [3, x2]]") == std::vector<double>{1, 2, 3, -3});
  CHECK(value("  f: [x', 2*x']") == std::vector<double>{2, -3, 4, -6});
  CHECK(value("  f: ['[1, 2]', x']") == std::vector<double>{1, 2, 2, -3});
}

TEST_CASE("formulas and nodes of types mix, in any order") {
  CHECK(value("  f: g + s1\n  g: {type: Sum, in: h}\n  h: 2*s\n  s: {type: Negate, in: x}") ==
        std::vector<double>{0});
  CHECK(value("  f: net.y*2\n  net: {type: Sum, in: x}") == std::vector<double>{-2});
  CHECK(error_of("inputs: {x: [b, 2]}\nnodes:\n  h: {type: Linear, in: x, units: 3}\n  f: h*h.W + x\n")
            .empty());
}

TEST_CASE("names of parts never clash with names of the user") {
  CHECK(value("  f_1: x1\n  f: 2*f_1 + f_2\n  f_2: 10") == std::vector<double>{14});
  CHECK(error_of("inputs: {x: [f_1]}\nnodes: {f: 2*x + f_1}").empty());
  CHECK(error_of("inputs: {x: [2]}\nnodes:\n  f: 2*x1 + 1\n  g: f_1\n").find("nothing is called 'f_1'") !=
        std::string::npos);
  CHECK(error_of("inputs: {x: [2]}\nnodes:\n  f: 2*x1 + 1\n  g: f__part1\n")
            .find("nothing is called 'f__part1'") != std::string::npos);
}

TEST_CASE("a plugin outside the tree extends the language") {
  CHECK(value("  f: swish(x)", {0, 0}) == std::vector<double>{0, 0});
  CHECK(value("  f: Swish(x, 2)", {0, 0}) == std::vector<double>{0, 0});
  CHECK(value("  f: relu(x)*RELU(x)'") == std::vector<double>{4, 0, 0, 0});
}

TEST_CASE("a quoted formula and one with escapes are read alike") {
  CHECK(value("  f: 'x''*x'") == std::vector<double>{13});
  CHECK(value("  f: \"x'*x\"") == std::vector<double>{13});
  CHECK(error_of("inputs: {x: [2]}\nnodes:\n  f: 'x''*q'\n").rfind("test.yaml:3:11:", 0) == 0);
  CHECK(error_of("inputs: {x: [2]}\nnodes:\n  f: \"\\x78 + q\"\n").rfind("test.yaml:3:6:", 0) == 0);
}

TEST_CASE("an expanded file is valid, has no formulas, and equal values") {
  const std::string yaml = R"(inputs: {A: [m, 3], v: [3], b: {shape: [], from: 0.5, to: 1}}
nodes:
  g: A*v                       # a comment
  f:
    - norm2(g)^2/m + b^-2
    - 1e-3*sum([v'; v'])
  h: {type: Stack, in: {x: [f, f]}}
  k: kron(h, v')[1,:]*zeros(6)
)";
  std::string expanded = expand_graph_text(yaml, "test.yaml", registry());
  CHECK(expand_graph_text(expanded, "test.yaml", registry()).find("type: Kron, in: [h, k__part1]") !=
        std::string::npos);
  const auto values = [&](const std::string& text) {
    const Graph g = graph(text);
    PlanRequest r;
    r.sizes = {{"m", 2}};
    for (const char* name : {"f", "h", "k"}) r.keep.push_back(g.find(name));
    Machine m(g, r);
    m.set("A", {1, 2, 3, 4, 5, 6});
    m.set("v", {1, -1, 2});
    m.set("b", {0.7});
    walk_forward(m.workspace);
    std::vector<double> all;
    for (const char* name : {"f", "h", "k"})
      for (const double x : m.value(name)) all.push_back(x);
    return all;
  };
  CHECK(values(expanded) == values(yaml));
  for (const NodeSpec& node : read_graph_text(expanded, "test.yaml", registry()).graph.nodes)
    CHECK(node.formula.empty());
}

TEST_CASE("graph-inspect shows a formula as one node, draws its parts, and expands it") {
  const TemporaryFolder folder;
  const std::string file = folder.write("f.yaml", "inputs: {x: [2]}\nnodes: {f: sin(x1) + 2*x2^2}\n");
  const auto contains = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  Outcome o = run_tool("graph-inspect", {file});
  CHECK(contains(o.out, "  f     sin(x1) + 2*x2^2  x   []"));
  CHECK_FALSE(contains(o.out, "f_"));
  o = run_tool("graph-inspect", {file, "--dot"});
  CHECK(contains(o.out, "label=\"f\nsin(x1) + 2*x2^2\""));
  CHECK(contains(o.out, "label=Sin"));
  o = run_tool("graph-inspect", {file, "--json"});
  CHECK(contains(o.out, R"({"name":"f","type":"Add","formula":"sin(x1) + 2*x2^2","in":"x","shape":"[]")"));
  o = run_tool("graph-inspect", {file, "--expand"});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "  f__part2: {type: Sin, in: f__part1}\n"));
  CHECK(run_tool("graph-inspect", {"Sin", "--expand"}).code == 2);
}

TEST_CASE("readers of claims may read a part of a text, and names such as dL/dW") {
  const FormulaText text("(dg2/da)'*dg/dg2 = 2*x/dx at x = 1");
  FormulaOptions options;
  options.derivative = [](std::string_view above, std::string_view below) {
    const bool derivative = above.substr(0, 1) == "d" && below.substr(0, 1) == "d";
    return derivative
               ? std::optional(DerivativeText{std::string(above.substr(1)), std::string(below.substr(1)), {}})
               : std::nullopt;
  };
  std::size_t at = 0;
  CHECK(print_formula(parse_formula(text, options, &at)) == "dg2/da'*dg/dg2");
  CHECK(text.text().substr(at, 2) == "= ");
  ++at;
  const Formula right = parse_formula(text, options, &at);
  CHECK(right.kind == Formula::divide);
  CHECK(text.text().substr(at) == "at x = 1");
  CHECK(text.place(at, 2).column == 27);
  const Formula product = parse_formula(FormulaText("2*dL/dW[i,j]"), options);
  CHECK(product.parts[1].kind == Formula::index);
  CHECK(product.parts[1].parts[0].text == "dL/dW");
  CHECK(product.parts[1].parts[0].kind == Formula::derivative);
  CHECK(*product.parts[1].parts[0].derived == DerivativeText{"L", "W", {}});
}

TEST_CASE("long and deep formulas are read or refused, and nothing overflows") {
  std::string sum = "x1";
  for (int i = 0; i < 900; ++i) sum += " + x1";
  CHECK(value("  f: " + sum)[0] == 2 * 901);
  for (const char* unit : {"∑ ", "sum_{i=1}^{n} ", "√", "‖", "|", "⟨", "x_{"}) {
    std::string text;
    for (int i = 0; i < 10000; ++i) text += unit;
    INFO(unit);
    CHECK(error_of("inputs: {x: [2]}\nnodes:\n  f: \"" + text + "\"\n") != "");
  }
  for (const char* unit : {" + x1", "'", "^x1", " - -x1", "[1]"}) {
    std::string text = "x1";
    for (int i = 0; i < 10000; ++i) text += unit;
    INFO(unit);
    CHECK(error_of("inputs: {x: [2]}\nnodes:\n  f: \"" + text + "\"\n").find("a name of its own") !=
          std::string::npos);
  }
  std::string nodes;
  for (int i = 3000; i > 0; --i) nodes += fmt::format("  n{}: n{} + x1\n", i, i - 1);
  CHECK(value(nodes + "  n0: x2\n  f: n3000")[0] == 2 * 3000 - 3);
}
