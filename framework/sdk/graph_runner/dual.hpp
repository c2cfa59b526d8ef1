// Dual<T>: a value with a tangent, a + b ε with ε² = 0. Running a kernel on duals gives, beside each value,
// its exact derivative along the direction seeded in the tangents of the inputs (forward-mode
// differentiation). Dual<Dual<T>> gives second derivatives. Comparisons look at the values alone. T may also
// be many numbers at once (lanes.hpp): then a comparison gives a mask, and `select` takes the place of `if`.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace graph_runner {

// a where the condition holds, else b: also for duals, and lane by lane.
template <class T>
requires std::is_floating_point_v<T>
constexpr T select(bool condition, T a, std::type_identity_t<T> b) { return condition ? a : b; }

// The larger and the smaller of two, also of duals and lane by lane: where both are equal, with the mean of
// their tangents. What is no number stays so.
template <class T>
requires std::is_floating_point_v<T>
constexpr T max(T a, std::type_identity_t<T> b) { return a > b ? a : a < b ? b : T(0.5) * a + T(0.5) * b; }
template <class T>
requires std::is_floating_point_v<T>
constexpr T min(T a, std::type_identity_t<T> b) { return a < b ? a : a > b ? b : T(0.5) * a + T(0.5) * b; }

template <class T>
struct Dual {
  T value{};
  T tangent{};

  constexpr Dual() = default;
  constexpr Dual(T v) : value(v) {}  // NOLINT: a constant is a dual with tangent 0
  template <class C>
  requires(std::is_arithmetic_v<C> && !std::is_same_v<C, T>) constexpr Dual(C c)
      : value(c) {}  // NOLINT: so is a plain number
  constexpr Dual(T v, T t) : value(v), tangent(t) {}

  Dual& operator+=(const Dual& b) { return *this = *this + b; }
  Dual& operator-=(const Dual& b) { return *this = *this - b; }
  Dual& operator*=(const Dual& b) { return *this = *this * b; }
  Dual& operator/=(const Dual& b) { return *this = *this / b; }

  friend Dual operator+(const Dual& a) { return a; }
  friend Dual operator-(const Dual& a) { return {-a.value, -a.tangent}; }
  friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.tangent + b.tangent}; }
  friend Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.tangent - b.tangent}; }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const T q = a.value / b.value;
    return {q, (a.tangent - q * b.tangent) / b.value};
  }

  friend auto operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
  friend auto operator!=(const Dual& a, const Dual& b) { return a.value != b.value; }
  friend auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }

  using Mask = decltype(T{} < T{});
  friend Dual select(const Mask& m, const Dual& a, const Dual& b) {
    return {select(m, a.value, b.value), select(m, a.tangent, b.tangent)};
  }

  friend Dual max(const Dual& a, const Dual& b) {
    return select(a > b, a, select(a < b, b, T(0.5) * a + T(0.5) * b));
  }
  friend Dual min(const Dual& a, const Dual& b) {
    return select(a < b, a, select(a > b, b, T(0.5) * a + T(0.5) * b));
  }

  // Elementary functions, found by argument-dependent lookup: write `using std::exp; exp(x)`.
  friend Dual sin(const Dual& a) { return chain(a, std_sin(a.value), std_cos(a.value)); }
  friend Dual cos(const Dual& a) { return chain(a, std_cos(a.value), -std_sin(a.value)); }
  friend Dual tan(const Dual& a) {
    using std::tan;
    const T t = tan(a.value);
    return chain(a, t, T(1) + t * t);
  }
  friend Dual exp(const Dual& a) {
    using std::exp;
    const T e = exp(a.value);
    return chain(a, e, e);
  }
  friend Dual log(const Dual& a) {
    using std::log;
    return chain(a, log(a.value), T(1) / a.value);
  }
  friend Dual log1p(const Dual& a) {
    using std::log1p;
    return chain(a, log1p(a.value), T(1) / (T(1) + a.value));
  }
  friend Dual sqrt(const Dual& a) {
    using std::sqrt;
    const T r = sqrt(a.value);
    return chain(a, r, T(1) / (T(2) * r));
  }
  friend Dual tanh(const Dual& a) {
    using std::tanh;
    const T t = tanh(a.value);
    return chain(a, t, T(1) - t * t);
  }
  friend Dual erf(const Dual& a) {
    using std::erf, std::exp;
    return chain(a, erf(a.value), T(2 * std::numbers::inv_sqrtpi) * exp(-a.value * a.value));
  }
  // At the kink the mean of both sides, as the sign of 0 is 0.
  friend Dual abs(const Dual& a) {
    return select(a.value < T(0), -a, select(a.value == T(0), Dual(a.value), a));
  }
  friend Dual floor(const Dual& a) {
    using std::floor;
    return Dual(floor(a.value));
  }
  friend Dual pow(const Dual& a, const Dual& b) {
    using std::log;
    using std::pow;
    const T p = pow(a.value, b.value);
    const T t = b.value * pow(a.value, b.value - T(1)) * a.tangent;
    // A constant exponent allows a negative base.
    return {p, select(b.tangent != T(0), t + p * log(a.value) * b.tangent, t)};
  }
  friend bool isfinite(const Dual& a) {
    using std::isfinite;
    return isfinite(a.value) && isfinite(a.tangent);
  }
  friend bool isnan(const Dual& a) {
    using std::isnan;
    return isnan(a.value) || isnan(a.tangent);
  }

 private:
  static Dual chain(const Dual& a, const T& f, const T& derivative) { return {f, derivative * a.tangent}; }
  static T std_sin(const T& x) {
    using std::sin;
    return sin(x);
  }
  static T std_cos(const T& x) {
    using std::cos;
    return cos(x);
  }
};

