#include "conformance/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>

#include "core/error.hpp"

namespace graph_runner {

namespace {

// What both processes see: a child that dies leaves its last words here.
struct Shared {
  char step[256];
  char touched[256];  // what a fatal access was
};

constexpr const char* null_used = "uses a null pointer";

struct Named {
  const char *from, *to;
  char what[160];
};
std::array<Named, 512> named_memory{};
Shared* shared = nullptr;  // in the child

void copy(char* to, std::size_t size, const char* text) {
  std::strncpy(to, text, size - 1);
  to[size - 1] = '\0';
}

// Async-signal-safe: looks, copies and dies of the signal.
void on_fault(int signal, siginfo_t* info, void*) {
  const char* const address = static_cast<const char*>(info->si_addr);
  if (address < reinterpret_cast<const char*>(4096)) copy(shared->touched, sizeof shared->touched, null_used);
  for (const Named& n : named_memory)
    if (n.from && address >= n.from && address < n.to) copy(shared->touched, sizeof shared->touched, n.what);
  ::signal(signal, SIG_DFL);
  raise(signal);
}

std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void limit(int what, std::size_t value) {
  const rlimit l{value, value};
  setrlimit(static_cast<__rlimit_resource>(what), &l);
}

void confine(const ChildLimits& limits, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();  // so that what it starts can be ended with it
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<std::size_t>(std::ceil(limits.processor_seconds)));
  limit(RLIMIT_FSIZE, limits.file_bytes);
#ifndef __SANITIZE_ADDRESS__  // which maps terabytes
  limit(RLIMIT_AS, address_space() + limits.memory);
#else
  (void)address_space;
#endif
  static char stack[1 << 16];  // a fault may be an overflow of the usual one
  stack_t other{};
  other.ss_sp = stack;
  other.ss_size = sizeof stack;
  sigaltstack(&other, nullptr);
  struct sigaction act {};
  act.sa_sigaction = on_fault;
  act.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int s : {SIGSEGV, SIGBUS}) sigaction(s, &act, nullptr);
  for (const int s : {SIGFPE, SIGILL, SIGABRT}) signal(s, SIG_DFL);  // a sanitizer may have set its own
  std::set_terminate(__gnu_cxx::__verbose_terminate_handler);  // that of this program is not the plugin's
}

std::string text_in(int file) {
  std::string out(4096, '\0');
  out.resize(static_cast<std::size_t>(std::max<ssize_t>(0, pread(file, out.data(), out.size(), 0))));
  return out;
}

// A message is a letter, the number of its bytes and the bytes.
enum class Word : char { wrong = 'w', done = 'd', not_checked = 'n', end = 'e' };

class Talker final : public ChildReport {
 public:
  Talker(int pipe, int output) : pipe_(pipe), output_(output) {}
  void step(const std::string& what) override { copy(shared->step, sizeof shared->step, what.c_str()); }
  void wrong(const std::string& message) override { say(Word::wrong, message); }
  void done(const std::string& detail) override { say(Word::done, detail); }
  void not_checked(const std::string& reason) override { say(Word::not_checked, reason); }
  std::string printed() const override {
    std::fflush(nullptr);
    return text_in(output_);
  }
  void say(Word word, const std::string& text) {
    std::string frame(1, static_cast<char>(word));
    const auto size = static_cast<std::uint32_t>(text.size());
    frame.append(reinterpret_cast<const char*>(&size), sizeof size);
    frame += text;
    for (std::size_t at = 0; at < frame.size();) {
      const ssize_t n = ::write(pipe_, frame.data() + at, frame.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) _exit(1);
      at += static_cast<std::size_t>(n);
    }
  }

 private:
  int pipe_, output_;
};

[[noreturn]] void be_child(const ChildLimits& limits, int pipe, int output,
                           const std::function<void(ChildReport&)>& body) {
  confine(limits, output);
  Talker talker(pipe, output);
  try {
    body(talker);
  } catch (const Error& e) {
    talker.wrong(e.what());
  } catch (const std::bad_alloc&) {
    talker.wrong(fmt::format("{} takes more than {} MB of memory", shared->step, limits.memory >> 20));
  } catch (const std::exception& e) {
    talker.wrong(fmt::format("{} throws an exception: {}", shared->step, e.what()));
  } catch (...) {
    talker.wrong(fmt::format("{} throws an exception that is no std::exception", shared->step));
  }
  talker.say(Word::end, "");
  _exit(0);  // without destructors or handlers that the plugin has left behind
}

// Takes the messages that are whole from the front; true once the last one has come.
bool take_messages(std::string& bytes, ChildOutcome& outcome) {
  while (bytes.size() >= 1 + sizeof(std::uint32_t)) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data() + 1, sizeof size);
    if (bytes.size() - 1 - sizeof size < size) return false;
    const std::string text = bytes.substr(1 + sizeof size, size);
    const auto word = static_cast<Word>(bytes[0]);
    bytes.erase(0, 1 + sizeof size + size);
    if (word == Word::wrong) outcome.wrong.push_back(text);
    if (word == Word::done || word == Word::not_checked) outcome.detail = text;
    if (word == Word::not_checked) outcome.not_checked = true;
    if (word == Word::end) return true;
  }
  return false;
}

