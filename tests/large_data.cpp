// Data that do not fit into memory: rows are read as they are needed, and nothing else changes.
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>

#include "data/memory.hpp"
#include "data/order.hpp"
#include "tests/bad_files.hpp"
#include "tests/support.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

std::string idx_header(int code, const std::vector<std::uint32_t>& sizes) {
  std::string out{0, 0, static_cast<char>(code), static_cast<char>(sizes.size())};
  for (const std::uint32_t n : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift);
  return out;
}

// 500 samples of 12 entries of 16 bits, with labels.
constexpr std::uint32_t samples = 500, entries = 12;
void write_data(const TemporaryFolder& folder) {
  std::string x = idx_header(0x0B, {samples, 3, 4}), labels = idx_header(8, {samples});
  for (std::uint32_t i = 0; i < samples; ++i) {
    for (std::uint32_t j = 0; j < entries; ++j) {
      const std::uint32_t entry = (i * 7919 + j * 104729) % 2000;
      x += {static_cast<char>(entry >> 8), static_cast<char>(entry)};
    }
    labels += static_cast<char>(i % 3);
  }
  folder.write("x.idx", x);
  folder.write("labels.idx", labels);
}
std::string graph_file(const std::string& option, const std::string& data, const std::string& shuffle) {
  return "inputs: {x: [batch, 12], label: [batch, 3]}\n"
         "nodes:\n  scores: {type: Linear, in: x, units: 3}\n  loss: {type: CrossEntropy, in: [scores, "
         "label]}\n"
         "data:\n  train:\n    x: {file: x.idx, " +
         option + "}\n    label: {file: labels.idx, one_hot: 3}\n" + data +
         "train: {minimize: loss, optimizer: {type: SGD, rate: 0.05}, batch: 32, epochs: 3, shuffle: " +
         shuffle + "}\n";
}

// The parameters and means after training, where data may take so many bytes.
std::vector<double> trained(const std::string& yaml, const fs::path& folder, std::uint64_t memory) {
  GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  file.data->memory = memory;
  const Graph g = build_graph(file, registry());
  Trainer trainer(g, *file.train, &*file.data, folder);
  const TrainingResult result = trainer.run();
  std::vector<double> all;
  for (const char* name : {"scores.W", "scores.b"})
    for (const double x : Machine::entries(trainer.parameters().tensor(g.find(name)))) all.push_back(x);
  for (const Means* means : {&result.last.train, &result.last.validation, &result.last.test})
    for (const auto& [name, mean] : *means) all.push_back(mean);
  return all;
}

std::vector<std::uint32_t> order(std::size_t count, std::size_t bytes, std::uint64_t seed,
                                 std::int64_t epoch) {
  std::vector<std::uint32_t> made;
  order_samples(made, count, Shuffle::blocks, bytes, seed, epoch);
  return made;
}

}  // namespace

TEST_CASE(
    "training gives the same bytes for any memory limit, however data are shuffled, drawn and prepared") {
  const TemporaryFolder folder;
  write_data(folder);
  for (const std::string option :
       {"scale: 1/1000", "standardize: true", "standardize: true, rows: [11, 470]"})
    for (const std::string data : {"", "  split: {test: 0.2, validation: 0.1}\n"})
      for (const std::string shuffle : {"samples", "blocks"}) {
        std::string fed = graph_file(option, data, shuffle);
        if (contains(option, "rows")) fed.replace(fed.find("one_hot: 3"), 10, "one_hot: 3, rows: [11, 470]");
        INFO(fed);
        const std::vector<double> in_memory = trained(fed, folder.path(), 1 << 20);
        CHECK(in_memory.size() == (data.empty() ? 40 : 42));
        for (const std::uint64_t memory : {11999, 600, 0})  // without x; its labels alone; nothing
          CHECK(trained(fed, folder.path(), memory) == in_memory);
      }
}

TEST_CASE("rows are the same in whatever order they are fetched, expected or not") {
  const TemporaryFolder folder;
  write_data(folder);
  GraphFile file = read_graph_text(graph_file("scale: 1", "", "samples"), "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  SizeValues sizes;
  file.data->memory = 0;
  const Splits splits(g, *file.data, folder.path(), sizes);
  const Dataset& data = *splits.train;
  CHECK(data.bytes() == 0);
  PlanRequest request;
  request.sizes = {{"batch", 10}};
  request.keep = {g.find("x"), g.find("scores")};
  Machine m(g, request);
  const auto check = [&](std::span<const std::uint32_t> rows) {
    data.fetch(rows, m.workspace);
    const std::vector<double> x = m.value("x");
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::uint32_t j = 0; j < entries; ++j)
        REQUIRE(x[i * entries + j] == (rows[i] * 7919 + j * 104729) % 2000);
  };
  std::vector<std::uint32_t> all;
  order_samples(all, samples, Shuffle::samples, 25, 1, 1);
  const std::span<const std::uint32_t> whole = all;
  const std::vector<std::uint32_t> others{5, 6, 7, 499, 0, 1, 3, 3, 2, 1};
  check(others);
  {
    const auto expected = data.expect(whole, 20, 10, Shuffle::samples);
    check(whole.subspan(20, 10));
    check(others);
    check(whole.subspan(5, 10));    // before what is expected
    check(whole.subspan(33, 10));   // not as it is cut
    check(whole.subspan(400, 10));  // far ahead, and back
    check(whole.subspan(30, 10));
    check(whole.subspan(490, 10));
  }
  { const auto ended_early = data.expect(whole, 0, 10, Shuffle::blocks); }
  check(whole.subspan(0, 10));
}

