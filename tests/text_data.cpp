// Texts by characters: how they are cut, numbered, split and refused; and samples that are drawn.
#include <cmath>

#include "data/splits.hpp"
#include "tests/bad_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// A graph file whose data begin at 5:8; the text's file is t.txt.
std::string over(const std::string& data,
                 const std::string& inputs = "text: [batch, 3], next: [batch, 3, 4]") {
  return "inputs: {" + inputs +
         "}\nnodes:\n  y: {type: Embedding, in: text, count: 4, units: 4}\n  loss: {type: CrossEntropy, in: "
         "[y, next]}\n"
         "data: {" +
         data + "}\ntrain: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 1}\n";
}
const std::string both =
    "train: {text: {file: t.txt, characters: current}, next: {file: t.txt, characters: next, one_hot: 4}}";

// The splits of a graph file, loaded from a folder that holds t.txt.
struct Loaded {
  Loaded(const std::string& text, const std::string& yaml, const Preparations* given = nullptr) {
    folder.write("t.txt", text);
    const GraphFile file = read_graph_text(yaml, "g.yaml", registry());
    graph = std::make_unique<Graph>(build_graph(file, registry()));
    splits = Splits(*graph, *file.data, folder.path(), sizes, given);
  }
  // The entries of an input, all samples one after the other.
  std::vector<double> entries(const Dataset& data, const std::string& input) const {
    PlanRequest request;
    request.sizes = sizes;
    request.sizes["batch"] = data.samples();
    request.keep = {graph->find(input), graph->find("loss")};
    const Plan plan(*graph, request);
    const Parameters parameters(*graph, request.sizes, plan.scalar());
    Workspace w(plan, parameters);
    std::vector<std::uint32_t> rows;
    for (std::int64_t i = 0; i < data.samples(); ++i) rows.push_back(static_cast<std::uint32_t>(i));
    data.fetch(rows, w);
    return Machine::entries(w.value(graph->find(input)));
  }
  TemporaryFolder folder;
  std::unique_ptr<Graph> graph;
  SizeValues sizes;
  Splits splits;
};

