// Every refusal of data, of files that cannot be read and of wrong options has its exit code and its message.
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>

#include "data/formats.hpp"
#include "tests/bad_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

// Line 5 is the data, with its text from 5:8 on; that of input x in `fed` begins at 5:19.
std::string data(const std::string& text, const std::string& shapes = "x: [batch, 2], t: [batch, 2]") {
  return "inputs: {" + shapes +
         "}\nnodes:\n  y: {type: Linear, in: x, units: 2}\n  loss: {type: SquaredLoss, in: [y, y]}\ndata: {" +
         text + "}\ntrain: {minimize: loss, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1}\n";
}
std::string fed(const std::string& x) { return data("train: {x: " + x + ", t: [[1, 2], [1, 2]]}"); }

std::string idx(int code, const std::vector<std::uint32_t>& sizes, const std::string& entries) {
  std::string out{0, 0, static_cast<char>(code), static_cast<char>(sizes.size())};
  for (const std::uint32_t n : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift);
  return out + entries;
}
std::string zipped(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Two samples of two bytes.
const std::string good = idx(8, {2, 2}, "\1\2\3\4");

}  // namespace

TEST_CASE("data in the graph file that do not fit are refused") {
  const std::string t = ", t: [[1, 2], [1, 2]]";
  check_refused({
      {"data as a number", fed("").substr(0, fed("").find("data:")) + "data: 3\n", "5:7",
       "data: found '3', expected a map"},
      {"no data for training", data("root: a"), "5:7", "'train' is missing"},
      {"data for testing alone", data("test: {x: [[1, 2]]}"), "5:7", "'train' is missing"},
      {"a split that is misspelt", data("trian: {x: [[1, 2]]}"), "5:8",
       "unknown key 'trian' (did you mean 'train'?)"},
      {"a root that is a list", data("root: [a], train: {x: [[1, 2]]}"), "5:14", "data.root: found a list"},
      {"a split that is a number", data("train: 3"), "5:15", "data.train: found '3', expected a map"},
      {"a split without inputs", data("train: {}"), "5:15", "data.train: feeds no input"},
      {"an input that is not fed", data("train: {t: [[1, 2]]}"), "1:10",
       "data.train does not feed the input 'x'"},
      {"an input that is not fed when testing", data("train: {x: [[1, 2]]}, test: {t: [[1, 2]]}"), "1:10",
       "data.test does not feed the input 'x'"},
      {"data for an unknown input", data("train: {x: [[1, 2]], z: [[1, 2]]}"), "5:29",
       "no input is called 'z'; expected 'x' or 't'"},
      {"data for a node", data("train: {x: [[1, 2]], loss: [1]}"), "5:29", "no input is called 'loss'"},
      {"an input whose first axis is a number", data("train: {x: [[1, 2]]}", "x: [1, 2]"), "5:19",
       "data wants a leading axis with a name"},
      {"an input without axes", data("train: {x: [[1, 2]], t: [1]}", "x: [batch, 2], t: []"), "5:32",
       "data wants a leading axis with a name"},
      {"two sample axes", data("train: {x: [[1, 2]], t: [[1, 2]]}", "x: [a, 2], t: [b, 2]"), "5:32",
       "samples run over one size"},
      {"a sample axis that is another axis too", data("train: {x: [[1, 2, 3]]}", "x: [n, n]"), "5:19",
       "its other axes need another name"},
      {"too many entries a sample", fed("[[1, 2, 3], [1, 2, 3]]"), "5:19",
       "has shape [batch, 2], but its data have shape [2, 3]"},
      {"too few axes", fed("[1, 2]"), "5:19", "has shape [batch, 2], but its data have shape [2]"},
      {"one sample too many", fed("[[1, 2], [3, 4], [5, 6]]"), "5:48",
       "input 't' has 2 samples, but 'x' has 3"},
      {"one size that two inputs see differently",
       data("train: {x: [[1, 2]], t: [[1, 2, 3]]}", "x: [batch, k], t: [batch, k]"), "5:32",
       "and 'k' is 2 elsewhere"},
      {"a ragged list", fed("[[1, 2], [3]]"), "5:28", "found 1 entries, expected a list of 2 entries"},
      {"a number among lists", fed("[[1, 2], 3]"), "5:28", "found '3', expected a list of 2 entries"},
      {"a list among numbers", fed("[1, [2]]"), "5:23", "found a list, expected a number"},
      {"an empty list", fed("[]"), "5:19", "found an empty list"},
      {"an empty list of lists", fed("[[]]"), "5:20", "found an empty list"},
      {"an empty list among others", fed("[[1, 2], []]"), "5:28", "found 0 entries"},
      {"a text among numbers", fed("[[1, b]]"), "5:24", "found 'b', expected a number"},
      {"a list of nine levels", fed(repeat("[", 9) + "1" + repeat("]", 9)), "5:19",
       "nested more than 8 deep"},
      {"a number for a list", fed("3"), "5:19", "found '3', expected {file: NAME} or a list of numbers"},
      {"values that are a number", fed("{values: 3}"), "5:28", "found '3', expected a list of numbers"},
      {"values and a file", fed("{values: [[1, 2]], file: a}"), "5:19", "found both 'file' and 'values'"},
      {"neither values nor a file", fed("{scale: 2}"), "5:19", "expected 'file', 'values' or 'random'"},
      {"a file that is misspelt", fed("{flie: a}"), "5:20", "unknown key 'flie' (did you mean 'file'?)"},
      {"a file without a name", fed("{file: ''}"), "5:26", "found '', expected a text that is not empty"},
      {"a file with NUL in its name", fed("{file: \"a\\0b\"}"), "5:26", "the character U+0000"},
      {"a scale that is no number", fed("{values: [[1, 2]], scale: 1/}"), "5:47",
       "the formula ends where a value is missing"},
      {"no classes", fed("{values: [0, 1], one_hot: 0}"), "5:45", "found '0', expected an integer from 1 to"},
      {"more classes than memory should hold", fed("{values: [0, 1], one_hot: 99999999}"), "5:45",
       "expected an integer from 1 to"},
      {"classes and a scale", fed("{values: [0, 1], one_hot: 2, scale: 3}"), "5:55", "'scale' does nothing"},
      {"a label outside the classes", fed("{values: [0, 2], one_hot: 2}"), "5:28",
       "the label of sample 2 is 2; one_hot: 2 wants whole numbers from 0 to 1"},
      {"a negative label", fed("{values: [-1, 0], one_hot: 2}"), "5:28", "the label of sample 1 is -1"},
      {"a fractional label", fed("{values: [0, 1/2], one_hot: 2}"), "5:28", "the label of sample 2 is 0.5"},
      {"a label past 64 bits", fed("{values: [0, 1e300], one_hot: 2}"), "5:28",
       "the label of sample 2 is 1e+300"},
      {"two labels a sample", fed("{values: [[0, 1], [1, 0]], one_hot: 2}"), "5:28",
       "has shape [batch, 2], but its data have shape [2, 2, 2]"},
      {"rows past the end", fed("{values: [[1, 2], [3, 4]], rows: [1, 3]}"), "5:52",
       "rows [1, 3] of data with 2 samples"},
      {"rows that end at 64 bits", fed("{values: [[1, 2], [3, 4]], rows: [1, 9223372036854775807]}"), "5:52",
       "of data with 2 samples"},
      {"rows from last to first", fed("{values: [[1, 2], [3, 4]], rows: [2, 1]}"), "5:56",
       "found '1', expected an integer of at least 2"},
      {"rows from 0", fed("{values: [[1, 2], [3, 4]], rows: [0, 1]}"), "5:53",
       "found '0', expected an integer of at least 1"},
      {"one row", fed("{values: [[1, 2], [3, 4]], rows: [1]}"), "5:52", "expected [first, last]"},
      {"a number for rows", fed("{values: [[1, 2], [3, 4]], rows: 1}"), "5:52",
       "found '1', expected [first, last]"},
  });
}

