#include "config/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace graph_runner {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr std::size_t most_depth = 64;
constexpr std::size_t most_scalar = std::size_t{64} << 10;

std::shared_ptr<const SourceText> split_lines(const std::string& name, std::string_view text) {
  auto source = std::make_shared<SourceText>();
  source->name = name;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    source->lines.emplace_back(line);
    if (end == std::string_view::npos) return source;
    text.remove_prefix(end + 1);
  }
}

// The length of the UTF-8 sequence at the start of `s` (RFC 3629: no overlong forms, surrogates or planes
// past 16), or 0.
std::size_t sequence_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF && tail(1)) return 2;
  if ((c & 0xF0) == 0xE0 && tail(1) && tail(2) && !(c == 0xE0 && byte(1) < 0xA0) &&
      !(c == 0xED && byte(1) > 0x9F))
    return 3;
  if (c >= 0xF0 && c <= 0xF4 && tail(1) && tail(2) && tail(3) && !(c == 0xF0 && byte(1) < 0x90) &&
      !(c == 0xF4 && byte(1) > 0x8F))
    return 4;
  return 0;
}

// yaml-cpp takes NUL, control characters, UTF-16 and broken UTF-8 in silence: refuse them before it sees
// them.
void check_bytes(std::string_view text, const std::shared_ptr<const SourceText>& source) {
  int line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t n = sequence_length(text.substr(i, 4));
    if (n == 0 || c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r')) {
      const Place place{source, line, characters(text.substr(line_start, i - line_start)) + 1, 1};
      throw Error(Exit::bad_request, place,
                  n == 0 ? fmt::format("byte 0x{:02X} is not valid UTF-8; save the file as UTF-8 text", c)
                         : fmt::format("control character 0x{:02X}; a graph file is UTF-8 text", c));
    }
    if (c == '\n') {
      ++line;
      line_start = i + 1;
    }
    i += n;
  }
}

// Builds the tree from yaml-cpp's events, refusing what graph files may not hold.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::shared_ptr<const SourceText> source) : source_(std::move(source)) {}

  bool has_root() const { return has_root_; }
  Yaml take_root() { return std::move(root_); }

  // yaml-cpp counts bytes; we count characters, from 1.
  Place place(const YAML::Mark& mark, int length = 1) const {
    const auto line = static_cast<std::size_t>(std::max(0, mark.line));
    const std::string_view text = line < source_->lines.size() ? std::string_view(source_->lines[line]) : "";
    return {source_, static_cast<int>(line) + 1,
            characters(text.substr(0, static_cast<std::size_t>(std::max(0, mark.column)))) + 1, length};
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Place at = place(mark);
    std::string what = "an empty value";
    if (!open_.empty() && open_.back().node.kind == Yaml::map && open_.back().has_key) {
      at = open_.back().key.place;
      what = fmt::format("'{}' has no value", open_.back().key.text);
    }
    throw Error(Exit::bad_request, at,
                what + "; a graph file has no nulls: write a value or leave the key out");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Error(Exit::bad_request, place(mark),
                "an alias (*name); graph files have none. A formula that begins with * must be quoted");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse(mark, tag, anchor);
    Yaml node;
    node.kind = Yaml::scalar;
    node.text = value;
    node.plain = tag == "?";
    const std::string& line = source_->lines[static_cast<std::size_t>(mark.line)];
    const char first = static_cast<std::size_t>(mark.column) < line.size()
                           ? line[static_cast<std::size_t>(mark.column)]
                           : ' ';
    node.block = !node.plain && first != '\'' && first != '"';
    node.place = place(mark, std::max(1, characters(value) + (node.plain || node.block ? 0 : 2)));
    if (value.size() > most_scalar)
      throw Error(Exit::bad_request, place(mark),
                  fmt::format("a text of {} bytes; {} is the most", value.size(), most_scalar));
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

  Problems& problems() { return problems_; }

 private:
  struct Open {
    Yaml node;
    Yaml key;
    bool has_key = false;
    std::set<std::string> keys;
  };

  void refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Error(Exit::bad_request, place(mark), fmt::format("a tag ({}); graph files have none", tag));
    if (anchor)
      throw Error(Exit::bad_request, place(mark),
                  "an anchor (&name); graph files have none. Quote a text that begins with &");
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
      if (!o.keys.insert(node.text).second)
        problems_.add(node.place, fmt::format("the key '{}' stands here twice", node.text));
      o.key = std::move(node);
      o.has_key = true;
    } else {
      o.node.entries.emplace_back(std::move(o.key), std::move(node));
      o.has_key = false;
    }
  }

  std::shared_ptr<const SourceText> source_;
  std::vector<Open> open_;
  Yaml root_;
  bool has_root_ = false;
  Problems problems_;
};

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

