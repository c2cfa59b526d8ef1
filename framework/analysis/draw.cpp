#include "analysis/draw.hpp"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

#include "analysis/region.hpp"

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

// How one entry is drawn.
struct EntryLaw {
  EntryDraw how;
  double scale;
  // 1, or the magnitude of an entry of its own.
  double magnitude(Stream& stream) const {
    return how == EntryDraw::wide ? scale * std::pow(10.0, uniform(stream, -3, 3)) : scale;
  }
};

double draw_in_bounds(const Region& r, Stream& stream, const EntryLaw& law) {
  // A little inside, so that a step to either side stays in the domain too.
  const double margin = r.upper / 64 - r.lower / 64, magnitude = law.magnitude(stream);
  double x = uniform(stream, r.lower + margin, r.upper - margin);
  if (magnitude < 1)  // near an end, one as often as the other
    x = stream() % 2 ? r.lower + magnitude * (x - r.lower) : r.upper - magnitude * (r.upper - x);
  if (r.nonzero && std::abs(x) < std::min(1.0, magnitude) * margin)
    x = x < 0 || r.upper <= 0 ? -margin : margin;
  return x;
}

double draw_one(const Region& r, Stream& stream, const EntryLaw& law) {
  if (r.whole)
    return double(whole(stream, std::int64_t(std::max(std::ceil(r.lower), r.nonzero ? 1.0 : 0.0)),
                        std::int64_t(std::floor(r.upper))));
  if (r.is_bounded()) return draw_in_bounds(r, stream, law);
  const bool low = std::isfinite(r.lower), high = std::isfinite(r.upper);
  if (law.how == EntryDraw::ties) {
    if (low) return r.lower + double(whole(stream, r.nonzero && r.lower == 0 ? 1 : 0, 2));
    if (high) return r.upper - double(whole(stream, r.nonzero && r.upper == 0 ? 1 : 0, 2));
    const double x = double(whole(stream, -2, 2));
    return r.nonzero && x == 0 ? 1 : x;
  }
  const double magnitude = law.magnitude(stream);
  if (low) return r.lower + magnitude * uniform(stream, 0.25, 2.25);
  if (high) return r.upper - magnitude * uniform(stream, 0.25, 2.25);
  double x = 0;
  fill_normal(stream, 0, 1, {&x, 1});
  if (r.nonzero) x += x < 0 ? -0.25 : 0.25;
  return magnitude * x;
}

// ---- Domains of a whole row

void one_hot(std::span<double> row, Stream& stream) {
  std::fill(row.begin(), row.end(), 0.0);
  row[static_cast<std::size_t>(whole(stream, 0, std::int64_t(row.size()) - 1))] = 1;
}

void distribution(const Region& r, std::span<double> row, Stream& stream) {
  double total = 0, most = 0;
  for (double& x : row) total += x = uniform(stream, 0.25, 1.25);
  for (double& x : row) most = std::max(most, x /= total);
  // Towards equal shares, as far as the range of entries asks.
  const double least = *std::min_element(row.begin(), row.end()), equal = 1 / double(row.size());
  double share = 1;
  if (most > r.upper) share = std::min(share, (r.upper - equal) / (most - equal));
  if (least < r.lower) share = std::min(share, (equal - r.lower) / (equal - least));
  if (share < 1)
    for (double& x : row) x = equal + 0.99 * share * (x - equal);
}

// ---- Domains of a whole matrix

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix draw_matrix(const Region& r, Eigen::Index n, Stream& stream, const EntryLaw& law) {
  Matrix m(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) m(i, j) = r.symmetric && j < i ? m(j, i) : draw_one(r, stream, law);
  return m;
}

// B Bᵀ/n + I for a random B: symmetric, with eigenvalues of at least 1. Where entries have a range, a matrix
// whose diagonal outweighs what its other entries differ by from one number; a matrix of that number alone
// has no negative eigenvalue.
Matrix positive_definite(const Region& r, Eigen::Index n, Stream& stream, const EntryLaw& law) {
  if (!std::isfinite(r.lower) && !std::isfinite(r.upper) && !r.nonzero) {
    Matrix b(n, n);
    fill_normal(stream, 0, 1, {b.data(), static_cast<std::size_t>(n * n)});
    const Matrix m = b * b.transpose() / double(n) + Matrix::Identity(n, n);
    // Scaled from both sides, it stays positive definite, whatever magnitudes its entries take.
    Eigen::VectorXd scale(n);
    for (double& s : scale) s = std::sqrt(law.magnitude(stream));
    return scale.asDiagonal() * ((m + m.transpose()) / 2) * scale.asDiagonal();
  }
  if (n == 1) {
    Region positive = r;
    positive.lower = std::max(0.0, r.lower);
    positive.nonzero = true;
    return Matrix::Constant(1, 1, draw_one(positive, stream, law));
  }
  const double low = std::max(0.0, r.lower), high = std::isfinite(r.upper) ? r.upper : low + 2 * law.scale,
               width = high - low, spread = width / (4 * double(n));
  Region off = r;  // near `low`, or around 0 where that is allowed
  off.lower = std::max(r.lower, low - (low > 0 ? 0 : spread));
  off.upper = low + spread;
  Matrix m = draw_matrix(off, n, stream, {EntryDraw::smooth, 1});
  for (Eigen::Index i = 0; i < n; ++i) m(i, i) = low + uniform(stream, width / 2, 63 * width / 64);
  return m;
}

