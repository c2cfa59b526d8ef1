// Problems with what the user gave, each at its place; and the exit codes that tools end with.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace graph_runner {

enum class Exit {
  ok = 0,           // done, and every check held
  refuted = 1,      // the check said no: a gradient, claim, requirement or plugin is wrong
  bad_request = 2,  // usage, YAML, graph, shapes, plugin or malformed data
  run_failed = 3,   // non-finite loss, or a plugin failed while running
  file_failed = 4,  // a file could not be read or written
};

// A text that messages can point into, such as a graph file.
struct SourceText {
  std::string name;
  std::vector<std::string> lines;
};

// A stretch of a source text. Lines and columns count from 1, columns in characters, not bytes; line 0: no
// place. What stands inside a block is there once for each use of the block: `used_at` is where that is.
struct Place {
  std::shared_ptr<const SourceText> source;
  int line = 0;
  int column = 0;
  int length = 1;
  std::shared_ptr<const Place> used_at = nullptr;
};

struct Problem {
  Place place;
  std::string message;
};

// One or more problems and the exit code they lead to. what() is the messages, a line each.
class Error : public std::exception {
 public:
  Error(Exit exit, std::vector<Problem> problems);
  Error(Exit exit, std::string message) : Error(exit, {Problem{{}, std::move(message)}}) {}
  Error(Exit exit, Place place, std::string message)
      : Error(exit, {Problem{std::move(place), std::move(message)}}) {}

  Exit exit() const { return exit_; }
  const std::vector<Problem>& problems() const { return problems_; }
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  Exit exit_;
  std::vector<Problem> problems_;
  std::string what_;
};

// Of a formula: its parts have a meaning each and none together, such as shapes that have no product, or an
// entry that is not there. A claim of such a thing is wrong, where one that names nothing says nothing.
class Misfit : public Error {
 public:
  using Error::Error;
};

// What is wrong, and reported where it is, is poisoned: an entry that could not be read, a node whose type or
// attributes are wrong, a value whose shape cannot be told for that reason. What is made of it is poisoned
// too, and nothing is said of that: one mistake is one message.
struct Poisoned {};  // thrown instead of an Error where what is asked for is poisoned

// Collects problems, so that a file's are reported all at once.
class Problems {
 public:
  void add(const Place& place, std::string message) { list_.push_back({place, std::move(message)}); }
  void add(const Error& error);
  bool empty() const { return list_.empty(); }
  // Throws them, in the order of their places, if there are any. The worst exit code added wins. What is
  // wrong with a node of a block in several uses of it is told of the first.
  void raise(Exit exit = Exit::bad_request);

 private:
  std::vector<Problem> list_;
  Exit worst_ = Exit::ok;
};

// "file:2:5: error: message", then the line of the source with the stretch underlined; and where a block that
// holds the place is used, "used at file:7:3" with that line. `kind` is "error" or "warning".
std::string render(const Problem& problem, std::string_view kind, bool colour);

}  // namespace graph_runner
