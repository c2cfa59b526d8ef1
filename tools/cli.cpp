#include "tools/cli.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>

#include "core/guard.hpp"
#include "core/plugin_file.hpp"
#include "file/reader.hpp"
#include "tools/interruption.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

void add_common(CLI::App& app, Common& common) {
  app.add_option("--plugins", common.plugins,
                 "Search DIR for node plugins, before GRAPH_RUNNER_PLUGINS and the standard ones; repeatable")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_flag("-q,--quiet", common.quiet, "Print only what is wrong, and the result or verdict");
  app.add_flag("--json", common.json, "Print one JSON object a line, for programs");
  app.set_version_flag("--version", "graph-runner " GRAPH_RUNNER_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
}

bool is_terminal(int stream) {
  const char* term = std::getenv("TERM");
  return isatty(stream) && term && std::strcmp(term, "dumb") != 0;
}
bool use_colour(int stream) {
  const char* no_colour = std::getenv("NO_COLOR");
  return is_terminal(stream) && !(no_colour && *no_colour);
}

namespace {
std::string line_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}
}  // namespace

void print_json(const Json& object) {
  const std::string line = line_of(object) + "\n";
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

bool wants_events(const Common& common) { return common.json || common.page; }

void emit(const Common& common, const Json& event) {
  if (common.page) common.page->take(line_of(event));
  if (common.json) print_json(event);
}

namespace {

Json json_of(const Problem& p, const char* kind) {
  Json object{{"event", kind}};
  if (p.place.source) object["file"] = p.place.source->name;
  if (p.place.line) object["line"] = p.place.line;
  if (p.place.line) object["column"] = p.place.column;
  object["message"] = p.message;
  for (const Place* use = p.place.used_at.get(); use; use = use->used_at.get())
    object["used_at"].push_back(
        {{"file", use->source ? use->source->name : ""}, {"line", use->line}, {"column", use->column}});
  return object;
}

void print(const std::vector<Problem>& problems, const char* kind, const Common& common) {
  const bool json = common.json && !std::ferror(stdout);  // where it fails, that is said elsewhere
  for (const Problem& p : problems) {
    if (common.page) common.page->take(line_of(json_of(p, kind)));
    if (json) {
      print_json(json_of(p, kind));
    } else {
      std::fflush(stdout);
      const std::string text = render(p, kind, use_colour(2));
      std::fwrite(text.data(), 1, text.size(), stderr);
    }
  }
}

}  // namespace

void report(const Error& error, const Common& common) { print(error.problems(), "error", common); }
void warn(const std::vector<Problem>& warnings, const Common& common) { print(warnings, "warning", common); }

namespace {

const Common as_by_default;
const Common* asked_for = nullptr;  // by the command line; null before that, and when the work is done
pid_t this_process = 0;

// Ends the program for what a plugin has done, naming the one that is being loaded, if one is.
[[noreturn]] void end_by_plugin(const std::string& done, const std::string& elsewhere) {
  const std::filesystem::path* const file = PluginFile::being_loaded();
  const Exit code = file ? Exit::bad_request : Exit::run_failed;
  report(Error(code,
               file ? fmt::format("plugin {}: while it was loaded, it {}", file->string(), done) : elsewhere),
         asked_for ? *asked_for : as_by_default);
  std::fflush(stdout);
  _exit(static_cast<int>(code));
}

bool out_of_memory() {
  try {
    if (std::current_exception()) throw;
  } catch (const std::bad_alloc&) {
    return true;
  } catch (...) {  // told by others
  }
  return false;
}

// Called where no handler can be reached: before main, and because the dynamic loader lets no exception
// through, nor does a thread.
[[noreturn]] void end_by_exception() {
  if (!PluginFile::being_loaded() && out_of_memory()) {
    constexpr std::string_view said = "error: out of memory\n";
    (void)!write(STDERR_FILENO, said.data(), said.size());
    _exit(static_cast<int>(Exit::run_failed));
  }
  const std::string thrown =
      std::current_exception() ? describe_thrown() : std::string("called std::terminate");
  end_by_plugin(thrown + "; no exception may leave a plugin",
                thrown + ", where nothing could catch it; a plugin may do so in a thread of its own");
}

// Called before anything is made, by libraries too: memory may run out for that.
void set_handler() { std::set_terminate(end_by_exception); }
[[gnu::section(".preinit_array"), gnu::used]] void (*const before_all)() = set_handler;

// Nobody but a plugin ends the program before its work is done, and that must not pass for success.
void end_by_exit() {
  if (asked_for && getpid() == this_process)
    end_by_plugin(
        "ended the program",
        "a plugin has ended the program; graph-inspect --check FILE.so tells which does that, and where");
}

// Where a standard stream is closed, its number would go to the next file that is opened, and what is printed
// into it. It is taken by what can be neither read nor written.
void occupy_standard_streams() {
  for (const int stream : {0, 1, 2})
    if (fcntl(stream, F_GETFD) < 0) (void)open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
  // Who no longer reads, and a limit on files, are noticed as what cannot be written.
  for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_IGN);
}

void prepare_process() {
  occupy_standard_streams();
  // Memory that was given back is asked for again a moment later: it is kept rather than mapped anew.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  this_process = getpid();
  std::atexit(end_by_exit);
}

}  // namespace

