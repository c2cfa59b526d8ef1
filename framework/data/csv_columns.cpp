#include "data/csv_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "data/shown.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_columns = 1 << 16;

std::vector<std::string> cells_of(CsvRows& rows) {
  std::vector<std::string> cells;
  for (std::string_view cell; rows.cell(cell); cells.emplace_back(cell))
    if (cells.size() == most_columns) rows.malformed(fmt::format("has more than {} columns", most_columns));
  return cells;
}

// The number of a column, from 0.
std::size_t find_column(const CsvRows& rows, const ColumnSpec& wanted,
                        const std::vector<std::string>& cells) {
  const auto fail = [&](const std::string& why) {
    throw Error(Exit::bad_request, wanted.place, fmt::format("{}: {}", rows.file(), why));
  };
  if (wanted.number > static_cast<std::int64_t>(cells.size()))
    fail(fmt::format("column {} of a file with {} column{} (separated by {})", wanted.number, cells.size(),
                     cells.size() == 1 ? "" : "s", name_of(rows.separator())));
  if (wanted.number > 0) return static_cast<std::size_t>(wanted.number) - 1;
  const auto found = std::find(cells.begin(), cells.end(), wanted.name);
  if (found == cells.end())
    fail(fmt::format("no column is called {}{}; expected {} (separated by {})", shown(wanted.name),
                     did_you_mean(wanted.name, cells), some_of(cells), name_of(rows.separator())));
  const auto again = std::find(found + 1, cells.end(), wanted.name);
  if (again != cells.end())
    fail(fmt::format("columns {} and {} are both called {}; ask for one by its number",
                     found - cells.begin() + 1, again - cells.begin() + 1, shown(wanted.name)));
  return static_cast<std::size_t>(found - cells.begin());
}

}  // namespace

std::string CsvColumns::text(std::size_t column) const {
  return column < names.size() ? fmt::format("column {} ({})", column + 1, shown(names[column]))
                               : fmt::format("column {}", column + 1);
}

CsvColumns choose_columns(CsvRows& rows, const FormatOptions& options, bool (*is_number)(std::string_view)) {
  std::vector<std::string> cells = cells_of(rows);
  CsvColumns columns;
  columns.entry.assign(cells.size(), -1);
  std::vector<std::size_t> wanted;
  bool by_name = false;
  if (!options.columns)
    for (std::size_t i = 0; i < cells.size(); ++i) wanted.push_back(i);
  else
    for (const ColumnSpec& c : *options.columns) {
      if (c.number == 0 && options.header && !*options.header)
        throw Error(Exit::bad_request, c.place,
                    fmt::format("column '{}' is asked for by its name, but 'header: false' says that columns "
                                "have none; ask for it by its number, from 1",
                                c.name));
      by_name = by_name || c.number == 0;
      wanted.push_back(find_column(rows, c, cells));
    }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (columns.entry[wanted[i]] >= 0)
      throw Error(Exit::bad_request, (*options.columns)[i].place,
                  fmt::format("{}: column {} is asked for twice", rows.file(), wanted[i] + 1));
    columns.entry[wanted[i]] = static_cast<int>(i);
  }
  columns.entries = wanted.size();
  const auto is_value = [&](std::size_t i) {
    return is_number(cells[i]) || (options.classes && std::count(options.classes.value->begin(),
                                                                 options.classes.value->end(), cells[i]));
  };
  columns.header = options.header ? *options.header
                                  : by_name || (std::none_of(wanted.begin(), wanted.end(), is_value) &&
                                                std::any_of(wanted.begin(), wanted.end(), [&](std::size_t i) {
                                                  return !cells[i].empty();
                                                }));
  if (columns.header) columns.names = std::move(cells);
  return columns;
}

}  // namespace graph_runner
