#include "data/safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.hpp"

namespace graph_runner {

namespace {

std::size_t bytes_of_type(const std::string& type) {
  static const std::map<std::string, std::size_t> known{
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2},
      {"I32", 4},  {"U32", 4}, {"F32", 4}, {"I64", 8}, {"U64", 8}, {"F64", 8},
  };
  const auto found = known.find(type);
  return found == known.end() ? 0 : found->second;
}

// Fed by the parser token by token: no tree is made, so that nothing a file holds takes more memory than it.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  SafetensorsHeader header;
  std::string why;  // it is refused

  bool key(std::string& text) override {
    key_ = text;
    if (depth_ == 1) {
      if (!names_.insert(text).second) return refuse(fmt::format("'{}' stands twice", text));
      metadata_ = text == "__metadata__";
      if (!metadata_) header.tensors.push_back({text, "", {}, 0, 0});
      seen_.clear();
      return true;
    }
    if (!seen_.insert(text).second) return refuse(fmt::format("'{}' stands twice in '{}'", text, current()));
    if (metadata_ || text == "dtype" || text == "shape" || text == "data_offsets") return true;
    return refuse(
        fmt::format("tensor '{}' has '{}'; expected dtype, shape and data_offsets", current(), text));
  }
  bool string(std::string& text) override {
    if (depth_ == 2 && metadata_) return header.metadata.emplace(key_, text), true;
    if (depth_ != 2 || list_ || key_ != "dtype") return misplaced("a text");
    header.tensors.back().type = text;
    return bytes_of_type(text)
               ? true
               : refuse(fmt::format("tensor '{}' has the unknown type '{}'", current(), text));
  }
  bool number_unsigned(std::uint64_t n) override {
    if (!list_) return misplaced("a number");
    if (n > std::uint64_t{1} << 47) return refuse(fmt::format("tensor '{}': {} is too large", current(), n));
    numbers_.push_back(static_cast<std::int64_t>(n));
    return true;
  }
  bool start_object(std::size_t) override { return ++depth_ <= 2 && !list_ ? true : misplaced("a map"); }
  bool end_object() override {
    if (depth_-- == 2 && !metadata_) return finish();
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ != 2 || metadata_ || list_ || key_ == "dtype") return misplaced("a list");
    list_ = true;
    numbers_.clear();
    return true;
  }
  bool end_array() override {
    list_ = false;
    SafetensorsHeader::Tensor& t = header.tensors.back();
    if (key_ == "shape") {
      t.shape = numbers_;
      return t.shape.size() <= GR_MAX_RANK
                 ? true
                 : refuse(fmt::format("tensor '{}' has {} axes", t.name, t.shape.size()));
    }
    if (numbers_.size() != 2)
      return refuse(fmt::format("tensor '{}': data_offsets wants two numbers", t.name));
    t.begin = static_cast<std::uint64_t>(numbers_[0]);
    t.end = static_cast<std::uint64_t>(numbers_[1]);
    return true;
  }
  bool null() override { return misplaced("null"); }
  bool boolean(bool) override { return misplaced("true or false"); }
  bool number_integer(std::int64_t) override { return misplaced("a number below 0"); }
  bool number_float(double, const std::string&) override { return misplaced("a fraction"); }
  bool binary(nlohmann::json::binary_t&) override { return misplaced("bytes"); }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::json::exception&) override {
    return refuse(fmt::format("it is no JSON from its byte {} on", at));
  }

 private:
  bool refuse(std::string reason) {
    why = std::move(reason);
    return false;
  }
  bool misplaced(const char* what) {
    return refuse(depth_ == 0 ? fmt::format("found {}, expected a map", what)
                              : fmt::format("found {} in '{}'", what, depth_ == 1 ? key_ : current()));
  }
  std::string current() const { return metadata_ ? "__metadata__" : header.tensors.back().name; }
  bool finish() {
    const SafetensorsHeader::Tensor& t = header.tensors.back();
    if (seen_.size() != 3)
      return refuse(fmt::format("tensor '{}' lacks its dtype, shape or data_offsets", t.name));
    std::uint64_t bytes = bytes_of_type(t.type);
    for (const std::int64_t n : t.shape)
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(n), &bytes))
        return refuse(fmt::format("tensor '{}': the product of its sizes overflows", t.name));
    if (t.end - t.begin == bytes && t.end >= t.begin) return true;
    return refuse(fmt::format("tensor '{}' of shape {} and type {} wants {} bytes, but lies at {} to {}",
                              t.name, to_string(t.shape), t.type, bytes, t.begin, t.end));
  }

  int depth_ = 0;
  bool metadata_ = false, list_ = false;
  std::string key_;
  std::set<std::string> names_, seen_;
  std::vector<std::int64_t> numbers_;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, const std::string& name) {
  HeaderReader reader;
  if (!nlohmann::json::sax_parse(text, &reader))
    throw Error(Exit::bad_request, fmt::format("{}: its header is malformed: {}", name, reader.why));
  return std::move(reader.header);
}

}  // namespace graph_runner
