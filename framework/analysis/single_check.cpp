// The kernels that train, on float, against those on double.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/digits.hpp"
#include "analysis/findings.hpp"
#include "analysis/node_check.hpp"

namespace graph_runner {

namespace {

constexpr double float_epsilon = 1.2e-7;

// Every entry off by as much as two roundings to float, each by its own share: shifts of one size could
// cancel where the entries do.
void disturb(const Tensor& t, Stream& stream) {
  Entries entries = read(t);
  disturb(entries, 2 * float_epsilon, stream);
  write(t, entries);
}

// Outputs, then gradients, of the probe. With a stream, what backward reads of the outputs is disturbed.
std::vector<Entries> results(Probe& p, const Subject& s, Stream* stream = nullptr) {
  p.forward();
  std::vector<Entries> all;
  for (std::size_t t = 0; t < s.ports.size(); ++t) {
    if (s.port(t).role == GR_OUTPUT) all.push_back(read(p.value(t)));
    if (stream && s.is_result(t) && !s.port(t).discrete) disturb(p.value(t), *stream);
  }
  if (!s.type->differentiable()) return all;
  for (std::size_t t = 0; t < s.ports.size(); ++t)
    if (p.all()[t]) fill(p.gradient(t), NAN);
  p.backward(p.all());
  for (std::size_t t = 0; t < s.ports.size(); ++t)
    if (p.all()[t]) all.push_back(read(p.gradient(t)));
  return all;
}

// What `results` gives, for messages.
std::vector<std::string> names_of_results(const Probe& p, const Subject& s) {
  std::vector<std::string> names;
  for (const bool gradients : {false, true})
    for (std::size_t t = 0; t < s.ports.size(); ++t)
      if (!gradients && s.port(t).role == GR_OUTPUT)
        names.push_back(fmt::format("output '{}'", s.label(t)));
      else if (gradients && s.type->differentiable() && p.all()[t])
        names.push_back(fmt::format("the gradient of port '{}'", s.label(t)));
  return names;
}

}  // namespace

// Both start from the same floats. How far rounding may take the results apart is found by disturbing all
// that is read by as much as one rounding and looking how far the results in double move; an unlucky point,
// at which rounding decides a comparison, shows as a large movement.
void check_single(Trial& trial, Stream& stream, const CheckOptions& options, NodeCheck& report) {
  const Subject& s = trial.subject();
  if (!options.contract || !options.single || !s.type->supports(ScalarType::float32)) return;
  Probe single(s, ScalarType::float32);
  Probe& p = trial.probe();
  std::vector<Entries> rounded(s.ports.size());
  const auto copy = [&](const Tensor& from, const Tensor& to) {
    if (!from.data) return;
    write(to, read(from));
    write(from, read(to));  // as rounded
  };
  trial.restore();
  for (std::size_t t = 0; t < s.ports.size(); ++t) {
    if (s.present[t] && !s.is_result(t)) copy(p.value(t), single.value(t));
    copy(p.output_gradient(t), single.output_gradient(t));
    if (s.present[t] && !s.is_result(t)) rounded[t] = read(p.value(t));
  }
  const std::vector<Entries> found = results(single, s), expected = results(p, s);
  std::vector<double> moved(found.size());
  for (int draw = 0; draw < 4; ++draw) {
    for (std::size_t t = 0; t < s.ports.size(); ++t) {
      if (!rounded[t].empty()) write(p.value(t), rounded[t]);
      if (!rounded[t].empty() && !s.port(t).discrete) disturb(p.value(t), stream);
      if (!p.output_gradient(t).data) continue;
      write(p.output_gradient(t), read(single.output_gradient(t)));
      disturb(p.output_gradient(t), stream);
    }
    const std::vector<Entries> there = results(p, s, &stream);
    for (std::size_t k = 0; k < found.size(); ++k)
      for (std::size_t i = 0; i < found[k].size(); ++i)
        moved[k] = std::max(moved[k], std::abs(there[k][i] - expected[k][i]));
  }
  const std::vector<std::string> names = names_of_results(p, s);
  double read_size = 0;
  for (const Entries& entries : rounded) read_size = std::max(read_size, largest(entries));
  for (std::size_t k = 0; k < found.size(); ++k) {
    const double size = largest(expected[k]);
    if (!(size < 1e30)) continue;  // near the end of float's range, or not a number: nothing to compare
    // What is read may cancel on the way, as 1 + erf(x) does for x far below 0.
    const double tolerance =
        256 * float_epsilon * size + 64 * moved[k] + 4 * float_epsilon * read_size + 1e-30;
    double worst = 0;
    for (std::size_t i = 0; i < found[k].size(); ++i)
      worst = std::max(worst, std::abs(found[k][i] - expected[k][i]));
    report.measures[single_measure].add(static_cast<std::int64_t>(found[k].size()),
                                        worst / std::max(size, 1e-30));
    if (const auto i = first_apart(found[k], expected[k], tolerance))
      report.findings.push_back(
          {"float",
           fmt::format("{0}: in float it is {1:.{3}g}, in double {2:.{3}g}", names[k], found[k][*i],
                       expected[k][*i], digits_to_tell(found[k][*i], expected[k][*i])),
           std::nullopt, ""});
  }
  trial.restore();
}

}  // namespace graph_runner