TEST_CASE("splits that cannot be drawn, and preparations that cannot be, are refused") {
  // `text` stands at 5:8; the mistake is where `part` begins in it.
  const auto bad = [](const std::string& refused, const std::string& text, const std::string& part,
                      const std::string& message) {
    return BadFile{refused, data(text), fmt::format("5:{}", 8 + text.find(part)), message};
  };
  const std::string train = "train: {x: [[1, 2], [3, 4], [5, 6]]}, ";
  check_refused({
      bad("a split that is a number", train + "split: 0.2", "0.2", "data.split: found '0.2', expected a map"),
      bad("a split of nothing", train + "split: {seed: 1}", "{seed", "expected 'test: FRACTION'"),
      bad("a split that is empty", train + "split: {}", "{}", "expected 'test: FRACTION'"),
      bad("a part that is misspelt", train + "split: {tset: 0.2}", "tset",
          "unknown key 'tset' (did you mean 'test'?)"),
      bad("a part of all", train + "split: {test: 1}", "1}", "data.split.test: found 1, expected a fraction"),
      bad("a part of 0", train + "split: {validation: 0}", "0}",
          "found 0, expected a fraction between 0 and 1"),
      bad("a negative part", train + "split: {test: -1/3}", "-1/3", "expected a fraction between 0 and 1"),
      bad("a part that is a text", train + "split: {test: many}", "many", "data.split.test: found 'many'"),
      bad("parts that leave nothing", train + "split: {test: 0.5, validation: 0.5}", "{test",
          "test and validation are 1 of the samples together"),
      bad("a negative seed of a split", train + "split: {test: 0.5, seed: -1}", "-1",
          "data.split.seed: found '-1'"),
      bad("a test part beside test data", train + "test: {x: [[1, 2]]}, split: {test: 0.5}", "0.5",
          "data.split.test: the file has data.test too; expected one of them"),
      bad("a validation part beside validation data",
          train + "validation: {x: [[1, 2]]}, split: {validation: 0.5}", "0.5",
          "the file has data.validation too"),
      bad("a part of no sample", train + "split: {test: 0.1}", "0.1", "0.1 of 3 samples is none"),
      bad("a part that leaves none to train on", train + "split: {test: 0.9}", "0.9",
          "0.9 of 3 samples is 3, which leaves none to train on"),
      {"validation that does not feed an input", data(train + "validation: {t: [[1, 2]]}"), "1:10",
       "data.validation does not feed the input 'x'"},
      bad("classes that are standardized", "train: {x: {values: [0, 1], standardize: true, one_hot: 2}}",
          "true", "'standardize' does nothing to rows of 'one_hot'"),
      bad("a scale of what is standardized", "train: {x: {values: [[1, 2]], scale: 2, standardize: true}}",
          "2, st", "'scale' does nothing to what 'standardize' brings"),
      bad("standardizing that is no boolean", "train: {x: {values: [[1, 2]], standardize: 1}}", "1}}",
          "standardize: found '1', expected true or false"),
      bad("what is standardized to train on alone",
          "train: {x: {values: [[1, 2]], standardize: true}}, test: {x: [[3, 4]]}", "[[3, 4]",
          "data.test: input 'x' lacks 'standardize', but so have the training data"),
      bad("numbers that have no mean",
          "train: {x: {values: [[1, 2], [1e300, 3], [-1e300, 4]], standardize: true}}", "[[1, 2]",
          "the numbers at [1] are too large for a mean and a deviation"),
  });
}

