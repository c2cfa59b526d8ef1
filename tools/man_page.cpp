// The manual page of a tool, in the language of man(7).
#include <fmt/format.h>

#include "core/text.hpp"
#include "tools/help.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

constexpr const char* names[] = {"graph-runner", "grad-check", "graph-inspect"};

// As it stands, for roff: no sign is taken for a command or for a typographic one.
std::string roff(std::string_view text) {
  std::string out;
  bool begins = true;
  while (!text.empty()) {
    const Character c = first_character(text);
    if (begins && (c.code == '.' || c.code == '\'')) out += "\\&";
    begins = c.code == '\n';
    switch (c.code) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        if (c.code < 0x80)
          out += static_cast<char>(c.code);
        else
          out += fmt::format("\\[u{:04X}]", static_cast<unsigned>(c.code));
    }
    text.remove_prefix(c.bytes ? c.bytes : 1);
  }
  return out;
}

// The same of prose, on lines of the length that is asked of a source; it is filled anew where it is shown.
std::string prose(const std::string& text) {
  constexpr int length = 66;  // escapes make it longer
  std::string out;
  for (const std::string& line : broken(text, length, length)) out += roff(line) + "\n";
  return out;
}

std::string terms(const Terms& all) {
  std::string out;
  for (const auto& [term, meaning] : all) out += fmt::format(".TP\n.B {}\n{}", roff(term), prose(meaning));
  return out;
}

// Names in bold, what stands for something in italics.
std::string option_term(const OptionHelp& o) {
  std::string term;
  for (const std::string& name : o.names) term += (term.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
  if (o.positional) return "\\fI" + roff(o.names[0]) + "\\fR";
  return o.argument.empty() ? term : term + " \\fI" + roff(o.argument) + "\\fR";
}

std::string options_text(const CLI::App& app, bool positional) {
  std::string out;
  for (const OptionHelp& o : options_of(app))
    if (o.positional == positional) out += ".TP\n" + option_term(o) + "\n" + prose(o.meaning);
  return out;
}

std::string paragraphs(const CLI::App& app, const Manual& manual) {
  std::string out = prose(app.get_description());
  for (const std::string& p : manual.paragraphs) out += ".PP\n" + prose(p);
  return out;
}

std::string synopsis(const CLI::App& app) {
  std::string out = fmt::format(".B {}\n[\\fIOPTIONS\\fR]", roff(app.get_name()));
  for (const OptionHelp& o : options_of(app))
    if (o.positional) out += " " + roff(o.term());
  return out + "\n";
}

std::string see_also(const CLI::App& app) {
  std::string out;
  for (const std::string name : names)
    if (name != app.get_name()) out += fmt::format("{}.BR {} (1)", out.empty() ? "" : " ,\n", roff(name));
  return out + "\n";
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::string man_page(const CLI::App& app, const Manual& manual) {
  std::string summary = app.get_description().substr(0, app.get_description().find_first_of(".:;"));
  summary[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(summary[0])));
  std::string out = fmt::format(".TH {} 1 {} \"graph\\-runner {}\" \"User Commands\"\n",
                                roff(upper(app.get_name())), GRAPH_RUNNER_DATE, GRAPH_RUNNER_VERSION);
  const auto section = [&](const char* title, const std::string& text) {
    if (!text.empty()) out += fmt::format(".SH {}\n{}", title, text);
  };
  section("NAME", fmt::format("{} \\- {}\n", roff(app.get_name()), roff(summary)));
  section("SYNOPSIS", synopsis(app));
  section("DESCRIPTION", paragraphs(app, manual) + options_text(app, true));
  section("OPTIONS", options_text(app, false));
  section("EXIT STATUS", terms(exit_codes()));
  section("ENVIRONMENT", terms(environment()));
  section("FILES", terms(manual.files));
  section("EXAMPLES", terms(manual.examples));
  section("SEE ALSO", see_also(app));
  return out;
}

}  // namespace graph_runner::cli
