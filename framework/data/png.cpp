#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "data/formats.hpp"
#include "data/png_decoder.hpp"

namespace graph_runner {

namespace {

// Pictures of one size as samples. The input's shape says where their colours stand, or that they are grey.
class Pictures {
 public:
  Pictures(const FormatOptions& options, const Shape& wanted)
      : options_(options), wanted_(wanted), centred_(options.centre && *options.centre) {
    array_.type = StoredType::u8;
  }

  void add(Source& source) {
    Image image = decode_png(source);
    std::pair<std::int64_t, std::int64_t> size(image.height, image.width);
    if (centred_) size = {28, 28};
    if (options_.size) size = *options_.size;
    if (!in_colour(size.first, size.second))
      make_grey(image);
    else if (centred_)
      throw Error(Exit::bad_request, options_.centre.place,
                  "'centre' is for grey images, but the input takes colours");
    if (options_.invert && *options_.invert) invert(image);
    if (centred_ && *std::max_element(image.pixels.begin(), image.pixels.end()) == 0)
      source.malformed(
          "all of it is black: 'centre' wants a bright digit on black, as 'invert: true' makes it");
    image =
        centred_ ? centre_digit(image, size.first, size.second) : resample(image, size.first, size.second);
    append(source, image);
  }
  Array take() { return std::move(array_); }

 private:
  // Samples of [3, height, width], [height, width, 3] or, flat, as many entries.
  bool in_colour(std::int64_t height, std::int64_t width) const {
    if (wanted_.size() == 1) return wanted_[0] == 3 * height * width;
    return wanted_.size() == 3 && (wanted_[0] == 3 || wanted_[2] == 3);
  }
  // Of an input with an axis for them, whether colours come before height and width.
  bool colour_first(std::int64_t channels) const { return wanted_[2] != channels && wanted_[0] == channels; }

  void append(const Source& source, const Image& image) {
    if (array_.samples == 0) {
      first_ = source.name();
      height_ = image.height;
      width_ = image.width;
      array_.sample_shape = {height_, width_};
      if (wanted_.size() == 3 || image.channels == 3)
        array_.sample_shape.insert(planes(image) ? array_.sample_shape.begin() : array_.sample_shape.end(),
                                   image.channels);
    } else if (image.height != height_ || image.width != width_) {
      source.malformed(fmt::format("is {}×{} pixels, but {} is {}×{}; 'size: [{}, {}]' makes all of one size",
                                   image.height, image.width, first_, height_, width_, height_, width_));
    }
    const std::size_t had = array_.bytes.size(), channels = planes(image) ? 3 : 1;
    array_.bytes.resize(had + image.pixels.size());
    std::byte* to = array_.bytes.data() + had;
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t i = c; i < image.pixels.size(); i += channels) *to++ = std::byte{image.pixels[i]};
    ++array_.samples;
  }
  bool planes(const Image& image) const { return wanted_.size() == 3 && colour_first(image.channels); }

  const FormatOptions& options_;
  const Shape& wanted_;
  bool centred_;
  Array array_;
  std::string first_;  // what messages call the first one
  std::int64_t height_ = 0, width_ = 0;
};

}  // namespace

bool begins_as_png(std::span<const std::byte> head) {
  constexpr std::string_view magic = "\x89PNG";
  return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
}

Array read_png(Source& source, const ArraySpec& spec, const Shape& wanted) {
  if (spec.one_hot > 0)
    source.malformed("one_hot wants labels: a folder of PNG files has them, in a folder a class");
  Pictures pictures(spec.options, wanted);
  pictures.add(source);
  return pictures.take();
}

Array read_png_files(const std::vector<std::filesystem::path>& files, const ArraySpec& spec,
                     const Shape& wanted) {
  Pictures pictures(spec.options, wanted);
  for (const std::filesystem::path& file : files) {
    Source source(file);
    pictures.add(source);
  }
  return pictures.take();
}

}  // namespace graph_runner
