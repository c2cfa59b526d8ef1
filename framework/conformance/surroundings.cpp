#include "conformance/surroundings.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <exception>
#include <filesystem>
#include <locale>
#include <new>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace graph_runner {

namespace {

std::string rounding() {
  switch (std::fegetround()) {
    case FE_TONEAREST:
      return "to nearest";
    case FE_UPWARD:
      return "up";
    case FE_DOWNWARD:
      return "down";
    default:
      return "to zero";
  }
}

// -ffast-math sets this in every program that loads what was linked with it.
std::string small_numbers() {
#if defined(__x86_64__)
  const unsigned control = _mm_getcsr();
  const bool results = control & 0x8000, operands = control & 0x0040;
  return results || operands ? "flushed to zero (-ffast-math?)" : "kept";
#else
  return "kept";
#endif
}

std::string handlers() {
  std::string out;
  for (int s = 1; s < NSIG; ++s) {
    struct sigaction act {};
    if (sigaction(s, nullptr, &act) != 0) continue;
    const bool simple = act.sa_handler == SIG_DFL || act.sa_handler == SIG_IGN;
    if (act.sa_handler == SIG_DFL) continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", s,
                       simple ? "ignored" : fmt::format("{}", reinterpret_cast<void*>(act.sa_sigaction)));
  }
  return out.empty() ? "none" : out;
}

std::string blocked() {
  sigset_t set;
  pthread_sigmask(SIG_SETMASK, nullptr, &set);
  std::string out;
  for (int s = 1; s < NSIG; ++s)
    if (sigismember(&set, s) == 1) out += fmt::format("{}{}", out.empty() ? "" : ", ", s);
  return out.empty() ? "none" : out;
}

std::string mask() {
  const mode_t m = umask(0);
  umask(m);
  return fmt::format("{:o}", m);
}

std::string limits() {
  std::string out;
  for (int what = 0; what < RLIMIT_NLIMITS; ++what) {
    rlimit l{};
    if (getrlimit(static_cast<__rlimit_resource>(what), &l) == 0)
      out += fmt::format("{}/{} ", l.rlim_cur, l.rlim_max);
  }
  return out;
}

std::string variables() {
  std::string out;
  for (char** v = environ; v && *v; ++v) out += std::string(*v) + "\n";
  return out;
}

std::string entries(const char* folder) {
  std::error_code ignored;
  const auto n = std::distance(std::filesystem::directory_iterator(folder, ignored), {});
  return fmt::format("{}", n);
}

template <class Function>
std::string address(Function* f) {
  return fmt::format("{}", reinterpret_cast<void*>(f));
}

}  // namespace

Surroundings Surroundings::now() {
  std::error_code ignored;
  Surroundings s;
  s.state_ = {{"how floating-point results are rounded", rounding()},
              {"what becomes of very small floating-point numbers", small_numbers()},
              {"which floating-point exceptions trap", fmt::format("{}", fegetexcept())},
              {"the C locale", setlocale(LC_ALL, nullptr)},
              {"the thread's locale", fmt::format("{}", static_cast<void*>(uselocale(nullptr)))},
              {"the C++ locale", std::locale().name()},
              {"the working folder", std::filesystem::current_path(ignored).string()},
              {"the umask", mask()},
              {"the environment", variables()},
              {"the signal handlers", handlers()},
              {"the blocked signals", blocked()},
              {"the handler of std::terminate", address(std::get_terminate())},
              {"the handler of failing `new`", address(std::get_new_handler())},
              {"the resource limits", limits()},
              {"the number of threads", entries("/proc/self/task")},
              {"the number of open files", entries("/proc/self/fd")}};
  return s;
}

std::vector<std::string> Surroundings::changes_to(const Surroundings& later) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < state_.size(); ++i) {
    const auto& [what, before] = state_[i];
    const std::string& after = later.state_[i].second;
    if (before == after) continue;
    const bool tell = before.size() + after.size() < 80;
    out.push_back(tell ? fmt::format("changes {} from {} to {}", what, before, after)
                       : fmt::format("changes {}", what));
  }
  return out;
}

}  // namespace graph_runner
