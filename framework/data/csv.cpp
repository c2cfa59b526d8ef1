#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>

#include "core/text.hpp"
#include "data/csv_columns.hpp"
#include "data/csv_rows.hpp"
#include "data/formats.hpp"
#include "data/shown.hpp"

namespace graph_runner {

namespace {

bool is_missing(std::string_view cell) {
  for (const std::string_view word : {"", "NA", "N/A", "NaN", "nan", "NULL", "null", "?"})
    if (cell == word) return true;
  return false;
}

// What a cell had to be and is not: "" where it is a finite number.
std::string_view lacks(std::string_view cell, double& number) {
  const char* from = cell.data();
  const char* const end = from + cell.size();
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') ++from;
  const auto [stop, code] = std::from_chars(from, end, number);
  if (code == std::errc::result_out_of_range && stop == end) {
    number = std::strtod(std::string(cell).c_str(), nullptr);
    return std::isinf(number) ? "a number that a double holds" : "";  // what is too small is nearly 0
  }
  if (code != std::errc() || stop != end) return "a number";
  return std::isfinite(number) ? "" : "a finite number";
}

bool is_number(std::string_view cell) {
  double number = 0;
  return lacks(cell, number).empty();
}

class CsvReader {
 public:
  CsvReader(Source& source, const ArraySpec& spec) : source_(source), rows_(source), spec_(spec) {
    if (spec.options.classes)
      for (const std::string& name : *spec.options.classes) labels_.try_emplace(name, double(labels_.size()));
  }

  Array read() {
    if (!rows_.next()) source_.malformed("is empty");
    columns_ = choose_columns(rows_, spec_.options, is_number);
    if (spec_.options.classes && columns_.entries != 1)
      source_.malformed(fmt::format("one_hot wants one column of labels, of the {} here; say columns: NAME",
                                    columns_.entries));
    sample_.resize(columns_.entries);
    if (!columns_.header) rows_.again();
    std::string blank;  // where nothing stands on a row
    for (bool more = !columns_.header || rows_.next(); more; more = rows_.next()) {
      if (rows_.blank()) {
        if (blank.empty()) blank = rows_.where();
        continue;
      }
      if (!blank.empty()) source_.malformed(blank + ": the row is empty, which only those at the end may be");
      take_row();
    }
    if (array_.samples == 0) source_.malformed("holds no rows of data");
    if (missing_ > 0) refuse_missing();
    array_.type = StoredType::f64;
    if (columns_.entries > 1) array_.sample_shape = {static_cast<std::int64_t>(columns_.entries)};
    return std::move(array_);
  }

 private:
  void take_row() {
    std::size_t column = 0;
    for (std::string_view cell; rows_.cell(cell); ++column) {
      if (column >= columns_.entry.size()) continue;
      if (const int entry = columns_.entry[column]; entry >= 0)
        sample_[static_cast<std::size_t>(entry)] =
            spec_.options.classes ? label(cell, column) : number(cell, column);
    }
    if (column != columns_.entry.size()) refuse_ragged(column);
    const auto* const bytes = reinterpret_cast<const std::byte*>(sample_.data());
    array_.bytes.insert(array_.bytes.end(), bytes, bytes + sample_.size() * sizeof(double));
    ++array_.samples;
  }

  double number(std::string_view cell, std::size_t column) {
    double value = 0;
    const std::string_view wanted = lacks(cell, value);
    if (wanted.empty()) return value;
    if (!is_missing(cell)) refuse(cell, column, std::string(wanted));
    if ((!spec_.options.missing || spec_.one_hot > 0) && missing_++ == 0)
      first_missing_ = fmt::format("{}, {}: the cell is missing{}", rows_.where(), columns_.text(column),
                                   cell.empty() ? "" : fmt::format(" ({})", shown(cell)));
    return std::numeric_limits<double>::quiet_NaN();
  }

  double label(std::string_view cell, std::size_t column) {
    const std::vector<std::string>& classes = *spec_.options.classes;
    const auto found = labels_.find(cell);
    if (found == labels_.end())
      refuse(cell, column, "a class: " + some_of(classes), did_you_mean(cell, classes));
    return found->second;
  }

  [[noreturn]] void refuse(std::string_view cell, std::size_t column, std::string wanted,
                           const std::string& hint = "") {
    std::string found = shown(cell);  // before the next cell is read
    if (wanted == "a number") {
      if (rows_.first() && !spec_.options.header)
        wanted += " ('header: true' says that the row names the columns)";
      else if (spec_.one_hot > 0)
        wanted += " ('one_hot: [NAME, …]' takes names of classes)";
      else if (cell.find(',') != std::string_view::npos)
        wanted += " (with a decimal point)";
    }
    std::size_t cells = column + 1;
    for (std::string_view more; rows_.cell(more); ++cells) {
    }
    if (cells != columns_.entry.size()) refuse_ragged(cells);
    rows_.malformed(fmt::format("{}: found {}{}, expected {}", columns_.text(column), found, hint, wanted));
  }

  [[noreturn]] void refuse_ragged(std::size_t cells) const {
    const std::size_t wanted = columns_.entry.size();
    rows_.malformed(fmt::format("has {} cell{}, but the first row has {} (separated by {})", cells,
                                cells == 1 ? "" : "s", wanted, name_of(rows_.separator())));
  }

  [[noreturn]] void refuse_missing() const {
    source_.malformed(fmt::format(
        "{}{}{}", first_missing_, missing_ == 1 ? "" : fmt::format(", and {} more are", missing_ - 1),
        spec_.one_hot > 0 ? "" : "; 'missing: mean' takes the mean of the training data for it"));
  }

  Source& source_;
  CsvRows rows_;
  const ArraySpec& spec_;
  std::map<std::string, double, std::less<>> labels_;  // of the classes
  CsvColumns columns_;
  Array array_;
  std::vector<double> sample_;
  std::uint64_t missing_ = 0;
  std::string first_missing_;
};

}  // namespace

bool begins_as_text(std::span<const std::byte> head) {
  std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // a byte order mark
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.bytes == 0) return text.size() < 4 && text.size() < head.size();  // cut where the head ends
    if (!c.prints && c.code != '\t' && c.code != '\r' && c.code != '\n') return false;
    text.remove_prefix(c.bytes);
  }
  return !head.empty();
}

Array read_csv(Source& source, const ArraySpec& spec, const Shape&) { return CsvReader(source, spec).read(); }

}  // namespace graph_runner
