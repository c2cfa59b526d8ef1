// The files of models: others can read them, what is damaged is found, and every refusal has its message.
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "data/safetensors.hpp"
#include "tests/bad_files.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string network = R"(inputs: {x: [batch, 2], y: [batch, 1]}
nodes:
  linear: {type: Linear, in: x, units: 1}
  loss: {type: SquaredLoss, in: [linear, y]}
data: {train: {x: [[1, 2], [3, 4]], y: [[1], [2]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.01, momentum: 0.5}, batch: 2, epochs: 2)";

// A file of this header, with the checksum that it must have where it holds "checksum":"00000000".
std::string crafted(const std::string& header, const std::string& data = "", std::int64_t length = -1) {
  const std::uint64_t bytes = length < 0 ? header.size() : std::uint64_t(length);
  std::string file(reinterpret_cast<const char*>(&bytes), 8);
  file += header + data;
  if (const std::size_t at = file.find("\"checksum\":\"00000000\""); at != file.npos)
    file.replace(
        at + 12, 8,
        fmt::format("{:08x}", crc32(0, reinterpret_cast<const Bytef*>(file.data()), uInt(file.size()))));
  return file;
}

// The header of a model with these tensors, and with other texts or none where they are given.
std::string header(const std::string& tensors, const std::string& format = "graph-runner model",
                   const std::string& more = "") {
  return "{\"__metadata__\":{\"checksum\":\"00000000\",\"format\":\"" + format +
         "\",\"graph\":\"\",\"epoch\":\"1\",\"step\":\"1\",\"preparations\":\"{}\"" + more + "}" +
         (tensors.empty() ? "" : ",") + tensors + "}";
}
const std::string good_w = "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}",
                  good_b = "\"linear.b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}",
                  good = good_w + "," + good_b, data(12, '\1');

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}
bool is_refused(const std::string& file) {
  try {
    parse_safetensors(bytes_of(file), "file");
  } catch (const Error& e) {
    return e.exit() == Exit::bad_request;
  }
  return false;
}

}  // namespace

TEST_CASE("a model is read by twenty lines of Python that know the format alone") {
  const TemporaryFolder folder;
  folder.write("g.yaml", network + ", save: m.safetensors}\n");
  REQUIRE(run_tool("graph-runner", {"g.yaml"}, folder.path()).code == 0);
  for (const char* name : {"m.safetensors", "m.safetensors.resume"}) {
    const Outcome o = run_tool("/usr/bin/python3", {(source_folder() / "tests/read_safetensors.py").string(),
                                                    (folder.path() / name).string()});
    INFO(o.out, o.err);
    REQUIRE(o.code == 0);
    const Json read = Json::parse(o.out);
    const Model model = read_model(folder.path() / "m.safetensors");
    for (const auto& [parameter, entries] : model.parameters) {
      CHECK(read["tensors"][parameter]["shape"] == entries.shape);
      CHECK(read["tensors"][parameter]["entries"] == entries.values);
    }
    CHECK(read["metadata"]["versions"] == "graph-runner 0.1.0");
    CHECK(read["metadata"]["step"] == "2");
    CHECK(Json::parse(std::string(read["metadata"]["graph"]))["train"]["batch"] == 2);
  }
  const std::string source = read_file(source_folder() / "tests/read_safetensors.py");
  CHECK(std::count(source.begin(), source.end(), '\n') <= 22);
}

TEST_CASE("the graph that a model holds is one that runs: JSON is YAML") {
  const TemporaryFolder folder;
  folder.write("g.yaml", network + ", save: m}\n");
  REQUIRE(run_tool("graph-runner", {"g.yaml", "--set", "train.epochs=3"}, folder.path()).code == 0);
  const std::string first = read_file(folder.path() / "m");
  folder.write("again.yaml", read_model(folder.path() / "m").graph);
  REQUIRE(run_tool("graph-runner", {"again.yaml"}, folder.path()).code == 0);
  CHECK(read_file(folder.path() / "m") == first);
}