// The index that an entry of a discrete input holds, as in x(i, index_of(label(i), x.cols())).
// Throws std::out_of_range where it is no whole number from 0 to size - 1.
template <class T>
Eigen::Index index_of(const T& entry, Eigen::Index size) {
  if constexpr (!std::is_floating_point_v<T>) {
    return index_of(entry.value, size);
  } else {
    if (!(entry >= 0 && entry < static_cast<T>(size)) || entry != std::floor(entry))
      throw std::out_of_range("found the index " + std::to_string(entry) +
                              ", expected a whole number from 0 to " + std::to_string(size - 1));
    return static_cast<Eigen::Index>(entry);
  }
}

}  // namespace graph_runner

template <class T>
struct Eigen::NumTraits<graph_runner::Dual<T>> : Eigen::NumTraits<T> {
  using Real = graph_runner::Dual<T>;
  using NonInteger = Real;
  using Nested = Real;
  using Literal = Real;
  enum { RequireInitialization = 0, ReadCost = 2, AddCost = 2, MulCost = 4 };
};

// What a kernel computes with may be a dual or many numbers at once, of which std:: knows nothing: instead of
// the hundred functions that do not fit, the compiler names the one that does.
namespace graph_runner::detail {
template <class T>
inline constexpr bool is_generic = false;
template <class T>
inline constexpr bool is_generic<Dual<T>> = true;
}  // namespace graph_runner::detail
namespace std {
#define GRAPH_RUNNER_WITHOUT_STD(NAME)                                                    \
  template <class T>                                                                      \
  requires graph_runner::detail::is_generic<T> T NAME(const T& x) {                       \
    static_assert(sizeof(T) == 0, "call " #NAME "(...) without std:: (`using std::" #NAME \
                                  ";` first, outside "                                    \
                                  "of formulas)");                                        \
    return x;                                                                             \
  }
GRAPH_RUNNER_WITHOUT_STD(abs)
GRAPH_RUNNER_WITHOUT_STD(floor)
GRAPH_RUNNER_WITHOUT_STD(exp)
GRAPH_RUNNER_WITHOUT_STD(log)
GRAPH_RUNNER_WITHOUT_STD(log1p)
GRAPH_RUNNER_WITHOUT_STD(sqrt)
GRAPH_RUNNER_WITHOUT_STD(sin)
GRAPH_RUNNER_WITHOUT_STD(cos)
GRAPH_RUNNER_WITHOUT_STD(tan)
GRAPH_RUNNER_WITHOUT_STD(tanh)
GRAPH_RUNNER_WITHOUT_STD(erf)
#undef GRAPH_RUNNER_WITHOUT_STD
template <class T, class U>
requires(graph_runner::detail::is_generic<T> || graph_runner::detail::is_generic<U>) T
    pow(const T& x, const U&) {
  static_assert(sizeof(T) == 0, "call pow(...) without std:: (`using std::pow;` first, outside of formulas)");
  return x;
}
}  // namespace std
