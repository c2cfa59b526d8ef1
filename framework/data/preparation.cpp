#include "data/preparation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/clones.hpp"
#include "data/vocabulary.hpp"

namespace graph_runner {

namespace {

// Of each entry: the first number, how many there were, their mean and the sum of their squared distances
// from it, both as seen from the first: so an offset that all have costs no digits.
struct Moments {
  explicit Moments(std::size_t entries) : first(entries), count(entries), mean(entries), squares(entries) {}
  std::vector<double> first, count, mean, squares;
};

GRAPH_RUNNER_CLONES void add(const double* x, std::size_t n, double* first, double* count, double* mean,
                             double* squares) {
  for (std::size_t i = 0; i < n; ++i) {
    const bool there = x[i] == x[i];
    const double now = count[i] + (there ? 1. : 0.);
    first[i] = now <= 1 && there ? x[i] : first[i];
    const double y = there ? x[i] - first[i] : mean[i], from = y - mean[i];
    mean[i] += from / std::max(now, 1.);
    squares[i] += from * (y - mean[i]);
    count[i] = now;
  }
}

[[noreturn]] void refuse(const Column& column, const std::string& why) {
  throw Error(Exit::bad_request, column.place, fmt::format("input '{}': {}", column.name, why));
}

std::string entry_text(const Column& column, std::size_t entry) {
  const Shape& shape = column.array->sample_shape;
  return shape.empty() ? "" : " at " + to_string(index_of(shape, entry));
}

// Names the first number that has no place in a mean.
void refuse_not_finite(const Column& column) {
  std::vector<double> x(column.conversion.stored);
  column.each([&](std::uint32_t sample, const std::byte* row) {
    column.conversion.read(row, x.data());
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!std::isfinite(x[i]) && !(column.fill && std::isnan(x[i])))
        refuse(column,
               fmt::format("sample {} is {}{}, and {} wants finite numbers{}", column.row(sample) + 1, x[i],
                           entry_text(column, i), column.standardize ? "'standardize'" : "'missing'",
                           std::isnan(x[i]) ? "; 'missing: mean' fills cells that a table lacks" : ""));
  });
}

}  // namespace

Preparation take_preparation(const Column& column) {
  Preparation made;
  if (column.array->text) {
    made.classes = characters_of(column);
    return made;
  }
  made.classes = column.array->classes;
  if (!column.standardize && !column.fill) return made;
  const std::size_t entries = column.conversion.stored;
  Moments m(entries);
  std::vector<double> x(entries);
  column.each([&](std::uint32_t, const std::byte* row) {
    column.conversion.read(row, x.data());
    add(x.data(), entries, m.first.data(), m.count.data(), m.mean.data(), m.squares.data());
  });
  const auto all = static_cast<double>(column.samples());
  for (std::size_t i = 0; i < entries; ++i) {
    m.mean[i] += m.first[i];
    const double deviation = std::sqrt(m.squares[i] / m.count[i]);
    if (!std::isfinite(m.mean[i]) || !std::isfinite(deviation) || (m.count[i] < all && !column.fill)) {
      if (m.count[i] == 0 && column.fill)
        refuse(column,
               fmt::format("every sample lacks its number{}, so there is no mean", entry_text(column, i)));
      refuse_not_finite(column);
      refuse(column,
             fmt::format("the numbers{} are too large for a mean and a deviation", entry_text(column, i)));
    }
    if (column.standardize) made.deviation.push_back(deviation);
  }
  if (column.fill) made.fill = m.mean;
  if (column.standardize) made.mean = std::move(m.mean);
  return made;
}

Preparations take_preparations(const std::vector<Column>& columns, Problems& problems) {
  Preparations made;
  std::set<std::string> vocabulary;  // by bytes, which is by code points
  for (const Column& c : columns) try {
      Preparation& p = made[c.name] = take_preparation(c);
      if (c.array->text) vocabulary.insert(p.classes.begin(), p.classes.end());
    } catch (const Error& e) {
      problems.add(e);
    }
  for (const Column& c : columns)
    if (c.array->text) made[c.name].classes.assign(vocabulary.begin(), vocabulary.end());
  return made;
}

void use_preparation(Column& column, const Preparation& p, const std::string& split) {
  if (column.array->text) return use_characters(column, p.classes, split);
  const auto disagree = [&](const std::string& what) {
    throw Error(Exit::bad_request, column.place,
                fmt::format("data.{}: input '{}' {}", split, column.name, what));
  };
  if (column.standardize != !p.mean.empty())
    disagree(fmt::format("{} 'standardize', but {} the training data; expected the same of both",
                         column.standardize ? "has" : "lacks", column.standardize ? "not" : "so have"));
  if (column.fill && p.fill.empty())
    disagree("has 'missing: mean', but not the training data, of which the mean is; expected it there too");
  if (column.array->classes != p.classes)
    disagree(fmt::format("has the classes [{}], but the training data [{}]",
                         fmt::join(column.array->classes, ", "), fmt::join(p.classes, ", ")));
  const auto check = [&](const std::vector<double>& numbers) {
    if (numbers.size() != column.conversion.stored)
      disagree(fmt::format("has {} numbers a sample, but the training data {}", column.conversion.stored,
                           numbers.size()));
  };
  if (column.fill) check(p.fill);
  if (column.standardize) check(p.mean), check(p.deviation);
  if (column.fill) column.conversion.fill = p.fill;
  if (!column.standardize) return;
  column.conversion.mean = p.mean;
  for (const double d : p.deviation) column.conversion.inverse.push_back(d > 0 ? 1 / d : 1);
}

}  // namespace graph_runner
