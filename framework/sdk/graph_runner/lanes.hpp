// Lanes<S>: as many numbers of type S as the processor computes with at once, to be used like one.
// Dual<Lanes<S>> is so many numbers with their tangents.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <graph_runner/dual.hpp>
#include <type_traits>

namespace graph_runner {

template <class S>
class Lanes;

namespace detail {

template <class S>
inline constexpr bool is_generic<Lanes<S>> = true;

// Where a comparison holds, lane by lane: what `select` takes. &&, || and ! combine them.
template <class Bits>
class Mask {
 public:
  Mask() = default;
  Mask(const Bits& bits, int) : bits_(bits) {}
  Mask(bool all) : bits_(all ? Bits{} == Bits{} : Bits{}) {}  // NOLINT: a condition of none of the lanes
  const Bits& bits() const { return bits_; }

  explicit operator bool() const {
    static_assert(sizeof(Bits) == 0,
                  "an `if`, `?:`, std::max or std::min of a formula decides for many numbers at once: use "
                  "select(condition, a, b), or max or min of graph_runner (without std::)");
    return false;
  }
  friend Mask operator&&(const Mask& a, const Mask& b) { return {static_cast<Bits>(a.bits_ & b.bits_), 0}; }
  friend Mask operator||(const Mask& a, const Mask& b) { return {static_cast<Bits>(a.bits_ | b.bits_), 0}; }
  friend Mask operator!(const Mask& a) { return {a.bits_ == Bits{}, 0}; }

 private:
  Bits bits_;
};

}  // namespace detail

template <class S>
class Lanes {
  using Traits = Eigen::internal::packet_traits<S>;
  // A vector type of the compiler, which has the operators of a number; S itself where there is none.
  using Packet = typename Traits::type;

 public:
  static constexpr Eigen::Index count = Traits::size;
  using Mask = detail::Mask<decltype(Packet{} < Packet{})>;

  Lanes() = default;
  Lanes(const S& x) : packet_(x - Packet{}) {}  // NOLINT: a constant is the same in all lanes
  template <class C>
  requires(std::is_arithmetic_v<C> && !std::is_same_v<C, S>) Lanes(C x)
      : Lanes(static_cast<S>(x)) {}  // NOLINT

  // The entries from x on. Where there are fewer than `count`, the last is repeated: so all entries are
  // computed in the same way, and the bits of one depend neither on its place nor on how many there are.
  static Lanes load(const S* x, Eigen::Index entries) {
    Lanes a;
    if (entries >= count) {
      std::memcpy(static_cast<void*>(&a.packet_), x, sizeof a);
      return a;
    }
    S padded[count];
    for (Eigen::Index i = 0; i < count; ++i) padded[i] = x[std::min(i, entries - 1)];
    return load(padded, count);
  }
  void store(S* to, Eigen::Index entries) const {
    std::memcpy(static_cast<void*>(to), &packet_,
                sizeof(S) * static_cast<std::size_t>(std::min(entries, count)));
  }

  friend Lanes operator-(const Lanes& a) { return Lanes(-a.packet_, 0); }
  friend Lanes operator+(const Lanes& a, const Lanes& b) { return {a.packet_ + b.packet_, 0}; }
  friend Lanes operator-(const Lanes& a, const Lanes& b) { return {a.packet_ - b.packet_, 0}; }
  friend Lanes operator*(const Lanes& a, const Lanes& b) { return {a.packet_ * b.packet_, 0}; }
  friend Lanes operator/(const Lanes& a, const Lanes& b) { return {a.packet_ / b.packet_, 0}; }

  friend Mask operator==(const Lanes& a, const Lanes& b) { return {a.packet_ == b.packet_, 0}; }
  friend Mask operator!=(const Lanes& a, const Lanes& b) { return {a.packet_ != b.packet_, 0}; }
  friend Mask operator<(const Lanes& a, const Lanes& b) { return {a.packet_ < b.packet_, 0}; }
  friend Mask operator>(const Lanes& a, const Lanes& b) { return {a.packet_ > b.packet_, 0}; }
  friend Mask operator<=(const Lanes& a, const Lanes& b) { return {a.packet_ <= b.packet_, 0}; }
  friend Mask operator>=(const Lanes& a, const Lanes& b) { return {a.packet_ >= b.packet_, 0}; }
  friend Lanes select(const Mask& m, const Lanes& a, const Lanes& b) {
    return {m.bits() ? a.packet_ : b.packet_, 0};
  }
  friend Lanes max(const Lanes& a, const Lanes& b) {
    return select(a > b, a, select(a < b, b, S(0.5) * a + S(0.5) * b));
  }
  friend Lanes min(const Lanes& a, const Lanes& b) {
    return select(a < b, a, select(a > b, b, S(0.5) * a + S(0.5) * b));
  }

