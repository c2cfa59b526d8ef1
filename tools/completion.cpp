// Completion of a tool's command line, as a script for bash.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "tools/help.hpp"

namespace graph_runner::cli {

namespace {

// What completes an argument, by what help calls it; what is not here is the user's own.
const std::map<std::string, std::string> completed_by{
    {"FILE", "files"}, {"NAME=FILE", "own"}, {"DIR", "folders"}, {"TYPE", "types"}};
// The same of what stands without an option.
const std::map<std::string, std::string> positional_by{{"FILE", "graphs"}, {"WHAT", "types graphs"}};

std::string way(const std::map<std::string, std::string>& ways, const std::string& argument) {
  const auto found = ways.find(argument);
  return found == ways.end() ? "own" : found->second;
}

// @NAME@ is the tool, @CALL@ a name for the function, @OPTIONS@ its options, @CASES@ what completes their
// arguments, @REST@ what completes what stands without one.
constexpr const char* script = R"~(# Completion of @NAME@ in bash; made of its own --help.

@CALL@()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} ways= way
    # bash takes --data=DIR and NAME=FILE for three words.
    if [[ $word == "=" ]]; then
        word=
    elif [[ $before == "=" ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
        [[ $before == -* ]] || ways=files
    fi
    COMPREPLY=()
    if [[ -z $ways ]]; then
        case $before in
@CASES@
            *) ways="@REST@" ;;
        esac
        [[ $word == -* && $ways == "@REST@" ]] && ways=options
    fi
    local IFS=$' \n' found=() tools=${1%"${1##*/}"}
    for way in $ways; do
        case $way in
            options) IFS=$'\n' read -r -d '' -a found < <(compgen -W "@OPTIONS@" -- "$word") ;;
            types) IFS=$'\n' read -r -d '' -a found < <(compgen -W "$("${tools}graph-inspect" --quiet 2>/dev/null)" -- "$word") ;;
            folders) IFS=$'\n' read -r -d '' -a found < <(compgen -d -- "$word") ;;
            files) IFS=$'\n' read -r -d '' -a found < <(compgen -f -- "$word") ;;
            graphs) IFS=$'\n' read -r -d '' -a found < <(compgen -d -- "$word"; compgen -f -X '!*.yaml' -- "$word"; compgen -f -X '!*.yml' -- "$word") ;;
            *) found=() ;;
        esac
        COMPREPLY+=("${found[@]}")
    done
    [[ $ways == *s && $ways != options ]] && compopt -o filenames 2>/dev/null
    return 0
}
complete -F @CALL@ @NAME@
)~";

std::string with(std::string text, const std::string& mark, const std::string& value) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
    text.replace(at, mark.size(), value);
  return text;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> options, cases;
  std::string rest;
  for (const OptionHelp& o : options_of(app)) {
    if (o.positional) {
      rest = way(positional_by, o.names[0]);
      continue;
    }
    options.insert(options.end(), o.names.begin(), o.names.end());
    if (!o.argument.empty())
      cases.push_back(fmt::format("            {}) ways={} ;;", fmt::join(o.names, " | "),
                                  way(completed_by, o.argument)));
  }
  std::string function = "_" + app.get_name();
  std::replace(function.begin(), function.end(), '-', '_');
  std::string text = with(script, "@CASES@", fmt::format("{}", fmt::join(cases, "\n")));
  text = with(text, "@OPTIONS@", fmt::format("{}", fmt::join(options, " ")));
  text = with(text, "@REST@", rest);
  return with(with(text, "@CALL@", function), "@NAME@", app.get_name());
}

}  // namespace graph_runner::cli