TEST_CASE("every truncation and every single bit that is flipped is found") {
  const TemporaryFolder folder;
  folder.write("g.yaml", network + ", save: m}\n");
  REQUIRE(run_tool("graph-runner", {"g.yaml"}, folder.path()).code == 0);
  for (const char* name : {"m", "m.resume"}) {
    const std::string whole = read_file(folder.path() / name);
    REQUIRE_FALSE(is_refused(whole));
    std::size_t missed = 0;
    for (std::size_t n = 0; n < whole.size(); ++n) missed += !is_refused(whole.substr(0, n));
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      std::string flipped = whole;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      missed += !is_refused(flipped);
    }
    CHECK(missed == 0);
    CHECK(is_refused(whole + '\0'));
    CHECK(is_refused(whole + whole));
  }
}

TEST_CASE("what was written is what is read, whatever its names and types are") {
  const TemporaryFolder folder;
  const std::vector<float> floats{1.5f, -0.f, NAN, INFINITY};
  const std::vector<double> doubles{1e-300};
  const std::filesystem::path file = folder.path() / "f";
  const Metadata metadata{{"a", "\"checksum\":\"00000000\""}, {"ß", "\n\\\t\x01"}};
  write_safetensors(file, metadata,
                    {{"λ.W", "F32", {2, 2}, std::as_bytes(std::span(floats))},
                     {"none", "F32", {0, 3}, {}},
                     {"checksum", "F64", {}, std::as_bytes(std::span(doubles))}});
  const Safetensors read = read_safetensors(file);
  CHECK(read.metadata == metadata);
  REQUIRE(read.tensors.size() == 3);
  CHECK(read.tensors[0].shape == Shape{2, 2});
  CHECK(std::memcmp(read.find("λ.W")->bytes.data(), floats.data(), 16) == 0);
  CHECK(read.find("none")->bytes.empty());
  CHECK(std::memcmp(read.find("checksum")->bytes.data(), doubles.data(), 8) == 0);
  CHECK(read.find("other") == nullptr);
}

