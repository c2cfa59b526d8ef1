// Convolutions and pools over pictures, channels last, beside the sums that define them.
#include <cmath>
#include <random>

#include "analysis/graph_check.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

struct Pictures {
  int samples = 2, height = 7, width = 6, channels = 4;
};
// What a node says of its windows, by axis: height, then width.
struct Setting {
  std::string written;
  int kernel[2], stride[2], dilation[2], before[2], count[2], groups;
};

// For pictures of 7×6: counts and padding worked out by hand, from the definitions of valid, same and
// numbers.
const std::vector<Setting> settings = {
    {"kernel: 1, stride: 1", {1, 1}, {1, 1}, {1, 1}, {0, 0}, {7, 6}, 1},
    {"kernel: [3, 2], stride: 1", {3, 2}, {1, 1}, {1, 1}, {0, 0}, {5, 5}, 1},
    {"kernel: 3, stride: 2", {3, 3}, {2, 2}, {1, 1}, {0, 0}, {3, 2}, 1},
    {"kernel: 3, stride: 1, padding: same", {3, 3}, {1, 1}, {1, 1}, {1, 1}, {7, 6}, 1},
    {"kernel: 2, stride: 1, padding: same", {2, 2}, {1, 1}, {1, 1}, {0, 0}, {7, 6}, 1},
    {"kernel: [4, 3], stride: [2, 3], padding: same", {4, 3}, {2, 3}, {1, 1}, {1, 0}, {4, 2}, 1},
    {"kernel: 3, stride: [1, 2], padding: 1", {3, 3}, {1, 2}, {1, 1}, {1, 1}, {7, 3}, 1},
    {"kernel: [2, 3], stride: 1, dilation: [3, 2]", {2, 3}, {1, 1}, {3, 2}, {0, 0}, {4, 2}, 1},
    {"kernel: 3, stride: 2, dilation: 2, padding: 2", {3, 3}, {2, 2}, {2, 2}, {2, 2}, {4, 3}, 1},
    {"kernel: [3, 2], stride: 1, groups: 2", {3, 2}, {1, 1}, {1, 1}, {0, 0}, {5, 5}, 2},
    {"kernel: 3, stride: 1, padding: same, groups: 4", {3, 3}, {1, 1}, {1, 1}, {1, 1}, {7, 6}, 4},
};

std::string node(const std::string& type, const std::string& more, const Setting& s) {
  return "inputs: {x: [2, 7, 6, 4]}\nnodes:\n  y: {type: " + type + ", in: x, " + more + s.written + "}\n";
}
std::vector<double> drawn(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> entries(count);
  for (double& e : entries) e = double(random()) / 4e9 - 0.5;
  return entries;
}
Machine machine_of(const Graph& g) {
  PlanRequest r;
  r.keep = {g.find("y")};
  return {g, r};
}
// body(sample, oy, ox, place of the window, entry of x without its channel), for what lies in the picture.
template <class Body>
void each_place(const Setting& s, const Body& body) {
  constexpr Pictures p;
  for (int b = 0; b < p.samples; ++b)
    for (int oy = 0; oy < s.count[0]; ++oy)
      for (int ox = 0; ox < s.count[1]; ++ox)
        for (int ky = 0; ky < s.kernel[0]; ++ky)
          for (int kx = 0; kx < s.kernel[1]; ++kx) {
            const int y = oy * s.stride[0] - s.before[0] + ky * s.dilation[0],
                      x = ox * s.stride[1] - s.before[1] + kx * s.dilation[1];
            if (y < 0 || y >= p.height || x < 0 || x >= p.width) continue;
            const int window = (b * s.count[0] + oy) * s.count[1] + ox;
            body(window, ky * s.kernel[1] + kx, (b * p.height + y) * p.width + x);
          }
}
void check_close(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::abs(found[i] - expected[i]));
  CHECK(worst < 1e-13);
}

}  // namespace

TEST_CASE("a convolution is the sum of products over each window, whatever its stride, padding and groups") {
  constexpr int channels = 4, units = 8;
  for (const Setting& s : settings) {
    INFO(s.written);
    const Graph g = graph(node("Conv2D", "units: 8, ", s));
    Machine m = machine_of(g);
    const auto x = drawn(2 * 7 * 6 * channels, 1);
    m.set("x", x);
    walk_forward(m.workspace);
    const std::vector<double> W = m.value("y.W");
    const int of_a_group = channels / s.groups, units_of_a_group = units / s.groups;
    const int size = s.kernel[0] * s.kernel[1] * of_a_group;
    REQUIRE(W.size() == std::size_t(units * size));
    std::vector<double> y(std::size_t(2 * s.count[0] * s.count[1] * units), 0);
    each_place(s, [&](int window, int place, int point) {
      for (int u = 0; u < units; ++u)
        for (int c = 0; c < of_a_group; ++c)
          y[std::size_t(window * units + u)] +=
              W[std::size_t(u * size + place * of_a_group + c)] *
              x[std::size_t(point * channels + u / units_of_a_group * of_a_group + c)];
    });
    check_close(m.value("y"), y);
  }
}