// Random entries, drawn again where the matrix comes near to a singular one.
Matrix invertible(const Region& r, Eigen::Index n, Stream& stream, const EntryLaw& law) {
  constexpr int attempts = 60;
  constexpr double least = 0.03;  // of the smallest singular value, beside the largest
  Matrix best;
  double found = -1;
  for (int attempt = 0; attempt < attempts && found < least; ++attempt) {
    const Matrix m =
        draw_matrix(r, n, stream, {attempt < attempts / 2 ? law.how : EntryDraw::smooth, law.scale});
    const auto values = Eigen::JacobiSVD<Matrix>(m).singularValues();
    const double ratio = values(n - 1) / values(0);
    if (ratio > found) found = ratio, best = m;
  }
  return best;
}

// Of many rows: one whose diagonal outweighs the rest of each row, with random signs.
Matrix large_invertible(const Region& r, Eigen::Index n, Stream& stream, const EntryLaw& law) {
  Matrix m = draw_matrix(r, n, stream, law);
  if (r.is_bounded()) return m;
  for (Eigen::Index i = 0; i < n; ++i)
    m(i, i) = (m(i, i) < 0 ? -1 : 1) * (m.row(i).cwiseAbs().sum() + 0.5 * law.scale);
  return m;
}

}  // namespace

SizeValues least_sizes(const Graph& graph) {
  const Sizes& sizes = graph.sizes();
  SizeValues least;
  const auto raise = [&](gr_size size, std::int64_t to) {
    std::vector<std::string> names;
    for (const std::string& name : sizes.names())
      if (size < 0 && sizes.depends_on(size, name)) names.push_back(name);
    const auto more = [&](std::int64_t by) {
      SizeValues raised = least;
      for (const std::string& name : names) raised[name] = std::max<std::int64_t>(raised[name], 1) + by;
      return raised;
    };
    const auto suffices = [&](std::int64_t by) {
      try {
        return sizes.evaluate(size, more(by)) >= to;
      } catch (const Error&) {  // too small, or too large
        return false;
      }
    };
    if (names.empty() || suffices(0)) return;
    constexpr std::int64_t most = 1LL << 32;
    std::int64_t low = 0, high = 1;
    while (high < most && !suffices(high)) low = high, high *= 2;
    while (high - low > 1) (suffices(low + (high - low) / 2) ? high : low) = low + (high - low) / 2;
    least = more(high);
  };
  for (const Value& v : graph.values())
    for (std::int64_t d = 0; d < v.shape.rank; ++d) raise(v.shape.dims[d], 1);
  for (const Node& n : graph.nodes()) {  // of what formulas become (formulas/lowering.hpp)
    const bool slice = n.type->name() == "Slice";
    if (!slice && n.type->name() != "Index") continue;
    const gr_shape& shape = graph.values()[n.values[0]].shape;
    std::vector<gr_size> at = n.attributes[0].ints;
    if (slice) {
      at.assign(static_cast<std::size_t>(n.attributes[2].ints[0]), 0);
      at.back() = n.attributes[1].ints[0];
    }
    for (std::size_t d = 0; d < at.size() && static_cast<std::int64_t>(d) < shape.rank; ++d) {
      if (at[d] < 0) raise(at[d], 1);
      raise(shape.dims[d], at[d]);
    }
  }
  return least;
}

SizeValues draw_sizes(const Graph& graph, Stream& stream, SizeDraw how) {
  const std::vector<std::string>& names = graph.sizes().names();
  SizeValues sizes;
  std::vector<std::uint32_t> numbers(names.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::uint32_t>(2 + i);
  shuffle(stream, numbers);
  const std::int64_t equal = whole(stream, 2, 3);
  for (std::size_t i = 0; i < names.size(); ++i)
    sizes[names[i]] = how == SizeDraw::ones ? 1 : how == SizeDraw::equal ? equal : std::int64_t(numbers[i]);
  for (const auto& [name, least] : least_sizes(graph)) sizes[name] = std::max(sizes[name], least);
  return sizes;
}

void draw_entries(const std::vector<Domain>& domains, const Shape& shape, Stream& stream, EntryDraw how,
                  std::span<double> out, double scale) {
  if (out.empty()) return;
  const auto last = static_cast<std::size_t>(shape.empty() ? 1 : shape.back());
  const auto each = [&](std::size_t size, auto&& draw) {
    for (std::size_t at = 0; at + size <= out.size(); at += size) draw(out.subspan(at, size));
  };
  const Region region = intersect(domains, shape);
  const EntryLaw law{how, scale};
  if (region.one_hot || (region.distribution && region.whole))
    return each(last, [&](auto row) { one_hot(row, stream); });
  if (region.distribution) return each(last, [&](auto row) { distribution(region, row, stream); });
  if (region.symmetric || region.invertible) {
    constexpr Eigen::Index large = 24;
    const auto n = static_cast<Eigen::Index>(last);
    const auto draw = region.positive_definite ? positive_definite
                      : !region.invertible     ? draw_matrix
                      : n > large              ? large_invertible
                                               : invertible;
    return each(last * last,
                [&](auto matrix) { Eigen::Map<Matrix>(matrix.data(), n, n) = draw(region, n, stream, law); });
  }
  for (double& x : out) x = draw_one(region, stream, law);
}

void draw_value(const Graph& graph, ValueId v, const SizeValues& sizes, const Shape& shape, Stream& stream,
                EntryDraw how, std::span<double> out, double scale) {
  const Value& value = graph.values()[v];
  if (!value.given.empty()) return (void)std::copy(value.given.begin(), value.given.end(), out.begin());
  draw_entries(domains_of(graph, v, sizes), shape, stream, how, out, scale);
  if (value.origin != Origin::parameter || shape.size() < 2) return;
  for (double& x : out) x /= std::sqrt(double(std::max<std::int64_t>(1, shape.back())));
}

}  // namespace graph_runner
