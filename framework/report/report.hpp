// A report: what graph-runner found of some files, as one page of HTML that needs nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace graph_runner {

// All of a report that differs between two runs with the same files; and times that work took.
struct ReportOrigin {
  std::string version, time, machine;  // "2024-05-01 12:00 UTC"
};

// Made of the events that --json prints: a table of a page has the figures that they have.
class Report {
 public:
  // What is taken from here on is of this file.
  void begin_file(const std::string& file);
  // By which its work draws random numbers.
  void set_seed(std::uint64_t seed);
  // An event, as JSON on a line; those that a page has no place for are passed over.
  void take(std::string event);
  // The exit code that the work on the file came to.
  void end_file(int code);

  // The whole page, with style and script. The same events give the same bytes. O(bytes of the events).
  std::string page(const ReportOrigin& origin) const;

 private:
  struct File {
    std::string name;
    std::string seed = "";  // not known where the file cannot be read
    std::vector<std::string> events = {};
    int code = 0;
  };
  std::string file_html(const File& file, const ReportOrigin& origin) const;
  std::vector<File> files_;
};

}  // namespace graph_runner
