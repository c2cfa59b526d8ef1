// What convolutions do with windows (window.hpp): the places of each as a row of a matrix, so that a
// convolution is a product. Of all windows that matrix would be `kernel` times as large as the input; it is
// made for a panel of them at a time, which stays in cache.
#pragma once

#include <cstring>
#include <graph_runner/window.hpp>

namespace graph_runner {

// A group of channels in the windows of a call.
struct Patches {
  Windows windows;
  Eigen::Index from, channels;  // the first channel of the group, and how many it has

  Eigen::Index size() const { return windows.height.kernel * windows.width.kernel * channels; }

  // Row i of `to` becomes the places of window `first` + i, padding as zeros.
  template <class T>
  void gather(const T* x, Eigen::Index first, Eigen::Index count, T* to) const {
    windows.each_span(first, count, [&](const Window& w) {
      if (w.inside() < windows.height.kernel * windows.width.kernel) std::fill_n(to, w.alike * size(), T(0));
      each_run(w, [&](Eigen::Index entry, Eigen::Index place, Eigen::Index length) {
        copy(x + entry, to + place, length, w.alike);
      });
      to += w.alike * size();
    });
  }
  // Adds row i of `rows` to the places of window `first` + i.
  template <class T>
  void scatter(const T* rows, Eigen::Index first, Eigen::Index count, T* x) const {
    windows.each_span(first, count, [&](const Window& w) {
      each_run(w, [&](Eigen::Index entry, Eigen::Index place, Eigen::Index length) {
        const T* source = rows + place;
        T* to = x + entry;
        for (Eigen::Index i = 0; i < w.alike; ++i, source += size(), to += step())
          for (Eigen::Index e = 0; e < length; ++e) to[e] += source[e];
      });
      rows += w.alike * size();
    });
  }

 private:
  // From a window's entries to the next one's.
  Eigen::Index step() const { return windows.width.stride * windows.channels; }
  // What of a window lies side by side in the input and in its row: body(entry of the input, entry of the
  // row, how many).
  template <class Body>
  void each_run(const Window& w, const Body& body) const {
    windows.each_run(w, [&](Eigen::Index place, Eigen::Index row, Eigen::Index places) {
      const Eigen::Index entry = row * windows.channels + from;
      if (channels == windows.channels) return body(entry, place * channels, places * channels);
      for (Eigen::Index p = 0; p < places; ++p)
        body(entry + p * windows.channels, (place + p) * channels, channels);
    });
  }
  // A run of `length` entries of each of `times` windows. Most runs are short, and seldom a whole number of
  // the processor's vectors: the last vector is copied from the end, over what the one before it has written.
  template <class T>
  void copy(const T* source, T* to, Eigen::Index length, Eigen::Index times) const {
    if (copy_by<32>(source, to, length, times) || copy_by<16>(source, to, length, times)) return;
    for (; times > 0; --times, source += step(), to += size())
      for (Eigen::Index e = 0; e < length; ++e) to[e] = source[e];
  }
  template <std::size_t bytes, class T>
  bool copy_by(const T* source, T* to, Eigen::Index length, Eigen::Index times) const {
    static_assert(std::is_trivially_copyable_v<T>);
    constexpr Eigen::Index vector = std::max<Eigen::Index>(1, bytes / sizeof(T));
    const Eigen::Index last = length - vector, by = step(), row = size();
    if (last < 0) return false;
    for (; times > 0; --times, source += by, to += row) {
      for (Eigen::Index e = 0; e < last; e += vector) std::memcpy(to + e, source + e, vector * sizeof(T));
      std::memcpy(to + last, source + last, vector * sizeof(T));
    }
    return true;
  }
};

// A convolution with filters W, [units, size of a patch], whose first rows are those of the first group.
//
// The work is cut by samples into tasks, whose number depends on sizes alone, so that sums have one order
// with any number of threads; and each task into panels of windows.
class Convolution {
 public:
  Convolution(const Windows& windows, Eigen::Index units, Eigen::Index groups)
      : windows_(windows), units_(units / groups), groups_(groups) {
    constexpr Eigen::Index most_tasks = 8, panel_entries = 1 << 15, least_panel = 48, most_panel = 1 << 12;
    panel_ = std::clamp(panel_entries / std::max(size(), units_), least_panel, most_panel);
    // A task has sums of its own, as large as W: it must be worth more than these.
    const Eigen::Index worth = windows.count() / (4 * units_);
    tasks_ = std::max<Eigen::Index>(1, std::min({most_tasks, windows.samples, worth}));
  }

