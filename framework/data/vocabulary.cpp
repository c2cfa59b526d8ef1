#include "data/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "data/shown.hpp"

namespace graph_runner {

namespace {

std::string utf8(char32_t code) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto more = [&](int shift) { return byte(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), more(0)};
  if (code < 0x10000) return {byte(0xE0 | code >> 12), more(6), more(0)};
  return {byte(0xF0 | code >> 18), more(12), more(6), more(0)};
}

// Calls body(code, its number among the entries of the rows) for each character.
template <class Body>
void each_code(const Column& column, Body&& body) {
  std::vector<double> codes(column.conversion.stored);
  column.each([&](std::uint32_t sample, const std::byte* row) {
    column.conversion.read(row, codes.data());
    for (std::size_t i = 0; i < codes.size(); ++i)
      body(static_cast<char32_t>(codes[i]), std::size_t{column.row(sample)} * codes.size() + i);
  });
}

}  // namespace

std::vector<std::string> characters_of(const Column& column) {
  std::vector<bool> there;
  each_code(column, [&](char32_t code, std::size_t) {
    if (code >= there.size()) there.resize(code + 1);
    there[code] = true;
  });
  std::vector<std::string> made;
  for (std::size_t code = 0; code < there.size(); ++code)
    if (there[code]) made.push_back(utf8(static_cast<char32_t>(code)));
  return made;
}

std::vector<std::int32_t> class_of_codes(const std::vector<std::string>& classes) {
  std::vector<std::int32_t> made;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::size_t code = first_character(classes[i]).code;
    if (code >= made.size()) made.resize(code + 1, -1);
    made[code] = static_cast<std::int32_t>(i);
  }
  return made;
}

void use_characters(Column& column, const std::vector<std::string>& classes, const std::string& split) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Exit::bad_request, column.place,
                fmt::format("data.{}: input '{}': {}", split, column.name, why));
  };
  const std::int64_t most = column.conversion.one_hot;
  if (most > 0 && classes.size() > static_cast<std::size_t>(most))
    refuse(fmt::format("the text to train on has {} different characters; one_hot: {} is too few",
                       classes.size(), most));
  std::vector<std::int32_t> class_of = class_of_codes(classes);
  each_code(column, [&](char32_t code, std::size_t entry) {
    if (code >= class_of.size() || class_of[code] < 0)
      refuse(fmt::format("{}: the character {} is not in the text to train on, of which the network knows {}",
                         column.array->text->text(static_cast<std::int64_t>(entry)), shown(utf8(code)),
                         classes.size()));
  });
  column.conversion.class_of = std::move(class_of);
}

}  // namespace graph_runner