TEST_CASE("IDX files that are not whole are refused") {
  const TemporaryFolder folder;
  const std::string huge(1000, '\0');
  const auto refuse = [&](const std::string& refused, const std::string& bytes, const std::string& message) {
    folder.write("a.idx", bytes);
    check_refused({refused, fed("{file: a.idx}"), "5:26", "input 'x': a.idx: " + message}, folder);
  };
  refuse("an empty file", "", "not an IDX file: shorter than its 4-byte magic number");
  refuse("a text", "P5 28 28\n", "not an IDX file: the magic number is 0x50352032");
  refuse("a wrong first byte", "\1" + good.substr(1), "not an IDX file: the magic number is 0x01000802");
  refuse("an unknown type of entries", idx(0x0A, {2, 2}, huge),
         "not an IDX file: the magic number is 0x00000A02");
  refuse("no axes", idx(8, {}, "\1"), "has rank 0; 1 to 8 are possible");
  refuse("nine axes", idx(8, std::vector<std::uint32_t>(9, 1), "\1"), "has rank 9; 1 to 8 are possible");
  refuse("200 axes", idx(8, std::vector<std::uint32_t>(200, 1), "\1"), "has rank 200; 1 to 8 are possible");
  refuse("no samples", idx(8, {0, 2}, ""), "axis 1 has size 0");
  refuse("samples without entries", idx(8, {2, 0}, ""), "axis 2 has size 0");
  refuse("sizes whose product overflows", idx(8, std::vector<std::uint32_t>(8, 0xFFFFFFFF), huge),
         "the sizes in its header are too large: their product overflows");
  refuse("sizes whose product overflows to 0", idx(8, {1u << 31, 1u << 31, 4}, huge),
         "the sizes in its header are too large: their product overflows");
  refuse("sizes whose bytes overflow", idx(14, {1u << 21, 1u << 21}, huge),
         "the sizes in its header are too large: their product overflows");
  refuse("16 TiB that are not there", idx(8, {1u << 22, 1u << 22}, huge),
         "holds 1000 bytes of data; its header promises 17592186044416");
  refuse("one byte too few", good.substr(0, good.size() - 1), "holds 3 bytes of data; its header promises 4");
  refuse("one byte too many", good + "\5", "goes on after the 4 bytes of data that its header promises");
  refuse("half an entry", idx(11, {1, 2}, "\1\2\3"), "holds 3 bytes of data; its header promises 4");
  for (std::size_t length = 1; length < 12; ++length) {
    const std::string name = fmt::format("a header of {} bytes", length);
    refuse(name, good.substr(0, length),
           length < 4 ? "not an IDX file: shorter" : "is cut short inside its header");
  }
  refuse("one byte too few, gzipped", zipped(good.substr(0, good.size() - 1)),
         "holds 3 bytes of data; its header promises 4");
  refuse("one byte too many, gzipped", zipped(good + "\5"), "goes on after the 4 bytes");
  refuse("a gzip stream without its end", zipped(good).substr(0, zipped(good).size() - 8),
         "the gzip stream is cut short");
  refuse("zeros behind a gzip stream", zipped(good) + std::string(3, '\0'),
         "something that is not gzipped follows the end of the gzip stream");
  refuse("a text behind a gzip stream", zipped(good) + "more", "something that is not gzipped follows");
  refuse("half a header behind a gzip stream", zipped(good) + "\x1f\x8b", "the gzip stream is cut short");
  refuse("a gzip stream of its header alone", zipped(good).substr(0, 10), "the gzip stream is cut short");
  refuse("8 TiB promised by a small gzip file", zipped(idx(8, {1u << 20, 1u << 23}, huge)),
         "holds 1000 bytes of data; its header promises 8796093022208");
  refuse("1 GiB promised by a gzip file of 20 MB of zeros",
         zipped(idx(8, {1u << 14, 1u << 16}, std::string(20000000, '\0'))), "holds 20000000 bytes of data");
  std::string flipped = zipped(good);
  flipped[flipped.size() - 5] = static_cast<char>(flipped[flipped.size() - 5] ^ 1);
  refuse("a gzip stream with a wrong checksum", flipped, "not a valid gzip stream");
}

