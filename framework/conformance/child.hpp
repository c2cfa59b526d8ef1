// A body run in a process of its own, so that whatever a plugin does there (crash, exit, hang, fill the
// memory) ends there, and is told.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/stop.hpp"

namespace graph_runner {

struct ChildLimits {
  double processor_seconds = 10;
  double seconds = 30;                             // by the clock: of one that sleeps
  std::size_t memory = std::size_t{4} << 30;       // bytes of address space beyond those of this process
  std::size_t file_bytes = std::size_t{64} << 20;  // of any file that it writes
};

// What a body tells of itself.
class ChildReport {
 public:
  // What it does next: named where it does not come back. Free of system calls.
  virtual void step(const std::string& what) = 0;
  // Something wrong.
  virtual void wrong(const std::string& message) = 0;
  // What was done, where all is well.
  virtual void done(const std::string& detail) = 0;
  // Why nothing was done.
  virtual void not_checked(const std::string& reason) = 0;
  // What it wrote so far on standard output and standard error.
  virtual std::string printed() const = 0;

 protected:
  ~ChildReport() = default;
};

struct ChildOutcome {
  std::vector<std::string> wrong;
  std::string detail;
  // How it ended where the body did not come to its end, with the step: "ends the process with code 0 while
  // loading". A body has come to its end when it has said so: an exit code proves nothing.
  std::string failure;
  bool timed_out = false;
  bool stopped = false;      // it was to stop, and nothing is known
  bool not_checked = false;  // the detail says why
};

// Runs the body in a child process and waits for it. Exceptions that leave the body are something wrong.
// One that is to stop is killed. Throws Error (run_failed) where no process can be made.
ChildOutcome run_in_child(const ChildLimits& limits, const std::function<void(ChildReport&)>& body,
                          Stop stop = {});

// Names a stretch of memory of this process, for the message where a child ends by touching it. The text says
// what that is: "writes past the end of output 'y'". Forgotten by the same address.
void name_memory(const void* from, std::size_t bytes, const std::string& what);
void forget_memory(const void* from);

}  // namespace graph_runner
