// Pictures as bytes: what is done to them before they are samples.
#pragma once

#include <cstdint>
#include <vector>

namespace graph_runner {

struct Image {
  std::int64_t height = 0, width = 0, channels = 1;  // 1: grey; 3: red, green and blue
  std::vector<std::uint8_t> pixels;                  // row by row, the channels of a pixel side by side
};

// Of another size: each pixel is the mean of the area that it covers, rounded. Of the same size, the same.
Image resample(const Image& image, std::int64_t height, std::int64_t width);

// 0.299 red + 0.587 green + 0.114 blue, as of ITU-R BT.601, rounded; what is grey stays as it is.
void make_grey(Image& image);

// Black becomes white.
void invert(Image& image);

// A bright digit on black as MNIST has it: what is brighter than a tenth of its brightest pixel, in its
// proportions, fills a box of 5/7 of the height and width (20×20 of 28×28) in one direction, and its centre
// of mass lies in the middle, to a pixel. All black where the image is.
// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits".
Image centre_digit(const Image& grey, std::int64_t height, std::int64_t width);

}  // namespace graph_runner
