#include "conformance/trials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

namespace graph_runner {

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
    out.back().inputs[i].shape.push_back({.size = 2, .name = ""});
    if (spec.inputs[i].shape.empty()) continue;
    out.push_back(spec);
    out.back().inputs[i].shape.pop_back();
  }
  return out;
}

std::vector<Entries> draw_point(const Subject& subject, Stream& stream) {
  std::vector<Entries> point(subject.ports.size());
  for (std::size_t t = 0; t < point.size(); ++t)
    if (subject.present[t] && !subject.is_result(t))
      point[t] = draw_for_port(subject, t, stream, EntryDraw::smooth);
  return point;
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
void each_tensor(const Probe& probe, const Subject& subject, BitsOf what, Visit&& visit) {
  const bool gradients = what == BitsOf::gradients;
  for (std::size_t t = 0; t < subject.ports.size(); ++t) {
    const Tensor tensor = gradients ? probe.gradient(t) : probe.value(t);
    if (tensor.data && (gradients || subject.is_result(t))) visit(t, tensor);
  }
}

Bits bits_of(const Probe& probe, const Subject& subject, BitsOf what) {
  Bits out;
  each_tensor(probe, subject, what, [&](std::size_t, const Tensor& tensor) {
    const auto* from = static_cast<const std::byte*>(tensor.data);
    out.insert(out.end(), from, from + tensor.bytes());
  });
  return out;
}

}  // namespace

Bits results_of(const Probe& probe, const Subject& subject) {
  return bits_of(probe, subject, BitsOf::results);
}
Bits gradients_of(const Probe& probe, const Subject& subject) {
  return bits_of(probe, subject, BitsOf::gradients);
}

std::string first_difference(const Probe& probe, const Subject& subject, const Bits& a, const Bits& b,
                             BitsOf what) {
  std::size_t at = 0;
  while (at < a.size() && a[at] == b[at]) ++at;
  std::string out = "nothing";
  std::size_t from = 0;
  each_tensor(probe, subject, what, [&](std::size_t t, const Tensor& tensor) {
    if (at >= from && at < from + tensor.bytes()) {
      const Shape index = index_of(subject.shapes[t], (at - from) / bytes_of(tensor.scalar));
      out = fmt::format("{}'{}'{}", what == BitsOf::gradients ? "the gradient of " : "", subject.label(t),
                        index.empty() ? "" : fmt::format(" at [{}]", fmt::join(index, ", ")));
    }
    from += tensor.bytes();
  });
  return out;
}

namespace {

// One node at one point between fences.
class FencedRun {
  struct Bytes {
    Bits results, gradients, evaluated;
    bool operator==(const Bytes&) const = default;
  };

 public:
  FencedRun(Candidate& candidate, const Subject& subject, Stream stream)
      : report_(candidate.report()),
        subject_(subject),
        stream_(stream),
        point_(draw_point(subject, stream_)) {}

  bool run(ScalarType scalar) {
    const auto at_start = once(scalar, Fences::Edge::start, 0xA5);
    const auto at_end = at_start ? once(scalar, Fences::Edge::end, 0x5A) : std::nullopt;
    if (!at_end) return false;
    if (*at_start == *at_end) return true;
    // What is not the same in the same place either says nothing of memory; check_results tells.
    if (once(scalar, Fences::Edge::start, 0xA5) != at_start) return true;
    const Probe probe(subject_, scalar);
    const auto differ = [&](const char* what, Bits Bytes::*bits, BitsOf of) {
      const Bits &a = (*at_start).*bits, &b = (*at_end).*bits;
      if (a == b) return false;
      report_.wrong(
          fmt::format("{} in {} gives other bits where its buffers lie elsewhere, see {}: it reads what lies "
                      "beside them, or scratch memory that it has not written",
                      what, name_of(scalar), first_difference(probe, subject_, a, b, of)));
      return true;
    };
    differ("forward", &Bytes::results, BitsOf::results) ||
        differ("backward", &Bytes::gradients, BitsOf::gradients) ||
        differ("forward in evaluation", &Bytes::evaluated, BitsOf::results);
    return false;
  }

 private:
  // Nothing where it touches what it may not.
  std::optional<Bytes> once(ScalarType scalar, Fences::Edge edge, unsigned char known) {
    Fences fences(subject_, edge, known);
    Probe probe(subject_, scalar, &fences);
    const auto call = [&](Fences::Phase phase, const char* what, const auto& body) {
      const std::string name = fmt::format("{} in {}", what, name_of(scalar));
      report_.step(name);
      fences.enter(phase);
      body();
      fences.enter(Fences::Phase::open);
      const auto touched = fences.touched();
      if (touched) report_.wrong(fmt::format("{} {}", name, *touched));
      return !touched;
    };
    set_point(probe, subject_, point_);
    if (!call(Fences::Phase::forward, "forward", [&] { probe.forward(); })) return std::nullopt;
    Bytes bytes;
    bytes.results = results_of(probe, subject_);
    if (subject_.type->differentiable() && !backward(probe, call, bytes)) return std::nullopt;
    probe.next_call().training = 0;
    if (!call(Fences::Phase::forward, "forward in evaluation", [&] { probe.forward(); })) return std::nullopt;
    bytes.evaluated = results_of(probe, subject_);
    return bytes;
  }

  // For all gradients, for each alone, and for none.
  template <class Call>
  bool backward(Probe& probe, const Call& call, Bytes& bytes) const {
    const auto backward_for = [&](const char* what, const std::vector<bool>& wanted) {
      return call(Fences::Phase::backward, what, [&] { probe.backward(wanted); });
    };
    const std::size_t count = point_.size();
    set_cotangent(probe, subject_, stream_);
    if (!backward_for("backward", probe.all())) return false;
    bytes.gradients = gradients_of(probe, subject_);
    for (std::size_t t = 0; t < count; ++t) {
      std::vector<bool> alone(count);
      alone[t] = probe.all()[t];
      if (alone[t] && !backward_for("backward for one gradient", alone)) return false;
    }
    return backward_for("backward for no gradient", std::vector<bool>(count));
  }

  ChildReport& report_;
  const Subject& subject_;
  Stream stream_;
  std::vector<Entries> point_;
};

}  // namespace

bool run_fenced(Candidate& candidate, const Subject& subject, Stream stream) {
  FencedRun run(candidate, subject, stream);
  for (const ScalarType scalar : all_scalars)
    if (subject.type->supports(scalar) && !run.run(scalar)) return false;
  return true;
}

}  // namespace graph_runner
