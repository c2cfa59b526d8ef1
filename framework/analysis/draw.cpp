#include "analysis/draw.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace graph_runner {

namespace {

double uniform(Stream& stream, double low, double high) {
  if (low >= high) return low;
  double x = 0;
  const bool wide = !std::isfinite(high - low);
  fill_uniform(stream, wide ? 0 : low, wide ? 1 : high, {&x, 1});
  return wide ? (1 - x) * low + x * high : x;
}

std::int64_t whole(Stream& stream, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(stream() % static_cast<std::uint64_t>(high - low + 1));
}

// The interval that all domains leave, for entries drawn one by one. What an input declares comes first: a
// domain that leaves nothing of it is passed over, and the node that wants it will say that it cannot be.
struct Interval {
  double lower = -std::numeric_limits<double>::infinity(), upper = std::numeric_limits<double>::infinity();
  bool nonzero = false;
};

Interval intersect(const std::vector<Domain>& domains) {
  Interval all;
  for (const Domain& d : domains) {
    const bool positive = d.kind == GR_POSITIVE || d.kind == GR_NONNEGATIVE || d.kind == GR_INDEX;
    const bool range = d.kind == GR_RANGE;
    const double lower = std::max(all.lower, range ? d.lower : positive ? 0.0 : all.lower);
    const double upper = std::min(all.upper, range ? d.upper : all.upper);
    if (lower > upper) continue;
    all = {lower, upper, all.nonzero || d.kind == GR_POSITIVE || d.kind == GR_NONZERO};
  }
  return all;
}

double draw_one(const Interval& i, Stream& stream, EntryDraw how) {
  if (std::isfinite(i.lower) && std::isfinite(i.upper)) {
    // A little inside, so that a step to either side stays in the domain too.
    const double margin = i.upper / 64 - i.lower / 64;
    double x = uniform(stream, i.lower + margin, i.upper - margin);
    if (i.nonzero && std::abs(x) < margin) x = x < 0 ? -margin : margin;
    return x;
  }
  if (how == EntryDraw::ties) {
    if (std::isfinite(i.lower)) return i.lower + double(whole(stream, i.nonzero ? 1 : 0, 2));
    if (std::isfinite(i.upper)) return i.upper - double(whole(stream, 0, 2));
    const double x = double(whole(stream, -2, 2));
    return i.nonzero && x == 0 ? 1 : x;
  }
  if (std::isfinite(i.lower)) return i.lower + uniform(stream, 0.25, 2.25);
  if (std::isfinite(i.upper)) return i.upper - uniform(stream, 0.25, 2.25);
  double x = 0;
  fill_normal(stream, 0, 1, {&x, 1});
  if (i.nonzero) x += x < 0 ? -0.25 : 0.25;
  return x;
}

// ---- Domains of a whole row or matrix

void one_hot(std::span<double> row, Stream& stream) {
  std::fill(row.begin(), row.end(), 0.0);
  row[static_cast<std::size_t>(whole(stream, 0, std::int64_t(row.size()) - 1))] = 1;
}

void distribution(std::span<double> row, Stream& stream) {
  double total = 0;
  for (double& x : row) total += x = uniform(stream, 0.25, 1.25);
  for (double& x : row) x /= total;
}

// B Bᵀ/n + I for a random B: symmetric, with eigenvalues of at least 1.
void positive_definite(std::span<double> matrix, std::size_t n, Stream& stream) {
  std::vector<double> b(n * n);
  fill_normal(stream, 0, 1, b);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double sum = i == j;
      for (std::size_t k = 0; k < n; ++k) sum += b[i * n + k] * b[j * n + k] / double(n);
      matrix[i * n + j] = sum;
    }
}

// A random matrix whose diagonal outweighs the rest of each row, with random signs: well-conditioned.
void invertible(std::span<double> matrix, std::size_t n, Stream& stream) {
  fill_normal(stream, 0, 1, matrix);
  for (std::size_t i = 0; i < n; ++i) {
    double rest = 0;
    for (std::size_t j = 0; j < n; ++j) rest += std::abs(matrix[i * n + j]);
    double& diagonal = matrix[i * n + i];
    diagonal = (diagonal < 0 ? -1 : 1) * (rest + 0.5);
  }
}

}  // namespace

SizeValues draw_sizes(const Graph& graph, Stream& stream, SizeDraw how) {
  const std::vector<std::string>& names = graph.sizes().names();
  SizeValues sizes;
  std::vector<std::uint32_t> numbers(names.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::uint32_t>(2 + i);
  shuffle(stream, numbers);
  const std::int64_t equal = whole(stream, 2, 3);
  for (std::size_t i = 0; i < names.size(); ++i)
    sizes[names[i]] = how == SizeDraw::ones ? 1 : how == SizeDraw::equal ? equal : std::int64_t(numbers[i]);
  return sizes;
}

void draw_entries(const std::vector<Domain>& domains, const Shape& shape, Stream& stream, EntryDraw how,
                  std::span<double> out) {
  if (out.empty()) return;
  const auto last = static_cast<std::size_t>(shape.empty() ? 1 : shape.back());
  const auto each = [&](std::size_t size, auto&& draw) {
    for (std::size_t at = 0; at + size <= out.size(); at += size) draw(out.subspan(at, size));
  };
  // What speaks of rows or matrices is met by construction; an input has one such domain at most in practice.
  for (const Domain& d : domains) {
    const bool square = shape.size() >= 2 && shape[shape.size() - 2] == shape.back();
    if (d.kind == GR_ONE_HOT) return each(last, [&](auto row) { one_hot(row, stream); });
    if (d.kind == GR_DISTRIBUTION) return each(last, [&](auto row) { distribution(row, stream); });
    if (d.kind == GR_POSITIVE_DEFINITE && square)
      return each(last * last, [&](auto matrix) { positive_definite(matrix, last, stream); });
    if (d.kind == GR_INVERTIBLE && square)
      return each(last * last, [&](auto matrix) { invertible(matrix, last, stream); });
    if (d.kind == GR_INDEX) {
      const std::int64_t most = std::isfinite(d.upper) ? std::int64_t(d.upper) : 0;
      for (double& x : out) x = double(whole(stream, 0, std::max<std::int64_t>(0, most)));
      return;
    }
  }
  const Interval interval = intersect(domains);
  for (double& x : out) x = draw_one(interval, stream, how);
}

void draw_value(const Graph& graph, ValueId v, const SizeValues& sizes, const Shape& shape, Stream& stream,
                EntryDraw how, std::span<double> out) {
  const Value& value = graph.values()[v];
  if (!value.given.empty()) return (void)std::copy(value.given.begin(), value.given.end(), out.begin());
  draw_entries(domains_of(graph, v, sizes), shape, stream, how, out);
  if (value.origin != Origin::parameter || shape.size() < 2) return;
  for (double& x : out) x /= std::sqrt(double(std::max<std::int64_t>(1, shape.back())));
}

}  // namespace graph_runner
