#include "analysis/line_check.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/bends.hpp"
#include "analysis/region.hpp"

namespace graph_runner {

namespace {

constexpr double suspicious = 1e-9;  // relative; of differences:
constexpr double suspicious_difference = 1e-4;
constexpr std::size_t large = 4096;  // entries of a node along which fewer steps are taken
constexpr std::size_t most_suspects = 3, moved_at_once = 4;

// An entry that moves with the line: from + t · slope.
struct Moved {
  std::size_t tensor, entry;
  double from, slope;
  Region region;
  double at(double t) const { return from + t * slope; }
};

// A point of the line at which backward and the derivative were compared.
struct Compared {
  double t, error, relative;
  double terms;  // Σ |v f|
};

class Line {
 public:
  Line(Trial& trial, std::vector<Moved> moved) : trial_(trial), moved_(std::move(moved)) {
    wanted_.resize(trial.tensors());
    for (const Moved& m : moved_) wanted_[m.tensor] = true;
  }
  ~Line() {
    if (!trial_.has_duals()) return;
    for (const Moved& m : moved_) set_dual(m, trial_.point()[m.tensor][m.entry], 0);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void follow(std::size_t entries, LineFindings& found) {
    BendSearch search{bend_ladder(entries > large ? 1 : 4)};
    if (!trial_.has_duals()) {
      search.resolution = 1e-5;  // those of differences are no closer
      search.noise = 1e-7;
    }
    if (entries > large) search.most = 4;
    judging_ = trial_.has_duals();
    const Bends bends = find_bends([this](double t) { return sample(t); }, search);
    judging_ = true;
    if (!trial_.has_duals())
      for (const double t : search.ladder) sample(t);
    for (const double t : beside(bends.places)) sample(t);
    found.bends += static_cast<std::int64_t>(bends.places.size());
    found.all = found.all && bends.all;
    add_suspects(found);
  }

 private:
  void set_dual(const Moved& m, double x, double tangent) {
    double* const at = static_cast<double*>(trial_.dual().value(m.tensor).data) + 2 * m.entry;
    at[0] = x;
    at[1] = tangent;
  }
  void set(double t) {
    for (const Moved& m : moved_) trial_.probe().value(m.tensor).as<double>()[m.entry] = m.at(t);
  }

  // On both sides of each bend, a little off, and half-way to the next.
  static std::vector<double> beside(const std::vector<Bend>& bends) {
    std::vector<double> places;
    for (std::size_t i = 0; i < bends.size(); ++i) {
      const Bend& b = bends[i];
      const double size = 1e-3 * std::max(std::abs(b.below), 1e-3);
      const double left = i ? (b.below - bends[i - 1].above) / 2 : 2 * size;
      const double right = i + 1 < bends.size() ? (bends[i + 1].below - b.above) / 2 : 2 * size;
      places.push_back(b.below - std::min(size, left / 2));
      places.push_back(b.above + std::min(size, right / 2));
      if (i + 1 < bends.size()) places.push_back(b.above + right);
    }
    return places;
  }

  // Outputs, their derivatives along the line, and backward's derivative of φ.
  std::vector<double> sample(double t) try {
    for (const Moved& m : moved_)
      if (!m.region.holds(m.at(t))) return {};
    return trial_.has_duals() ? sample_exact(t) : sample_differences(t);
  } catch (const Error& e) {
    if (e.exit() != Exit::run_failed) throw;
    return {};  // it refuses to go as far
  }

  double backward_now(double& scale) {
    Probe& p = trial_.probe();
    p.forward();
    if (!trial_.subject().type->differentiable()) return 0;
    p.backward(wanted_);
    double sum = 0;
    for (const Moved& m : moved_) {
      const double term = m.slope * p.gradient(m.tensor).as<double>()[m.entry];
      sum += term;
      scale += std::abs(term);
    }
    return sum;
  }

  std::vector<double> sample_exact(double t) {
    set(t);
    for (const Moved& m : moved_) set_dual(m, m.at(t), m.slope);
    double scale = 0, exact = 0, terms = 0;
    const double backward = backward_now(scale);
    trial_.dual().forward();
    std::vector<double> all;
    for (std::size_t o = 0; o < trial_.tensors(); ++o) {
      const Entries& v = trial_.cotangent()[o];
      const auto* f = static_cast<const double*>(trial_.dual().value(o).data);
      for (std::size_t k = 0; k < v.size(); ++k) {
        all.push_back(f[2 * k]);
        all.push_back(f[2 * k + 1]);
        exact += v[k] * f[2 * k + 1];
        scale += std::abs(v[k] * f[2 * k + 1]);
        terms += std::abs(v[k] * f[2 * k]);
      }
    }
    all.push_back(backward);
    compare(t, backward, exact, scale, terms, suspicious);
    return all;
  }

  std::vector<double> sample_differences(double t) {
    const double h = 1e-6 * std::max(std::abs(t), 1e-3);
    const auto outputs = [&](double at) {
      set(at);
      trial_.probe().forward();
      std::vector<double> all;
      for (std::size_t o = 0; o < trial_.tensors(); ++o)
        for (std::size_t k = 0; k < trial_.cotangent()[o].size(); ++k)
          all.push_back(trial_.probe().value(o).as<double>()[k]);
      return all;
    };
    const std::vector<double> left = outputs(t - h), right = outputs(t + h);
    set(t);
    double scale = 0, slope = 0, terms = 0;
    const double backward = backward_now(scale);
    std::vector<double> all = outputs(t);
    std::size_t k = 0;
    for (std::size_t o = 0; o < trial_.tensors(); ++o)
      for (const double v : trial_.cotangent()[o]) {
        all.push_back((right[k] - left[k]) / (2 * h));
        slope += v * all.back();
        scale += std::abs(v * all.back()) + 1e-11 * std::abs(v * all[k] / h);
        terms += std::abs(v * all[k++]);
      }
    all.push_back(backward);
    compare(t, backward, slope, scale, terms, suspicious_difference);
    return all;
  }

  void compare(double t, double backward, double derivative, double scale, double terms, double bound) {
    // What overflows on the way may be no mistake.
    if (!judging_ || !std::isfinite(derivative + backward + terms)) return;
    largest_ = std::max(largest_, std::abs(derivative));
    const double error = std::abs(backward - derivative);
    if (error <= bound * scale + smallest_telling) return;
    compared_.push_back({t, error, error / scale, terms});
  }

  void add_suspects(LineFindings& found) {
    std::erase_if(compared_,
                  [this](const Compared& c) { return lost_in_rounding(c.error, c.t, c.terms, largest_); });
    std::stable_sort(compared_.begin(), compared_.end(),
                     [](const Compared& a, const Compared& b) { return a.relative > b.relative; });
    if (compared_.size() > most_suspects) compared_.resize(most_suspects);
    for (const Compared& c : compared_) {
      found.suspects.push_back(trial_.point());
      for (const Moved& m : moved_) found.suspects.back()[m.tensor][m.entry] = m.at(c.t);
    }
  }

  Trial& trial_;
  std::vector<Moved> moved_;
  std::vector<bool> wanted_;
  std::vector<Compared> compared_;
  double largest_ = 0;
  bool judging_ = true;
};

}  // namespace

LineFindings check_lines(Trial& trial, Stream& stream) {
  const Subject& s = trial.subject();
  LineFindings found;
  std::size_t entries = 0;
  std::vector<std::vector<Moved>> lines;
  std::vector<Moved> all;
  for (std::size_t t = 0; t < trial.tensors(); ++t) {
    if (s.present[t]) entries += static_cast<std::size_t>(entries_of(s.shapes[t]));
    if (!s.takes_gradient(t) || trial.point()[t].empty()) continue;
    const Region region = region_of(s, t);
    if (!region.by_entry()) continue;
    const Entries& x = trial.point()[t];
    // In one entry by itself, and in it and another together with those of other ports.
    const std::size_t i = stream() % x.size(), j = stream() % x.size();
    lines.push_back({{t, i, 0, 1, region}});
    Entries slopes(2);
    fill_normal(stream, 0, 1, slopes);
    if (all.size() < moved_at_once) all.push_back({t, i, x[i], slopes[0], region});
    if (all.size() < moved_at_once && i != j) all.push_back({t, j, x[j], slopes[1], region});
  }
  if (all.size() > 1) lines.push_back(all);
  for (std::vector<Moved>& moved : lines) {
    Line(trial, std::move(moved)).follow(entries, found);
    trial.restore();
  }
  return found;
}

bool lost_in_rounding(double error, double x, double terms, double largest, double measure) {
  return error * std::abs(x) <= measure * terms && error <= measure * largest;
}

}  // namespace graph_runner
