// How a kernel sees its tensors: read-only views (Flat, Rows, Row, Col, Mat, Scalar, Many of them), and the
// two ways to write, Out (write-first) and Grad (add-only). All are Eigen maps on the host's memory; none
// owns or allocates.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <cstdint>
#include <graph_runner/assign.hpp>
#include <graph_runner/dual.hpp>
#include <span>
#include <stdexcept>

namespace graph_runner {

template <class T>
using MatrixOf = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

namespace detail {

inline Eigen::Index size_of(const gr_tensor& t) {
  if (!t.dims) return 0;
  Eigen::Index n = 1;
  for (std::int64_t i = 0; i < t.rank; ++i) n *= t.dims[i];
  return n;
}
inline Eigen::Index columns_of(const gr_tensor& t) { return t.dims && t.rank > 0 ? t.dims[t.rank - 1] : 0; }
inline Eigen::Index rows_of(const gr_tensor& t) {
  const Eigen::Index columns = columns_of(t);
  return columns ? size_of(t) / columns : 0;
}

template <class Plain>
using ConstMap = Eigen::Map<const Plain, Eigen::Aligned64>;
template <class Plain>
using MutableMap = Eigen::Map<Plain, Eigen::Aligned64>;

}  // namespace detail

// ---- Views of what a kernel reads -------------------------------------------------------------------------

// A view says which ranks it takes; the SDK compares that with the port's pattern when the plugin is loaded.
// `present()` is false for an optional input that the graph leaves out.

// Any rank, as one array of all entries; arithmetic is elementwise. Rank 0 is one entry.
template <class T>
struct Flat : detail::ConstMap<Eigen::Array<T, Eigen::Dynamic, 1>> {
  using Plain = Eigen::Array<T, Eigen::Dynamic, 1>;
  static constexpr int least_rank = 0, most_rank = GR_MAX_RANK;
  static constexpr const char* kind = "Flat (any rank)";
  explicit Flat(const gr_tensor& t)
      : detail::ConstMap<Plain>(static_cast<const T*>(t.data), detail::size_of(t)), present_(t.dims) {}
  bool present() const { return present_; }

 private:
  bool present_;
};

namespace detail {
template <class T>
struct Grid : ConstMap<MatrixOf<T>> {
  using Plain = MatrixOf<T>;
  explicit Grid(const gr_tensor& t)
      : ConstMap<Plain>(static_cast<const T*>(t.data), rows_of(t), columns_of(t)), present_(t.dims) {}
  bool present() const { return present_; }

 private:
  bool present_;
};
template <class P>
struct Line : ConstMap<P> {
  using Plain = P;
  static constexpr int least_rank = 1, most_rank = 1;
  explicit Line(const gr_tensor& t)
      : ConstMap<P>(static_cast<const typename P::Scalar*>(t.data), size_of(t)), present_(t.dims) {}
  bool present() const { return present_; }

 private:
  bool present_;
};
}  // namespace detail

// Rank 1 or more as a matrix: the last axis runs along a row, all others are merged. Rank 1 is one row.
template <class T>
struct Rows : detail::Grid<T> {
  static constexpr int least_rank = 1, most_rank = GR_MAX_RANK;
  static constexpr const char* kind = "Rows (rank 1 or more)";
  using detail::Grid<T>::Grid;
};

// Exactly rank 2.
template <class T>
struct Mat : detail::Grid<T> {
  static constexpr int least_rank = 2, most_rank = 2;
  static constexpr const char* kind = "Mat (rank 2)";
  using detail::Grid<T>::Grid;
};

// Rank 1, lying or standing.
template <class T>
struct Row : detail::Line<Eigen::Matrix<T, 1, Eigen::Dynamic>> {
  static constexpr const char* kind = "Row (rank 1)";
  using detail::Line<Eigen::Matrix<T, 1, Eigen::Dynamic>>::Line;
};
template <class T>
struct Col : detail::Line<Eigen::Matrix<T, Eigen::Dynamic, 1>> {
  static constexpr const char* kind = "Col (rank 1)";
  using detail::Line<Eigen::Matrix<T, Eigen::Dynamic, 1>>::Line;
};

// Rank 0: converts to its one entry.
template <class T>
struct Scalar : detail::ConstMap<Eigen::Array<T, 1, 1>> {
  using Plain = Eigen::Array<T, 1, 1>;
  static constexpr int least_rank = 0, most_rank = 0;
  static constexpr const char* kind = "Scalar (rank 0)";
  explicit Scalar(const gr_tensor& t)
      : detail::ConstMap<Plain>(static_cast<const T*>(t.data)), present_(t.dims) {}
  bool present() const { return present_; }
  operator T() const { return this->coeff(0); }  // NOLINT: a scalar is its entry

 private:
  bool present_;
};

// In the place of a port that `backward` does not read: the plan may then reuse that memory.
struct Unread {};

// The tensors of an input that takes many.
template <class View>
class Many {
 public:
  Many(const gr_tensor* tensors, std::size_t count) : tensors_(tensors), count_(count) {}
  std::size_t size() const { return count_; }
  View operator[](std::size_t i) const { return View(tensors_[i]); }

 private:
  const gr_tensor* tensors_;
  std::size_t count_;
};

// ---- What a kernel writes ---------------------------------------------------------------------------------

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
    detail::assign_any<false>(*call_, static_cast<Base&>(*this), expr.derived());
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
    if (*written_)
      detail::assign_any<true>(*call_, to, expr.derived());
    else
      detail::assign_any<false>(*call_, to, expr.derived());
    *written_ = 1;
  }
  template <class E>
  void operator=(const E&) = delete;  // a gradient is added to: use +=
  // For a scalar port.
  void operator+=(const T& value) {
    static_assert(Plain::SizeAtCompileTime == 1, "a whole tensor wants an expression of its shape");
    if (wanted()) entries()(0) += value;
  }

  // The same row by row: adds expr(i) to row i. `expr` returns an expression of views and scalars.
  template <class F>
  void each_row(F expr) {
    if (!wanted()) return;
    auto& to = static_cast<detail::MutableMap<Plain>&>(to_);
    for (Eigen::Index i = 0; i < to.rows(); ++i) {
      if (*written_)
        to.row(i) += expr(i);
      else
        to.row(i) = expr(i);
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

// What a kernel may ask of the walk: take `const Call&` as the first argument.
class Call {
 public:
  explicit Call(const gr_call& call) : call_(&call) {}
  bool training() const { return call_->training != 0; }
  std::uint64_t seed() const { return call_->seed; }
  // The sizes of the axes of a tensor, in the order of the ports; known of an Unread one too.
  std::span<const std::int64_t> shape(std::size_t tensor) const {
    const gr_tensor& t = call_->values[tensor];
    return {t.dims, static_cast<std::size_t>(t.rank)};
  }
  template <class T>
  T* scratch() const {
    return static_cast<T*>(call_->scratch);
  }
  // body(0 … tasks - 1), on several threads where there are some. Tasks must write disjoint entries.
  template <class Body>
  void parallel(Eigen::Index tasks, Body&& body) const {
    detail::run_panels(*call_, tasks, body);
  }

 private:
  const gr_call* call_;
};

}  // namespace graph_runner
