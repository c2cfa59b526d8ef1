#include "report/report.hpp"

#include <fmt/format.h>

#include <cmath>

#include <page_files.hpp>
#include "report/report_parts.hpp"

namespace graph_runner {

std::vector<const Event*> of_kind(const Events& events, const char* kind) {
  std::vector<const Event*> found;
  for (const Event& event : events)
    if (event.at("event") == kind) found.push_back(&event);
  return found;
}

std::string text_of(const Event& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_of(const Event& event) { return event.is_number() ? event.get<double>() : NAN; }

std::string section_html(const std::string& title, const std::string& content) {
  return fmt::format("<section>\n<h3>{}</h3>\n{}</section>\n", escaped(title), content);
}

std::string verdict_html(bool good, const std::string& word) {
  return fmt::format("<span class=\"{}\">{}</span>", good ? "good" : "bad", escaped(word));
}

std::vector<Mean> means_of(const Event& event) {
  std::vector<Mean> means;
  for (const char* split : {"train", "validation", "test"})
    if (const auto found = event.find(split); found != event.end())
      for (const auto& [name, mean] : found->items()) means.push_back({split, name, number_of(mean)});
  return means;
}

namespace {

std::string errors_part(const Events& events) {
  std::string out;
  for (const char* kind : {"error", "warning", "interrupted"})
    for (const Event* e : of_kind(events, kind)) {
      std::string place = text_of(*e, "file");
      if (e->contains("line")) place += fmt::format(":{}:{}", e->at("line").dump(), e->at("column").dump());
      if (!place.empty()) place += ": ";
      out += fmt::format("<p class=\"message {}\">{}{}: {}</p>\n", kind, escaped(place), kind,
                         escaped(text_of(*e, "message")));
    }
  return out;
}

// What an exit code means (graphs/README.md).
std::string outcome_html(int code) {
  static constexpr const char* meanings[] = {"done", "the check said no", "the request was wrong",
                                             "the run failed", "a file could not be read or written"};
  if (code > 128) return verdict_html(false, "interrupted");
  return code >= 0 && code <= 4 ? verdict_html(code == 0, meanings[code]) : "";
}

}  // namespace

void Report::begin_file(const std::string& file) { files_.push_back({.name = file}); }

void Report::set_seed(std::uint64_t seed) { files_.back().seed = fmt::to_string(seed); }

void Report::take(std::string event) {
  if (!files_.empty()) files_.back().events.push_back(std::move(event));
}

void Report::end_file(int code) {
  if (!files_.empty()) files_.back().code = code;
}

std::string Report::file_html(const File& file, const ReportOrigin& origin) const {
  Events events;
  for (const std::string& text : file.events) events.push_back(Event::parse(text));
  const std::size_t slash = file.name.rfind('/');
  std::string out = fmt::format("<article>\n<h2>{}</h2>\n<p class=\"outcome\">{}</p>\n",
                                escaped(file.name.substr(slash == std::string::npos ? 0 : slash + 1)),
                                outcome_html(file.code));
  out += fmt::format(
      "<dl class=\"facts\"><div><dt>file</dt><dd>{}</dd></div>{}"
      "<div><dt>made</dt><dd><time>{}</time></dd></div><div><dt>machine</dt><dd>{}</dd></div></dl>\n",
      escaped(file.name),
      file.seed.empty() ? "" : fmt::format("<div><dt>seed</dt><dd>{}</dd></div>", file.seed),
      escaped(origin.time), escaped(origin.machine));
  out += errors_part(events);
  for (const auto part : {training_part, sweep_part, claims_part, grades_part, graph_part})
    out += part(events);
  return out + "</article>\n";
}

std::string Report::page(const ReportOrigin& origin) const {
  std::string title, articles;
  for (const File& file : files_) {
    title += (title.empty() ? "" : ", ") + file.name;
    articles += file_html(file, origin);
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; img-src data:\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>{} – "
      "graph-runner</title>\n<style>\n{}</style>\n</head>\n<body>\n"
      "<header><h1>graph-runner</h1></header>\n<main>\n{}</main>\n"
      "<footer>Made by graph-runner {}.</footer>\n<script>\n{}</script>\n</body>\n</html>\n",
      escaped(title), page_style, articles, escaped(origin.version), page_script);
}

}  // namespace graph_runner
