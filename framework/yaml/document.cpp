#include "yaml/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <sstream>
#include <unordered_set>

#include "core/text.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_depth = 64;
constexpr std::size_t most_scalar = std::size_t{64} << 10;

constexpr const char* no_nulls = "a graph file has no nulls: write a value or leave the key out";
constexpr const char* no_tags = "graph files have none. Quote a text that begins with !";
constexpr const char* no_anchors =
    "an anchor (&name); graph files have none. Quote a text that begins with &";
constexpr const char* no_aliases =
    "an alias (*name); graph files have none. A formula that begins with * must be quoted";

// Builds the tree from yaml-cpp's events, refusing what graph files may not hold.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const SourceText> source, Problems& problems)
      : source_(std::move(source)), problems_(problems) {}

  bool has_root() const { return has_root_; }
  Yaml take_root() { return std::move(root_); }

  // yaml-cpp counts bytes; we count characters, from 1. Marks come nearly in order: going on from the last
  // one, a long line costs no more than its length.
  Place place(const YAML::Mark& mark, int length = 1) {
    const std::string_view text = line_of(mark);
    const std::size_t byte = std::min(static_cast<std::size_t>(std::max(0, mark.column)), text.size());
    if (mark.line != last_line_ || byte < last_byte_) last_byte_ = last_column_ = 0;
    last_column_ += static_cast<std::size_t>(characters(text.substr(last_byte_, byte - last_byte_)));
    last_byte_ = byte;
    last_line_ = mark.line;
    return {source_, mark.line + 1, static_cast<int>(last_column_) + 1, length};
  }
  // The source from a mark to the end of its line.
  std::string_view text_at(const YAML::Mark& mark) const {
    const std::string_view line = line_of(mark);
    return line.substr(std::min(static_cast<std::size_t>(std::max(0, mark.column)), line.size()));
  }
  std::string_view line_of(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(0, mark.line));
    return line < source_->lines.size() ? std::string_view(source_->lines[line]) : "";
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_root_)
      throw Error(Exit::bad_request, place(mark), "a second document begins here; a graph file is one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse(mark, "", anchor);
    const std::string_view text = text_at(mark);
    const bool written = !text.empty() && std::strchr("~nN", text[0]);
    if (open_.empty()) {
      if (text.empty() || std::strchr(".-#", text[0])) throw empty();
      throw Error(Exit::bad_request, place(mark),
                  written ? fmt::format("an empty value; {}", no_nulls)
                          : fmt::format("not YAML: '{}' cannot stand here", text.substr(0, 1)));
    }
    const Open& o = open_.back();
    if (o.node.kind == Yaml::list)
      throw Error(Exit::bad_request, place(o.node.flow ? mark : dash_before(mark)),
                  fmt::format("an empty value; {}", no_nulls));
    if (!o.has_key)
      throw Error(Exit::bad_request, place(mark),
                  "a key is missing; expected 'key: value' with a key of at most 1024 characters");
    throw Error(Exit::bad_request, o.key.place,
                o.node.flow && !written
                    ? fmt::format("{} has no value; between braces expected 'key: value', with a space after "
                                  "the colon; quote a text that contains commas or brackets",
                                  o.key.found())
                    : fmt::format("{} has no value; {}", o.key.found(), no_nulls));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Error(Exit::bad_request, place(mark), no_aliases);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse(mark, tag, anchor);
    const std::string_view text = text_at(mark);
    Yaml node;
    node.kind = Yaml::scalar;
    node.text = value;
    node.plain = tag == "?";
    const bool quoted = !node.plain && !text.empty() && (text[0] == '\'' || text[0] == '"');
    node.block = !node.plain && !quoted;
    if (quoted && !closes(mark, text[0]))
      throw Error(Exit::bad_request, place(mark),
                  fmt::format("not YAML: this quote ({}) is never closed", text[0]));
    if (value.size() > most_scalar)
      throw Error(Exit::bad_request, place(mark),
                  fmt::format("a text of {} bytes; {} is the most", value.size(), most_scalar));
    node.place = place(mark, std::max(1, characters(value) + (quoted ? 2 : 0)));
    check_characters(node);
    finish(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    start(mark, tag, anchor, style, Yaml::list);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    start(mark, tag, anchor, style, Yaml::map);
  }
  void OnMapEnd() override { end(); }

  Error empty() const {
    return Error(Exit::bad_request, Place{source_, 1, 1, 1},
                 "the file is empty; a graph file declares at least 'nodes:'");
  }

 private:
  struct Open {
    Yaml node;
    Yaml key;
    bool has_key = false;
    std::unordered_set<std::string> keys;
    YAML::Mark mark;
  };

  void refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor) throw Error(Exit::bad_request, place(mark), no_anchors);
    // A lone "!" is also what yaml-cpp reports for a text in quotes.
    const std::string_view text = text_at(mark);
    if ((!tag.empty() && tag != "?" && tag != "!") || text.substr(0, 1) == "!")
      throw Error(Exit::bad_request, place(mark),
                  fmt::format("a tag ({}); {}", text.substr(0, text.find_first_of(" ,[]{}")), no_tags));
  }

  // yaml-cpp takes a quote that the end of the file closes.
  bool closes(const YAML::Mark& mark, char quote) const {
    auto start = static_cast<std::size_t>(mark.column) + 1;
    for (auto line = static_cast<std::size_t>(mark.line); line < source_->lines.size(); ++line, start = 0) {
      const std::string& text = source_->lines[line];
      for (std::size_t i = start; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\')
          ++i;
        else if (text[i] == quote && (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote))
          return true;
        else if (text[i] == quote)
          ++i;
      }
    }
    return false;
  }

  // Texts that escapes or blocks (| and >) bring: names and messages are on one line, and do not steer
  // terminals.
  void check_characters(const Yaml& node) {
    for (std::string_view rest = node.text; !rest.empty();) {
      const Character c = first_character(rest);
      if (!c.prints && rest[0] != '\t')
        throw Error(
            Exit::bad_request, node.place,
            c.code == '\n'
                ? "a text of several lines; write it on one line, quoted where it begins with | or >"
                : fmt::format("a text with the character U+{:04X}, which does not print; leave it out",
                              std::uint32_t{c.code}));
      rest.remove_prefix(std::max<std::size_t>(1, c.bytes));
    }
  }

  // The dash of the entry of the innermost block list that ends before a mark; yaml-cpp marks what comes
  // after.
  YAML::Mark dash_before(YAML::Mark mark) const {
    const YAML::Mark& list = open_.back().mark;
    const auto column = static_cast<std::size_t>(list.column);
    for (int line = mark.line; line >= list.line; --line) {
      mark.column = line == mark.line ? mark.column : INT_MAX;
      mark.line = line;
      if (const std::string_view text = line_of(mark);
          list.column < mark.column && column < text.size() && text[column] == '-') {
        mark.column = list.column;
        return mark;
      }
    }
    return list;
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YAML::EmitterStyle::value style, Yaml::Kind kind) {
    refuse(mark, tag, anchor);
    if (open_.size() >= most_depth)
      throw Error(Exit::bad_request, place(mark), fmt::format("nested more than {} deep", most_depth));
    Open o;
    o.node.kind = kind;
    o.node.place = place(mark);
    o.node.flow = style == YAML::EmitterStyle::Flow;
    o.mark = mark;
    open_.push_back(std::move(o));
  }

  void end() {
    Yaml node = std::move(open_.back().node);
    open_.pop_back();
    finish(std::move(node));
  }

  void finish(Yaml node) {
    if (open_.empty()) {
      root_ = std::move(node);
      has_root_ = true;
      return;
    }
    Open& o = open_.back();
    if (o.node.kind == Yaml::list) {
      o.node.items.push_back(std::move(node));
    } else if (!o.has_key) {
      if (node.kind != Yaml::scalar)
        throw Error(
            Exit::bad_request, node.place,
            fmt::format("{} as a key; a key is a name. Quote a text that contains brackets", node.found()));
      if (node.text == "<<" && node.plain)
        throw Error(Exit::bad_request, node.place, "a merge key (<<); graph files have none");
      o.key = std::move(node);
      o.has_key = true;
    } else {
      o.has_key = false;
      if (o.keys.insert(o.key.text).second)
        o.node.entries.push_back({std::move(o.key), std::move(node)});
      else
        problems_.add(o.key.place, fmt::format("the key {} stands here twice", o.key.found()));
    }
  }

  std::shared_ptr<const SourceText> source_;
  std::vector<Open> open_;
  Yaml root_;
  bool has_root_ = false;
  Problems& problems_;
  int last_line_ = -1;
  std::size_t last_byte_ = 0, last_column_ = 0;
};

