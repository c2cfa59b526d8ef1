// How a kernel sees the tensors that it writes: Out (write-first) and Grad (add-only), of a view (views.hpp).
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <cstdint>
#include <graph_runner/assign.hpp>
#include <graph_runner/views.hpp>
#include <stdexcept>
#include <type_traits>

namespace graph_runner {

namespace detail {

// An argument of any type, which is not part of the function's: so errors are short.
struct Anything {
  template <class E>
  Anything(const E&) {}  // NOLINT: that is the point
};

}  // namespace detail

// An output. Write-first: its memory is garbage until it is assigned, as a whole (`y = …`), by row or by
// entry; only then may it be read or updated. The right-hand side must not read y itself.
template <class View>
class Out : public detail::MutableMap<typename View::Plain> {
  using Plain = typename View::Plain;
  using Base = detail::MutableMap<Plain>;
  using T = typename Plain::Scalar;

 public:
  Out(const gr_tensor& t, const gr_call& call) : Base(map(t)), call_(&call) {}
  template <class E>
  Out& operator=(const Eigen::EigenBase<E>& expr) {
    detail::assign_any(*call_, static_cast<Base&>(*this), expr.derived(), std::false_type{});
    return *this;
  }
  // For a scalar output.
  Out& operator=(const T& value) {
    this->setConstant(value);
    return *this;
  }

 private:
  static Base map(const gr_tensor& t) {
    const View view(t);
    T* data = static_cast<T*>(t.data);
    if constexpr (Plain::SizeAtCompileTime == 1)
      return Base(data);
    else if constexpr (Plain::IsVectorAtCompileTime)
      return Base(data, view.size());
    else
      return Base(data, view.rows(), view.cols());
  }
  const gr_call* call_;
};

// A gradient. Add-only: the first `+=` of the walk assigns, later ones add; what a kernel leaves unwritten
// becomes zero. Where nobody wants this gradient, `+=` does nothing and, expressions being lazy, costs
// nothing.
template <class View>
class Grad {
  using Plain = typename View::Plain;
  using T = typename Plain::Scalar;

 public:
  Grad(const gr_tensor& t, std::uint8_t* written, const gr_call& call)
      : to_(t, call), call_(&call), written_(written) {}

  bool wanted() const { return to_.data() != nullptr; }
  Eigen::Index rows() const { return to_.rows(); }
  Eigen::Index cols() const { return to_.cols(); }
  Eigen::Index size() const { return to_.size(); }

  template <class E>
  void operator+=(const Eigen::EigenBase<E>& expr) {
    if (!wanted()) return;
    auto& to = static_cast<detail::MutableMap<Plain>&>(to_);
    detail::assign_any(*call_, to, expr.derived(), *written_ != 0);
    *written_ = 1;
  }
  template <class E>
  void operator-=(const E& expr) {
    *this += -expr;
  }
  // For a scalar port.
  void operator+=(const T& value) {
    static_assert(Plain::SizeAtCompileTime == 1, "a whole tensor wants an expression of its shape");
    if (wanted()) entries()(0) += value;
  }

  // What cannot be done with a gradient, each said in a line.
  void operator=(detail::Anything) {
    static_assert(sizeof(View) == 0, "a gradient is added to: use += instead of =");
  }
  void operator*=(detail::Anything) {
    static_assert(sizeof(View) == 0, "a gradient is added to: use += instead of *=");
  }
  auto& operator()(detail::Anything, detail::Anything = 0) {
    static_assert(sizeof(View) == 0, "a gradient has entries() to be added to one by one; += adds to all");
    return *this;
  }
  template <class E>
  friend auto operator+(const E&, const Grad&) {
    static_assert(sizeof(View) == 0, "a gradient is not read: += adds to what is there");
  }
  template <class E>
  friend auto operator+(const Grad&, const E&) {
    static_assert(sizeof(View) == 0, "a gradient is not read: += adds to what is there");
  }

  // The same row by row: adds expr(i) to row i. `expr` returns an expression of views and scalars.
  template <class F>
  void each_row(F expr) {
    if (!wanted()) return;
    auto& to = static_cast<detail::MutableMap<Plain>&>(to_);
    for (Eigen::Index i = 0; i < to.rows(); ++i) {
      auto row = to.row(i);
      detail::store(row, row, expr(i), *written_ != 0);
    }
    *written_ = 1;
  }

  // For a loop of one's own: body(entries, adds) writes every entry, or adds to it where `adds` is true.
  template <class Body>
  void write(Body&& body) {
    if (!wanted()) return;
    body(to_.data(), *written_ != 0);
    *written_ = 1;
  }

  // The sum so far, to be added to entry by entry; zeros at first. Only for a wanted gradient: ask
  // `wanted()`.
  detail::MutableMap<Plain>& entries() {
    if (!wanted()) throw std::logic_error("entries() of a gradient that is not wanted");
    if (!*written_) to_.setZero();
    *written_ = 1;
    return to_;
  }

 private:
  Out<View> to_;
  const gr_call* call_;
  std::uint8_t* written_;
};

// The gradients of an input that takes many.
template <class View>
class Grad<Many<View>> {
 public:
  Grad(const gr_tensor* tensors, std::uint8_t* written, std::size_t count, const gr_call& call)
      : tensors_(tensors), written_(written), count_(count), call_(&call) {}
  std::size_t size() const { return count_; }
  Grad<View> operator[](std::size_t i) const { return Grad<View>(tensors_[i], written_ + i, *call_); }

 private:
  const gr_tensor* tensors_;
  std::uint8_t* written_;
  std::size_t count_;
  const gr_call* call_;
};

}  // namespace graph_runner
