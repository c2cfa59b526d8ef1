#include "data/image.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

// Calls take(k, weight) for each k of `from` equal parts that part i of `to` meets. Weights are whole numbers
// whose sum is `from`: means of bytes are exact until they are rounded.
template <class Take>
void each_part(std::int64_t i, std::int64_t from, std::int64_t to, Take&& take) {
  const std::int64_t begin = i * from, end = begin + from;  // a part of `from` is `to` long
  for (std::int64_t k = begin / to; k * to < end; ++k)
    take(k, std::min(end, (k + 1) * to) - std::max(begin, k * to));
}

struct Box {
  std::int64_t top, left, height, width;
};

// Around what is brighter than a tenth of the brightest; empty where all is black.
Box ink_of(const Image& grey) {
  const int least = *std::max_element(grey.pixels.begin(), grey.pixels.end()) / 10;
  Box box{grey.height, grey.width, 0, 0};
  std::int64_t bottom = 0, right = 0;
  for (std::int64_t y = 0; y < grey.height; ++y)
    for (std::int64_t x = 0; x < grey.width; ++x)
      if (grey.pixels[static_cast<std::size_t>(y * grey.width + x)] > least) {
        box.top = std::min(box.top, y);
        box.left = std::min(box.left, x);
        bottom = std::max(bottom, y + 1);
        right = std::max(right, x + 1);
      }
  box.height = std::max<std::int64_t>(bottom - box.top, 0);
  box.width = std::max<std::int64_t>(right - box.left, 0);
  return box;
}

// Copies `from` into `to`, its top left pixel to (top, left), or of `from` what lies from there on.
void paste(const Image& from, Image& to, std::int64_t top, std::int64_t left) {
  for (std::int64_t y = std::max<std::int64_t>(0, -top); y < std::min(from.height, to.height - top); ++y)
    for (std::int64_t x = std::max<std::int64_t>(0, -left); x < std::min(from.width, to.width - left); ++x)
      to.pixels[static_cast<std::size_t>((top + y) * to.width + left + x)] =
          from.pixels[static_cast<std::size_t>(y * from.width + x)];
}

Image blank(std::int64_t height, std::int64_t width, std::int64_t channels = 1) {
  Image image{height, width, channels, {}};
  image.pixels.resize(static_cast<std::size_t>(height * width * channels));
  return image;
}

}  // namespace

Image resample(const Image& image, std::int64_t height, std::int64_t width) {
  Image out = blank(height, width, image.channels);
  const std::int64_t channels = image.channels;
  const double area = static_cast<double>(image.height) * static_cast<double>(image.width);
  std::vector<double> row(static_cast<std::size_t>(image.width * channels));
  auto to = out.pixels.begin();
  for (std::int64_t y = 0; y < height; ++y) {
    std::fill(row.begin(), row.end(), 0.0);
    each_part(y, image.height, height, [&](std::int64_t k, std::int64_t weight) {
      const std::uint8_t* const from = image.pixels.data() + k * image.width * channels;
      for (std::size_t i = 0; i < row.size(); ++i) row[i] += static_cast<double>(weight) * from[i];
    });
    for (std::int64_t x = 0; x < width; ++x)
      for (std::int64_t c = 0; c < channels; ++c) {
        double sum = 0;
        each_part(x, image.width, width, [&](std::int64_t k, std::int64_t weight) {
          sum += static_cast<double>(weight) * row[static_cast<std::size_t>(k * channels + c)];
        });
        *to++ = static_cast<std::uint8_t>(sum / area + 0.5);
      }
  }
  return out;
}

void make_grey(Image& image) {
  if (image.channels == 1) return;
  std::vector<std::uint8_t>& p = image.pixels;
  for (std::size_t i = 0; i < p.size() / 3; ++i)
    p[i] = static_cast<std::uint8_t>((299 * p[3 * i] + 587 * p[3 * i + 1] + 114 * p[3 * i + 2] + 500) / 1000);
  p.resize(p.size() / 3);
  image.channels = 1;
}

void invert(Image& image) {
  for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
}

Image centre_digit(const Image& grey, std::int64_t height, std::int64_t width) {
  Image out = blank(height, width);
  const Box box = ink_of(grey);
  if (box.height == 0) return out;
  Image digit = blank(box.height, box.width);
  paste(grey, digit, -box.top, -box.left);
  const double scale = std::min(static_cast<double>(height) * 5 / 7 / static_cast<double>(box.height),
                                static_cast<double>(width) * 5 / 7 / static_cast<double>(box.width));
  const auto scaled = [&](std::int64_t length, std::int64_t most) {
    return std::clamp<std::int64_t>(std::llround(static_cast<double>(length) * scale), 1, most);
  };
  digit = resample(digit, scaled(box.height, height), scaled(box.width, width));
  double mass = 0, down = 0, across = 0;
  for (std::int64_t y = 0; y < digit.height; ++y)
    for (std::int64_t x = 0; x < digit.width; ++x) {
      const double pixel = digit.pixels[static_cast<std::size_t>(y * digit.width + x)];
      mass += pixel;
      down += pixel * (static_cast<double>(y) + 0.5);
      across += pixel * (static_cast<double>(x) + 0.5);
    }
  if (mass == 0) return out;
  // All of the digit stays inside.
  const auto place = [&](std::int64_t length, double centre, std::int64_t own) {
    return std::clamp<std::int64_t>(std::llround(static_cast<double>(length) / 2 - centre), 0, length - own);
  };
  paste(digit, out, place(height, down / mass, digit.height), place(width, across / mass, digit.width));
  return out;
}

}  // namespace graph_runner
