#include "yaml/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "core/text.hpp"
#include "yaml/source_text.hpp"
#include "yaml/strictness.hpp"
#include "yaml/tree_builder.hpp"

namespace graph_runner {

namespace {

// What is wrong with a text that yaml-cpp refuses.
struct Fault {
  std::string found;  // in the words of yaml-cpp
  // `indentation`: it may be that alone. `refused`: it is YAML, but graph files have none.
  enum { indentation, syntax, refused } kind;
  std::string text;  // in the words of a user
};

constexpr const char* tabs = "a tab in the indentation; indent with spaces";

const std::vector<Fault>& known_faults() {
  namespace M = YAML::ErrorMsg;
  static const std::string tag = fmt::format("a tag (!); {}", no_tags);
  static const std::vector<Fault> list = {
      {M::END_OF_MAP, Fault::indentation,
       "expected 'key: value' in line with the keys above; check the indentation"},
      {M::END_OF_SEQ, Fault::indentation,
       "expected '- ' in line with the entries above; check the indentation"},
      {M::BLOCK_ENTRY, Fault::indentation,
       "'-' cannot stand here; check the indentation, or quote a formula that begins with '- '"},
      {M::MAP_KEY, Fault::indentation, "a key cannot stand here; check the indentation"},
      {M::MAP_VALUE, Fault::indentation,
       "':' cannot stand here; check the indentation, and quote a text that contains ': '"},
      {M::TAB_IN_INDENTATION, Fault::indentation, tabs},
      {M::END_OF_MAP_FLOW, Fault::syntax,
       "expected ',' or '}' here; quote a text that contains brackets, quotes or ': '"},
      {M::END_OF_SEQ_FLOW, Fault::syntax,
       "expected ',' or ']' here; quote a text that contains brackets, quotes or ': '"},
      {M::FLOW_END, Fault::syntax,
       "this bracket closes nothing, or not the bracket that is open; a ':' before it needs a space after "
       "it"},
      {M::EOF_IN_SCALAR, Fault::syntax, "a quote is never closed"},
      {M::DOC_IN_SCALAR, Fault::syntax, "a quote is not closed before the document ends (--- or ...)"},
      {M::CHAR_IN_BLOCK, Fault::syntax, "a text that begins with | or > must be quoted"},
      {M::UNKNOWN_TOKEN, Fault::syntax, "a text cannot begin with this character; quote it"},
      {M::UNKNOWN_ANCHOR, Fault::refused, no_aliases},
      {M::ALIAS_NOT_FOUND, Fault::refused, no_aliases},
      {M::CHAR_IN_ALIAS, Fault::refused, no_aliases},
      {M::ANCHOR_NOT_FOUND, Fault::refused, no_anchors},
      {M::CHAR_IN_ANCHOR, Fault::refused, no_anchors},
      {M::CHAR_IN_TAG_HANDLE, Fault::refused, tag},
      {M::TAG_WITH_NO_SUFFIX, Fault::refused, tag},
      {M::END_OF_VERBATIM_TAG, Fault::refused, tag}};
  return list;
}

// What is said of it, and where: what tabs indent is found as something else.
Error not_yaml(const YAML::Exception& e, TreeBuilder& builder) {
  const std::vector<Fault>& known = known_faults();
  const auto same =
      std::find_if(known.begin(), known.end(), [&](const Fault& f) { return e.msg == f.found; });
  const Fault fault = same != known.end() ? *same : Fault{e.msg, Fault::syntax, e.msg};
  YAML::Mark mark = e.mark;
  const std::string_view line = builder.line_of(mark);
  const std::size_t indentation = line.find_first_not_of(" \t"), tab = line.find('\t');
  if (fault.kind == Fault::indentation && tab < indentation) {
    mark.column = static_cast<int>(tab);
    return Error(Exit::bad_request, builder.place(mark), std::string("not YAML: ") + tabs);
  }
  // A text before the mark: it is no key.
  if (fault.found == YAML::ErrorMsg::END_OF_MAP &&
      indentation < static_cast<std::size_t>(std::max(0, mark.column)))
    return Error(Exit::bad_request, builder.place(mark),
                 "not YAML: a text goes on after its closing bracket or quote; quote it as a whole");
  return Error(Exit::bad_request, builder.place(mark),
               std::string(fault.kind == Fault::refused ? "" : "not YAML: ") +
                   (fault.text.empty() ? "nested too deep" : fault.text));
}

}  // namespace

const Yaml* Yaml::find(std::string_view key) const {
  for (const auto& [k, value] : entries)
    if (k.text == key) return &value;
  return nullptr;
}

std::string Yaml::found() const {
  if (kind == list) return "a list";
  if (kind == map) return "a map";
  return text.size() <= 60 ? fmt::format("'{}'", text)
                           : fmt::format("a text of {} characters", characters(text));
}

Yaml parse_yaml(const std::string& whole, const std::string& name, Problems& problems) {
  std::string_view text = whole;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // a byte order mark
  TreeBuilder builder(check_text(text, name, most_depth), problems);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder) || !builder.has_root()) throw builder.empty();
    // The builder refuses a second document as it starts: yaml-cpp finds documents without end in a lone
    // comma.
    parser.HandleNextDocument(builder);
    return builder.take_root();
  } catch (const YAML::Exception& e) {
    throw not_yaml(e, builder);
  }
}

void set_value(Yaml& document, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const auto fail = [&](const std::string& why) {
    throw Error(Exit::bad_request, fmt::format("--set {}: {}", assignment, why));
  };
  if (equals == std::string::npos || equals == 0) fail("expected path=value, such as train.epochs=3");
  const std::string path = assignment.substr(0, equals);
  if (assignment.find_first_not_of(' ', equals + 1) == std::string::npos)
    fail("a value is missing after '='");
  Problems problems;
  const Yaml value = parse_yaml(assignment.substr(equals + 1), "--set " + path, problems);
  problems.raise();
  Yaml* at = &document;
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = path.find('.', start);
    const std::string key = path.substr(start, dot - start);
    if (at->kind != Yaml::map) fail(fmt::format("'{}' is not a map", path.substr(0, start ? start - 1 : 0)));
    auto entry = std::find_if(at->entries.begin(), at->entries.end(),
                              [&](const Yaml::Entry& e) { return e.key.text == key; });
    if (entry == at->entries.end()) {
      std::vector<std::string> keys;
      for (const Yaml::Entry& e : at->entries) keys.push_back(e.key.text);
      if (dot != std::string::npos)
        fail(fmt::format("there is no '{}'{}", path.substr(0, dot), did_you_mean(key, keys)));
      Yaml name;
      name.place = value.place;
      name.text = key;
      at->entries.push_back({std::move(name), value});
      return;
    }
    if (dot == std::string::npos) {
      if (value.kind == Yaml::scalar && entry->value.kind != Yaml::scalar)
        fail(fmt::format("'{}' is {}, not a single value", path, entry->value.found()));
      entry->value = value;
      return;
    }
    at = &entry->value;
    start = dot + 1;
  }
}

}  // namespace graph_runner
