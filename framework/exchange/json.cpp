// A YAML file as the strict reader sees it, as JSON: for programs, and for judging it by the schema.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "exchange/writers.hpp"
#include "file/block_include.hpp"
#include "formulas/formula.hpp"
#include "yaml/document.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner {

namespace {

using Json = nlohmann::ordered_json;

Json scalar_json(const Yaml& yaml) {
  const std::string& text = yaml.text;
  if (!yaml.plain || text.empty()) return text;
  if (text == "true" || text == "false") return text == "true";
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  const std::size_t digits = text[0] == '-' ? 1 : 0;
  if (const auto [at, code] = std::from_chars(text.data(), end, whole);
      code == std::errc() && at == end && (text.size() == digits + 1 || text[digits] != '0'))
    return whole;
  char* stopped = nullptr;
  const double x = std::strtod(text.c_str(), &stopped);
  // What the reader takes for a number, and nothing that has to be worked out.
  if (stopped == end && text[0] != '+' && std::isfinite(x) && evaluate_constant(yaml).error.empty()) return x;
  return text;
}

// Numbers, true and false without quotes are such; constant formulas and all else are texts. Maps keep the
// order of the file. O(length).
Json document_json(const Yaml& yaml) {
  if (yaml.kind == Yaml::scalar) return scalar_json(yaml);
  if (yaml.kind == Yaml::list) {
    Json list = Json::array();
    for (const Yaml& item : yaml.items) list.push_back(document_json(item));
    return list;
  }
  Json map = Json::object();
  auto& entries = map.get_ref<Json::object_t&>();
  // The reader has seen that no key stands twice, which a lookup would take quadratic time for.
  for (const auto& [key, value] : yaml.entries) entries.emplace_back(key.text, document_json(value));
  return map;
}

Yaml read_document(const std::string& text, const std::string& name) {
  Problems problems;
  Yaml document = parse_yaml(text, name, problems);
  problems.raise();
  return document;
}

}  // namespace

std::string json_of_yaml(const Yaml& document) {
  return document_json(document).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Of any YAML that the reader takes, on one line: whether it is a graph is for the schema to say.
std::string write_json(const std::string& path, Registry&) {
  return json_of_yaml(read_document(read_text_file(path), path)) + "\n";
}

std::string json_of_run(const std::string& text, const std::string& name,
                        const std::vector<std::string>& settings) {
  Yaml document = read_document(text, name);
  for (const std::string& s : settings) set_value(document, s);
  Problems problems;
  include_blocks(document, problems);
  problems.raise();
  std::erase_if(document.entries, [](const Yaml::Entry& e) { return e.key.text == "sweep"; });
  return json_of_yaml(document);
}

}  // namespace graph_runner
