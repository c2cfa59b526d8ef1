// Places where a function jumps, found from outside.
#include "analysis/bends.hpp"

#include <algorithm>
#include <cmath>

#include "core/streams.hpp"
#include "tests/support.hpp"

using namespace graph_runner;

namespace {

using V = std::vector<double>;

struct Found {
  Bends bends;
  int samples = 0;
  std::size_t count() const { return bends.places.size(); }
  bool at(double t) const {
    return std::any_of(bends.places.begin(), bends.places.end(), [&](const Bend& b) {
      const double near = 1e-8 * std::max(std::abs(t), 1e-3);
      return b.below <= t && t <= b.above && b.above - b.below <= near;
    });
  }
};

Found find(const LineSample& f) {
  Found found;
  found.bends = find_bends(
      [&](double t) {
        ++found.samples;
        return f(t);
      },
      {bend_ladder()});
  return found;
}

// The rectifier at p, and its derivative.
V rectifier(double t, double p) { return {t > p ? t - p : 0, t > p ? 1.0 : 0}; }

}  // namespace

TEST_CASE("a bend is found wherever it lies, in some hundred samples") {
  for (const double p : {0.7, 6.0, 40.0, -100.0, 300.0, -999.0, 0.0011, -1.0, 1.0}) {
    INFO(p);
    const Found found = find([p](double t) { return rectifier(t, p); });
    CHECK(found.count() == 1);
    CHECK(found.at(p));
    CHECK(found.bends.all);
    CHECK(found.samples < 120);
  }
  Stream stream(1, "bends");
  for (int i = 0; i < 500; ++i) {
    V r(3);
    fill_uniform(stream, 0, 1, r);
    const double p = (r[0] < 0.5 ? -1 : 1) * std::pow(10, 5.8 * r[1] - 2.9);
    INFO(p);
    // Between smooth ones, whatever their size, and with a jump of whatever height.
    const double height = std::pow(10, 12 * r[2] - 6);
    CHECK(find([&](double t) {
            return V{1e6 * t * t * t, height * (t > p), std::exp(t / 100), 1e-6 * std::sin(t)};
          }).at(p));
  }
}

TEST_CASE("smooth functions, poles and oscillations have no bends, and are cheap") {
  const auto none = [](const char* name, const LineSample& f, int most) {
    INFO(name);
    const Found found = find(f);
    CHECK(found.count() == 0);
    CHECK(found.bends.all);
    CHECK(found.samples <= most);
  };
  none(
      "3t + 1",
      [](double t) {
        return V{3 * t + 1, 3};
      },
      51);
  none(
      "t²",
      [](double t) {
        return V{t * t, 2 * t};
      },
      250);
  none(
      "t⁶",
      [](double t) {
        return V{std::pow(t, 6), 6 * std::pow(t, 5)};
      },
      250);
  none(
      "exp",
      [](double t) {
        return V{std::exp(t), std::exp(t)};
      },
      300);
  none(
      "log",
      [](double t) {
        return V{std::log(t), 1 / t};
      },
      250);
  none(
      "log|t + 0.2|",
      [](double t) {
        return V{std::log(std::abs(t + 0.2)), 1 / (t + 0.2)};
      },
      300);
  none(
      "1/t",
      [](double t) {
        return V{1 / t, -1 / t / t};
      },
      250);
  none(
      "1/(t - 0.3)",
      [](double t) {
        return V{1 / (t - 0.3), -1 / (t - 0.3) / (t - 0.3)};
      },
      300);
  none(
      "tanh",
      [](double t) {
        return V{std::tanh(t), 1 - std::tanh(t) * std::tanh(t)};
      },
      350);
  none(
      "sin",
      [](double t) {
        return V{std::sin(t), std::cos(t)};
      },
      500);
  none(
      "sin 1000t",
      [](double t) {
        return V{std::sin(1e3 * t), 1e3 * std::cos(1e3 * t)};
      },
      500);
  none(
      "tan",
      [](double t) {
        return V{std::tan(t), 1 + std::tan(t) * std::tan(t)};
      },
      500);
  none(
      "rounding",
      [](double t) {
        return V{(t + 1e5) - 1e5 - t, 1};
      },
      500);
  none(
      "a steep logistic", [](double t) { return V{1 / (1 + std::exp(-30 * t - 7))}; }, 300);
}

TEST_CASE("jumps of values, small ones beside large functions, and beside oscillations are found") {
  CHECK(find([](double t) { return V{t > -100 ? 1.0 : 0, 0}; }).at(-100));
  CHECK(find([](double t) { return V{1e6 * t * t * t, 3e6 * t * t, t > 1.3 ? 1e-3 : 0}; }).at(1.3));
  CHECK(find([](double t) { return V{1e6 * t + (t > 1.3 ? 1e-3 : 0)}; }).at(1.3));
  CHECK(find([](double t) {
          return V{std::exp(t) + (t > 1.3 ? t - 1.3 : 0), std::exp(t) + (t > 1.3)};
        }).at(1.3));
  CHECK(find([](double t) { return V{std::sin(t), std::cos(t), t > 300 ? 1.0 : 0}; }).at(300));
  const Found floor = find([](double t) { return V{std::floor(t), 0}; });
  for (const double p : {-1, 0, 1, 2}) CHECK(floor.at(p));
  CHECK_FALSE(floor.bends.all);
  // With a value of its own at the bend, it is one bend.
  CHECK(find([](double t) { return V{std::abs(t), t < 0 ? -1.0 : t > 0 ? 1 : 0}; }).count() == 1);
}

TEST_CASE("two bends in one step of the ladder are both found") {
  for (const double q : {2.1, 2.3, 2.5, 2.9, 3.0, 3.15}) {
    INFO(q);
    const Found stairs = find([q](double t) { return V{(t > 2) + double(t > q)}; });
    CHECK((stairs.count() == 2 && stairs.at(2) && stairs.at(q)));
    const Found bends = find([q](double t) {
      const double x = std::clamp(t, 2.0, q);
      return V{x * t, x + (x == t ? t : 0)};
    });
    CHECK((bends.count() == 2 && bends.at(2) && bends.at(q)));
  }
  // A notch that no sample of the ladder meets shows in what it leaves behind.
  for (const double q : {2.05, 2.01}) {
    INFO(q);
    const Found notch = find([q](double t) {
      return V{t + 2 * (std::clamp(t, 2.0, q) - 2), t > 2 && t < q ? 3.0 : 1.0};
    });
    CHECK((notch.count() == 2 && notch.at(2) && notch.at(q)));
  }
}

TEST_CASE("bends end with their limit, and functions are left out where they are not finite") {
  const auto many = [](double t) {
    V all;
    for (int i = 0; i < 40; ++i) {
      const V one = rectifier(t, std::pow(10, i / 8.0 - 2.5));
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  };
  const Found found = find(many);
  CHECK(found.count() == 32);
  CHECK_FALSE(found.bends.all);
  CHECK(find([](double t) {
          V all = rectifier(t, 0.7);
          all.push_back(std::log(t - 5));
          return all;
        }).at(0.7));
  CHECK(find([](double t) { return t < 0 ? V{} : rectifier(t, 0.7); }).at(0.7));
  CHECK(find([](double) { return V{}; }).count() == 0);
}
