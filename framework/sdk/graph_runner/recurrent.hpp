// Recurrent<Node, gates, states>: what a node type derives from that runs over the steps of a sequence, from
// zeros, with a formula for each of its units: what the states become by its gates
//   p = W x_t + b   and   q = U h_(t-1) + c.
// The first state is h, the output. Its author writes `describe`, with the ports as LSTM.cpp has them, and
//
//   template <class T>
//   void step(const T* p, const T* q, T* state) const;
//
// generic in the number: it calls functions unqualified (`exp(x)`), and takes select(condition, a, b) for
// branches. forward evaluates it on many units at once (lanes.hpp); backward goes from the last step to the
// first (backpropagation through time) and evaluates it on duals, for the derivative by each gate and state:
// the products with W and U, which are of whole batches, cost more as soon as there are some tens of units.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <graph_runner/dual.hpp>
#include <graph_runner/lanes.hpp>
#include <graph_runner/views.hpp>
#include <type_traits>

namespace graph_runner {

template <class Node, int gates, int states>
class Recurrent {
  using Index = Eigen::Index;
  template <class T>
  using Table = Eigen::Map<MatrixOf<T>>;

 public:
  // The steps are the last axis but one of x, h, and of what is saved: p, q, and all states.
  template <class T>
  void forward(const Call& call, Rows<T> x, Rows<T> W, Rows<T> U, Flat<T> b, Flat<T> c, Out<Rows<T>> h,
               Out<Flat<T>> p, Out<Flat<T>> q, Out<Flat<T>> state) const {
    const Index rows = x.rows(), steps = steps_of(call), units = h.cols();
    Table<T> P(p.data(), rows, gates * units), Q(q.data(), rows, gates * units);
    P.noalias() = x * W.transpose();
    P.rowwise() += b.matrix().transpose();
    Q.rowwise() = c.matrix().transpose();
    for (Index t = 0; t < steps; ++t) {
      if (t > 0) at(Q, t, steps).noalias() += at(h, t - 1, steps) * U.transpose();
      for (Index row = t; row < rows; row += steps)
        each_lanes<T>(units, [&](Index j, Index n) {
          Cell<T, Lanes<T>> cell(p.data(), q.data(), state.data(), row, t > 0, units, j, n);
          node().step(cell.p.data(), cell.q.data(), cell.state.data());
          for (int s = 0; s < states; ++s) cell.state[s].store(&state((row * states + s) * units + j), n);
          cell.state[0].store(&h(row, j), n);
        });
    }
  }

  template <class T>
  void backward(const Call& call, Rows<T> x, Rows<T> W, Rows<T> U, Unread, Unread, Rows<T> h, Flat<T> p,
                Flat<T> q, Flat<T> state, Rows<T> dh, Grad<Rows<T>> dx, Grad<Rows<T>> dW, Grad<Rows<T>> dU,
                Grad<Flat<T>> db, Grad<Flat<T>> dc) const {
    const Index rows = x.rows(), steps = steps_of(call), units = h.cols();
    Table<T> dP(call.scratch<T>(), rows, gates * units), dQ(dP.data() + dP.size(), rows, gates * units);
    Table<T> dS(dQ.data() + dQ.size(), rows, states * units);  // of the states after each step
    dS.setZero();
    dS.leftCols(units) = dh;
    for (Index t = steps; t-- > 0;) {
      if (t + 1 < steps) at(dS, t, steps).leftCols(units).noalias() += at(dQ, t + 1, steps) * U;
      for (Index row = t; row < rows; row += steps)
        each_lanes<T>(units, [&](Index j, Index n) {
          Cell<T, Dual<Lanes<T>>> cell(p.data(), q.data(), state.data(), row, t > 0, units, j, n);
          // The sum of the new states, each times its gradient: its tangent as one number is seeded.
          const auto derivative = [&](Dual<Lanes<T>>& seeded) {
            seeded.tangent = 1;
            auto next = cell.state;
            node().step(cell.p.data(), cell.q.data(), next.data());
            seeded.tangent = 0;
            Lanes<T> sum = 0;
            for (int s = 0; s < states; ++s)
              sum = sum + next[s].tangent * Lanes<T>::load(&dS(row, s * units + j), n);
            return sum;
          };
          for (int g = 0; g < gates; ++g) {
            derivative(cell.p[g]).store(&dP(row, g * units + j), n);
            derivative(cell.q[g]).store(&dQ(row, g * units + j), n);
          }
          for (int s = 0; t > 0 && s < states; ++s) {
            T* before = &dS(row - 1, s * units + j);
            (Lanes<T>::load(before, n) + derivative(cell.state[s])).store(before, n);
          }
        });
    }
    dx += dP * W;
    dW += dP.transpose() * x;
    db += dP.colwise().sum().transpose();
    dc += dQ.colwise().sum().transpose();
    if (!dU.wanted()) return;
    auto& to = dU.entries();
    for (Index t = 1; t < steps; ++t) to.noalias() += at(dQ, t, steps).transpose() * at(h, t - 1, steps);
  }

  Index scratch(const Call& call) const {  // of backward: the gradients by p, q and the states
    return (2 * gates + states) * call.entries(5);
  }

 protected:
  // 1 / (1 + exp(-x)), by an exponential that cannot overflow.
  template <class T>
  static T sigmoid(const T& x) {
    const T e = exp(select(x > 0, -x, x));
    return select(x > 0, 1, e) / (1 + e);
  }

 private:
  // What the formula reads of `n` units from unit j on, at a row of the tables.
  template <class T, class Number>
  struct Cell {
    Cell(const T* of_p, const T* of_q, const T* of_state, Index row, bool before, Index units, Index j,
         Index n) {
      for (int g = 0; g < gates; ++g) {
        p[g] = Lanes<T>::load(of_p + (row * gates + g) * units + j, n);
        q[g] = Lanes<T>::load(of_q + (row * gates + g) * units + j, n);
      }
      for (int s = 0; s < states; ++s)
        state[s] = before ? Lanes<T>::load(of_state + ((row - 1) * states + s) * units + j, n) : Lanes<T>(0);
    }
    std::array<Number, gates> p, q;
    std::array<Number, states> state;
  };

  const Node& node() const { return static_cast<const Node&>(*this); }
  static Index steps_of(const Call& call) { return call.shape(0).end()[-2]; }
  // The rows of one step: one of each sequence.
  template <class M>
  static auto at(M& all, Index t, Index steps) {
    using Plain = MatrixOf<typename M::Scalar>;
    constexpr bool writes = requires { *all.data() = *all.data(); };
    return Eigen::Map<std::conditional_t<writes, Plain, const Plain>, 0, Eigen::OuterStride<>>(
        all.data() + t * all.cols(), all.rows() / steps, all.cols(),
        Eigen::OuterStride<>(steps * all.cols()));
  }
  template <class T, class Body>
  static void each_lanes(Index units, const Body& body) {
    for (Index j = 0; j < units; j += Lanes<T>::count) body(j, std::min(Lanes<T>::count, units - j));
  }
};

}  // namespace graph_runner
