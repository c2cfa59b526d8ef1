#include "data/png_decoder.hpp"

#include <fmt/format.h>
#include <png.h>

#include <cstdio>
#include <exception>

#include "core/error.hpp"

namespace graph_runner {

namespace {

constexpr png_uint_32 longest_side = 1 << 14;
constexpr std::uint64_t most_pixels = std::uint64_t{1} << 25;

// libpng reports an error by a longjmp out of what was called: between that and the setjmp of `guarded` no
// frame may have anything to destroy. So all that is made is a member.
class Decoder {
 public:
  explicit Decoder(Source& source) : source_(source) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &Decoder::fail, &Decoder::ignore);
    if (png_) info_ = png_create_info_struct(png_);
    if (!info_) throw std::bad_alloc();
  }
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  Image read() {
    guarded(&Decoder::read_header);
    if (std::uint64_t{width_} * height_ > most_pixels)
      source_.malformed(fmt::format("is {}×{} pixels; {} in all are the most", height_, width_, most_pixels));
    rgba_.resize(std::size_t{4} * width_ * height_);
    guarded(&Decoder::read_pixels);
    return laid_over_white();
  }

 private:
  static Decoder& self(void* pointer) { return *static_cast<Decoder*>(pointer); }

  [[noreturn]] static void fail(png_structp png, png_const_charp message) {
    std::snprintf(self(png_get_error_ptr(png)).why_, sizeof why_, "%s", message);
    png_longjmp(png, 1);
  }
  static void ignore(png_structp, png_const_charp) {}
  static void read_bytes(png_structp png, png_bytep to, std::size_t count) {
    Decoder& d = self(png_get_io_ptr(png));
    std::size_t got = 0;
    try {
      got = d.source_.read(reinterpret_cast<std::byte*>(to), count);
    } catch (...) {
      d.thrown_ = std::current_exception();
    }
    if (got < count) png_error(png, "it is cut short");
  }

  bool runs(void (Decoder::*part)()) {
    if (setjmp(png_jmpbuf(png_))) return false;
    (this->*part)();
    return true;
  }
  void guarded(void (Decoder::*part)()) {
    if (runs(part)) return;
    if (thrown_) std::rethrow_exception(thrown_);
    source_.malformed(fmt::format("not a whole PNG file: {}", why_));
  }

  void read_header() {
    png_set_read_fn(png_, this, &Decoder::read_bytes);
    png_set_user_limits(png_, longest_side, longest_side);
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // Of what says nothing of pixels (texts, profiles, times), the checksums alone are read.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_read_info(png_, info_);
    width_ = png_get_image_width(png_, info_);
    height_ = png_get_image_height(png_, info_);
  }
  void read_pixels() {
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_add_alpha(png_, 0xFF, PNG_FILLER_AFTER);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    if (png_get_rowbytes(png_, info_) != std::size_t{4} * width_)
      png_error(png_, "its rows have an odd length");
    for (int pass = 0; pass < passes; ++pass)
      for (std::size_t y = 0; y < height_; ++y) png_read_row(png_, rgba_.data() + 4 * y * width_, nullptr);
    png_read_end(png_, nullptr);
  }

  // In place: the pixels that are written lie before those that are read.
  Image laid_over_white() {
    std::size_t to = 0;
    for (std::size_t i = 0; i < rgba_.size(); i += 4) {
      const unsigned alpha = rgba_[i + 3];
      for (std::size_t k = i; k < i + 3; ++k)
        rgba_[to++] = static_cast<png_byte>((rgba_[k] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
    rgba_.resize(to);
    return {height_, width_, 3, std::move(rgba_)};
  }

  Source& source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  png_uint_32 width_ = 0, height_ = 0;
  std::vector<png_byte> rgba_;
  char why_[200] = "";
  std::exception_ptr thrown_;
};

}  // namespace

Image decode_png(Source& source) { return Decoder(source).read(); }

}  // namespace graph_runner
