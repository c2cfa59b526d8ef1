// A fuzzer of all that a graph file can ask for but training: bytes are read as a file, its graph is built,
// and its claims and critical points are checked, or not, with READING_ALONE, which is some hundred times
// faster. Errors are answers; crashes, sanitizers' findings and hangs are not. tests/fuzz/run builds and runs
// it. The plugins are those of GRAPH_RUNNER_PLUGINS, or of the build.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "analysis/critical.hpp"
#include "claims/claim_program.hpp"
#include "claims/claims.hpp"
#include "file/graph_file.hpp"

using namespace graph_runner;

namespace {

Registry& registry() {
  const char* folder = std::getenv("GRAPH_RUNNER_PLUGINS");
  static Registry made({folder ? folder : PLUGINS});
  return made;
}

// Whether all values are small: large ones are slow, and no other code.
bool small(const Graph& graph) {
  for (const Value& v : graph.values()) {
    double entries = 1;
    for (std::int64_t i = 0; i < v.shape.rank; ++i)
      if (v.shape.dims[i] > 0) entries *= static_cast<double>(v.shape.dims[i]);
    if (entries > 1000) return false;
  }
  return graph.nodes().size() <= 100;
}

void run(const std::string& text) try {
  const GraphFile file = read_graph_text(text, "fuzz.yaml", registry());
  const auto [graph, critical] = build_file(file, registry());
#ifdef READING_ALONE
  return;
#endif
  if (!small(graph)) return;
  try {
    const auto claims = make_claims(file.claims, graph, file.rows, registry());
    check_claims(graph, claims, 1);
  } catch (const Error&) {
  }
  for (const CriticalRequest& r : critical) {
    std::int64_t entries = 1;
    const gr_shape& shape = graph.values()[r.by].shape;
    for (std::int64_t i = 0; i < shape.rank; ++i) entries *= shape.dims[i] > 0 ? shape.dims[i] : 4;
    if (entries <= 9) find_critical(graph, r);
  }
} catch (const Error&) {
}

}  // namespace

// Short stacks and a small quarantine: an input makes some 10,000 allocations.
extern "C" const char* __asan_default_options() { return "malloc_context_size=6:quarantine_size_mb=32"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  run(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
