// The one place where what a plugin throws is stopped: no exception may leave a plugin, and none ends the
// program.
#pragma once

#include <graph_runner/abi.h>

#include <string>

namespace graph_runner {

// "threw a std::runtime_error: out of luck", of the exception that is being handled; call it in a catch
// block.
std::string describe_thrown();

// Calls into a plugin: returns "", or what it threw. Costs nothing where nothing is thrown, so that one
// guard goes around a whole walk.
template <class Calls>
std::string thrown_by(Calls&& calls) {
  try {
    calls();
  } catch (...) {
    return describe_thrown() + "; no exception may leave a plugin";
  }
  return "";
}

// Why a call that did not return GR_OK failed: what it wrote to `error`, which is cut at its end, or that it
// wrote nothing.
std::string reason_of(gr_status status, char* error, std::size_t size);

}  // namespace graph_runner
