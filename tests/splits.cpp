// What happens to data after they are read: the splits drawn from them, standardizing, what fills missing
// cells, and validation.
#include "data/splits.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>

#include "data/preparation.hpp"
#include "tests/support.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::json;

namespace {

// A graph of one input with `entries` numbers a sample.
Graph one_input(std::size_t entries) {
  return graph(fmt::format("inputs: {{x: [batch, {}]}}\nnodes: {{y: {{type: ReLU, in: x}}}}\n", entries));
}

ArraySpec in_place(const std::vector<std::vector<double>>& rows) {
  ArraySpec spec;
  spec.input = "x";
  spec.shape = {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size())};
  for (const auto& row : rows) spec.values.insert(spec.values.end(), row.begin(), row.end());
  return spec;
}

Dataset dataset(const Graph& g, ArraySpec spec, const Preparations* given = nullptr,
                const std::string& name = "train") {
  SizeValues sizes;
  return {g, SplitSpec{name, {std::move(spec)}, {}}, ".", sizes, given};
}

// All samples of a dataset as a walk gets them, one after the other.
std::vector<double> fetched(const Graph& g, const Dataset& data) {
  PlanRequest request;
  request.sizes = {{"batch", data.samples()}};
  request.keep = {g.find("x"), g.find("y")};
  Machine m(g, request);
  std::vector<std::uint32_t> all(static_cast<std::size_t>(data.samples()));
  std::iota(all.begin(), all.end(), 0u);
  data.fetch(all, m.workspace);
  return m.value("x");
}

// A column with missing cells, as a table has them.
Column with_missing(const std::vector<std::vector<double>>& rows, bool standardize = false,
                    double scale = 1) {
  ArraySpec spec = in_place(rows);
  spec.options.missing.value = Fill::mean;
  spec.standardize = standardize;
  spec.scale = scale;
  Array stored;
  stored.samples = spec.shape[0];
  stored.sample_shape = {spec.shape[1]};
  const auto bytes = std::as_bytes(std::span(spec.values));
  stored.bytes.assign(bytes.begin(), bytes.end());
  return {0, spec, std::move(stored)};
}
std::vector<double> converted(const Column& column) {
  std::vector<double> all(static_cast<std::size_t>(column.samples()) * column.conversion.entries());
  column.each([&](std::uint32_t sample, const std::byte* row) {
    column.conversion(row, all.data() + sample * column.conversion.entries());
  });
  return all;
}

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::bad_request);
    return e.what();
  }
  return "";
}

// x and y = 2x, for samples numbered from 1.
std::string numbered(int samples, const std::string& more, const std::string& require = "train.loss: 1e9") {
  std::string x, y;
  for (int i = 1; i <= samples; ++i) {
    x += fmt::format("{}[{}]", i == 1 ? "" : ", ", i);
    y += fmt::format("{}[{}]", i == 1 ? "" : ", ", 2 * i);
  }
  return fmt::format(
      "inputs: {{x: [batch, 1], y: [batch, 1]}}\n"
      "nodes:\n  p: {{type: Linear, in: x, units: 1}}\n  loss: {{type: SquaredLoss, in: [p, y]}}\n"
      "data: {{train: {{x: [{}], y: [{}]}}{}}}\n"
      "train: {{minimize: loss, optimizer: {{type: SGD, rate: 0.001}}, batch: 4, epochs: 3, "
      "require: {{{}}}}}\n",
      x, y, more, require);
}

Splits splits_of(const std::string& yaml, const Graph& g) {
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  SizeValues sizes;
  return {g, *file.data, ".", sizes};
}

}  // namespace

TEST_CASE("standardized entries have mean 0 and deviation 1, and constant ones are only centred") {
  const Graph g = one_input(3);
  ArraySpec spec = in_place({{1, 7, 1e9}, {2, 7, 1e9 + 1}, {3, 7, 1e9 + 2}, {6, 7, 1e9 + 5}});
  spec.standardize = true;
  const Dataset data = dataset(g, spec);
  const Preparation p = data.preparations().at("x");
  CHECK(p.mean == std::vector<double>{3, 7, 1e9 + 2});
  // √((4 + 1 + 0 + 9) / 4): the offset of 1e9 costs no digit.
  CHECK(p.deviation == std::vector<double>{std::sqrt(3.5), 0, std::sqrt(3.5)});
  CHECK(p.fill.empty());
  const std::vector<double> x = fetched(g, data);
  for (const std::size_t entry : {0, 2}) {
    double sum = 0, squares = 0;
    for (std::size_t i = entry; i < x.size(); i += 3) sum += x[i], squares += x[i] * x[i];
    CHECK(sum == doctest::Approx(0));
    CHECK(squares / 4 == doctest::Approx(1));
  }
  for (std::size_t i = 1; i < x.size(); i += 3) CHECK(x[i] == 0);
}

