// Reduction over chosen axes, as in sums of columns: `axes` are numbers from 1, and the result keeps the
// other axes in their order. An empty list means all entries, and a result of no axes.
//
//   void shapes(Shapes& s) const { append_kept(s, axes); }                    // of an output "*"
//   each_group(axes, call.shape(0), [&](Eigen::Index j, const auto& group) {  // of an input "..."
//     y(j) = sum_of(x(group));                                                // x: Flat
//   });
//
// x(group) is a vector, to be read or written, of the entries of x that go into entry j of the result, row by
// row: a segment of x where they follow each other, as those of all or of the last axes do.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <graph_runner/spec.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace graph_runner {

namespace detail {

// Some axes of a tensor: the numbers of their entries, those of all other axes being held. Neighbours are
// merged, so that one number is mostly all there is.
struct AxesRun {
  std::array<Eigen::Index, GR_MAX_RANK> sizes{}, strides{};
  std::size_t axes = 0;
  Eigen::Index entries = 1, first = 0;

  // One more axis, in front of those before it.
  void add(Eigen::Index size, Eigen::Index stride) {
    entries *= size;
    if (axes && strides[axes - 1] * sizes[axes - 1] == stride) {
      sizes[axes - 1] *= size;
      return;
    }
    sizes[axes] = size;
    strides[axes++] = stride;
  }
  Eigen::Index operator[](Eigen::Index i) const {
    Eigen::Index at = first;
    for (std::size_t a = 0; a + 1 < axes; ++a) {
      at += i % sizes[a] * strides[a];
      i /= sizes[a];
    }
    return axes ? at + i * strides[axes - 1] : at;
  }
  Eigen::Index size() const { return entries; }
  bool contiguous() const { return entries == 1 || (axes == 1 && strides[0] == 1); }
};

}  // namespace detail

// Gives the output after the only input the axes that are kept. Throws std::invalid_argument where `axes`
// names one that is not there, or one twice.
inline void append_kept(Shapes& s, const std::vector<int>& axes) {
  std::array<int, GR_MAX_RANK> named{};
  for (const int axis : axes) {
    if (axis > s.rank(0)) throw std::invalid_argument("there is no axis " + std::to_string(axis));
    if (named[static_cast<std::size_t>(axis - 1)]++)
      throw std::invalid_argument("axis " + std::to_string(axis) + " stands twice");
  }
  for (std::int64_t i = 0; i < s.rank(0); ++i)
    if (!axes.empty() && !named[static_cast<std::size_t>(i)]) s.append(1, s.get(0, i));
}

// Calls body(entry of the result, the numbers of the entries that go into it) for each entry of the result.
template <class Body>
void each_group(const std::vector<int>& axes, std::span<const std::int64_t> shape, const Body& body) {
  detail::AxesRun group, kept;
  Eigen::Index stride = 1;
  for (std::size_t i = shape.size(); i-- > 0; stride *= shape[i]) {
    bool reduced = axes.empty();
    for (const int axis : axes) reduced = reduced || static_cast<std::size_t>(axis) == i + 1;
    (reduced ? group : kept).add(shape[i], stride);
  }
  for (Eigen::Index j = 0; j < kept.entries; ++j) {
    group.first = kept[j];
    if (group.contiguous())
      body(j, Eigen::seqN(group.first, group.entries));
    else
      body(j, group);
  }
}

}  // namespace graph_runner