TEST_CASE("files that are no models, or none of this graph, are refused with exit 2 and the reason") {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::string& refused, const std::string& bytes, const std::string& message) {
    folder.write("bad", bytes);
    check_refused({refused, network + "}\n", "", message}, folder, {"--load", "bad"});
  };
  const std::string tensor = "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}";
  const auto broken = [&](const std::string& refused, const std::string& text, const std::string& message,
                          const std::string& entries = data) {
    refuse(refused, crafted(header(text), entries), message);
  };
  refuse("an empty file", "", "bad: no safetensors file: shorter than the 8 bytes that it begins with");
  refuse("seven bytes", "1234567", "bad: no safetensors file: shorter");
  refuse("a text", "This is no model, but a text.", "bad: no safetensors file, or cut short");
  refuse("a length past the end", crafted(header(good), data, 1 << 20),
         "its header would have 1048576 bytes");
  refuse("a length of 64 bits", crafted(header(good), data, INT64_MAX),
         "its header would have 9223372036854775807 bytes");
  refuse("a length of 0", crafted(header(good), data, 0), "bad: it has no checksum");
  refuse("a header without metadata", crafted("{" + good + "}", data), "bad: it has no checksum");
  refuse("metadata without a checksum", crafted("{\"__metadata__\":{\"format\":\"pt\"}," + good + "}", data),
         "it was not written by graph-runner, or is damaged");
  refuse("a checksum that is cut", crafted("{\"__metadata__\":{\"checksum\":\"0000"),
         "bad: it has no checksum");
  refuse("a checksum of other bytes", crafted(header(good), data) + "x", "bad: it is damaged: its checksum");
  refuse("a gzip file", "\x1f\x8b\x08", "bad: ");
  broken("no JSON", good + ",", "its header is malformed: it is no JSON from its byte ");
  broken("a text behind the map", good + "} {\"a\":{",
         "its header is malformed: it is no JSON from its byte ");
  broken("a number for a tensor", "\"linear.W\":3", "its header is malformed: found a number in 'linear.W'");
  broken("a text for a tensor", "\"linear.W\":\"F32\"", "found a text in 'linear.W'");
  broken("a list for a tensor", "\"linear.W\":[1]", "found a list in 'linear.W'");
  broken("null for a tensor", "\"linear.W\":null", "found null in 'linear.W'");
  broken("true for a tensor", "\"linear.W\":true", "found true or false in 'linear.W'");
  broken("a map in a tensor", "\"linear.W\":{\"shape\":{}}", "found a map in 'linear.W'");
  broken("maps without end", "\"linear.W\":" + repeat("{\"shape\":", 100000), "found a map in 'linear.W'");
  broken("lists without end", "\"linear.W\":{\"shape\":" + repeat("[", 100000), "found a list in 'linear.W'");
  broken("a tensor twice", good_w + "," + good_w, "'linear.W' stands twice");
  broken("metadata twice", good + ",\"__metadata__\":{}", "'__metadata__' stands twice");
  broken("a shape twice", "\"linear.W\":{\"shape\":[1],\"shape\":[1]}", "'shape' stands twice in 'linear.W'");
  broken("an unknown key", "\"linear.W\":{\"strides\":[1]}",
         "tensor 'linear.W' has 'strides'; expected dtype");
  broken("no type", "\"linear.W\":{\"shape\":[1,2],\"data_offsets\":[0,8]}",
         "lacks its dtype, shape or data_offsets");
  broken("no shape", "\"linear.W\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}",
         "lacks its dtype, shape or data_offsets");
  broken("no place", "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[1,2]}",
         "lacks its dtype, shape or data_offsets");
  broken("an empty tensor", "\"linear.W\":{}", "lacks its dtype, shape or data_offsets");
  broken("an unknown type", "\"linear.W\":{\"dtype\":\"F33\",\"shape\":[1,2],\"data_offsets\":[0,8]}",
         "the unknown type 'F33'");
  broken("a type that is a list", "\"linear.W\":{\"dtype\":[1]}", "found a list in 'linear.W'");
  broken("a type that is a number", "\"linear.W\":{\"dtype\":1}", "found a number in 'linear.W'");
  broken("a shape that is a text", "\"linear.W\":{\"shape\":\"[1,2]\"}", "found a text in 'linear.W'");
  broken("a fraction of a size", "\"linear.W\":{\"shape\":[1.5]}", "found a fraction in 'linear.W'");
  broken("a size below 0", "\"linear.W\":{\"shape\":[-1,2]}", "found a number below 0 in 'linear.W'");
  broken("a size of 64 bits", "\"linear.W\":{\"shape\":[18446744073709551615]}", "is too large");
  broken(
      "sizes whose product overflows",
      "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[140737488355328,140737488355328],\"data_offsets\":[0,8]}",
      "the product of its sizes overflows");
  broken("nine axes", "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}",
         "has 9 axes");
  broken("one offset", "\"linear.W\":{\"data_offsets\":[0]}", "data_offsets wants two numbers");
  broken("three offsets", "\"linear.W\":{\"data_offsets\":[0,4,8]}", "data_offsets wants two numbers");
  broken("offsets from last to first",
         "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,0]}",
         "wants 8 bytes, but lies at 8 to 0");
  broken("too few bytes for its shape",
         "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,4]}",
         "wants 8 bytes, but lies at 0 to 4");
  broken("bytes past the end", good, "tensor 'linear.b' lies at 8 to 12; expected it from 8 on, of 11 bytes",
         data.substr(1));
  broken("bytes that no tensor has", good, "there are 1 bytes behind its last tensor", data + "x");
  broken("a hole", good_w + ",\"linear.b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}",
         "tensor 'linear.b' lies at 12 to 16; expected it from 8 on", data + "1234");
  broken("tensors that overlap",
         good_w + ",\"linear.b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}",
         "tensor 'linear.b' lies at 4 to 8; expected it from 8 on");
  broken("half floats", "\"linear.W\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,4]}",
         "tensor 'linear.W' has type F16, expected F32", data.substr(8));
  broken("another shape", "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}," + good_b,
         "is a model of another graph: parameter 'linear.W' has shape [2, 1] there, [1, 2] here");
  broken("a parameter too few", good_w, "parameter 'linear.b' is not there", data.substr(4));
  broken("a parameter too many", good + ",\"V\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}",
         "parameter 'V' of shape [] is only there", data + "1234");
  broken("an input as a parameter", good + ",\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}",
         "parameter 'x' of shape [] is only there", data + "1234");
  broken("no parameters", "", "parameter 'linear.W' is not there", "");
  refuse("a state for a model", crafted(header(good, "graph-runner state"), data),
         "bad: it holds a 'graph-runner state', expected a 'graph-runner model'");
  refuse("a model of another program", crafted(header(good, "other"), data), "bad: it holds a 'other'");
  refuse("a number among the texts", crafted(header(good, "graph-runner model", ",\"n\":3"), data),
         "found a number in '__metadata__'");
  refuse("a text twice", crafted(header(good, "graph-runner model", ",\"step\":\"2\""), data),
         "'step' stands twice in '__metadata__'");
  const auto without = [&](const std::string& text) {
    std::string left = header(good);
    return left.replace(left.find(text), text.size(), "");
  };
  refuse("no step", crafted(without(",\"step\":\"1\""), data), "bad: its metadata have no 'step'");
  refuse("no graph", crafted(without(",\"graph\":\"\""), data), "bad: its metadata have no 'graph'");
  refuse("no format", crafted(without(",\"format\":\"graph-runner model\""), data),
         "bad: its metadata have no 'format'");
  const auto prepared = [&](const std::string& preparations) {
    std::string text = header(good);
    return crafted(text.replace(text.find("\"{}\""), 4, "\"" + preparations + "\""), data);
  };
  for (const char* preparations : {"", "{", "[]", "3", "{\\\"x\\\":3}", "{\\\"x\\\":{}}"})
    refuse("preparations that are none", prepared(preparations),
           "the 'preparations' of its metadata are malformed");
  std::string text = header(good);
  refuse("an epoch that is no number",
         crafted(text.replace(text.find("\"epoch\":\"1\""), 11, "\"epoch\":\"-1\""), data),
         "the 'epoch' of its metadata is '-1', expected a whole number");
}