  // The numbers of scratch memory that each of the functions below wants.
  Eigen::Index scratch() const { return tasks_ * (panel_ + units_ * groups_) * size(); }

  // y = P Wᵀ, or y += P Wᵀ: a row of y a window, a column a filter.
  template <class T>
  void forward(const Call& call, const T* x, const T* W, T* y, bool add = false) const {
    T* turned = call.scratch<T>() + tasks_ * panel_ * size();  // Wᵀ, group by group: packed quickly
    for (Eigen::Index g = 0; g < groups_; ++g)
      Matrix<T>(turned + g * weights(), size(), units_) = filters(W, g).transpose();
    each_panel<T>(call, [&](const Patches& p, Eigen::Index g, Eigen::Index, Eigen::Index at, Matrix<T> rows) {
      p.gather(x, at, rows.rows(), rows.data());
      const Matrix<const T> by(turned + g * weights(), size(), units_);
      multiply(block(y, g, at, rows.rows()), rows, by, add);
    });
  }
  // x += what dy W adds to the places of each window.
  template <class T>
  void backward(const Call& call, const T* dy, const T* W, T* dx) const {
    each_panel<T>(call, [&](const Patches& p, Eigen::Index g, Eigen::Index, Eigen::Index at, Matrix<T> rows) {
      multiply(rows, block(dy, g, at, rows.rows()), filters(W, g), false);
      p.scatter(rows.data(), at, rows.rows(), dx);
    });
  }
  // dW += dyᵀ P. `dW` is a Grad of a matrix.
  template <class T, class G>
  void filter_gradient(const Call& call, const T* dy, const T* x, G& dW) const {
    T* sums = call.scratch<T>() + tasks_ * panel_ * size();
    const Eigen::Index all = groups_ * weights();
    std::fill_n(sums, tasks_ * all, T(0));
    each_panel<T>(call,
                  [&](const Patches& p, Eigen::Index g, Eigen::Index task, Eigen::Index at, Matrix<T> rows) {
                    p.gather(x, at, rows.rows(), rows.data());
                    multiply(Matrix<T>(sums + task * all + g * weights(), units_, size()),
                             block(dy, g, at, rows.rows()).transpose(), rows, true);
                  });
    for (Eigen::Index t = 0; t < tasks_; ++t) dW += Matrix<const T>(sums + t * all, units_ * groups_, size());
  }

 private:
  template <class T>
  using Plain = std::conditional_t<std::is_const_v<T>, const MatrixOf<std::remove_const_t<T>>, MatrixOf<T>>;
  template <class T>
  using Matrix = Eigen::Map<Plain<T>>;
  template <class T>
  using Block = Eigen::Map<Plain<T>, 0, Eigen::OuterStride<>>;

  Eigen::Index size() const {
    return windows_.height.kernel * windows_.width.kernel * (windows_.channels / groups_);
  }
  Eigen::Index weights() const { return units_ * size(); }  // of a group
  template <class T>
  Matrix<const T> filters(const T* W, Eigen::Index group) const {
    return {W + group * weights(), units_, size()};
  }
  template <class T>
  Block<T> block(T* y, Eigen::Index group, Eigen::Index first, Eigen::Index count) const {
    const Eigen::Index row = units_ * groups_;
    return {y + first * row + group * units_, count, units_, Eigen::OuterStride<>(row)};
  }
  // body(patches of a group, group, task, first window, scratch of a row a window).
  template <class T, class Body>
  void each_panel(const Call& call, const Body& body) const {
    const auto run = [&](Eigen::Index task) {
      T* rows = call.scratch<T>() + task * panel_ * size();
      const Eigen::Index begin = windows_.samples * task / tasks_ * windows_.in_picture(),
                         end = windows_.samples * (task + 1) / tasks_ * windows_.in_picture();
      for (Eigen::Index at = begin; at < end; at += panel_)
        for (Eigen::Index g = 0; g < groups_; ++g) {
          const Eigen::Index channels = windows_.channels / groups_;
          body(Patches{windows_, g * channels, channels}, g, task, at,
               Matrix<T>(rows, std::min(panel_, end - at), size()));
        }
    };
    call.parallel(tasks_, run);
  }

  Windows windows_;
  Eigen::Index units_, groups_, panel_ = 1, tasks_ = 1;  // units_: of a group
};

}  // namespace graph_runner