TEST_CASE(
    "a gzipped IDX file cut at every length is refused, and one with any bit flipped is never misread") {
  std::string entries;
  for (int i = 0; i < 300; ++i) entries += static_cast<char>(i * i % 251);
  const std::string whole = zipped(idx(8, {30, 10}, entries));
  const TemporaryFolder folder;
  const auto read = [&](const std::string& bytes) -> std::string {
    const std::string file = folder.write("file.gz", bytes);
    try {
      const Array a = read_array(file);
      return {reinterpret_cast<const char*>(a.bytes.data()), a.bytes.size()};
    } catch (const Error& e) {
      CHECK(e.exit() == Exit::bad_request);
      return "refused";
    }
  };
  REQUIRE(read(whole) == entries);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO("cut at ", length, " of ", whole.size());
    CHECK(read(whole.substr(0, length)) == "refused");
  }
  int refused = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    INFO("bit ", bit % 8, " of byte ", bit / 8);
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const std::string found = read(changed);
    CHECK((found == "refused" || found == entries));
    refused += found == "refused";
  }
  CHECK(refused > 7 * static_cast<int>(whole.size()));
}

TEST_CASE("files that cannot be read end with exit code 4") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "folder");
  fs::create_symlink("nowhere", folder.path() / "dangling");
  fs::create_symlink("loop", folder.path() / "loop");
  REQUIRE(mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  folder.write("locked", good);
  fs::create_directory(folder.path() / "closed");
  fs::permissions(folder.path() / "closed", fs::perms::none);
  fs::permissions(folder.path() / "locked", fs::perms::none);
  const auto refuse = [&](const std::string& refused, const std::string& name, const std::string& message) {
    check_refused({refused, fed("{file: " + name + "}"), "5:26", message, 4}, folder);
  };
  refuse("a file that is not there", "none", "input 'x': none: No such file or directory");
  refuse("a link to nothing", "dangling", "input 'x': dangling: No such file or directory");
  refuse("a link to itself", "loop", "input 'x': loop: Too many levels of symbolic links");
  if (geteuid() != 0) refuse("a folder without permission", "closed", "input 'x': closed: Permission denied");
  refuse("a file below a file", "locked/a", "input 'x': locked/a: Not a directory");
  refuse("a name that is too long", repeat("a", 5000), "File name too long");
  refuse("a pipe that nobody writes to", "pipe", "input 'x': pipe: is not a regular file");
  refuse("a device without end", "/dev/zero", "input 'x': /dev/zero: is not a regular file");
  if (geteuid() != 0) refuse("a file without permission", "locked", "input 'x': locked: Permission denied");
  check_refused({"a root that is not there", data("root: none, train: {x: {file: a}}"), "5:38",
                 "input 'x': none/a: No such file or directory", 4},
                folder);
  check_refused({"a file that is not there among other problems", data("train: {x: {file: none}, z: [1]}"),
                 "5:26", "none: No such file", 4, 2},
                folder);

  const auto unreadable = [&](const std::string& file, const std::string& message) {
    INFO(file);
    const Outcome o = run_tool("graph-runner", {file}, folder.path());
    CHECK(o.code == 4);
    CHECK(o.err == file + ": error: " + message + "\n");
  };
  unreadable("none.yaml", "No such file or directory");
  unreadable("", "No such file or directory");
  unreadable("folder", "is a directory");
  unreadable(".", "is a directory");
  unreadable("dangling", "No such file or directory");
  unreadable("loop", "Too many levels of symbolic links");
  if (geteuid() != 0) unreadable("locked", "Permission denied");
}

