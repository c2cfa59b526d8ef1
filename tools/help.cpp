#include "tools/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

std::string names_of(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* o : options) names.push_back(o->get_name());
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string meaning_of(const CLI::Option& o) {
  std::string meaning = o.get_description();
  if (!o.get_needs().empty()) meaning += fmt::format(" (with {})", names_of(o.get_needs()));
  if (!o.get_excludes().empty()) meaning += fmt::format(" (not with {})", names_of(o.get_excludes()));
  return meaning;
}

// Terms to the left, what they mean to the right; below, where a term is long.
std::string terms_text(const Terms& terms, int width) {
  constexpr int column = 26;
  const std::string margin(column, ' ');
  std::string out;
  for (const auto& [term, meaning] : terms) {
    std::string head = "  " + term;
    const int used = display_width(head);
    if (used + 2 > column)
      head += "\n" + margin;
    else
      head += std::string(static_cast<std::size_t>(column - used), ' ');
    const std::vector<std::string> lines = broken(meaning, width - column, width - column);
    out += fmt::format("{}{}\n", head, fmt::join(lines, "\n" + margin));
  }
  return out;
}

}  // namespace

std::string OptionHelp::term() const {
  if (positional)
    return fmt::format("{}{}{}{}", required ? "" : "[", names[0], repeatable ? "..." : "",
                       required ? "" : "]");
  return fmt::format("{}{}{}", fmt::join(names, ", "), argument.empty() ? "" : " ", argument);
}

std::vector<OptionHelp> options_of(const CLI::App& app) {
  std::vector<OptionHelp> all;
  for (const CLI::Option* o : app.get_options()) {
    OptionHelp& help = all.emplace_back();
    help.positional = o->get_positional();
    if (help.positional) help.names.push_back(o->get_name(true));
    for (const std::string& name : o->get_snames()) help.names.push_back("-" + name);
    for (const std::string& name : o->get_lnames()) help.names.push_back("--" + name);
    // What CLI11 appends for checks is told in the meaning.
    if (o->get_type_size() != 0) help.argument = o->get_type_name().substr(0, o->get_type_name().find(':'));
    help.meaning = meaning_of(*o);
    help.required = o->get_required();
    help.repeatable = o->get_expected_max() > 1;
  }
  return all;
}

const Terms& exit_codes() {
  static const Terms codes{
      {"0", "done, and every check held"},
      {"1", "the check said no: a gradient, a claim, a requirement or a plugin is wrong"},
      {"2", "the request is wrong: the command line, a graph file, a plugin or data"},
      {"3", "the run failed: a number that is not finite, a plugin that failed, no memory"},
      {"4", "a file cannot be read or written"},
      {"130, 143",
       "interrupted by SIGINT (Ctrl-C) or SIGTERM. The first ends the work at the next good place; what is "
       "known by then is printed, what was not finished is said to be so, and no file is left half "
       "written. A second one ends the program at once."}};
  return codes;
}

const Terms& environment() {
  static const Terms variables{
      {"GRAPH_RUNNER_PLUGINS",
       "absolute paths of directories, separated by ':', that are searched for node plugins after those of "
       "--plugins"},
      {"COLUMNS",
       "the width that tables and lines fit, at least 40. Without it, that of the terminal; where the output "
       "goes to a file or another program, no limit, but for this help, which then has 80"},
      {"NO_COLOR", "where it is set and not empty, there is no colour"},
      {"TERM", "where it is 'dumb', there is no colour and nothing is redrawn"}};
  return variables;
}

std::string usage(const CLI::App& app) {
  std::string text = app.get_name() + " [OPTIONS]";
  for (const OptionHelp& o : options_of(app))
    if (o.positional) text += " " + o.term();
  return text;
}

std::string help_text(const CLI::App& app, const Manual& manual, int width) {
  Terms arguments, options;
  for (const OptionHelp& o : options_of(app))
    (o.positional ? arguments : options).push_back({o.positional ? o.names[0] : o.term(), o.meaning});
  std::string out = wrapped(app.get_description(), width, 0) + "\n\nUsage: " + usage(app) + "\n";
  const auto section = [&](const char* title, const Terms& terms) {
    out += fmt::format("\n{}:\n{}", title, terms_text(terms, width));
  };
  section("Arguments", arguments);
  section("Options", options);
  out += "\nExamples:\n";
  for (const auto& [command, meaning] : manual.examples)
    out += wrapped("  " + command, width, 4) + "\n" + wrapped("      " + meaning, width, 0) + "\n";
  section("Exit codes", exit_codes());
  section("Environment", environment());
  return out;
}

}  // namespace graph_runner::cli
