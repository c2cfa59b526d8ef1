/* Expected: symbols: shares with every plugin that has one of this name: */
#include <graph_runner/abi.h>

template <class T>
struct Shift {
  static inline int amount = 1;  // GCC makes it a unique symbol unless told otherwise
};

extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char*, size_t) {
  ++Shift<int>::amount;
  return nullptr;
}