TEST_CASE("options that are wrong are refused") {
  const TemporaryFolder folder;
  const std::string yaml = fed("[[1, 2], [3, 4]]");
  folder.write("good.yaml", yaml);
  folder.write("double/ReLU.so", "");
  fs::create_directory(folder.path() / "open");
  fs::permissions(folder.path() / "open", fs::perms::all);
  const auto refuse = [&](const std::vector<std::string>& arguments, const std::string& message,
                          const std::vector<std::string>& environment = {}) {
    INFO("refused: ", message);
    const Outcome o = run_tool("graph-runner", arguments, folder.path(), environment);
    INFO(o.err);
    CHECK(o.code == 2);
    CHECK(o.out.empty());
    CHECK(o.err.find(message) != std::string::npos);
  };
  REQUIRE(run_tool("graph-runner", {"good.yaml"}, folder.path()).code == 0);
  refuse({}, "FILE is required");
  refuse({"--frobnicate", "good.yaml"}, "not expected: --frobnicate");
  refuse({"good.yaml", "--threads", "0"}, "--threads: Value 0 not in range 1 to 1024");
  refuse({"good.yaml", "--threads", "many"}, "--threads: Value many not in range");
  refuse({"good.yaml", "--threads"}, "--threads: 1 required");
  refuse({"good.yaml", "--seed", "x"}, "train.seed: found 'x', expected an integer of at least 0");
  refuse({"good.yaml", "--seed", "-1"}, "train.seed: found '-1', expected an integer of at least 0");
  refuse({"good.yaml", "--set", "train.epochs"}, "--set train.epochs: expected path=value");
  refuse({"good.yaml", "--set", "=3"}, "--set =3: expected path=value");
  refuse({"good.yaml", "--set", "train.epochs="}, "--set train.epochs=: a value is missing after '='");
  refuse({"good.yaml", "--set", "trian.epochs=3"}, "there is no 'trian' (did you mean 'train'?)");
  refuse({"good.yaml", "--set", "train.epoch=3"}, "unknown key 'epoch' (did you mean 'epochs'?)");
  refuse({"good.yaml", "--set", "train=3"}, "'train' is a map, not a single value");
  refuse({"good.yaml", "--set", "train.epochs.x=3"}, "'train.epochs' is not a map");
  refuse({"good.yaml", "--set", "train.epochs=[1]"}, "train.epochs: found a list, expected");
  refuse({"good.yaml", "--set", "train.epochs=&a 1"}, "an anchor (&name)");
  refuse({"good.yaml", "--set", "train.epochs=010"}, "found '010', expected an integer");
  refuse({"good.yaml", "--set", "nodes.y.units=0"}, "found 0, expected an integer of at least 1");
  refuse({"good.yaml", "--plugins", "none"}, "--plugins none: No such file or directory");
  refuse({"good.yaml", "--plugins", "good.yaml"}, "good.yaml: not a directory");
  refuse({"good.yaml", "--plugins", "open"}, "everybody may write to it");
  refuse({"good.yaml", "--plugins", "double"}, "the node type 'ReLU' stands in two plugin directories");
  refuse({"good.yaml"}, "the element 'plugins' is not an absolute path", {"GRAPH_RUNNER_PLUGINS=plugins"});
  refuse({"good.yaml"}, "the element '' is not an absolute path", {"GRAPH_RUNNER_PLUGINS="});
  refuse({"good.yaml"}, "the element '' is not an absolute path", {"GRAPH_RUNNER_PLUGINS=/usr::/tmp"});
  refuse({"good.yaml"}, "plugin directory /none: No such file or directory", {"GRAPH_RUNNER_PLUGINS=/none"});
}