TEST_CASE("states that are none of this training are refused with exit 2 and the reason") {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::string& refused, const std::string& tensors, const std::string& entries,
                          const std::string& message,
                          const std::string& more = ",\"samples\":\"0\",\"epochs\":\"2\"") {
    folder.write("m.resume", crafted(header(tensors, "graph-runner state", more), entries));
    check_refused({refused, network + "}\n", "", message}, folder, {"--save", "m", "--resume"});
  };
  const std::string sums =
                        ",\"training/totals\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[12,20]},"
                        "\"training/entries\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[20,28]}",
                    zeros(28, '\0');
  refuse("no place in the order", good + sums, zeros, "its metadata have no 'samples'", "");
  refuse("a place past the end", good + sums, zeros, "the state is of other training",
         ",\"samples\":\"3\",\"epochs\":\"2\"");
  refuse("no sums", good, data, "the state is of other training");
  refuse("no parameter", good_w, data.substr(4), "it has no parameter 'linear.b', which this graph has");
  refuse("an unknown parameter", good + ",\"V\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}",
         data + "1234", "this graph has no parameter 'V'");
  refuse("an unknown part of training",
         good + ",\"training/x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}", data + "1234",
         "this graph has no parameter 'training/x'");
  refuse("another shape", "\"linear.W\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}," + good_b,
         data, "tensor 'linear.W' has shape [2], expected [1, 2]");
  refuse("sums of floats",
         good + ",\"training/totals\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}",
         data + "1234", "tensor 'training/totals' has type F32, expected F64");
  refuse("a best value without an epoch",
         good + ",\"training/best/train.loss\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[12,20]}",
         data + "12345678", "is no value and epoch");
  refuse("a state of the optimizer without a parameter",
         good + ",\"optimizer/v\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}", data + "1234",
         "tensor 'optimizer/v' names no parameter");
  refuse("no state of the optimizer", good + sums, zeros, "the state is of other training");
}