std::string read_text_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw Error(Exit::file_failed, fmt::format("{}: is a directory", path));
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(Exit::file_failed, fmt::format("{}: {}", path, std::strerror(errno ? errno : EIO)));
  std::string text;
  std::vector<char> chunk(1 << 16);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes)
      throw Error(Exit::bad_request,
                  fmt::format("{}: a graph file has at most {} MiB", path, most_bytes >> 20));
  }
  if (in.bad())
    throw Error(Exit::file_failed, fmt::format("{}: {}", path, std::strerror(errno ? errno : EIO)));
  return text;
}

Yaml parse_yaml(const std::string& whole, const std::string& name) {
  std::string_view text = whole;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // a byte order mark
  const auto source = split_lines(name, text);
  check_bytes(text, source);
  TreeBuilder builder(source);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    // A second document ends the reading: yaml-cpp finds documents without end in a lone comma.
    if (!parser.HandleNextDocument(builder) || !builder.has_root())
      throw Error(Exit::bad_request, Place{source, 1, 1, 1},
                  "the file is empty: a graph file declares at least 'nodes:'");
    Yaml root = builder.take_root();
    TreeBuilder second(source);
    if (parser.HandleNextDocument(second) && second.has_root())
      throw Error(Exit::bad_request, second.take_root().place, "a second document; a graph file is one");
    builder.problems().raise();
    return root;
  } catch (const YAML::Exception& e) {
    std::string message = e.msg;
    if (message.find("DeepRecursion") != std::string::npos || message.empty()) message = "nested too deep";
    throw Error(Exit::bad_request, builder.place(e.mark), fmt::format("not YAML: {}", message));
  }
}

void set_scalar(Yaml& document, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const auto fail = [&](const std::string& why) {
    throw Error(Exit::bad_request, fmt::format("--set {}: {}", assignment, why));
  };
  if (equals == std::string::npos || equals == 0) fail("expected path=value, such as train.epochs=3");
  const std::string path = assignment.substr(0, equals);
  const Yaml value = parse_yaml(assignment.substr(equals + 1), "--set " + path);
  if (value.kind != Yaml::scalar) fail("only a single value can be set");
  Yaml* at = &document;
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = path.find('.', start);
    const std::string key = path.substr(start, dot - start);
    if (at->kind != Yaml::map) fail(fmt::format("'{}' is not a map", path.substr(0, start ? start - 1 : 0)));
    auto entry = std::find_if(at->entries.begin(), at->entries.end(),
                              [&](const auto& e) { return e.first.text == key; });
    if (entry == at->entries.end()) {
      std::vector<std::string> keys;
      for (const auto& e : at->entries) keys.push_back(e.first.text);
      if (dot != std::string::npos)
        fail(fmt::format("there is no '{}'{}", path.substr(0, dot), did_you_mean(key, keys)));
      Yaml name = value;
      name.text = key;
      at->entries.emplace_back(std::move(name), value);
      return;
    }
    if (dot == std::string::npos) {
      if (entry->second.kind != Yaml::scalar)
        fail(fmt::format("'{}' is {}, not a single value", path, entry->second.found()));
      entry->second = value;
      return;
    }
    at = &entry->second;
    start = dot + 1;
  }
}

}  // namespace graph_runner
