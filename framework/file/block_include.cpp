#include "file/block_include.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/text.hpp"
#include "file/reader.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 100;

using Use = std::shared_ptr<const Place>;

void stamp(Yaml& yaml, const Use& use) {
  yaml.place.used_at = use;
  for (Yaml& item : yaml.items) stamp(item, use);
  for (auto& [key, value] : yaml.entries) stamp(key, use), stamp(value, use);
}

Error used_at(const Error& error, const Use& use) {
  std::vector<Problem> problems = error.problems();
  for (Problem& p : problems) p.place.used_at = use;
  return Error(error.exit(), std::move(problems));
}

class Includer {
 public:
  Includer(const std::string& document, Problems& problems) : problems_(problems) {
    std::error_code code;
    open_.push_back(fs::canonical(document, code));
  }

  // The blocks of what `document` includes, behind its own.
  void include(Yaml& document, std::vector<Yaml::Entry>& blocks) {
    const auto at = std::find_if(document.entries.begin(), document.entries.end(),
                                 [](const Yaml::Entry& e) { return e.key.text == "include"; });
    if (at == document.entries.end()) return;
    const Yaml include = std::move(at->value);
    document.entries.erase(at);
    if (include.kind == Yaml::map)
      problems_.add(include.place, "include: found a map, expected a file or a list of files");
    if (include.kind == Yaml::scalar) add(include, blocks);
    for (const Yaml& file : include.items) add(file, blocks);
  }

 private:
  void refuse(const Yaml& file, const std::string& why) {
    problems_.add(file.place, fmt::format("include: {}", why));
  }

  // Where a file lies; nothing where that may not be, which is reported.
  fs::path find(const Yaml& file) {
    const fs::path given = file.text;
    if (given.is_absolute() || std::find(given.begin(), given.end(), "..") != given.end()) {
      refuse(file, fmt::format("found '{}', expected a path to a file of the same folder or below: neither "
                               "absolute nor with '..'",
                               file.text));
      return {};
    }
    const fs::path parent = fs::path(file.place.source->name).parent_path();
    const fs::path path = parent / given;
    std::error_code code;
    const fs::path folder = fs::canonical(parent.empty() ? "." : parent, code);
    const fs::path real = code ? fs::path() : fs::canonical(path, code);
    if (code) {
      throw Error(Exit::file_failed, file.place,
                  fmt::format("include: '{}': {}", path.string(), code.message()));
    }
    const fs::path inside = real.lexically_relative(folder);
    if (inside.empty() || *inside.begin() == "..") {
      refuse(file, fmt::format("'{}' is a link that leads out of the folder", path.string()));
      return {};
    }
    return real;
  }

  void add(const Yaml& file, std::vector<Yaml::Entry>& blocks) {
    const auto text = read_text(file, "include", problems_);
    if (!text) return;
    const fs::path real = find(file);
    if (real.empty()) return;
    if (std::find(open_.begin(), open_.end(), real) != open_.end())
      return refuse(file, fmt::format("a cycle: '{}' includes itself", file.text));
    const auto [known, added] = included_.try_emplace(real, file.place);
    if (!added)
      return refuse(file, fmt::format("'{}' is included already, at {}:{}", file.text,
                                      known->second.source->name, known->second.line));
    if (included_.size() > most_files)
      return refuse(file, fmt::format("more than {} files are included", most_files));
    const std::string path = (fs::path(file.place.source->name).parent_path() / *text).lexically_normal();
    const Use use = std::make_shared<const Place>(file.place);
    Yaml document;
    try {
      document = parse_yaml(read_text_file(path), path, problems_);
    } catch (const Error& e) {
      throw used_at(e, use);
    }
    stamp(document, use);
    open_.push_back(real);
    take_blocks(document, blocks);
    open_.pop_back();
  }

  void take_blocks(Yaml& document, std::vector<Yaml::Entry>& blocks) {
    if (document.kind != Yaml::map)
      problems_.add(document.place, fmt::format("an included file: found {}, expected a map with 'blocks'",
                                                document.found()));
    for (const auto& [key, value] : document.entries)
      if (key.text != "blocks" && key.text != "include")
        problems_.add(key.place,
                      fmt::format("an included file: unknown key {}{}; expected 'blocks' or 'include'",
                                  key.found(), did_you_mean(key.text, {"blocks", "include"})));
    Yaml own;
    for (auto& [key, value] : document.entries)
      if (key.text == "blocks") own = std::move(value);
    if (own.kind == Yaml::map)
      std::move(own.entries.begin(), own.entries.end(), std::back_inserter(blocks));
    else if (document.find("blocks"))
      problems_.add(own.place, fmt::format("blocks: found {}, expected a map (name: …)", own.found()));
    include(document, blocks);
  }

  Problems& problems_;
  std::map<fs::path, Place> included_;
  std::vector<fs::path> open_;
};

}  // namespace

void include_blocks(Yaml& document, Problems& problems) {
  std::vector<Yaml::Entry> blocks;
  Includer(document.place.source->name, problems).include(document, blocks);
  if (blocks.empty()) return;
  auto own = std::find_if(document.entries.begin(), document.entries.end(),
                          [](const Yaml::Entry& e) { return e.key.text == "blocks"; });
  if (own == document.entries.end()) {
    Yaml key, map;
    key.text = "blocks";
    map.kind = Yaml::map;
    key.place = map.place = document.place;
    own = document.entries.insert(document.entries.end(), {std::move(key), std::move(map)});
  }
  if (own->value.kind != Yaml::map) return;  // which is reported
  std::map<std::string, Place> known;
  for (const Yaml::Entry& e : own->value.entries) known.emplace(e.key.text, e.key.place);
  for (Yaml::Entry& e : blocks) {
    const auto [first, added] = known.try_emplace(e.key.text, e.key.place);
    if (added)
      own->value.entries.push_back(std::move(e));
    else
      problems.add(e.key.place, fmt::format("the block '{}' is declared twice: here and at {}:{}", e.key.text,
                                            first->second.source->name, first->second.line));
  }
}

}  // namespace graph_runner