TEST_CASE("sizes that no memory holds are refused before the run begins") {
  const auto wide = [](const std::string& units) {
    return "inputs: {x: [batch, 2]}\nnodes: {y: {type: Linear, in: x, units: " + units +
           "}}\ndata: {train: {x: [[1, 2], [3, 4]]}}\n"
           "train: {minimize: y, optimizer: {type: SGD, rate: 1}, batch: 2, epochs: 1}\n";
  };
  check_refused({
      {"units whose product with the inputs overflows", wide("9223372036854775807"), "", "too large"},
      {"units whose product with the batch is too large", wide("17592186044416"), "", "too large"},
      {"a size that nothing fixes",
       "inputs: {x: [batch, 2]}\nparameters: {V: {shape: [2, k], init: he}}\nnodes: {y: {type: MatMul, in: "
       "[x, V]}}\n"
       "data: {train: {x: [[1, 2]]}}\n",
       "", "size"},
      {"a parameter that depends on the batch",
       "inputs: {x: [batch, 2]}\nparameters: {V: {shape: [2, batch], init: 1}}\nnodes: {y: {type: MatMul, "
       "in: [x, V]}}\n"
       "data: {train: {x: [[1, 2]]}}\ntrain: {minimize: y, optimizer: {type: SGD, rate: 1}, batch: 1, "
       "epochs: 1}\n",
       "2:14", "depends on the sample axis 'batch'"},
  });
}