TEST_CASE("what the file says about saving and stopping is checked") {
  const TemporaryFolder folder;
  // `at` is the text of the section at which the first mistake is.
  const auto refuse = [&](const std::string& refused, const std::string& said, const std::string& at,
                          const std::string& message, int problems = 1) {
    const std::string text = network + ", " + said + "}\n";
    const std::size_t found = text.rfind(at), line = text.rfind('\n', found);
    check_refused({refused, text, fmt::format("6:{}", found - line), message, 2, problems}, folder);
  };
  refuse("a file that is a list", "save: [m]", "[m]", "train.save: found a list, expected a text");
  refuse("a file without a name", "save: ''", "''",
         "train.save: found '', expected a text that is not empty");
  refuse("a misspelt save", "safe: m", "safe", "unknown key 'safe' (did you mean 'save'?)");
  refuse("an unknown word for what is kept", "keep: first", "first",
         "train.keep: found 'first', expected 'last', 'best' or 'all', or {best: test.NAME}");
  refuse("a misspelt word for what is kept", "keep: bets", "bets", "(did you mean 'best'?)");
  refuse("a number for what is kept", "keep: 3", "3", "train.keep: found '3'");
  refuse("a list for what is kept", "keep: [best]", "[best]", "train.keep: found a list");
  refuse("an unknown key for what is kept", "keep: {last: 3}", "{last", "train.keep: 'best' is missing", 2);
  refuse("nothing that is the best", "keep: {}", "{}", "train.keep: 'best' is missing");
  refuse("the best of no split", "keep: {best: loss}", "loss",
         "train.keep.best: found 'loss', expected train.NAME, validation.NAME or test.NAME");
  refuse("the best of an unknown split", "keep: {best: tset.loss}", "tset",
         "train.keep.best: found 'tset.loss'");
  refuse("the best of a list", "keep: {best: [train.loss]}", "[train", "train.keep.best: found a list");
  refuse("the best of nothing", "keep: {best: train.}", "train.", "train.keep.best: found 'train.'");
  refuse("the best of what is not watched", "keep: {best: train.linear}", "train.l",
         "train.keep: 'linear' is neither minimized nor watched");
  refuse("the best of data that are not there", "keep: {best: test.loss}", "test",
         "train.keep: 'test.loss' needs data.test, which this file lacks");
  refuse("no steps between saves", "every: 0", "0",
         "train.every: found '0', expected an integer of at least 1");
  refuse("a fraction of a step", "every: 1.5", "1.5", "train.every: found '1.5'");
  refuse("steps below 0", "every: -3", "-3", "train.every: found '-3'");
  refuse("a text for steps", "every: epoch", "epoch", "train.every: found 'epoch'");
  refuse("a stop that is a number", "stop: 3", "3", "train.stop: found '3', expected a map");
  refuse("a stop without a value", "stop: {patience: 3}", "{",
         "train.stop: 'watch' is missing; expected what has to become better");
  refuse("a stop without patience", "stop: {watch: train.loss}", "{", "train.stop: 'patience' is missing");
  refuse("a stop without either", "stop: {}", "{", "train.stop: 'watch' is missing", 2);
  refuse("no patience", "stop: {watch: train.loss, patience: 0}", "0",
         "train.stop.patience: found '0', expected an integer from 1 to");
  refuse("patience without end", "stop: {watch: train.loss, patience: 99999999999}", "99999999999",
         "train.stop.patience: found");
  refuse("half a patience", "stop: {watch: train.loss, patience: 1/2}", "1/2",
         "train.stop.patience: found '1/2'");
  refuse("a misspelt patience", "stop: {watch: train.loss, patients: 3}", "patients",
         "(did you mean 'patience'?)");
  refuse("a stop by no split", "stop: {watch: loss, patience: 3}", "loss",
         "train.stop.watch: found 'loss', expected train.NAME, validation.NAME or test.NAME");
  refuse("a stop by what is not watched", "stop: {watch: train.lose, patience: 3}", "train.lose",
         "train.stop: 'lose' is neither minimized nor watched (did you mean 'loss'?)");
  refuse("a stop by data that are not there", "stop: {watch: test.loss, patience: 3}", "test",
         "train.stop: 'test.loss' needs data.test, which this file lacks");
  refuse("an unknown key of a stop", "stop: {watch: train.loss, patience: 3, after: 5}", "after",
         "train.stop: unknown key 'after'");
  refuse("no samples to evaluate", "evaluate_train: 0", "0", "train.evaluate_train (or all): found '0'");
  refuse("a word for samples", "evaluate_train: some", "some", "train.evaluate_train (or all): found 'some'");
  refuse("a list of samples", "evaluate_train: [1, 2]", "[1", "train.evaluate_train (or all): found a list");
  refuse("a share of samples", "evaluate_train: 0.5", "0.5", "train.evaluate_train (or all): found '0.5'");
  refuse("several mistakes at once", "every: 0, keep: first, save: []", "0", "train.every: found '0'", 3);
}

