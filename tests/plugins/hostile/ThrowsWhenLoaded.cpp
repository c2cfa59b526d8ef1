/* Expected: loading: too early */
#include <graph_runner/abi.h>

#include <stdexcept>

namespace {
struct Start {
  Start() { throw std::runtime_error("too early"); }
} start;
}  // namespace

extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char*, size_t) { return nullptr; }
