#include "analysis/trial.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

Trial::Trial(const Subject& subject, std::vector<Entries> point, Stream& stream)
    : subject_(subject),
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

Claimed Trial::claim(std::size_t t, std::size_t i, double derivative) {
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

std::size_t find_by_halving(std::size_t n, const std::function<double(std::size_t, std::size_t)>& error) {
  std::size_t first = 0, end = n;
  while (end - first > 1) {
    const std::size_t middle = first + (end - first) / 2;
    (error(first, middle) >= error(middle, end) ? end : first) = middle;
  }
  return first;
}

}  // namespace graph_runner