TEST_CASE("mean and deviation of many numbers are those that exact arithmetic gives") {
  // A constant that no double holds, and 1e8 + (0 … 999) over and over: deviation √((1000² - 1) / 12).
  const Graph g = one_input(2);
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 200000; ++i) rows.push_back({0.1, 1e8 + i % 1000});
  ArraySpec spec = in_place(rows);
  spec.standardize = true;
  const Preparation p = dataset(g, spec).preparations().at("x");
  CHECK(p.mean[0] == 0.1);
  CHECK(p.deviation[0] == 0);
  CHECK(p.mean[1] == doctest::Approx(1e8 + 499.5).epsilon(1e-14));
  CHECK(p.deviation[1] == doctest::Approx(std::sqrt((1e6 - 1) / 12)).epsilon(1e-12));
}

TEST_CASE("missing cells become the mean of those that are there, scaled or standardized like the others") {
  const std::vector<std::vector<double>> rows{{1, NAN}, {NAN, 4}, {3, 8}, {5, NAN}};
  Column scaled = with_missing(rows, false, 10);
  Preparation p = take_preparation(scaled);
  CHECK(p.fill == std::vector<double>{3, 6});
  CHECK(p.mean.empty());
  use_preparation(scaled, p, "train");
  CHECK(converted(scaled) == std::vector<double>{10, 60, 30, 40, 30, 80, 50, 60});
  Column standardized = with_missing(rows, true);
  p = take_preparation(standardized);
  CHECK(p.fill == std::vector<double>{3, 6});
  use_preparation(standardized, p, "train");
  const double d = std::sqrt((4. + 0 + 4) / 3), e = 2;
  const std::vector<double> x = converted(standardized), expected{-2 / d, 0, 0, -2 / e, 0, 2 / e, 2 / d, 0};
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == doctest::Approx(expected[i]));
}

TEST_CASE("other splits use the numbers of the training split, also after a round trip through JSON") {
  const Preparation taken = take_preparation(with_missing({{1}, {NAN}, {4}}, true));
  const Json text =
      Json::parse(Json{{"mean", taken.mean}, {"deviation", taken.deviation}, {"fill", taken.fill}}.dump());
  Column other = with_missing({{NAN}, {1. / 3}}, true);
  use_preparation(other, {text["mean"], text["deviation"], text["fill"], {}}, "test");
  CHECK(converted(other) == std::vector<double>{0, (1. / 3 - 2.5) * (1 / 1.5)});
  // The same for whole splits.
  const Graph g = one_input(1);
  ArraySpec train = in_place({{1}, {4}}), test = in_place({{1. / 3}});
  train.standardize = test.standardize = true;
  const Preparations given = dataset(g, train).preparations();
  const Dataset data = dataset(g, test, &given, "test");
  CHECK(fetched(g, data) == std::vector<double>{(1. / 3 - 2.5) * (1 / 1.5)});
  CHECK(data.preparations().at("x").mean == given.at("x").mean);
}

TEST_CASE("splits that do not agree on what is done to an input are refused") {
  const Graph g = one_input(1);
  const ArraySpec plain = in_place({{1}, {2}});
  ArraySpec standardized = plain;
  standardized.standardize = true;
  const auto refused = [&](const ArraySpec& test, const Preparations& given) {
    return refusal([&] { dataset(g, test, &given, "test"); });
  };
  CHECK(contains(refused(standardized, {}),
                 "data.test: input 'x' has 'standardize', but not the training data"));
  CHECK(contains(refused(plain, dataset(g, standardized).preparations()),
                 "data.test: input 'x' lacks 'standardize', but so have the training data"));
  CHECK(contains(refusal([] {
                   Column column = with_missing({{1}});
                   use_preparation(column, {}, "test");
                 }),
                 "data.test: input 'x' has 'missing: mean', but not the training data"));
  // Of a model of another shape.
  CHECK(contains(refused(standardized, {{"x", {{1, 2}, {1, 2}, {}, {}}}}),
                 "data.test: input 'x' has 1 numbers a sample, but the training data 2"));
  CHECK(contains(refused(standardized, {{"x", {{1}, {}, {}, {}}}}), "but the training data 0"));
  CHECK(contains(refused(plain, {{"x", {{}, {}, {}, {"cat", "dog"}}}}),
                 "has the classes [], but the training data [cat, dog]"));
}

TEST_CASE("numbers of which there is no mean are refused, with their sample") {
  const auto refused = [&](const std::vector<std::vector<double>>& rows, bool standardize, bool fill) {
    return refusal([&] {
      Column column = with_missing(rows, standardize);
      column.fill = fill;
      take_preparation(column);
    });
  };
  CHECK(
      contains(refused({{1, 2}, {3, NAN}}, true, false),
               "input 'x': sample 2 is nan at [2], and 'standardize' wants finite numbers; 'missing: mean'"));
  CHECK(contains(refused({{1, 2}, {3, 4}, {INFINITY, 1}}, true, true),
                 "input 'x': sample 3 is inf at [1], and 'standardize' wants finite numbers"));
  CHECK(contains(refused({{1, 2}, {-INFINITY, 4}}, false, true),
                 "sample 2 is -inf at [1], and 'missing' wants finite numbers"));
  CHECK(contains(refused({{1, NAN}, {3, NAN}}, false, true),
                 "every sample lacks its number at [2], so there is no mean"));
  CHECK(contains(refused({{1, 1e200}, {3, -1e200}}, true, false),
                 "the numbers at [2] are too large for a mean and a deviation"));
}