std::string step_of(const Shared& last) { return last.step[0] ? last.step : "its start"; }

std::string ending(int status, const Shared& last) {
  const std::string step = step_of(last);
  if (WIFEXITED(status))
    return fmt::format("{} ends the process, with exit code {}", step, WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  if (last.touched[0])
    return fmt::format("{} {} (SIG{}){}", step, last.touched, sigabbrev_np(signal),
                       step.rfind("backward", 0) == 0 && std::strcmp(last.touched, null_used) == 0
                           ? ": values declared Unread and gradients that nobody wants are null"
                           : "");
  return fmt::format("{} ends the process by SIG{}, {}", step, sigabbrev_np(signal), sigdescr_np(signal));
}

struct Child {
  pid_t id = -1;
  int pipe = -1, output = -1;  // what it says; what it prints
};

Error failed(const char* what) {
  return Error(Exit::run_failed, fmt::format("{}: {}", what, std::strerror(errno)));
}

Child spawn(const ChildLimits& limits, Shared* page, const std::function<void(ChildReport&)>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw failed("no pipe to a child process");
  const int output = memfd_create("output", MFD_CLOEXEC);
  std::fflush(nullptr);  // or the child would print it again
  const pid_t id = output < 0 ? -1 : fork();
  if (id < 0) {
    const Error error = failed("no child process");
    for (const int fd : {ends[0], ends[1], output}) close(fd);
    throw error;
  }
  if (id == 0) {
    shared = page;
    close(ends[0]);
    be_child(limits, ends[1], output, body);
  }
  close(ends[1]);
  return {.id = id, .pipe = ends[0], .output = output};
}

// How a child stopped to speak: with its last word, with none, not in time, or told to.
enum class Heard { all, part, too_late, stopped };

Heard collect(const Child& child, const ChildLimits& limits, Stop stop, ChildOutcome& outcome) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(limits.seconds);
  std::string bytes;
  while (true) {
    if (stop.asked()) return Heard::stopped;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd wait{.fd = child.pipe, .events = POLLIN, .revents = 0};
    // Not for long, as the signal that asks to stop may come just before.
    const int ready = left > 0 ? poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left, 100))) : -1;
    if (left > 0 && (ready == 0 || (ready < 0 && errno == EINTR))) continue;
    if (ready < 0) return Heard::too_late;
    char some[4096];
    const ssize_t n = ::read(child.pipe, some, sizeof some);
    if (n <= 0) return Heard::part;
    bytes.append(some, static_cast<std::size_t>(n));
    if (take_messages(bytes, outcome)) return Heard::all;
  }
}

// Ends a child and all that it has started; returns its status.
int reap(const Child& child, Heard heard) {
  close(child.pipe);
  siginfo_t gone{};
  // One that is gone shall be asked how before its group is killed.
  if (heard != Heard::part || waitid(P_PID, static_cast<id_t>(child.id), &gone, WEXITED | WNOWAIT) == 0)
    kill(-child.id, SIGKILL);
  kill(child.id, SIGKILL);
  int status = 0;
  while (waitpid(child.id, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

// Its last words: of std::terminate, of malloc, of a sanitizer.
std::string last_words(int output) {
  std::string printed = text_in(output);
  printed.erase(printed.find_last_not_of('\n') + 1);
  std::replace(printed.begin(), printed.end(), '\n', ' ');
  return printed.substr(0, 400);
}

}  // namespace

void name_memory(const void* from, std::size_t bytes, const std::string& what) {
  for (Named& n : named_memory) {
    if (n.from) continue;
    n.to = static_cast<const char*>(from) + bytes;
    copy(n.what, sizeof n.what, what.c_str());
    n.from = static_cast<const char*>(from);
    return;
  }
}

void forget_memory(const void* from) {
  for (Named& n : named_memory) n.from = n.from == from ? nullptr : n.from;
}

ChildOutcome run_in_child(const ChildLimits& limits, const std::function<void(ChildReport&)>& body,
                          Stop stop) {
  static Shared* const page = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (page == MAP_FAILED) throw failed("no memory to share with a child process");
  *page = Shared{};
  ChildOutcome outcome;
  const Child child = spawn(limits, page, body);
  const Heard heard = collect(child, limits, stop, outcome);
  const int status = reap(child, heard);
  outcome.stopped = heard == Heard::stopped;
  // Its own SIGKILL: past the limit of processor time.
  const bool busy = heard == Heard::part && WIFSIGNALED(status) &&
                    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
  outcome.timed_out = heard == Heard::too_late || busy;
  if (outcome.timed_out)
    outcome.failure = fmt::format("{} does not come back: it was stopped after {} s", step_of(*page),
                                  busy ? limits.processor_seconds : limits.seconds);
  else if (heard == Heard::part)
    outcome.failure = ending(status, *page);
  if (const std::string said = outcome.failure.empty() ? "" : last_words(child.output); !said.empty())
    outcome.failure += fmt::format(", having printed: {}", said);
  close(child.output);
  return outcome;
}

}  // namespace graph_runner
