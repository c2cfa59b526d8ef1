#include "yaml/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <cstring>

#include "core/text.hpp"
#include "yaml/strictness.hpp"

namespace graph_runner {

Place TreeBuilder::place(const YAML::Mark& mark, int length) {
  const std::string_view text = line_of(mark);
  const std::size_t byte = std::min(static_cast<std::size_t>(std::max(0, mark.column)), text.size());
  if (mark.line != last_line_ || byte < last_byte_) last_byte_ = last_column_ = 0;
  last_column_ += static_cast<std::size_t>(characters(text.substr(last_byte_, byte - last_byte_)));
  last_byte_ = byte;
  last_line_ = mark.line;
  return {source_, mark.line + 1, static_cast<int>(last_column_) + 1, length};
}

std::string_view TreeBuilder::text_at(const YAML::Mark& mark) const {
  const std::string_view line = line_of(mark);
  return line.substr(std::min(static_cast<std::size_t>(std::max(0, mark.column)), line.size()));
}

std::string_view TreeBuilder::line_of(const YAML::Mark& mark) const {
  const auto line = static_cast<std::size_t>(std::max(0, mark.line));
  return line < source_->lines.size() ? std::string_view(source_->lines[line]) : "";
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (has_root_)
    throw Error(Exit::bad_request, place(mark), "a second document begins here; a graph file is one");
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
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

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  throw Error(Exit::bad_request, place(mark), no_aliases);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  refuse(mark, tag, anchor);
  const std::string_view text = text_at(mark);
  Yaml node;
  node.kind = Yaml::scalar;
  node.text = value;
  node.plain = tag == "?";
  const bool quoted = !node.plain && !text.empty() && (text[0] == '\'' || text[0] == '"');
  node.block = !node.plain && !quoted;
  if (quoted && !closes(*source_, static_cast<std::size_t>(mark.line),
                        static_cast<std::size_t>(mark.column) + 1, text[0]))
    throw Error(Exit::bad_request, place(mark),
                fmt::format("not YAML: this quote ({}) is never closed", text[0]));
  if (value.size() > most_scalar)
    throw Error(Exit::bad_request, place(mark),
                fmt::format("a text of {} bytes; {} is the most", value.size(), most_scalar));
  node.place = place(mark, std::max(1, characters(value) + (quoted ? 2 : 0)));
  check_characters(node);
  finish(std::move(node));
}

Error TreeBuilder::empty() const {
  return Error(Exit::bad_request, Place{source_, 1, 1, 1},
               "the file is empty; a graph file declares at least 'nodes:'");
}

void TreeBuilder::refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  if (anchor) throw Error(Exit::bad_request, place(mark), no_anchors);
  // A lone "!" is also what yaml-cpp reports for a text in quotes.
  const std::string_view text = text_at(mark);
  if ((!tag.empty() && tag != "?" && tag != "!") || text.substr(0, 1) == "!")
    throw Error(Exit::bad_request, place(mark),
                fmt::format("a tag ({}); {}", text.substr(0, text.find_first_of(" ,[]{}")), no_tags));
}

YAML::Mark TreeBuilder::dash_before(YAML::Mark mark) const {
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

void TreeBuilder::start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
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

void TreeBuilder::end() {
  Yaml node = std::move(open_.back().node);
  open_.pop_back();
  finish(std::move(node));
}

void TreeBuilder::finish(Yaml node) {
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

}  // namespace graph_runner
