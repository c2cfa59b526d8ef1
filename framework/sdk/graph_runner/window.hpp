// Windows that move over a picture: what convolutions and pools share. A picture is the last three axes of a
// tensor, [height, width, channels]; all axes before them count samples.
//
// A window covers `kernel` places an axis, `dilation` apart, and moves by `stride`. Place k of window i lies
// at i stride - before + k dilation; what is outside the picture is padding. There are
//
//   valid    ⌊(size - reach) / stride⌋ + 1 windows, all inside, of reach (kernel - 1) dilation + 1;
//   same     ⌈size / stride⌉, with as much padding as they need, half of it before, rounded down;
//   a number that many places of padding on each side.
//
// Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016).
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <graph_runner/spec.hpp>
#include <graph_runner/views.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace graph_runner {

// The windows along one axis.
struct WindowAxis {
  Eigen::Index size = 1, kernel = 1, stride = 1, dilation = 1, before = 0, count = 1;

  Eigen::Index first(Eigen::Index window) const { return window * stride - before; }
  // The places of a window that lie in the picture: from, to (behind the last).
  Eigen::Index from(Eigen::Index window) const {
    const Eigen::Index outside = -first(window);
    return outside <= 0 ? 0 : std::min(kernel, (outside + dilation - 1) / dilation);
  }
  Eigen::Index to(Eigen::Index window) const {
    const Eigen::Index left = size - first(window);
    return left <= 0 ? 0 : std::min(kernel, (left + dilation - 1) / dilation);
  }
  // The windows that have no padding: from, to (behind the last).
  Eigen::Index first_inside() const { return (before + stride - 1) / stride; }
  Eigen::Index behind_inside() const {
    const Eigen::Index last =
        size + before - (kernel - 1) * dilation - 1;  // where the last of them may begin
    return last < 0 ? 0 : std::min(count, last / stride + 1);
  }
};

// A window of a call: where it lies, and which of its places are no padding: top ≤ ky < bottom and left ≤ kx
// < right. The ones after it on its line may be alike, each a stride further.
struct Window {
  Eigen::Index number;  // among all windows: a row of the result
  Eigen::Index corner;  // the input's row of its first place, be that padding or not
  Eigen::Index top, bottom, left, right;
  Eigen::Index alike;  // so many, this one among them

  Eigen::Index inside() const { return (bottom - top) * (right - left); }
};

// All windows of a call.
struct Windows {
  Eigen::Index samples, channels;
  WindowAxis height, width;

  Eigen::Index in_picture() const { return height.count * width.count; }
  Eigen::Index count() const { return samples * in_picture(); }
  // body(window) of `count` windows from `first` on, of those that are alike the first alone. They are
  // counted on: to divide each one's number would cost more than much of what is done with a window.
  template <class Body>
  void each_span(Eigen::Index first, Eigen::Index count, const Body& body) const {
    const Eigen::Index end = first + count, whole = width.first_inside(), behind = width.behind_inside();
    Eigen::Index ox = first % width.count, line = first / width.count;  // of all lines of windows
    Eigen::Index oy = line % height.count, sample = line / height.count;
    for (Eigen::Index number = first; number < end; ox = 0) {
      const Eigen::Index row = (sample * height.size + height.first(oy)) * width.size;
      while (ox < width.count && number < end) {
        const bool inside = whole <= ox && ox < behind;
        const Eigen::Index alike = inside ? std::min(behind - ox, end - number) : 1;
        body(Window{number, row + width.first(ox), height.from(oy), height.to(oy), width.from(ox),
                    width.to(ox), alike});
        ox += alike;
        number += alike;
      }
      if (++oy == height.count) oy = 0, ++sample;
    }
  }
  // The same, window by window.
  template <class Body>
  void each_window(Eigen::Index first, Eigen::Index count, const Body& body) const {
    each_span(first, count, [&](Window w) {
      for (; w.alike > 0; --w.alike, ++w.number, w.corner += width.stride) body(w);
    });
  }
  // The input's row of a place, counted from the window's corner.
  Eigen::Index offset(Eigen::Index ky, Eigen::Index kx) const {
    return ky * height.dilation * width.size + kx * width.dilation;
  }
  // The places of a window that are no padding, in runs that lie side by side in the input: body(place, row,
  // places), where `place` is ky width.kernel + kx and `row` that of the input, of which a row is a point.
  template <class Body>
  void each_run(const Window& w, const Body& body) const {
    const Eigen::Index step = width.dilation == 1 ? w.right - w.left : 1;
    for (Eigen::Index ky = w.top; ky < w.bottom; ++ky)
      for (Eigen::Index kx = w.left; kx < w.right; kx += step)
        body(ky * width.kernel + kx, w.corner + offset(ky, kx), step);
  }
  // The same, place by place: body(row).
  template <class Body>
  void each_place(const Window& w, const Body& body) const {
    for (Eigen::Index ky = w.top; ky < w.bottom; ++ky)
      for (Eigen::Index kx = w.left; kx < w.right; ++kx) body(w.corner + offset(ky, kx));
  }
};