std::string refusal(const std::string& text, const std::string& yaml) {
  try {
    const Loaded loaded(text, yaml);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a text is cut into samples of as many characters as the input has places, and what follows each") {
  const Loaded l("abcbaab", over(both));  // seven characters: two samples of three, and one that follows
  CHECK(l.splits.train->samples() == 2);
  CHECK(l.entries(*l.splits.train, "text") == std::vector<double>{0, 1, 2, 1, 0, 0});
  CHECK(l.entries(*l.splits.train, "next") ==
        std::vector<double>{0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0,    // b c b
                            1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0});  // a a b
}

TEST_CASE("characters are code points, numbered in the order of these, and a byte order mark is none") {
  const Loaded l(
      "\xEF\xBB\xBF\xE2\x82\xAC"
      "z\xC3\xA9\n\xE2\x82\xAC",
      over(both));  // €, z, é, line break, €
  CHECK(l.splits.train->samples() == 1);
  CHECK(l.entries(*l.splits.train, "text") == std::vector<double>{3, 1, 2});
  CHECK(l.splits.train->preparations().at("text").classes ==
        std::vector<std::string>{"\n", "z", "\xC3\xA9", "\xE2\x82\xAC"});
  CHECK(l.splits.train->preparations().at("next").classes ==
        l.splits.train->preparations().at("text").classes);
}

TEST_CASE("a text is split at its end, so that what is tested on is no part of what is trained on") {
  const Loaded l("abaaaaaaaaaabbbaba", over("split: {test: 0.2, validation: 0.2}, " + both));
  CHECK(l.splits.train->samples() == 3);  // of five
  CHECK(l.entries(*l.splits.test, "text") == std::vector<double>{1, 1, 1});
  CHECK(l.splits.test->number_of(0) == 5);
  CHECK(l.splits.validation->number_of(0) == 4);
  CHECK(contains(refusal("abaaaaaaaaaabbbaba", over("split: {test: 0.2, seed: 3}, " + both)),
                 "data.split.seed does nothing: a text is split at its end"));
}

TEST_CASE("a character that the text to train on lacks is refused at its line and column") {
  const std::string why = refusal("abcabca\nbcabc\nabxabcab", over("split: {test: 0.3}, " + both));
  CHECK(contains(
      why,
      "input 'text': line 3, column 3: the character 'x' is not in the text to train on, of which the "
      "network knows 4"));
  CHECK(contains(why, "input 'next': line 3, column 3"));
  const Preparations known{{"text", {{}, {}, {}, {"a", "b"}}}, {"next", {{}, {}, {}, {"a", "b"}}}};
  CHECK_THROWS_WITH_AS(Loaded("abab\r\nab", over(both), &known),
                       doctest::Contains("line 1, column 5: the character '\\x0D' is not in"), Error);
}

TEST_CASE("rows of a text are its samples, and messages count lines from the beginning of the file") {
  const std::string rows =
      "train: {text: {file: t.txt, characters: current, rows: [2, 3]}, next: {file: t.txt, characters: next, "
      "one_hot: 4, "
      "rows: [2, 3]}}";
  const Loaded l("abcbaabbba", over(rows));
  CHECK(l.entries(*l.splits.train, "text") == std::vector<double>{1, 0, 0, 1, 1, 1});
  const Preparations known{{"text", {{}, {}, {}, {"a", "b"}}}, {"next", {{}, {}, {}, {"a", "b"}}}};
  CHECK_THROWS_WITH_AS(Loaded("ab\nab\na\nbaa", over(rows), &known), doctest::Contains("line 2, column 3"),
                       Error);
}

TEST_CASE("texts that cannot be read as characters are refused") {
  const auto refused = [](const std::string& text, const std::string& yaml, const std::string& why) {
    const std::string said = refusal(text, yaml);
    INFO(said);
    CHECK(contains(said, why));
  };
  refused("", over(both), "t.txt: holds 0 characters; a sample of 3");
  refused("abc", over(both), "holds 3 characters; a sample of 3 and the one that follows it want 4");
  refused("ab\nc\xFFxyz", over(both), "line 2, column 2: is not UTF-8: found the byte 0xFF");
  refused("abcdeabcde", over(both), "the text to train on has 5 different characters; one_hot: 4 is too few");
  refused("abcabc", over(both, "text: [batch, n], next: [batch, n, 4]"),
          "give the axis a number, as in [batch, 64]");
  refused(std::string("\x89PNG\r\n\x1A\n") + "abc", over(both), "'characters' is for text files; ");
  refused("abcabca", over("train: {text: {file: t.txt, characters: all}, next: [[1]]}"),
          "characters: found 'all', expected current or next");
  refused("abcabca", over("train: {text: {file: t.txt, characters: current, scale: 2}, next: [[1]]}"),
          "'scale' does nothing to characters of a text; leave it out");
  refused("abcabca", over("train: {text: {values: [[1, 2, 3]], characters: current}, next: [[1]]}"),
          "'characters' is for text files; these are values in place");
}

TEST_CASE(
    "samples that are drawn lie in the input's range, and follow from the seed, the split and the name") {
  const std::string inputs =
      "text: {shape: [batch, 3], from: 0, to: 4}, next: {shape: [batch, 3, 4], from: 0, to: 0.1}";
  const auto drawn = [&](const std::string& seed) {
    const Loaded l("", over("train: {text: {random: 50" + seed +
                                "}, next: {random: 50}}, test: {text: {random: 50}, "
                                "next: {random: 50}}",
                            inputs));
    return std::pair(l.entries(*l.splits.train, "text"), l.entries(*l.splits.test, "text"));
  };
  const auto [train, test] = drawn("");
  double mean = 0;
  for (const double x : train) {
    CHECK((x >= 0 && x < 4));
    mean += x / double(train.size());
  }
  CHECK(mean == doctest::Approx(2).epsilon(0.15));
  CHECK(train != test);
  CHECK(drawn("").first == train);
  CHECK(drawn(", seed: 1").first == train);
  CHECK(drawn(", seed: 2").first != train);
}

TEST_CASE("drawing that nothing says the range or shape of is refused") {
  const std::string wide = "text: {shape: [batch, 3], from: 0, to: 4}, next: [batch, 3, 4]";
  CHECK(contains(
      refusal("", over("train: {text: {random: 5}, next: {random: 5}}", wide)),
      "data.train.next: 'random' draws in the range that the input declares; write next: {shape: …, from: 0, "
      "to: 1}"));
  CHECK(contains(refusal("", over("train: {text: {random: 5}}",
                                  "text: {shape: [batch, n], from: 0, to: 1}, next: [batch, n, 4]")),
                 "give its axes numbers"));
  CHECK(contains(refusal("", over("train: {text: {random: 4000000000}}",
                                  "text: {shape: [batch, 1000], from: 0, to: 1}, "
                                  "next: [batch, 1000, 4]")),
                 "take more than the "));
  CHECK(contains(refusal("", over("train: {text: {random: 0}}", wide)),
                 "random: found '0', expected an integer from 1"));
  CHECK(contains(refusal("", over("train: {text: {values: [[1, 2, 3]], seed: 3}}", wide)),
                 "'seed' is of what 'random' draws"));
  CHECK(contains(refusal("", over("train: {text: {random: 3, file: a}}", wide)),
                 "found both 'file' and 'random'"));
  CHECK(contains(refusal("", over("train: {text: {random: 3, header: true}}", wide)), "these are drawn"));
}

TEST_CASE("labels of several places a sample each become a row with a single 1") {
  const Loaded l("", over("train: {text: [[0, 1, 2]], next: {values: [[3, 0, 1]], one_hot: 4}}"));
  CHECK(l.entries(*l.splits.train, "next") == std::vector<double>{0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0});
}
