#include "analysis/trial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace graph_runner {

Trial::Trial(const Subject& subject, std::vector<Entries> point, Stream& stream)
    : subject_(subject),
      disturbances_(1, "rounding"),
      point_(std::move(point)),
      cotangent_(subject.ports.size()),
      gradients_(subject.ports.size()),
      probe_(subject, ScalarType::float64) {
  if (subject.type->supports(ScalarType::dual64)) {
    dual_ = std::make_unique<Probe>(subject, ScalarType::dual64);
    set_point(*dual_);
  }
  for (std::size_t t = 0; t < tensors(); ++t) {
    cotangent_[t].resize(static_cast<std::size_t>(probe_.output_gradient(t).entries));
    fill_normal(stream, 0, 1, cotangent_[t]);
  }
  restore();
  if (subject.type->differentiable()) gradients_ = gradients_now();
  for (const Entries& g : gradients_) largest_.push_back(largest(g));
}

void Trial::set_point(Probe& probe) const {
  for (std::size_t t = 0; t < tensors(); ++t)
    if (!point_[t].empty()) write(probe.value(t), point_[t]);
}

void Trial::restore() {
  set_point(probe_);
  for (std::size_t t = 0; t < tensors(); ++t)
    if (!cotangent_[t].empty()) write(probe_.output_gradient(t), cotangent_[t]);
  probe_.forward();
}

std::vector<Entries> Trial::gradients_now() {
  // Whatever backward leaves as it was is not a number, and so is seen.
  for (std::size_t t = 0; t < tensors(); ++t)
    if (probe_.all()[t]) fill(probe_.gradient(t), NAN);
  probe_.backward(probe_.all());
  std::vector<Entries> found(tensors());
  for (std::size_t t = 0; t < tensors(); ++t)
    if (probe_.all()[t]) found[t] = read(probe_.gradient(t));
  return found;
}

namespace {

// Much more than a rounding: what a node rounds on its way may depend on what it reads in larger steps only.
constexpr double disturbance = 0x1p-27;
constexpr int disturbed_walks = 4;

}  // namespace

std::vector<Entries> Trial::disturbed_point() {
  std::vector<Entries> moved = point_;
  for (std::size_t t = 0; t < tensors(); ++t) {
    const Port& p = subject_.port(t);
    if (!moved[t].empty() && !p.discrete && p.domain != GR_INDEX && p.domain != GR_ONE_HOT)
      disturb(moved[t], disturbance, disturbances_);
  }
  return moved;
}

const std::vector<Entries>& Trial::gradient_spread() {
  if (!spread_.empty()) return spread_;
  spread_.resize(tensors());
  for (std::size_t t = 0; t < tensors(); ++t) spread_[t].resize(gradients_[t].size());
  const auto disturb_tensor = [this](const Tensor& tensor) {
    Entries entries = read(tensor);
    disturb(entries, disturbance, disturbances_);
    write(tensor, entries);
  };
  for (int walk = 0; walk < disturbed_walks; ++walk) {
    restore();
    const std::vector<Entries> moved = disturbed_point();
    for (std::size_t t = 0; t < tensors(); ++t)
      if (!moved[t].empty()) write(probe_.value(t), moved[t]);
    probe_.forward();
    for (std::size_t t = 0; t < tensors(); ++t) {
      if (subject_.present[t] && subject_.is_result(t) && !subject_.port(t).discrete)
        disturb_tensor(probe_.value(t));
      if (!cotangent_[t].empty()) disturb_tensor(probe_.output_gradient(t));
    }
    const std::vector<Entries> there = gradients_now();
    for (std::size_t t = 0; t < tensors(); ++t)
      for (std::size_t i = 0; i < there[t].size(); ++i)
        spread_[t][i] = std::max(spread_[t][i], std::abs(there[t][i] - gradients_[t][i]));
  }
  restore();
  return spread_;
}

double Trial::exact_spread(std::size_t t, std::size_t i) {
  const double here = exact(t, i).value;
  double spread = 0;
  for (int walk = 0; walk < disturbed_walks; ++walk) {
    const std::vector<Entries> moved = disturbed_point();
    for (std::size_t k = 0; k < tensors(); ++k)
      if (!moved[k].empty()) write(dual_->value(k), moved[k]);
    spread = std::max(spread, std::abs(exact(t, i).value - here));
  }
  set_point(*dual_);
  return spread;
}

Derivative Trial::exact(std::size_t t, const Entries& u) {
  const Tensor x = dual_->value(t);
  write_tangents(x, u);
  dual_->forward();
  Derivative d;
  for (std::size_t o = 0; o < tensors(); ++o)
    for (std::size_t k = 0; k < cotangent_[o].size(); ++k) {
      const double term = cotangent_[o][k] * static_cast<const double*>(dual_->value(o).data)[2 * k + 1];
      d.value += term;
      d.scale += std::abs(term);
    }
  for (std::int64_t i = 0; i < x.entries; ++i) static_cast<double*>(x.data)[2 * i + 1] = 0;
  return d;
}

double Trial::dual_terms() const {
  double sum = 0;
  for (std::size_t o = 0; o < tensors(); ++o)
    for (std::size_t k = 0; k < cotangent_[o].size(); ++k)
      sum += std::abs(cotangent_[o][k] * static_cast<const double*>(dual_->value(o).data)[2 * k]);
  return sum;
}

