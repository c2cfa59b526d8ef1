// How far rounding may take a result, measured: walks in which every call errs a little. Before each call,
// what it reads is off by a small part of itself, entry by entry and afresh for each call, as a kernel that
// is backward stable may be off; after it, so are its results, and in the backward walk the gradients. The
// spread of a few such walks, each divided by how much larger than one rounding the disturbance was, is what
// rounding may do to each entry of a result: cancellation on the way shows in it.
//
// Relative, so that 0 stays 0: underflow is not seen. What is exact stays so: discrete values, indices,
// one-hot rows, and the whole numbers of nodes that read nothing, such as constants. A matrix whose port
// wants it square is off relative to its largest entry, as that is how stable factorisations are.
//
// Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapters 1 and 9; the random
// disturbance is that of Parker, Monte Carlo Arithmetic (1997).
#pragma once

#include "core/streams.hpp"
#include "core/walk.hpp"

namespace graph_runner {

class Rounding {
 public:
  // By how much disturbances are larger than one rounding: by so much that results move by many units of
  // their last place; and by less, for what so much would throw off its course, such as an inverse of what is
  // nearly singular.
  static constexpr double magnifications[] = {0x1p13, 0x1p4};

  explicit Rounding(Stream& stream, double magnification = magnifications[0])
      : stream_(stream), relative_(magnification * 0x1p-53) {}

  // As walk_forward and walk_backward of core/walk.hpp, disturbed. The plan must not reuse memory.
  void walk_forward(Workspace& workspace, const Step& step, std::size_t first, std::size_t end);
  void walk_backward(Workspace& workspace, const Step& step);

 private:
  void disturb(const Tensor& tensor, double least, bool whole_are_exact);
  void disturb_read(const Workspace& workspace, const Node& node, std::size_t tensor);
  // Of each value, whether a node takes it as an index, or the like: a little off, it would be none. Told
  // once a graph.
  const std::vector<bool>& read_exactly(const Graph& graph);
  void keep(const Tensor& tensor);
  void restore();

  Stream& stream_;
  double relative_;
  const Graph* graph_ = nullptr;  // that `read_exactly_` is of
  std::vector<bool> read_exactly_;
  std::vector<std::pair<Tensor, std::size_t>> kept_;  // and where their bytes begin
  std::vector<std::byte> bytes_;
};

}  // namespace graph_runner