void check_output() {
  static bool said = false;
  if (said) return;
  errno = 0;
  said = std::fflush(stdout) != 0 || std::ferror(stdout);
  if (!said) return;
  const std::string reason = errno ? std::strerror(errno) : "cannot be written";
  throw Error(Exit::file_failed, "standard output: " + reason);
}

namespace {

// For the build, which installs them.
bool print_description(const CLI::App& app, const std::string& asked, const Manual& manual) {
  if (asked == "--man-page")
    std::fputs(man_page(app, manual).c_str(), stdout);
  else if (asked == "--bash-completion")
    std::fputs(bash_completion(app).c_str(), stdout);
  else
    return false;
  return true;
}

}  // namespace

int run(CLI::App& app, int argc, char** argv, const Common& common, const std::function<int()>& body) {
  // A full disk or a closed pipe must not pass for success.
  const auto end = [&](int code) {
    try {
      check_output();
    } catch (const Error& e) {
      std::fputs(render(e.problems()[0], "error", use_colour(2)).c_str(), stderr);
      return static_cast<int>(e.exit());
    }
    return code;
  };
  prepare_process();
  asked_for = &common;
  struct Done {
    ~Done() { asked_for = nullptr; }
  } done;
  if (argc == 2 && print_description(app, argv[1], common.manual)) return end(0);
  try {
    app.parse(argc, argv);
    begin_work(common.json);
    return end(body());
  } catch (const CLI::CallForHelp&) {
    const int width = is_unlimited(output_width()) ? 80 : output_width();
    std::fputs(help_text(app, common.manual, width).c_str(), stdout);
    return end(0);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return end(app.exit(e));
    // The command line is not understood, but what it asks for in this can be seen.
    Common asked = common;
    asked.json =
        std::any_of(argv, argv + argc, [](const char* word) { return word == std::string_view("--json"); });
    report(Error(Exit::bad_request, e.what()), asked);
    if (!asked.json) fmt::print(stderr, "Try {} --help\n", app.get_name());
    end(0);
    return static_cast<int>(Exit::bad_request);
  } catch (const Error& e) {
    report(e, common);
    end(0);
    return static_cast<int>(e.exit());
  } catch (const std::bad_alloc&) {
    report(Error(Exit::run_failed, "out of memory"), common);
  } catch (const std::exception& e) {
    if (std::ferror(stdout))
      return end(static_cast<int>(Exit::file_failed));  // fmt throws where it cannot print
    report(Error(Exit::run_failed, fmt::format("unexpected: {}", e.what())), common);
  }
  return static_cast<int>(Exit::run_failed);
}

int for_each_file(const std::vector<std::string>& files, const Common& common,
                  const std::function<int(const std::string& path)>& body) {
  int worst = 0;
  for (std::size_t i = 0; i < files.size() && worst <= 128; ++i) {
    if (i > 0 && !common.json && !common.quiet) fmt::print("\n");
    int code = 0;
    try {
      code = body(files[i]);
    } catch (const Error& e) {
      report(e, common);
      code = static_cast<int>(e.exit());
    }
    worst = std::max(worst, code);
    if (const std::size_t left = files.size() - i - 1; left > 0 && interrupted())
      worst = say_interrupted(common, fmt::format(": {} of {} files not begun", left, files.size()),
                              {{"files_not_begun", left}});
  }
  return worst;
}

std::string verdict_of(const Common& common, const std::string& file) {
  return common.quiet && common.several ? file + ": " : "";
}

std::uint64_t parse_seed(const std::string& text, const std::string& what) {
  Yaml scalar;
  scalar.text = text;
  Problems problems;
  const auto seed = read_seed(scalar, what, problems);
  problems.raise();
  return *seed;
}

}  // namespace graph_runner::cli
