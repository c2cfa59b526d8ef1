#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "data/formats.hpp"
#include "data/shown.hpp"

namespace graph_runner {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_header = 1 << 16;

struct TypeName {
  std::string_view name;  // behind the byte order
  StoredType type;
};
constexpr TypeName type_names[] = {{"b1", StoredType::u8},  {"u1", StoredType::u8},  {"i1", StoredType::i8},
                                   {"u2", StoredType::u16}, {"i2", StoredType::i16}, {"u4", StoredType::u32},
                                   {"i4", StoredType::i32}, {"u8", StoredType::u64}, {"i8", StoredType::i64},
                                   {"f2", StoredType::f16}, {"f4", StoredType::f32}, {"f8", StoredType::f64}};

// Reads the literal of a Python dictionary that the header is, such as
// {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }, each key once and in any order.
class HeaderReader {
 public:
  HeaderReader(const Source& source, std::string_view text, Layout& layout)
      : source_(source), text_(text), layout_(layout) {}

  void read() {
    Shape shape;
    std::string_view seen[3];
    std::size_t keys = 0;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      if (keys == 3 || std::find(seen, seen + keys, key) != seen + keys) fail();
      seen[keys++] = key;
      expect(':');
      if (key == "descr")
        read_type();
      else if (key == "fortran_order")
        layout_.first_axis_fastest = read_bool();
      else if (key == "shape")
        shape = read_shape();
      else
        fail();
      if (!accept(',') && next() != '}') fail();
    }
    next();
    if (keys != 3 || !text_.empty()) fail();
    layout_.set_shape(source_, std::move(shape));
  }

 private:
  [[noreturn]] void fail() const {
    source_.malformed(fmt::format(
        "its header is none of NPY: found {}, expected what is left of {{'descr': '<f8', 'fortran_order': "
        "False, 'shape': (2, 3), }}",
        text_.empty() ? "its end" : shown(text_)));
  }
  // The next character that is no space; '\0' at the end.
  char next() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \n"), text_.size()));
    return text_.empty() ? '\0' : text_[0];
  }
  bool accept(char c) {
    if (next() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  std::string_view quoted() {
    const char quote = next();
    const std::size_t end = text_.find(quote, 1);
    if ((quote != '\'' && quote != '"') || end == std::string_view::npos) fail();
    const std::string_view text = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return text;
  }
  bool read_bool() {
    next();
    for (const std::string_view word : {"True", "False"})
      if (text_.substr(0, word.size()) == word) {
        text_.remove_prefix(word.size());
        return word == "True";
      }
    fail();
  }
  Shape read_shape() {
    Shape shape;
    expect('(');
    while (!accept(')')) {
      next();
      std::int64_t size = -1;
      const auto [end, code] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (code == std::errc::result_out_of_range)
        source_.malformed("the sizes in its header are too large: their product overflows");
      if (code != std::errc() || size < 0) fail();
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      accept('L');  // as Python 2 wrote it
      shape.push_back(size);
      if (!accept(',') && next() != ')') fail();
    }
    return shape;
  }
  void read_type() {
    if (next() == '[') source_.malformed("holds records of several fields; save an array of one type");
    const std::string_view text = quoted();
    const std::string_view order = text.substr(0, 1), name = text.substr(order.size());
    const auto found = std::find_if(std::begin(type_names), std::end(type_names),
                                    [&](const TypeName& t) { return t.name == name; });
    const std::string_view orders =
        found == std::end(type_names) || bytes_of(found->type) > 1 ? "<>=" : "<>=|";
    if (order.empty() || found == std::end(type_names) || orders.find(order) == std::string_view::npos)
      source_.malformed(fmt::format(
          "holds entries of type {}; expected integers of 1 to 8 bytes (i1 … u8), bools (b1) or floats of 2, "
          "4 or 8 (f2, f4, f8), '<' or '>' before them",
          shown(text)));
    layout_.type = found->type;
    layout_.is_bool = found->name == "b1";
    layout_.order = order == "<"   ? std::endian::little
                    : order == ">" ? std::endian::big
                                   : std::endian::native;
  }

  const Source& source_;
  std::string_view text_;
  Layout& layout_;
};

}  // namespace

bool begins_as_npy(std::span<const std::byte> head) {
  return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
}

Layout npy_layout(Source& in) {
  std::byte head[12];
  if (in.read(head, 10) < 10 || !begins_as_npy(head))
    in.malformed("not an NPY file: it does not begin with the bytes 93 'NUMPY', a version and a length");
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(head[i]); };
  const std::size_t major = byte(6);
  if (major < 1 || major > 3 || byte(7) != 0)
    in.malformed(fmt::format("is of version {}.{} of NPY; 1.0, 2.0 and 3.0 are known", major, byte(7)));
  Layout layout;
  layout.offset = major == 1 ? 10 : 12;
  if (major > 1 && in.read(head + 10, 2) < 2) in.malformed("is cut short inside its header");
  const std::size_t length = byte(8) | byte(9) << 8 | (major == 1 ? 0 : byte(10) << 16 | byte(11) << 24);
  if (length > longest_header)
    in.malformed(fmt::format("has a header of {} bytes; {} is the most", length, longest_header));
  std::string text(length, '\0');
  if (in.read(reinterpret_cast<std::byte*>(text.data()), length) < length)
    in.malformed("is cut short inside its header");
  layout.offset += length;
  HeaderReader(in, text, layout).read();
  return layout;
}

Array read_npy(Source& in, const ArraySpec&, const Shape&) { return read_laid_out(in, npy_layout(in)); }

}  // namespace graph_runner