  // Elementary functions: Eigen's where it has them for all lanes at once, else one lane after the other.
#define GRAPH_RUNNER_LANES_FUNCTION(NAME, EIGEN_HAS_IT) \
  friend Lanes NAME(const Lanes& a) {                   \
    if constexpr (Traits::EIGEN_HAS_IT)                 \
      return {Eigen::internal::p##NAME(a.packet_), 0};  \
    else                                                \
      return each(                                      \
          [](const S& x) {                              \
            using std::NAME;                            \
            return NAME(x);                             \
          },                                            \
          a);                                           \
  }
  GRAPH_RUNNER_LANES_FUNCTION(abs, HasAbs)
  GRAPH_RUNNER_LANES_FUNCTION(floor, HasFloor)
  GRAPH_RUNNER_LANES_FUNCTION(exp, HasExp)
  GRAPH_RUNNER_LANES_FUNCTION(log, HasLog)
  GRAPH_RUNNER_LANES_FUNCTION(log1p, HasLog1p)
  GRAPH_RUNNER_LANES_FUNCTION(sin, HasSin)
  GRAPH_RUNNER_LANES_FUNCTION(cos, HasCos)
  GRAPH_RUNNER_LANES_FUNCTION(tanh, HasTanh)
#undef GRAPH_RUNNER_LANES_FUNCTION
  // Rounded once, unlike Eigen's of floats; compilers make one instruction of all lanes (-fno-math-errno).
  friend Lanes sqrt(const Lanes& a) {
    return each(
        [](const S& x) {
          using std::sqrt;
          return sqrt(x);
        },
        a);
  }
  friend Lanes tan(const Lanes& a) {
    return each(
        [](const S& x) {
          using std::tan;
          return tan(x);
        },
        a);
  }
  friend Lanes erf(const Lanes& a) {
    if constexpr (std::is_same_v<S, float>)
      return erf_of_floats(a);
    else
      return each(
          [](const S& x) {
            using std::erf;
            return erf(x);
          },
          a);
  }
  friend Lanes pow(const Lanes& a, const Lanes& b) {
    return each(
        [](const S& x, const S& y) {
          using std::pow;
          return pow(x, y);
        },
        a, b);
  }

 private:
  Lanes(const Packet& packet, int) : packet_(packet) {}  // the int tells it from a constant: S may be Packet

  template <class F, class... A>
  static Lanes each(F f, const A&... a) {
    S made[count];
    const auto lane = [](const Lanes& of, Eigen::Index i) {
      S entries[count];
      of.store(entries, count);
      return entries[i];
    };
    for (Eigen::Index i = 0; i < count; ++i) made[i] = f(lane(a, i)...);
    return load(made, count);
  }

  // An odd over an even polynomial, within 7 units of the last place. Source: Eigen 3.4,
  // generic_fast_erf_float.
  static Lanes erf_of_floats(const Lanes& a) {
    const Lanes x = select(a > 4, 4, select(a < -4, -4, a)), x2 = x * x;
    Lanes odd = -2.72614225801306e-10f, even = -1.45660718464996e-05f;
    for (const float c : {2.77068142495902e-08f, -2.10102402082508e-06f, -5.69250639462346e-05f,
                          -7.34990630326855e-04f, -2.95459980854025e-03f, -1.60960333262415e-02f})
      odd = odd * x2 + c;
    for (const float c :
         {-2.13374055278905e-04f, -1.68282697438203e-03f, -7.37332916720468e-03f, -1.42647390514189e-02f})
      even = even * x2 + c;
    return x * odd / even;
  }

  Packet packet_;
};

}  // namespace graph_runner
