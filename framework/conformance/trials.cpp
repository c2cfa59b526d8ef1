#include "conformance/trials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

namespace graph_runner {

const char* name_of(ScalarType scalar) {
  return scalar == ScalarType::float32 ? "float" : scalar == ScalarType::float64 ? "double" : "dual";
}

AttributeValue numbers_of(AttributeValue value) {
  if (value.kind != GR_SIZE) return value;
  for (const std::string& t : value.texts) value.ints.push_back(std::stoll(t));
  value.texts.clear();
  return value;
}

std::string text_of(const AttributeValue& value) {
  std::vector<std::string> entries = value.texts;
  for (const std::int64_t x : value.ints) entries.push_back(fmt::to_string(x));
  for (const double x : value.reals) entries.push_back(fmt::format("{}", x));
  return entries.size() == 1 ? entries[0] : fmt::format("[{}]", fmt::join(entries, ", "));
}

AttributeValue drawn_value(const Attribute& attribute, Candidate& candidate) {
  for (std::int64_t i = 0;; ++i) {  // one that is required is drawn each time
    Stream stream = candidate.stream(i);
    const GraphSpec spec = draw_node(candidate.type(), stream);
    for (const AttributeSetting& s : spec.nodes[0].attributes)
      if (s.name == attribute.name) return numbers_of(s.value);
  }
}

DrawnNode draw(Candidate& candidate, Stream& stream) {
  candidate.report().step("create or shapes");
  return draw_at_point(candidate.type(), candidate.registry(), stream, EntryDraw::smooth);
}

std::vector<GraphSpec> with_other_shapes(const GraphSpec& spec) {
  std::vector<GraphSpec> out;
  for (std::size_t i = 0; i < spec.inputs.size(); ++i) {
    for (std::size_t axis = 0; axis < spec.inputs[i].shape.size(); ++axis) {
      out.push_back(spec);
      ++out.back().inputs[i].shape[axis].size;
    }
    out.push_back(spec);
    out.back().inputs[i].shape.push_back({2, ""});
    if (spec.inputs[i].shape.empty()) continue;
    out.push_back(spec);
    out.back().inputs[i].shape.pop_back();
  }
  return out;
}

void set_point(Probe& probe, const Subject& subject, const std::vector<Entries>& point) {
  for (std::size_t t = 0; t < subject.ports.size(); ++t)
    if (!point[t].empty()) write(probe.value(t), point[t]);
}

void set_cotangent(Probe& probe, const Subject& subject, Stream stream) {
  for (std::size_t t = 0; t < subject.ports.size(); ++t) {
    const Tensor to = probe.output_gradient(t);
    if (!to.data) continue;
    Entries entries(static_cast<std::size_t>(to.entries));
    fill_normal(stream, 0, 1, entries);
    write(to, entries);
  }
}

namespace {

template <class Visit>
void each_tensor(const Probe& probe, const Subject& subject, bool gradients, Visit&& visit) {
  for (std::size_t t = 0; t < subject.ports.size(); ++t) {
    const Tensor tensor = gradients ? probe.gradient(t) : probe.value(t);
    if (tensor.data && (gradients || subject.is_result(t))) visit(t, tensor);
  }
}

Bits bits_of(const Probe& probe, const Subject& subject, bool gradients) {
  Bits out;
  each_tensor(probe, subject, gradients, [&](std::size_t, const Tensor& tensor) {
    const auto* from = static_cast<const std::byte*>(tensor.data);
    out.insert(out.end(), from, from + tensor.bytes());
  });
  return out;
}

}  // namespace

Bits results_of(const Probe& probe, const Subject& subject) { return bits_of(probe, subject, false); }
Bits gradients_of(const Probe& probe, const Subject& subject) { return bits_of(probe, subject, true); }

std::string first_difference(const Probe& probe, const Subject& subject, const Bits& a, const Bits& b,
                             bool gradients) {
  std::size_t at = 0;
  while (at < a.size() && a[at] == b[at]) ++at;
  std::string out = "nothing";
  std::size_t from = 0;
  each_tensor(probe, subject, gradients, [&](std::size_t t, const Tensor& tensor) {
    if (at >= from && at < from + tensor.bytes()) {
      const Shape index = index_of(subject.shapes[t], (at - from) / bytes_of(tensor.scalar));
      out = fmt::format("{}'{}'{}", gradients ? "the gradient of " : "", subject.label(t),
                        index.empty() ? "" : fmt::format(" at [{}]", fmt::join(index, ", ")));
    }
    from += tensor.bytes();
  });
  return out;
}

bool run_fenced(Candidate& candidate, const Subject& subject, Stream stream) {
  ChildReport& report = candidate.report();
  std::vector<Entries> point(subject.ports.size());
  for (std::size_t t = 0; t < point.size(); ++t)
    if (subject.present[t] && !subject.is_result(t))
      point[t] = draw_for_port(subject, t, stream, EntryDraw::smooth);
  for (const ScalarType scalar : all_scalars) {
    if (!subject.type->supports(scalar)) continue;
    Bits results[2], gradients[2];
    for (const int side : {0, 1}) {
      Fences fences(subject, side ? Fences::Edge::end : Fences::Edge::start, side ? 0x5A : 0xA5);
      Probe probe(subject, scalar, &fences);
      const auto call = [&](Fences::Phase phase, const std::string& name, const auto& body) {
        report.step(fmt::format("{} in {}", name, name_of(scalar)));
        fences.enter(phase);
        body();
        fences.enter(Fences::Phase::open);
        const auto touched = fences.touched();
        if (touched) report.wrong(fmt::format("{} in {} {}", name, name_of(scalar), *touched));
        return !touched;
      };
      const auto same = [&](Bits* bits, const std::string& name, bool of_gradients) {
        if (side == 0 || bits[0] == bits[1]) return true;
        report.wrong(fmt::format(
            "{} in {} gives other bits where its buffers lie elsewhere: it reads what lies beside them, or "
            "scratch "
            "memory that it has not written; see {}",
            name, name_of(scalar), first_difference(probe, subject, bits[0], bits[1], of_gradients)));
        return false;
      };
      set_point(probe, subject, point);
      if (!call(Fences::Phase::forward, "forward", [&] { probe.forward(); })) return false;
      results[side] = results_of(probe, subject);
      if (!same(results, "forward", false)) return false;
      if (!subject.type->differentiable()) continue;
      set_cotangent(probe, subject, stream);
      if (!call(Fences::Phase::backward, "backward", [&] { probe.backward(probe.all()); })) return false;
      gradients[side] = gradients_of(probe, subject);
      if (!same(gradients, "backward", true)) return false;
      for (std::size_t t = 0; t < point.size(); ++t) {
        std::vector<bool> alone(point.size());
        alone[t] = probe.all()[t];
        if (alone[t] &&
            !call(Fences::Phase::backward, "backward for one gradient alone", [&] { probe.backward(alone); }))
          return false;
      }
    }
  }
  return true;
}

}  // namespace graph_runner
