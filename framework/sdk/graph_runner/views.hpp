// How a kernel sees the tensors that it reads: Flat, Rows, Row, Col, Mat, Scalar, and Many of them. All are
// Eigen maps on the host's memory; none owns or allocates. What it writes is in written.hpp.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <cstdint>
#include <graph_runner/entries.hpp>
#include <span>

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

inline std::size_t bytes_of(gr_scalar scalar) {
  return scalar == GR_FLOAT ? sizeof(float) : scalar == GR_DOUBLE ? sizeof(double) : 2 * sizeof(double);
}

template <class Plain>
using ConstMap = Eigen::Map<const Plain, Eigen::Aligned64>;
template <class Plain>
using MutableMap = Eigen::Map<Plain, Eigen::Aligned64>;

}  // namespace detail

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
  Eigen::Index entries(std::size_t tensor) const { return detail::size_of(call_->values[tensor]); }
  // Memory for as many numbers as the node's member `scratch` says; their values are arbitrary at first.
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

// Eigen knows no product or sum of an array and a matrix: said in a line, instead of by all operators that
// do not fit.
#define GRAPH_RUNNER_NOT_MIXED(OPERATOR, FIRST, SECOND)                                      \
  template <class A, class B>                                                                \
  auto operator OPERATOR(const Eigen::FIRST<A>&, const Eigen::SECOND<B>&) {                  \
    static_assert(sizeof(A) == 0,                                                            \
                  "Flat is an array, Rows, Row, Col and Mat are matrices, which do not mix " \
                  "in " #OPERATOR ": write a.matrix() or b.array()");                        \
  }
GRAPH_RUNNER_NOT_MIXED(*, ArrayBase, MatrixBase)
GRAPH_RUNNER_NOT_MIXED(*, MatrixBase, ArrayBase)
GRAPH_RUNNER_NOT_MIXED(+, ArrayBase, MatrixBase)
GRAPH_RUNNER_NOT_MIXED(+, MatrixBase, ArrayBase)
GRAPH_RUNNER_NOT_MIXED(-, ArrayBase, MatrixBase)
GRAPH_RUNNER_NOT_MIXED(-, MatrixBase, ArrayBase)
#undef GRAPH_RUNNER_NOT_MIXED

}  // namespace graph_runner
