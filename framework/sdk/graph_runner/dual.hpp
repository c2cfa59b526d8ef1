// Dual<T>: a value with a tangent, a + b ε with ε² = 0. Running a kernel on duals gives, beside each value,
// its exact derivative along the direction seeded in the tangents of the inputs (forward-mode
// differentiation). Dual<Dual<T>> gives second derivatives. Comparisons look at the values alone. Source:
// Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>

namespace graph_runner {

template <class T>
struct Dual {
  T value{};
  T tangent{};

  constexpr Dual() = default;
  constexpr Dual(T v) : value(v) {}  // NOLINT: a constant is a dual with tangent 0
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

  friend bool operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
  friend bool operator!=(const Dual& a, const Dual& b) { return a.value != b.value; }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend bool operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend bool operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }

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
  // At the kink the mean of both sides, as the sign of 0 is 0.
  friend Dual abs(const Dual& a) { return a.value < T(0) ? -a : a.value == T(0) ? Dual(a.value) : a; }
  friend Dual floor(const Dual& a) {
    using std::floor;
    return Dual(floor(a.value));
  }
  friend Dual pow(const Dual& a, const Dual& b) {
    using std::log;
    using std::pow;
    const T p = pow(a.value, b.value);
    T t = b.value * pow(a.value, b.value - T(1)) * a.tangent;
    if (b.tangent != T(0))
      t = t + p * log(a.value) * b.tangent;  // a constant exponent allows a negative base
    return {p, t};
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

}  // namespace graph_runner

template <class T>
struct Eigen::NumTraits<graph_runner::Dual<T>> : Eigen::NumTraits<T> {
  using Real = graph_runner::Dual<T>;
  using NonInteger = Real;
  using Nested = Real;
  using Literal = Real;
  enum { RequireInitialization = 0, ReadCost = 2, AddCost = 2, MulCost = 4 };
};