// What yaml-cpp finds wrong, in the words of a user, and where. Indentation by tabs is found as something
// else.
Error not_yaml(const YAML::Exception& e, TreeBuilder& builder) {
  namespace M = YAML::ErrorMsg;
  static const std::vector<std::pair<const char*, std::string>> words = {
      {M::END_OF_MAP, "expected 'key: value' in line with the keys above; check the indentation"},
      {M::END_OF_SEQ, "expected '- ' in line with the entries above; check the indentation"},
      {M::BLOCK_ENTRY,
       "'-' cannot stand here; check the indentation, or quote a formula that begins with '- '"},
      {M::MAP_KEY, "a key cannot stand here; check the indentation"},
      {M::MAP_VALUE, "':' cannot stand here; check the indentation, and quote a text that contains ': '"},
      {M::TAB_IN_INDENTATION, "a tab in the indentation; indent with spaces"},
      {M::END_OF_MAP_FLOW, "expected ',' or '}' here; quote a text that contains brackets, quotes or ': '"},
      {M::END_OF_SEQ_FLOW, "expected ',' or ']' here; quote a text that contains brackets, quotes or ': '"},
      {M::FLOW_END,
       "this bracket closes nothing, or not the bracket that is open; a ':' before it needs a space after "
       "it"},
      {M::EOF_IN_SCALAR, "a quote is never closed"},
      {M::DOC_IN_SCALAR, "a quote is not closed before the document ends (--- or ...)"},
      {M::CHAR_IN_BLOCK, "a text that begins with | or > must be quoted"},
      {M::UNKNOWN_TOKEN, "a text cannot begin with this character; quote it"},
      {M::UNKNOWN_ANCHOR, no_aliases},
      {M::ALIAS_NOT_FOUND, no_aliases},
      {M::CHAR_IN_ALIAS, no_aliases},
      {M::ANCHOR_NOT_FOUND, no_anchors},
      {M::CHAR_IN_ANCHOR, no_anchors},
      {M::CHAR_IN_TAG_HANDLE, fmt::format("a tag (!); {}", no_tags)},
      {M::TAG_WITH_NO_SUFFIX, fmt::format("a tag (!); {}", no_tags)},
      {M::END_OF_VERBATIM_TAG, fmt::format("a tag (!); {}", no_tags)}};
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const auto& w) { return e.msg == w.first; });
  const auto index = found - words.begin();
  YAML::Mark mark = e.mark;
  const std::string_view line = builder.line_of(mark);
  const std::size_t indentation = line.find_first_not_of(" \t"), tab = line.find('\t');
  if (index < 6 && tab < indentation) {
    mark.column = static_cast<int>(tab);
    return Error(Exit::bad_request, builder.place(mark), "not YAML: " + words[5].second);
  }
  // A text before the mark: it is no key.
  if (index == 0 && indentation < static_cast<std::size_t>(std::max(0, mark.column)))
    return Error(Exit::bad_request, builder.place(mark),
                 "not YAML: a text goes on after its closing bracket or quote; quote it as a whole");
  const std::string& message = found == words.end() ? e.msg : found->second;
  return Error(Exit::bad_request, builder.place(mark),
               (index < 13 || found == words.end() ? "not YAML: " : "") +
                   (message.empty() ? "nested too deep" : message));
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

void set_scalar(Yaml& document, const std::string& assignment) {
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
  if (value.kind != Yaml::scalar) fail("only a single value can be set");
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
      Yaml name = value;
      name.text = key;
      at->entries.push_back({std::move(name), value});
      return;
    }
    if (dot == std::string::npos) {
      if (entry->value.kind != Yaml::scalar)
        fail(fmt::format("'{}' is {}, not a single value", path, entry->value.found()));
      entry->value = value;
      return;
    }
    at = &entry->value;
    start = dot + 1;
  }
}

}  // namespace graph_runner
