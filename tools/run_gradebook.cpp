// graph-runner FILE --claims FOLDER, with --gradebook and --gradescope: grades the answers of many.
#include <fmt/format.h>

#include <filesystem>

#include "claims/claim_examiner.hpp"
#include "core/atomic_file.hpp"
#include "file/claim_reader.hpp"
#include "tools/answer_files.hpp"
#include "tools/gradebook.hpp"
#include "tools/interruption.hpp"
#include "tools/run_task.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace fs = std::filesystem;

namespace {

constexpr double work_of_a_paper = 2e10;  // operations that one may take from the others

// What is wrong with a file, on one line.
std::string problem_of(const Error& e) {
  const Problem& p = e.problems()[0];
  const std::size_t more = e.problems().size() - 1;
  return fmt::format("{}{}{}", p.place.line ? fmt::format("line {}: ", p.place.line) : "", p.message,
                     more ? fmt::format(" (and {} more)", more) : "");
}

StudentGrades examine(const AnswerFile& file, const Questions& questions, Examiner& examiner) {
  StudentGrades student{file.student, {}, ""};
  try {
    const auto claims = read_claims_text(read_answer_file(file.path), file.path.string());
    examiner.allow(work_of_a_paper);
    student.grades =
        grade(questions, questions.read(claims), [&](const Claim& c) { return examiner.judge(c); });
  } catch (const Error& e) {
    student.problem = problem_of(e);
  } catch (const std::bad_alloc&) {
    student.problem = "it takes more memory than there is";
  }
  return student;
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(path, error), above = fs::weakly_canonical(folder, error);
  return std::mismatch(above.begin(), above.end(), whole.begin(), whole.end()).first == above.end();
}

// What is written must not stand where something is read.
void check_outputs(const RunOptions& options) {
  if (options.files.size() > 1)
    throw Error(Exit::bad_request, "a gradebook is one of one exercise; give one graph file");
  const auto check = [&](const std::string& output, const char* option) {
    if (output.empty()) return;
    if (lies_in(output, options.claims))
      throw Error(Exit::bad_request,
                  fmt::format("{} {}: it lies where the answers are; write it elsewhere", option, output));
  };
  check(options.gradebook, "--gradebook");
  check(options.gradescope, "--gradescope");
}

// A folder a student, or of a single file the results alone, as an autograder of Gradescope writes them.
void write_gradescope(const Gradebook& gradebook, const fs::path& to, bool one) {
  for (const StudentGrades& student : gradebook.students()) {
    const fs::path folder = one ? to : to / student.student;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
      throw Error(Exit::file_failed, fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
    write_whole_file(
        folder / "results.json",
        gradebook.gradescope(student).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
}

}  // namespace

int run_gradebook(RunJob& job) {
  const RunOptions& options = job.options;
  check_outputs(options);
  const Questions questions(job.file.claims, job.graph, job.registry);
  if (questions.list().empty())
    throw Error(
        Exit::bad_request,
        fmt::format("{}: asks no open question, such as df/dx = ?, that could be graded", job.file.path));
  const std::vector<AnswerFile> files = find_answer_files(options.claims);
  Examiner examiner(job.graph, job.file.rows, job.registry, job.seed, stop());
  Gradebook gradebook(questions.list(), !options.no_hints);
  for (std::size_t i = 0; i < files.size() && !interrupted(); ++i) {
    StudentGrades student = examine(files[i], questions, examiner);
    if (interrupted()) break;  // it may be half judged
    gradebook.add(std::move(student));
    if (wants_events(options.common)) emit(options.common, gradebook.event(gradebook.students().back()));
  }
  if (!options.common.json)
    fmt::print("{}{}\n", options.common.quiet ? "" : job.file.path + "\n\n", gradebook.table_text());
  if (const std::size_t left = files.size() - gradebook.students().size())
    return say_interrupted(
        options.common, fmt::format(": {} of {} files not judged, and nothing written", left, files.size()),
        {{"not_judged", left}});
  std::error_code error;
  if (!options.gradebook.empty()) write_whole_file(options.gradebook, gradebook.csv());
  if (!options.gradescope.empty())
    write_gradescope(gradebook, options.gradescope, !fs::is_directory(options.claims, error));
  const double all = gradebook.points();
  job.tally = fmt::format("{} file{}, {:.6g} point{} each", files.size(), files.size() == 1 ? "" : "s", all,
                          all == 1 ? "" : "s");
  if (wants_events(options.common))
    emit(options.common,
         {{"event", "gradebook"}, {"file", job.file.path}, {"students", files.size()}, {"points", all}});
  if (!options.common.json) say("{}\n", job.tally);
  return 0;
}

}  // namespace graph_runner::cli