// The attributes of a node type whose input is pictures, and what they say of shapes. A list has one entry
// for both axes, or one for each.
struct Windowed {
  std::vector<int> kernel, stride, dilation{1};
  std::string padding = "valid";
  bool side_by_side = false;  // a pool's: so they lie where no stride is given, and each holds an entry

  template <class Node>
  static void describe_window(Spec<Node>& s) {
    const auto list = [&](const char* name, std::vector<int> Windowed::*member, const char* doc) {
      return s.attribute(name, static_cast<std::vector<int> Node::*>(member), doc).at_least(1);
    };
    list("kernel", &Windowed::kernel, "places of a window: [height, width], or one number for both")
        .length(1, 2)
        .required();
    list("stride", &Windowed::stride,
         Node{}.side_by_side ? "by how much the window moves; its kernel where nothing is given"
                             : "by how much the window moves; 1 where nothing is given")
        .length(0, 2);
    list("dilation", &Windowed::dilation, "how far its places are apart").length(1, 2);
    s.attribute("padding", static_cast<std::string Node::*>(&Windowed::padding),
                "valid, same, or a number of places on each side");
  }

  // The axis of windows, 0 for height or 1 for width, in a picture of a size.
  WindowAxis axis(int which, Eigen::Index size) const {
    WindowAxis a;
    a.size = size;
    a.kernel = entry(kernel, which, 1);
    a.stride = step(which);
    a.dilation = entry(dilation, which, 1);
    const Eigen::Index reach = (a.kernel - 1) * a.dilation + 1;
    if (padding == "same") {
      a.count = (size + a.stride - 1) / a.stride;
      a.before = std::max<Eigen::Index>(0, (a.count - 1) * a.stride + reach - size) / 2;
      return a;
    }
    a.before = places();
    if (2 * a.before + size < reach)
      throw std::invalid_argument("a window reaches over " + std::to_string(reach) + " places, of " +
                                  std::to_string(2 * a.before + size));
    a.count = (2 * a.before + size - reach) / a.stride + 1;
    for (Eigen::Index w = 0; side_by_side && w < a.count; ++w)
      if (a.from(w) >= a.to(w)) throw std::invalid_argument("a window would hold nothing but padding");
    return a;
  }
  // Sets height and width of results whose tensors these are, where the pictures are tensor 0.
  void set_windows(Shapes& s, std::initializer_list<std::size_t> results) const {
    for (const std::size_t t : results)
      for (const int axis : {0, 1}) s.set(t, axis - 3, windows(s, axis, s.get(0, axis - 3)));
  }
  Eigen::Index places_of_a_window() const { return entry(kernel, 0, 1) * entry(kernel, 1, 1); }
  // How many windows there are along an axis of that size.
  Size windows(const Shapes& s, int which, Size size) const {
    if (size.value >= 0) return {axis(which, size.value).count};
    if (step(which) != 1) throw std::invalid_argument("with a stride, the size of an axis must be a number");
    if (padding == "same") return size;
    const Size reach{(entry(kernel, which, 1) - 1) * entry(dilation, which, 1)};
    return s.difference(s.sum(size, {2 * places()}), reach);
  }
  // The size of the axis on which there are so many windows: of several the smallest, or with `same` the
  // largest. What windows() counts, the other way round.
  Size covered(const Shapes& s, int which, Size count) const {
    const Size all = s.product(count, {step(which)});
    if (padding == "same") return all;
    const Eigen::Index reach = (entry(kernel, which, 1) - 1) * entry(dilation, which, 1) + 1;
    return s.difference(s.sum(all, {reach}), {step(which) + 2 * places()});
  }
  Windows windows(std::span<const std::int64_t> x) const {
    const std::size_t r = x.size();
    Windows w{1, x[r - 1], axis(0, x[r - 3]), axis(1, x[r - 2])};
    for (std::size_t i = 0; i + 3 < r; ++i) w.samples *= x[i];
    return w;
  }

 private:
  Eigen::Index step(int which) const {
    return entry(stride, which, side_by_side ? static_cast<int>(entry(kernel, which, 1)) : 1);
  }
  static Eigen::Index entry(const std::vector<int>& list, int which, int otherwise) {
    return list.empty() ? otherwise : list[list.size() == 1 ? 0 : static_cast<std::size_t>(which)];
  }
  Eigen::Index places() const {
    if (padding == "valid") return 0;
    constexpr std::size_t longest = 6;
    if (padding.empty() || padding.size() > longest ||
        padding.find_first_not_of("0123456789") != std::string::npos)
      throw std::invalid_argument("'padding': found '" + padding + "', expected valid, same or a number");
    return std::stoi(padding);
  }
};

}  // namespace graph_runner
