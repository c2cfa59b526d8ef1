// How a plugin computes: what it touches, whether it writes all and the same each time, and what it shares
// between threads.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "conformance/trials.hpp"
#include "core/optimizer_type.hpp"
#include "core/threads.hpp"

namespace graph_runner {

void check_memory(Candidate& candidate) {
  constexpr std::int64_t draws = 24;
  for (std::int64_t i = 0; i < draws; ++i) {
    Stream stream = candidate.stream(i);
    const DrawnNode drawn = draw(candidate, stream);
    if (!run_fenced(candidate, drawn.subject, stream)) return;
  }
  // Shapes that the type takes though nobody thought of them.
  std::int64_t others = 0;
  for (std::int64_t i = 0; i < 4; ++i) {
    Stream stream = candidate.stream(i);
    const GraphSpec spec = draw_node(candidate.type(), stream);
    for (const GraphSpec& other : with_other_shapes(spec)) {
      candidate.report().step("create or shapes");
      std::optional<Subject> subject;
      try {
        const Graph graph(other, candidate.registry());
        subject.emplace(graph, graph.nodes()[0], SizeValues{});
      } catch (const Error&) {
        continue;
      }
      ++others;
      if (!run_fenced(candidate, *subject, stream)) return;
    }
  }
  candidate.report().done(
      fmt::format("{} nodes between fences: nothing outside the buffers is read or written, no input changed",
                  draws + others));
}

// ---- Results

namespace {

bool finite_results(const Probe& probe, const Subject& subject) {
  for (std::size_t t = 0; t < subject.ports.size(); ++t)
    if (subject.is_result(t) && first_not_finite(probe.value(t)) >= 0) return false;
  return true;
}

// Where a result still holds the bytes that its memory was filled with, in both of two fillings.
std::string unwritten(const Probe& probe, const Subject& subject, const Bits& a, int filled_a, const Bits& b,
                      int filled_b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i])
      return a[i] == std::byte(filled_a) && b[i] == std::byte(filled_b)
                 ? first_difference(probe, subject, a, b, BitsOf::results)
                 : "";
  return "";
}

// One node at one point in one scalar. False where something is wrong.
bool same_each_time(Candidate& candidate, const DrawnNode& drawn, ScalarType scalar, bool training,
                    const Stream& stream, ThreadPool& pool, bool& finite) {
  ChildReport& report = candidate.report();
  const Subject& s = drawn.subject;
  Subject twin = s;
  report.step("create");
  twin.instance = s.type->create(s.attributes);
  constexpr int filled[] = {0xFF, 0x5A, 0x5A, 0x5A};
  const char* const by[] = {"", "when called again", "by a second node with the same attributes",
                            "with two threads in the parallel loop"};
  Bits results, gradients;
  for (const int round : {0, 1, 2, 3}) {
    Probe probe(round == 2 ? twin : s, scalar);
    if (round == 3) probe.next_call().pool = &pool;
    probe.next_call().training = training;
    set_point(probe, s, drawn.point);
    for (std::size_t t = 0; t < s.ports.size(); ++t)
      if (s.is_result(t)) std::memset(probe.value(t).data, filled[round], probe.value(t).bytes());
    report.step(fmt::format("forward in {}", name_of(scalar)));
    probe.forward();
    const Bits now = results_of(probe, s);
    if (round == 0) {
      results = now;
      finite = finite_results(probe, s);
    } else if (now != results) {
      const std::string missing = unwritten(probe, s, results, filled[0], now, filled[round]);
      report.wrong(
          missing.empty()
              ? fmt::format("forward in {} gives other bits {}: {}", name_of(scalar), by[round],
                            first_difference(probe, s, results, now, BitsOf::results))
              : fmt::format("forward in {} leaves its output {} unwritten", name_of(scalar), missing));
      return false;
    }
    if (!s.type->differentiable()) continue;
    set_cotangent(probe, s, stream);
    report.step(fmt::format("backward in {}", name_of(scalar)));
    probe.backward(probe.all());
    const Bits now_gradients = gradients_of(probe, s);
    if (round > 0 && now_gradients != gradients) {
      report.wrong(fmt::format("backward in {} gives other bits {}: {}", name_of(scalar), by[round],
                               first_difference(probe, s, gradients, now_gradients, BitsOf::gradients)));
      return false;
    }
    gradients = now_gradients;
  }
  return true;
}

}  // namespace

