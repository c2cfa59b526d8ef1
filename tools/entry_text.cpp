#include "tools/entry_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

// Heads of rows and columns: by them the parts of what is too wide for one table are told apart.
void number_entries(Rows& cells, bool matrix) {
  std::vector<std::string> heads{""};
  for (std::size_t c = 0; c < cells[0].size(); ++c)
    heads.push_back(cells[0][c] == "…" ? "" : fmt::format("[{}{}]", matrix ? ":," : "", c + 1));
  for (std::size_t r = 0; r < cells.size(); ++r)
    cells[r].insert(cells[r].begin(), matrix ? fmt::format("[{},:]", r + 1) : "");
  cells.insert(cells.begin(), heads);
}

}  // namespace

// Zero has a sign that means nothing.
std::string entry_text(double entry) { return fmt::format("{:.6g}", entry + 0.0); }

std::string entries_text(const Shape& shape, std::span<const double> entries) {
  constexpr std::size_t most_rows = 20, most_columns = 12;
  const std::size_t columns = shape.empty() ? 1 : static_cast<std::size_t>(shape.back()),
                    rows = columns ? entries.size() / columns : 0;
  std::vector<std::vector<std::string>> cells;
  for (std::size_t r = 0; r < std::min(rows, most_rows); ++r) {
    cells.emplace_back();
    for (std::size_t c = 0; c < std::min(columns, most_columns); ++c)
      cells.back().push_back(entry_text(entries[r * columns + c]));
    if (columns > most_columns) cells.back().push_back("…");
  }
  if (!fits(cells)) number_entries(cells, shape.size() > 1);
  return table(cells, std::string(cells.empty() ? 0 : cells[0].size(), 'r')) +
         (rows > most_rows ? fmt::format("  … {} more rows\n", rows - most_rows) : "");
}

}  // namespace graph_runner::cli
