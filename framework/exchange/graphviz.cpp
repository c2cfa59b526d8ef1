// The places of boxes and arrows, which the program `dot` of Graphviz finds: layers, so that arrows point
// downwards and cross seldom. Source: Gansner, Koutsofios, North & Vo, "A technique for drawing directed
// graphs" (1993).
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "exchange/drawing.hpp"

extern char** environ;

namespace graph_runner {

namespace {

constexpr double inch = 72;  // Graphviz measures boxes in inches, and all else in points
constexpr double label_height = 15;

std::string in_dot(const Drawing& drawing) {
  // The searches for fewer crossings and shorter arrows end after as many rounds: a large graph is drawn less
  // well rather than late.
  std::string out =
      "digraph {\nnodesep=0.25; ranksep=0.3; nslimit=4; nslimit1=4; mclimit=1;\n"
      "node [shape=box, fixedsize=true, label=\"\"];\nedge [dir=none];\n";
  for (std::size_t b = 0; b < drawing.boxes.size(); ++b)
    out += fmt::format("{} [width={:.4f}, height={:.4f}];\n", b, drawing.boxes[b].width / inch,
                       drawing.boxes[b].height / inch);
  // A table's size is what it says it is, where that of a text is what the fonts at hand make of it.
  for (std::size_t a = 0; a < drawing.arrows.size(); ++a)
    out += fmt::format(
        "{} -> {} [id={}, label=<<table border=\"0\" cellpadding=\"0\" fixedsize=\"true\" width=\"{:.0f}\" "
        "height=\"{:.0f}\"><tr><td></td></tr></table>>];\n",
        drawing.arrows[a].from, drawing.arrows[a].to, a, drawing.arrows[a].label_width, label_height);
  return out + "}\n";
}

// A file that is nowhere but in memory.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("drawing", MFD_CLOEXEC)) {
    if (descriptor_ < 0) fail("cannot be held in memory");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }
  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(descriptor_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail("cannot be held in memory");
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    lseek(descriptor_, 0, SEEK_SET);
  }
  std::string read() {
    std::string text(static_cast<std::size_t>(lseek(descriptor_, 0, SEEK_END)), '\0');
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t n = pread(descriptor_, text.data() + at, text.size() - at, static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail("cannot be read back");
      at += static_cast<std::size_t>(n);
    }
    return text;
  }
  [[noreturn]] static void fail(const char* what) {
    throw Error(Exit::file_failed, fmt::format("the drawing {}: {}", what, std::strerror(errno)));
  }

 private:
  int descriptor_;
};

// What `dot` makes of a graph, as JSON.
std::string laid_out(const std::string& graph) {
  MemoryFile in, out, errors;
  in.write(graph);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.descriptor(), STDERR_FILENO);
  const char* arguments[] = {"dot", "-Tjson0", nullptr};
  pid_t child = 0;
  const int code = posix_spawnp(&child, "dot", &actions, nullptr, const_cast<char**>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT)
    throw Error(
        Exit::file_failed,
        "a graph is drawn by Graphviz's program 'dot', which is not there: install the package graphviz");
  if (code != 0)
    throw Error(Exit::file_failed, fmt::format("Graphviz's 'dot' cannot be run: {}", std::strerror(code)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) MemoryFile::fail("is lost");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw Error(Exit::file_failed, fmt::format("Graphviz's 'dot' failed: {}", errors.read().substr(0, 500)));
  return out.read();
}

// "27,90", of which y grows upwards.
Point point(const std::string& text, double height) {
  Point p;
  if (std::sscanf(text.c_str(), "%lf,%lf", &p.x, &p.y) != 2)
    throw Error(Exit::file_failed, fmt::format("Graphviz's 'dot' gave '{}' as a point", text));
  return {p.x, height - p.y};
}

// "27,90 27,85 …"
std::vector<Point> path(const std::string& text, double height) {
  std::vector<Point> points;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t behind = std::min(text.find(' ', at), text.size());
    points.push_back(point(text.substr(at, behind - at), height));
    at = behind + 1;
  }
  return points;
}

}  // namespace

void place(Drawing& drawing) {
  if (drawing.boxes.size() > most_boxes)
    throw Error(
        Exit::bad_request,
        fmt::format("{} boxes are too many for a picture, of which {} are the most: nodes that belong "
                    "together can be a block, which is one box (graphs/README.md, Blocks)",
                    drawing.boxes.size(), most_boxes));
  if (drawing.boxes.empty()) return;
  try {
    const auto json = nlohmann::json::parse(laid_out(in_dot(drawing)));
    double left = 0, bottom = 0;
    if (std::sscanf(json.at("bb").get<std::string>().c_str(), "%lf,%lf,%lf,%lf", &left, &bottom,
                    &drawing.width, &drawing.height) != 4)
      throw Error(Exit::file_failed, "Graphviz's 'dot' gave no size");
    for (const auto& object : json.at("objects"))
      drawing.boxes.at(std::stoul(object.at("name").get<std::string>())).centre =
          point(object.at("pos").get<std::string>(), drawing.height);
    for (const auto& edge : json.value("edges", nlohmann::json::array())) {
      Arrow& a = drawing.arrows.at(std::stoul(edge.at("id").get<std::string>()));
      a.path = path(edge.at("pos").get<std::string>(), drawing.height);
      a.label_centre = point(edge.at("lp").get<std::string>(), drawing.height);
    }
  } catch (const nlohmann::json::exception& e) {
    throw Error(Exit::file_failed, fmt::format("Graphviz's 'dot' gave what is not understood: {}", e.what()));
  }
}

}  // namespace graph_runner