void check_results(Candidate& candidate) {
  constexpr std::int64_t draws = 24;
  ThreadPool pool(2);
  std::int64_t finite_draws = 0;
  for (std::int64_t i = 0; i < draws; ++i) {
    Stream stream = candidate.stream(i);
    const DrawnNode drawn = draw(candidate, stream);
    bool finite = true;
    for (const ScalarType scalar : all_scalars) {
      if (!candidate.type().supports(scalar)) continue;
      bool now = false;
      if (!same_each_time(candidate, drawn, scalar, i % 2 == 0, stream, pool, now)) return;
      finite = finite && now;
    }
    finite_draws += finite;
  }
  if (2 * finite_draws < draws)
    return candidate.report().wrong(
        fmt::format("forward gives results that are not finite for {} of {} inputs in the domains that its "
                    "ports declare",
                    draws - finite_draws, draws));
  const bool sliced = is_optimizer(candidate.type());
  if (const std::string wrong = sliced ? sliced_difference(candidate) : ""; !wrong.empty())
    return candidate.report().wrong(wrong);
  candidate.report().done(fmt::format(
      "{} nodes: every entry written, the same when repeated, by a second node and with threads{}", draws,
      sliced ? "; slices as the whole" : ""));
}

// ---- Threads

void check_threads(Candidate& candidate) {
  constexpr std::int64_t draws = 4;
  ChildReport& report = candidate.report();
  const ScalarType scalar =
      candidate.type().supports(ScalarType::float64) ? ScalarType::float64 : ScalarType::float32;
  if (!candidate.type().supports(scalar)) return report.done("it supports neither float nor double");
  for (std::int64_t i = 0; i < draws; ++i) {
    Stream stream = candidate.stream(i);
    const DrawnNode drawn = draw(candidate, stream);
    const Subject& s = drawn.subject;
    // Each thread has a point of its own, so that what they share shows.
    struct Side {
      std::unique_ptr<Probe> probe;
      Bits results, gradients;
      std::string wrong;
    } sides[2];
    std::atomic<bool> stop{false};
    const auto run = [&](Side& side) {
      side.probe->forward();
      if (s.type->differentiable()) side.probe->backward(side.probe->all());
    };
    report.step("forward or backward");
    for (Side& side : sides) {
      side.probe = std::make_unique<Probe>(s, scalar);
      set_point(*side.probe, s, draw_point(s, stream));
      set_cotangent(*side.probe, s, stream);
      run(side);
      side.results = results_of(*side.probe, s);
      side.gradients = gradients_of(*side.probe, s);
    }
    report.step("forward or backward on two threads at once");
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
    const auto again = [&](Side& side) {
      try {
        while (!stop && std::chrono::steady_clock::now() < until) {
          run(side);
          if (results_of(*side.probe, s) != side.results)
            side.wrong = "forward gives other results while another thread runs the same node";
          else if (gradients_of(*side.probe, s) != side.gradients)
            side.wrong = "backward gives other gradients while another thread runs the same node";
          if (!side.wrong.empty()) stop = true;
        }
      } catch (const Error& e) {
        side.wrong = e.what();
        stop = true;
      }
    };
    std::thread other([&] { again(sides[1]); });
    again(sides[0]);
    other.join();
    for (const Side& side : sides)
      if (!side.wrong.empty()) return report.wrong(side.wrong + ": kernels must be pure functions");
  }
  report.done(fmt::format("{} nodes, each on two threads at once", draws));
}

}  // namespace graph_runner