TEST_CASE("an order of blocks has every sample once, in long runs by window, by seed and epoch") {
  const std::size_t count = 700000, bytes = 1000;  // 1048 samples a block, 67072 a window
  const std::vector<std::uint32_t> first = order(count, bytes, 1, 1);
  std::vector<std::uint32_t> sorted = first;
  std::sort(sorted.begin(), sorted.end());
  for (std::uint32_t i = 0; i < count; ++i) REQUIRE(sorted[i] == i);
  CHECK(window_samples(Shuffle::blocks, bytes) == 67072);
  for (std::size_t at = 0; at < count; at += 67072) {
    std::set<std::uint32_t> blocks;
    for (std::size_t i = at; i < std::min(count, at + 67072); ++i) blocks.insert(first[i] / 1048);
    CHECK(blocks.size() <= 66);  // a smaller last block may shift the others
  }
  // Within a window neighbours are rare, and so are samples that stay where they were.
  std::size_t neighbours = 0, fixed = 0;
  for (std::size_t i = 1; i < count; ++i) {
    neighbours += first[i] == first[i - 1] + 1;
    fixed += first[i] == i;
  }
  CHECK(neighbours < 100);
  CHECK(fixed < 100);
  CHECK(order(count, bytes, 1, 1) == first);
  CHECK(order(count, bytes, 1, 2) != first);
  CHECK(order(count, bytes, 2, 1) != first);
  CHECK(order(3, std::size_t{1} << 40, 1, 1).size() == 3);  // samples larger than a window
}

TEST_CASE("what cannot be read by rows is refused with the remedy, where it is larger than --memory") {
  const TemporaryFolder folder;
  write_data(folder);
  REQUIRE(std::system(fmt::format("gzip -k '{}'", (folder.path() / "x.idx").string()).c_str()) == 0);
  std::string zipped = graph_file("scale: 1", "", "samples");
  zipped.replace(zipped.find("x.idx"), 5, "x.idx.gz");
  check_refused(
      {"a gzipped file", zipped, "7:15",
       "x.idx.gz: holds 12000 bytes, more than the 5000 bytes that are left for data in memory; unpack it"},
      folder, {"--memory", "5000"});
  for (const char* memory : {"", "many", "-1", "1e99", "4 GB", "5mb", "1TBB"}) {
    const Outcome o =
        run_tool("graph-runner", {folder.write("x.yaml", zipped), fmt::format("--memory={}", memory)});
    INFO(memory, o.err);
    CHECK(o.code == 2);
    CHECK(contains(o.err, "--memory"));
  }
}

TEST_CASE("a file that becomes shorter while rows are read of it ends the run with exit 4") {
  const TemporaryFolder folder;
  write_data(folder);
  GraphFile file = read_graph_text(graph_file("scale: 1", "", "samples"), "test.yaml", registry());
  file.data->memory = 1000;
  const Graph g = build_graph(file, registry());
  Trainer trainer(g, *file.train, &*file.data, folder.path());
  fs::resize_file(folder.path() / "x.idx", 6000);
  try {
    trainer.run();
    FAIL("the file is half of what it was");
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::file_failed);
    CHECK(contains(e.what(), "x.idx: has become shorter while it was read"));
  }
}

TEST_CASE("numbers of bytes are read and written with units") {
  CHECK(parse_bytes("4096") == 4096);
  CHECK(parse_bytes("400MB") == 400000000);
  CHECK(parse_bytes("2GiB") == std::uint64_t{2} << 30);
  CHECK(parse_bytes("1.5KiB") == 1536);
  CHECK(parse_bytes("0") == 0);
  for (const char* text : {"", "MB", "-1", "1 MB", "1mb", "99999999TiB", "nan", "inf"})
    CHECK_FALSE(parse_bytes(text));
  CHECK(bytes_text(999) == "999 bytes");
  CHECK(bytes_text(1500000) == "1.5 MB");
  CHECK(bytes_text(8000000000) == "8 GB");
}
