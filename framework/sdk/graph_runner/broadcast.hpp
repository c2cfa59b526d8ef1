// Inputs that are broadcast (abi.h, GR_BROADCAST), for kernels that are written for equal shapes: where those
// of a call differ, each shorter input is written out, in scratch memory, as often as it repeats, and what
// the kernel finds as its gradient is summed over the repetitions. So it costs one more pass over what is
// written out. Nothing here is for authors of nodes, who declare `s.input(…, "...").broadcast()`.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <algorithm>
#include <graph_runner/axes.hpp>
#include <graph_runner/dual.hpp>
#include <graph_runner/reduce.hpp>
#include <graph_runner/spec.hpp>
#include <graph_runner/views.hpp>
#include <span>
#include <utility>

namespace graph_runner::detail {

inline std::size_t aligned(std::size_t bytes) {
  return (bytes + GR_ALIGNMENT - 1) / GR_ALIGNMENT * GR_ALIGNMENT;
}

// The shape that some inputs have together: from the last axis on, that of each which is not 1.
struct WholeShape {
  std::int64_t dims[GR_MAX_RANK] = {}, rank = 0;
  Eigen::Index entries = 1;
  bool differs = false;  // from that of an input

  [[gnu::cold]] WholeShape(const gr_tensor* values, std::span<const std::size_t> inputs) {
    const auto each = [&](const auto& body) {
      for (const std::size_t i : inputs)
        if (values[i].dims) body(values[i]);
    };
    each([&](const gr_tensor& t) { rank = std::max(rank, t.rank); });
    std::fill_n(dims, rank, 1);
    each([&](const gr_tensor& t) {
      for (std::int64_t a = 0; a < t.rank; ++a)
        if (t.dims[a] != 1) dims[rank - t.rank + a] = t.dims[a];
    });
    for (std::int64_t a = 0; a < rank; ++a) entries *= dims[a];
    each([&](const gr_tensor& t) { differs = differs || !is_of(t); });
  }
  bool is_of(const gr_tensor& t) const { return t.rank == rank && std::equal(dims, dims + rank, t.dims); }
  // Where each entry of the whole lies in an input: the steps are 0 along the axes on which it repeats.
  AxesRun places_in(const gr_tensor& t) const {
    AxesRun run;
    Eigen::Index stride = 1;
    for (std::int64_t a = rank; a-- > 0;) {
      const std::int64_t own = a - (rank - t.rank), size = own >= 0 ? t.dims[own] : 1;
      if (dims[a] > 1) run.add(dims[a], size == 1 ? 0 : stride);
      stride *= size;
    }
    return run;
  }
};

// body(entry of the whole, entry of the input, entries that follow, whether they are one and the same).
template <class Body>
void each_run(const AxesRun& places, const Body& body) {
  const Eigen::Index length = places.axes ? places.sizes[0] : 1;
  const bool repeats = places.axes && places.strides[0] == 0;
  for (Eigen::Index i = 0; i < places.entries; i += length) body(i, places[i], length, repeats);
}
template <class T>
void write_out(const AxesRun& places, const T* from, T* whole) {
  each_run(places, [&](Eigen::Index i, Eigen::Index at, Eigen::Index length, bool repeats) {
    repeats ? (void)std::fill_n(whole + i, length, from[at])
            : (void)std::copy_n(from + at, length, whole + i);
  });
}
template <class T>
void sum_up(const AxesRun& places, const T* whole, T* to) {
  using Entries = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;
  each_run(places, [&](Eigen::Index i, Eigen::Index at, Eigen::Index length, bool repeats) {
    if (repeats)
      to[at] += sum_of(Entries(whole + i, length));
    else
      Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>(to + at, length) += Entries(whole + i, length);
  });
}

// The scratch memory of a call whose shapes differ: what the kernels want, the tensors as they see them, and,
// of each input that is broadcast, the whole and the gradient by it.
inline std::size_t broadcast_scratch(const gr_call& c, OneShape::Inputs inputs, std::size_t own) {
  const WholeShape whole(c.values, inputs);
  if (!whole.differs) return own;
  const std::size_t tensors = aligned(2 * c.value_count * sizeof(gr_tensor)) + aligned(c.value_count);
  const std::size_t bytes = aligned(static_cast<std::size_t>(whole.entries) * bytes_of(c.scalar));
  return aligned(own) + tensors + 2 * inputs.size() * bytes;
}

// Calls the kernel with inputs of one shape. `own` is the scratch memory that it wants.
template <class T>
void with_one_shape(const gr_call& c, OneShape::Inputs inputs, std::size_t own, OneShape::Kernel kernel,
                    const void* node) {
  const WholeShape whole(c.values, inputs);
  if (!whole.differs) return kernel(node, c);
  char* memory = static_cast<char*>(c.scratch) + aligned(own);
  const auto take = [&](std::size_t bytes) { return std::exchange(memory, memory + aligned(bytes)); };
  auto* const values = reinterpret_cast<gr_tensor*>(take(2 * c.value_count * sizeof(gr_tensor)));
  gr_tensor* const gradients = values + c.value_count;
  auto* const written = reinterpret_cast<std::uint8_t*>(take(c.value_count));
  std::copy_n(c.values, c.value_count, values);
  std::copy_n(c.gradients, c.gradient_count, gradients);
  std::copy_n(c.written, c.gradient_count, written);
  const auto made = [&](const gr_tensor& t) {
    const bool read = t.data;
    return gr_tensor{read ? take(static_cast<std::size_t>(whole.entries) * sizeof(T)) : nullptr, whole.dims,
                     whole.rank};
  };
  for (const std::size_t i : inputs) {
    const gr_tensor& t = c.values[i];
    if (!t.dims || whole.is_of(t)) continue;
    values[i] = made(t);
    if (t.data) write_out(whole.places_in(t), static_cast<const T*>(t.data), static_cast<T*>(values[i].data));
    if (i >= c.gradient_count) continue;
    gradients[i] = made(c.gradients[i]);
    written[i] = 0;
  }
  gr_call seen = c;
  seen.values = values;
  seen.gradients = gradients;
  seen.written = written;
  kernel(node, seen);
  for (std::size_t i = 0; i < c.gradient_count; ++i) {
    const gr_tensor& to = c.gradients[i];
    if (gradients[i].data == to.data) {
      c.written[i] = written[i];
    } else if (written[i]) {
      T* const sums = static_cast<T*>(to.data);
      if (!c.written[i]) std::fill_n(sums, size_of(to), T(0));
      sum_up(whole.places_in(to), static_cast<const T*>(gradients[i].data), sums);
      c.written[i] = 1;
    }
  }
}

inline void run_with_one_shape(const gr_call& c, OneShape::Inputs inputs, std::size_t own,
                               OneShape::Kernel kernel, const void* node) {
  const auto run = c.scalar == GR_FLOAT    ? with_one_shape<float>
                   : c.scalar == GR_DOUBLE ? with_one_shape<double>
                                           : with_one_shape<Dual<double>>;
  run(c, inputs, own, kernel, node);
}

}  // namespace graph_runner::detail

namespace graph_runner {

inline PortSpec& PortSpec::broadcast() {
  static constexpr detail::OneShape one_shape{detail::broadcast_scratch, detail::run_with_one_shape};
  entry_.one_shape = &one_shape;
  return flag(GR_BROADCAST);
}

}  // namespace graph_runner