Derivative Trial::exact(std::size_t t, std::size_t i) {
  Entries unit(point_[t].size());
  unit[i] = 1;
  return exact(t, unit);
}

double Trial::exact_share(std::size_t t, std::size_t i, std::size_t o, std::size_t from, std::size_t to) {
  const Tensor x = dual_->value(t);
  double& tangent = static_cast<double*>(x.data)[2 * i + 1];
  tangent = 1;
  dual_->forward();
  tangent = 0;
  double share = 0;
  for (std::size_t k = from; k < to; ++k)
    share += cotangent_[o][k] * static_cast<const double*>(dual_->value(o).data)[2 * k + 1];
  return share;
}

Derivative Trial::second(const std::vector<Entries>& u, const std::vector<Entries>& w) {
  for (std::size_t t = 0; t < tensors(); ++t) {
    if (!u[t].empty()) write_tangents(dual_->value(t), u[t]);
    if (!cotangent_[t].empty()) write(dual_->output_gradient(t), cotangent_[t]);
  }
  dual_->forward();
  dual_->backward(dual_->all());
  Derivative d;
  for (std::size_t t = 0; t < tensors(); ++t)
    for (std::size_t i = 0; i < w[t].size(); ++i) {
      const double term = w[t][i] * static_cast<const double*>(dual_->gradient(t).data)[2 * i + 1];
      d.value += term;
      d.scale += std::abs(term);
    }
  set_point(*dual_);
  return d;
}

Asserted Trial::asserted(std::size_t t, std::size_t i, double derivative) {
  return {derivative, point_[t][i], largest_[t],
          [this, t, i](double x) { probe_.value(t).as<double>()[i] = x; },
          [this] {
            probe_.forward();
            Entries all;
            for (std::size_t o = 0; o < tensors(); ++o)
              for (std::size_t k = 0; k < cotangent_[o].size(); ++k)
                all.push_back(cotangent_[o][k] * probe_.value(o).as<double>()[k]);
            return all;
          }};
}

namespace {

std::vector<Domain> domains_of_port(const Port& p) {
  if (p.domain == GR_REALS) return {};
  return {{p.domain, p.lower, p.upper, ""}};
}

}  // namespace

Region region_of(const Subject& s, std::size_t t) {
  return intersect(domains_of_port(s.port(t)), s.shapes[t]);
}

Entries draw_for_port(const Subject& s, std::size_t t, Stream& stream, EntryDraw how, double scale) {
  Entries drawn(static_cast<std::size_t>(entries_of(s.shapes[t])));
  draw_entries(domains_of_port(s.port(t)), s.shapes[t], stream, how, drawn, scale);
  return drawn;
}

double largest(const Entries& entries) {
  double most = 0;
  for (const double x : entries) most = std::abs(x) > most || std::isnan(x) ? std::abs(x) : most;
  return most;
}

std::optional<std::size_t> first_apart(const Entries& a, const Entries& b, double tolerance) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= tolerance) && !(std::isnan(a[i]) && std::isnan(b[i]))) return i;
  return std::nullopt;
}

void disturb(Entries& entries, double relative, Stream& stream) {
  if (relative == 0) return;
  Entries by(entries.size());
  fill_uniform(stream, -relative, relative, by);
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i] *= 1 + by[i];
}

Entries transposed(const Entries& matrix, std::size_t rows, std::size_t columns) {
  Entries out(matrix.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) out[j * rows + i] = matrix[i * columns + j];
  return out;
}

double relative_error(const Entries& g, const Entries& u, const Derivative& d) {
  double product = 0, scale = d.scale;
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (u[i] == 0) continue;  // an entry that is left out may be anything
    product += g[i] * u[i];
    scale += std::abs(g[i] * u[i]);
  }
  const double error = std::abs(product - d.value);
  if (!std::isfinite(error)) return INFINITY;
  return scale > 0 ? error / scale : 0;
}

std::vector<std::vector<std::size_t>> by_magnitude(const Entries& gradient) {
  constexpr int like = 20, zeros = std::numeric_limits<int>::max();  // powers of 2, about six decades
  const double largest_one = largest(gradient);
  const bool told_apart = std::isfinite(largest_one);
  const int most = told_apart ? std::ilogb(largest_one) : 0;
  std::map<int, std::vector<std::size_t>> buckets;
  std::vector<std::size_t>* last = nullptr;
  int at = -1;  // of the last; most entries follow one of their own kind
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double x = gradient[i];
    const int smaller = told_apart && x != 0 ? (most - std::ilogb(x)) / like : zeros;
    if (smaller != at) last = &buckets[at = smaller];
    last->push_back(i);
  }
  std::vector<std::vector<std::size_t>> found;
  for (auto& [size, entries] : buckets) found.push_back(std::move(entries));
  return found;
}

std::size_t find_by_halving(std::size_t n, const std::function<double(std::size_t, std::size_t)>& error) {
  std::size_t first = 0, end = n;
  while (end - first > 1) {
    const std::size_t middle = first + (end - first) / 2;
    (error(first, middle) >= error(middle, end) ? end : first) = middle;
  }
  return first;
}

}  // namespace graph_runner