TEST_CASE("a drawn split has every sample once, by the seed alone, and rounds half up") {
  DrawSpec spec;
  spec.test = 0.25;
  spec.validation = 0.1;
  const DrawnSamples drawn = draw_samples(30, spec);
  CHECK(drawn.test.size() == 8);  // 7.5
  CHECK(drawn.validation.size() == 3);
  CHECK(drawn.train.size() == 19);
  std::vector<std::uint32_t> all;
  for (const auto* part : {&drawn.train, &drawn.validation, &drawn.test}) {
    CHECK(std::is_sorted(part->begin(), part->end()));
    all.insert(all.end(), part->begin(), part->end());
  }
  std::sort(all.begin(), all.end());
  for (std::uint32_t i = 0; i < 30; ++i) CHECK(all[i] == i);
  CHECK(draw_samples(30, spec).test == drawn.test);
  spec.validation = 0.5;
  CHECK(draw_samples(30, spec).test == drawn.test);  // whatever is drawn after it
  spec.seed = 2;
  CHECK(draw_samples(30, spec).test != drawn.test);
}

TEST_CASE("inputs are drawn together, and means are of the training part alone") {
  const std::string yaml = numbered(10, ", split: {test: 0.3, validation: 0.2, seed: 3}");
  const Graph g = graph(yaml);
  const Splits splits = splits_of(yaml, g);
  double sum = 0;
  for (const auto& [data, samples] : {std::pair(splits.train.get(), 5), std::pair(splits.validation.get(), 2),
                                      std::pair(splits.test.get(), 3)}) {
    REQUIRE(data);
    REQUIRE(data->samples() == samples);
    PlanRequest request;
    request.sizes = {{"batch", samples}};
    request.keep = {g.find("x"), g.find("y"), g.find("loss")};
    Machine m(g, request);
    std::vector<std::uint32_t> all(static_cast<std::size_t>(samples));
    std::iota(all.begin(), all.end(), 0u);
    data->fetch(all, m.workspace);
    const std::vector<double> x = m.value("x"), y = m.value("y");
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(y[i] == 2 * x[i]);
      sum += x[i];
    }
  }
  CHECK(sum == 55);
  std::string standardized = yaml;
  standardized.replace(standardized.find("x: [[1]"), 3, "x: {standardize: true, values: ");
  standardized.replace(standardized.find("]], y"), 2, "]]}");
  const Splits parts = splits_of(standardized, g);
  double mean = 0;
  for (const std::uint32_t i : draw_samples(10, {0.3, 0.2, 3, {}, {}, {}, {}}).train) mean += i + 1;
  CHECK(parts.train->preparations().at("x").mean[0] == doctest::Approx(mean / 5));
  CHECK(parts.test->preparations().at("x").mean == parts.train->preparations().at("x").mean);
}

TEST_CASE("validation is evaluated after every epoch, shown, required and told in JSON") {
  const TemporaryFolder folder;
  const std::string drawn = folder.write("drawn.yaml", numbered(20, ", split: {validation: 0.2, test: 0.1}",
                                                                "validation.loss: 1e9, test.loss: 1e9"));
  Outcome o = run_tool("graph-runner", {drawn});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "14 samples to train on, 4 to validate on, 2 to test on"));
  CHECK(contains(o.out, "train.loss validation.loss test.loss"));
  o = run_tool("graph-runner", {drawn, "--json"});
  std::istringstream lines(o.out);
  std::vector<Json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(Json::parse(line));
  REQUIRE(events.size() == 5);
  CHECK(events[0]["samples"] == Json{{"train", 14}, {"validation", 4}, {"test", 2}});
  CHECK(events[1]["validation"]["loss"].get<double>() > 0);
  CHECK(events[4]["checked"][0]["found"] == events[3]["validation"]["loss"]);
  // Of its own, and of another size than the test data.
  const std::string own = folder.write(
      "own.yaml",
      numbered(5, ", validation: {x: [[1], [2], [3]], y: [[2], [4], [6]]}, test: {x: [[1]], y: [[2]]}"));
  const GraphFile file = read_graph_file(own, registry());
  const Graph g = build_graph(file, registry());
  Trainer trainer(g, *file.train, &*file.data, ".");
  const TrainingResult result = trainer.run();
  const double w = trainer.parameters().tensor(g.find("p.W")).at(0),
               b = trainer.parameters().tensor(g.find("p.b")).at(0);
  const auto loss = [&](double x) { return std::pow(w * x + b - 2 * x, 2); };
  CHECK(result.last.validation[0].second == doctest::Approx((loss(1) + loss(2) + loss(3)) / 3));
  CHECK(result.last.test[0].second == doctest::Approx(loss(1)));
}