TEST_CASE("a transposed convolution is the gradient of a convolution by its input") {
  for (const Setting& s : settings) {
    if (s.written.find("stride: 2, dil") != std::string::npos) continue;  // 7×6 is not what it would cover
    INFO(s.written);
    const Graph forward = graph(node("Conv2D", "units: 8, ", s));
    PlanRequest r;
    r.keep = r.seeds = {forward.find("y")};
    r.wanted = {forward.find("x")};
    Machine conv(forward, r);
    conv.set("x", drawn(2 * 7 * 6 * 4, 1));
    conv.walk();  // from ones

    const std::string shape = std::to_string(s.count[0]) + ", " + std::to_string(s.count[1]);
    const Graph g =
        graph("inputs: {x: [2, " + shape + ", 8], W: [8, " +
              std::to_string(s.kernel[0] * s.kernel[1] * 4 / s.groups) +
              "], b: [4]}\nnodes:\n  y: {type: ConvTranspose2D, in: {x: x, W: W, b: b}, units: 4, " +
              s.written + "}\n");
    Machine m = machine_of(g);
    m.set("x", std::vector<double>(std::size_t(2 * s.count[0] * s.count[1] * 8), 1));
    m.set("W", conv.value("y.W"));
    m.set("b", {0, 0, 0, 0});
    walk_forward(m.workspace);
    // Where the stride leaves places at the end that no window reaches, it is smaller.
    if (m.value("y").size() == conv.gradient("x").size()) check_close(m.value("y"), conv.gradient("x"));
  }
}

TEST_CASE("pools are the largest entry and the mean of each window, of what is no padding") {
  constexpr int channels = 4;
  for (const Setting& s : settings) {
    if (s.groups > 1) continue;
    INFO(s.written);
    const auto x = drawn(2 * 7 * 6 * channels, 2);
    const std::size_t windows = std::size_t(2 * s.count[0] * s.count[1]);
    std::vector<double> largest(windows * channels, -1e9), mean(windows * channels, 0), places(windows, 0);
    each_place(s, [&](int window, int, int point) {
      ++places[std::size_t(window)];
      for (int c = 0; c < channels; ++c) {
        const double entry = x[std::size_t(point * channels + c)];
        double& most = largest[std::size_t(window * channels + c)];
        most = std::max(most, entry);
        mean[std::size_t(window * channels + c)] += entry;
      }
    });
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] /= places[i / channels];
    for (const char* type : {"MaxPool2D", "AveragePool2D"}) {
      const Graph g = graph(node(type, "", s));
      Machine m = machine_of(g);
      m.set("x", x);
      walk_forward(m.workspace);
      check_close(m.value("y"), type[0] == 'M' ? largest : mean);
    }
  }
}

TEST_CASE(
    "windows of pools lie side by side where no stride is given, and the largest of equals is the first") {
  const Graph g = graph("inputs: {x: [1, 4, 4, 1]}\nnodes: {y: {type: MaxPool2D, in: x, kernel: 2}}");
  PlanRequest r;
  r.keep = r.seeds = {g.find("y")};
  r.wanted = {g.find("x")};
  Machine m(g, r);
  m.set("x", {0, 1, 2, 2, 3, 0, 2, 2, -1, -1, NAN, 0, -2, -1, 0, 0});
  m.walk();
  const std::vector<double> y = m.value("y");
  CHECK(y[0] == 3);
  CHECK(y[1] == 2);
  CHECK(y[2] == -1);
  CHECK(std::isnan(y[3]));
  CHECK(m.gradient("x") == std::vector<double>{0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0});
}

TEST_CASE("gradients of convolutions and pools are right at every setting") {
  for (const Setting& s : settings)
    for (const char* type : {"Conv2D", "ConvTranspose2D", "MaxPool2D", "AveragePool2D"}) {
      const bool pool = std::string(type).find("Pool") != std::string::npos;
      if (pool && s.groups > 1) continue;
      INFO(type, ", ", s.written);
      const GraphCheck check = check_graph(graph(node(type, pool ? "" : "units: 8, ", s)), {});
      CHECK(check.ok());
    }
}

TEST_CASE("what has no windows is refused, with the reason") {
  const auto error = [](const std::string& shape, const std::string& node) {
    return error_of("inputs: {x: " + shape + "}\nnodes: {y: {in: x, " + node + "}}");
  };
  CHECK(contains(error("[2, 4, 4, 1]", "type: Conv2D, units: 1, kernel: 5"),
                 "a window reaches over 5 places, of 4"));
  CHECK(contains(error("[2, 4, 4, 1]", "type: Conv2D, units: 1, kernel: 3, padding: all"),
                 "'padding': found 'all', expected valid, same or a number"));
  CHECK(contains(error("[2, n, n, 1]", "type: Conv2D, units: 1, kernel: 3, stride: 2"),
                 "with a stride, the size of an axis must be a number"));
  CHECK(contains(error("[2, 4, 4, 3]", "type: Conv2D, units: 4, kernel: 3, groups: 2"),
                 "the channels and the units must be multiples of 'groups'"));
  CHECK(contains(error("[2, 4, 4, 3]", "type: MaxPool2D, kernel: 2, padding: 2"),
                 "a window would hold nothing but padding"));
  CHECK(contains(error("[4, 4]", "type: MaxPool2D, kernel: 2"), "axes"));
  const Graph g = graph("inputs: {x: [b, n, n, 3]}\nnodes: {y: {type: Conv2D, in: x, units: 4, kernel: 3}}");
  CHECK(g.sizes().text(g.values()[g.find("y")].shape) == "[b, n - 2, n - 2, 4]");
}
