// Tables that fit.
#include <algorithm>
#include <numeric>

#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

constexpr int gap = 2;
constexpr int longest_word = 24;   // of text, that is not broken where it need not be; a number is shorter
constexpr int readable_text = 32;  // of cells of text, where there are several tables

class Table {
 public:
  Table(const Rows& rows, std::string_view columns, int indent)
      : rows_(rows),
        columns_(columns),
        indent_(indent),
        widths_(columns.size()),
        words_(columns.size()),
        least_(columns.size()),
        room_(output_width() - indent) {
    for (const auto& row : rows)
      for (std::size_t c = 0; c < row.size(); ++c) {
        widths_[c] = std::max(widths_[c], display_width(row[c]));
        words_[c] = std::max(words_[c], is_text(c) ? widest_word(row[c]) : widths_[c]);
        least_[c] = is_text(c) ? std::min(words_[c], longest_word) : words_[c];
      }
  }

  std::string text() const {
    std::vector<std::size_t> all(columns_.size());
    std::iota(all.begin(), all.end(), 0u);
    if (sum(least_, all) <= room_) return text_of(all);
    std::string out;
    for (const std::vector<std::size_t>& group : groups())
      if (const std::string part = text_of(group); !part.empty()) out += (out.empty() ? "" : "\n") + part;
    return out;
  }

 private:
  bool is_text(std::size_t c) const { return columns_[c] != 'r'; }

  static int widest_word(const std::string& text) {
    int widest = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      widest = std::max(widest, display_width(std::string_view(text).substr(at, end - at)));
      at = end + 1;
    }
    return widest;
  }

  static int sum(const std::vector<int>& widths, const std::vector<std::size_t>& of) {
    int total = -gap;
    for (const std::size_t c : of) total += widths[c] + gap;
    return total;
  }

  // Columns that have room beside the first.
  std::vector<std::vector<std::size_t>> groups() const {
    std::vector<int> wanted = widths_;
    for (std::size_t c = 0; c < wanted.size(); ++c)
      if (is_text(c)) wanted[c] = std::min(wanted[c], std::max(least_[c], readable_text));
    wanted[0] = least_[0];
    std::vector<std::vector<std::size_t>> groups(1, {0});
    for (std::size_t c = 1; c < wanted.size(); ++c) {
      groups.back().push_back(c);
      if (groups.back().size() == 2 || sum(wanted, groups.back()) <= room_) continue;
      groups.back().pop_back();
      groups.push_back({0, c});
    }
    return groups;
  }

  // The widest cells of text give way first, and words are broken last.
  std::vector<int> fitted(const std::vector<std::size_t>& group) const {
    std::vector<int> widths = widths_;
    int over = sum(widths, group) - room_;
    for (const std::vector<int>* floor : {&words_, &least_})
      for (; over > 0; --over) {
        const auto spare = [&](std::size_t c) { return widths[c] > (*floor)[c] ? widths[c] : 0; };
        const std::size_t widest = *std::max_element(group.begin(), group.end(),
                                                     [&](auto a, auto b) { return spare(a) < spare(b); });
        if (spare(widest) == 0) break;
        --widths[widest];
      }
    return widths;
  }

  bool is_bare(const std::vector<std::string>& row, const std::vector<std::size_t>& group) const {
    return std::all_of(group.begin(), group.end(),
                       [&](std::size_t c) { return c == 0 || c >= row.size() || row[c].empty(); });
  }

  std::string text_of(const std::vector<std::size_t>& group) const {
    const std::vector<int> widths = fitted(group);
    const bool part = group.size() < columns_.size();
    std::string out;
    for (const std::vector<std::string>& row : rows_)
      if (!part || !is_bare(row, group)) out += lines_of(row, group, widths);
    return out;
  }

  std::string lines_of(const std::vector<std::string>& row, const std::vector<std::size_t>& group,
                       const std::vector<int>& widths) const {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (const std::size_t c : group) {
      const std::string& cell = c < row.size() ? row[c] : std::string();
      cells.push_back(is_text(c) ? broken(cell, widths[c], widths[c]) : std::vector{cell});
      height = std::max(height, cells.back().size());
    }
    std::string out;
    for (std::size_t i = 0; i < height; ++i) {
      std::string line(static_cast<std::size_t>(indent_), ' ');
      for (std::size_t k = 0; k < group.size(); ++k) {
        const std::string cell = i < cells[k].size() ? cells[k][i] : "";
        const int missing = std::max(0, widths[group[k]] - display_width(cell));
        const std::string pad(static_cast<std::size_t>(missing), ' ');
        line += (k ? std::string(gap, ' ') : "") + (is_text(group[k]) ? cell + pad : pad + cell);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

  const Rows& rows_;
  std::string_view columns_;
  int indent_;
  std::vector<int> widths_, words_, least_;  // of the whole cells, of their words, and what it must have
  int room_;
};

}  // namespace

std::string table(const Rows& rows, std::string_view columns, int indent) {
  return Table(rows, columns, indent).text();
}

bool fits(const Rows& rows, int indent) {
  std::vector<int> widths;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths.resize(std::max(widths.size(), c + 1));
      widths[c] = std::max(widths[c], display_width(row[c]));
    }
  return std::accumulate(widths.begin(), widths.end(), indent - gap,
                         [](int sum, int w) { return sum + w + gap; }) <= output_width();
}

}  // namespace graph_runner::cli