TEST_CASE("options that say nothing together, or name nothing, are refused") {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::string& refused, const std::vector<std::string>& options,
                          const std::string& message, int code = 2) {
    check_refused({refused, network + "}\n", "", message, code}, folder, options);
  };
  refuse("a model that is not there", {"--load", "none"}, "none: No such file or directory", 4);
  refuse("a model that is a folder", {"--load", "/"}, "/: is a directory", 4);
  refuse("two models", {"--load", "a", "--load-matching", "b"}, "--load excludes --load-matching");
  refuse("a model and a state", {"--load", "a", "--resume"}, "--resume excludes --load");
  refuse("to evaluate and to save", {"--evaluate", "--save", "a"}, "excludes");
  refuse("to evaluate and to predict", {"--evaluate", "--predict", "linear=-"}, "excludes");
  refuse("to derive and to resume", {"--derive", "loss", "--resume"}, "excludes");
  refuse("an input that is a map without a file", {"--predict", "linear=-", "--input", "x={centre: true}"},
         "--input x:1:1: error: --input x: expected 'file', 'values' or 'random'");
  refuse("an input with an unknown key", {"--predict", "linear=-", "--input", "x={file: a, center: true}"},
         "--input x: unknown key 'center' (did you mean 'centre'?)");
  refuse("an input that is half a list", {"--predict", "linear=-", "--input", "x=[[1, 2"}, "--input x:1:");
  refuse("an input without a prediction", {"--input", "x=a"}, "--input requires --predict");
  refuse("a prediction without a file", {"--predict", "linear"},
         "--predict: found 'linear', expected NAME=FILE");
  refuse("a prediction of nothing", {"--predict", "=a.npy"}, "--predict: found '=a.npy', expected NAME=FILE");
  refuse("a prediction into nothing", {"--predict", "linear="},
         "--predict: found 'linear=', expected NAME=FILE");
  refuse("a prediction of what is not there", {"--predict", "liner=a.npy"}, "(did you mean 'linear'?)");
  refuse("a prediction in a format that is not written", {"--predict", "linear=a.png"},
         "expected a file that ends in .npy or .csv, or -");
  refuse("a prediction into a folder that is not there", {"--predict", "linear=none/a.npy"},
         "none/a.npy: cannot be written", 4);
  refuse("an input that is not there", {"--predict", "linear=-", "--input", "z=a"}, "no input is called 'z'");
  refuse("a file of input that is not there", {"--predict", "linear=-", "--input", "x=none"}, "none", 4);
  refuse("a prediction that needs another input", {"--predict", "loss=-", "--input", "x=none"}, "none", 4);
}
