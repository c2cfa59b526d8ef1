// What a plugin does to the process around it, and the gradients last: they want a plugin that is sound.
#include <fmt/format.h>
#include <malloc.h>

#include <filesystem>
#include <fstream>

#include "analysis/type_check.hpp"
#include "conformance/surroundings.hpp"
#include "conformance/trials.hpp"
#include "core/plugin_file.hpp"

// There where this program is built with AddressSanitizer, whose allocator mallinfo does not know.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes()  // NOLINT(bugprone-reserved-identifier)
    __attribute__((weak));

namespace graph_runner {

namespace {

struct Held {
  std::int64_t heap = 0, maps = 0, files = 0;
};

Held held_now() {
  Held h;
  if (__sanitizer_get_current_allocated_bytes) {
    h.heap = static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
  } else {
    const struct mallinfo2 info = mallinfo2();
    h.heap = static_cast<std::int64_t>(info.uordblks + info.hblkhd);
  }
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) ++h.maps;
  std::error_code ignored;
  h.files = std::distance(std::filesystem::directory_iterator("/proc/self/fd", ignored), {});
  return h;
}

void one_life(Candidate& candidate, const DrawnNode& drawn, ScalarType scalar, const Stream& stream) {
  ChildReport& report = candidate.report();
  Subject s = drawn.subject;
  report.step("create");
  s.instance = s.type->create(s.attributes);
  Probe probe(s, scalar);
  set_point(probe, s, drawn.point);
  report.step("forward");
  probe.forward();
  if (s.type->differentiable()) {
    set_cotangent(probe, s, stream);
    report.step("backward");
    probe.backward(probe.all());
  }
  report.step("destroy");
}

}  // namespace

void check_leaks(Candidate& candidate) {
  constexpr int warm = 20, lives = 100, draws = 4;
  ChildReport& report = candidate.report();
  const ScalarType scalar =
      candidate.type().supports(ScalarType::float32) ? ScalarType::float32 : ScalarType::float64;
  for (std::int64_t i = 0; i < draws; ++i) {
    Stream stream = candidate.stream(i);
    const DrawnNode drawn = draw(candidate, stream);
    for (int n = 0; n < warm; ++n) one_life(candidate, drawn, scalar, stream);
    // What is kept once and for all is no leak: it grows in each of three rounds.
    Held least{INT64_MAX, INT64_MAX, INT64_MAX};
    for (int round = 0; round < 3; ++round) {
      const Held before = held_now();
      for (int n = 0; n < lives; ++n) one_life(candidate, drawn, scalar, stream);
      const Held after = held_now();
      least = {std::min(least.heap, after.heap - before.heap), std::min(least.maps, after.maps - before.maps),
               std::min(least.files, after.files - before.files)};
    }
    const auto leak = [&](std::int64_t n, const char* what) {
      report.wrong(fmt::format("keeps {} {} when {} nodes are made, run and destroyed", n, what, lives));
    };
    constexpr std::int64_t least_allocation = 16;  // bytes
    if (least.heap >= least_allocation * lives) return leak(least.heap, "bytes of memory");
    if (2 * least.maps >= lives) return leak(least.maps, "mapped stretches of memory");
    if (2 * least.files >= lives) return leak(least.files, "open files");
  }
  report.done(fmt::format("{} nodes made, run and destroyed: nothing is kept", draws * (warm + 3 * lives)));
}

void check_surroundings(const std::filesystem::path& file, std::uint64_t seed, ChildReport& report) {
  Surroundings before = Surroundings::now();
  std::size_t printed = report.printed().size();
  const auto watch = [&](const char* step, const auto& body) {
    report.step(step);
    body();
    const Surroundings after = Surroundings::now();
    for (const std::string& change : before.changes_to(after))
      report.wrong(fmt::format("{} {}", step, change));
    const std::string text = report.printed();
    if (text.size() > printed)
      report.wrong(fmt::format("{} prints \"{}\": standard output is for the results of the program", step,
                               text.substr(printed, text.find('\n', printed) - printed)));
    printed = text.size();
    before = after;
  };
  PluginFile plugin(file);
  const std::string name = file.stem().string();
  watch("loading", [&] { plugin.load(); });
  watch("its entry", [&] { plugin.ask(name); });
  Registry registry = Registry::of_plugin(file);
  const NodeType& type = registry.get(name);
  Stream stream(seed, "check-plugin", name);
  std::optional<DrawnNode> drawn;
  watch("create or shapes", [&] { drawn.emplace(draw_at_point(type, registry, stream, EntryDraw::smooth)); });
  for (const ScalarType scalar : all_scalars) {
    if (!type.supports(scalar)) continue;
    Probe probe(drawn->subject, scalar);
    set_point(probe, drawn->subject, drawn->point);
    set_cotangent(probe, drawn->subject, stream);
    watch("forward", [&] { probe.forward(); });
    if (type.differentiable()) watch("backward", [&] { probe.backward(probe.all()); });
  }
  watch("destroy", [&] { drawn.reset(); });
  report.done("floating point, locale, folder, signals, environment, output: all as before");
}

void check_gradients(Candidate& candidate, std::uint64_t seed) {
  ChildReport& report = candidate.report();
  report.step("the gradient check");
  TypeCheckRequest request;
  request.seed = seed;
  const NodeCheck check = check_type(candidate.type(), candidate.registry(), request);
  for (const Finding& f : check.findings) {
    std::string where;
    if (f.entry && !f.entry->index.empty())
      where = fmt::format(" at {}: backward {:.9g}{}", to_string(f.entry->index), f.entry->backward,
                          f.entry->exact     ? fmt::format(", exact {:.9g}", *f.entry->exact)
                          : f.entry->numeric ? fmt::format(", numeric {:.9g}", *f.entry->numeric)
                                             : "");
    report.wrong(fmt::format("{}{}{}", f.message, where, f.diagnosis.empty() ? "" : ": " + f.diagnosis));
  }
  std::string notes;
  for (const std::string& n : check.notes) notes += "; " + n;
  if (check.points == 0 && check.ok()) return report.not_checked(notes.substr(notes.empty() ? 0 : 2));
  const MeasureId told = check.measures[exact_measure].entries ? exact_measure : numeric_measure;
  report.done(!candidate.type().differentiable()
                  ? fmt::format("it has none; {} nodes run{}", check.points, notes)
                  : fmt::format("{} nodes, {} entries, worst {} error {:.1e}{}", check.points, check.entries,
                                measure_rows[told].name, check.measures[told].worst, notes));
}

}  // namespace graph_runner
