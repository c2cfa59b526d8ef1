// The section `data:` as a schema.
#include "tools/schema_parts.hpp"

namespace graph_runner::cli::schema {

namespace {

Json pair_of(Json items) {
  Json schema = list_of(std::move(items), 2);
  schema["maxItems"] = 2;
  return schema;
}

// What some formats of data files take.
Json format_options() {
  const Json column = any({whole(1), {{"type", {"string", "boolean"}}, {"minLength", 1}}});
  Json full = Json::object();
  full["columns"] = described(any({column, list_of(column, 1)}),
                              "of a CSV file: the columns taken, by name, or by number from 1");
  full["header"] = described(type("boolean"), "of a CSV file: whether its first row names the columns");
  full["missing"] = described({{"const", "mean"}},
                              "of a CSV file: what missing cells become, the mean of the training data");
  full["array"] = described(schema_ref("text"), "of an NPZ file: which of its arrays");
  full["characters"] = described({{"enum", {"current", "next"}}},
                                 "of a text: its characters, or of each the one that follows it");
  full["size"] = described(pair_of(whole(1, 1 << 12)), "of PNG files: height and width to resample to");
  full["invert"] = described(type("boolean"), "of PNG files: whether black becomes white");
  full["centre"] = described(type("boolean"), "of PNG files: whether a digit is centred as MNIST's are");
  return full;
}

}  // namespace

Json data() {
  Json full = Json::object();
  full["file"] =
      described(schema_ref("text"),
                "an IDX, NPY, NPZ, CSV, PNG or text file, or a folder of PNG files, relative to the root");
  full["values"] = described(list_of(schema_ref("numbers"), 1), "the samples in place");
  full["random"] = described(whole(1), "so many samples, uniform in the range that the input declares");
  full["seed"] = described(whole(0), "of what 'random' draws");
  full["scale"] = described(schema_of_real(), "every entry is multiplied by this");
  full["standardize"] =
      described({{"type", "boolean"}}, "brings every entry to mean 0 and deviation 1 in the training data");
  Json names = list_of(schema_ref("text"), 1);
  names["uniqueItems"] = true;
  full["one_hot"] =
      described(any({whole(1, 1 << 24), names}),
                "labels become rows with a single 1: how many classes there are, or their names");
  full["rows"] = described(pair_of(whole(1)), "the first and the last sample taken, counted from 1");
  full.update(format_options());
  Json array = map(full);
  array["oneOf"] = {{{"required", {"file"}}}, {{"required", {"values"}}}, {{"required", {"random"}}}};
  array["dependencies"] = {{"seed", {"random"}}};
  const auto both = [](const char* one, const char* other) { return Json{{"required", {one, other}}}; };
  Json standardized{{"properties", {{"standardize", {{"const", true}}}}},
                    {"anyOf", {both("standardize", "scale"), both("standardize", "one_hot")}}};
  Json unused = Json::array({standardized});
  for (const char* key : {"scale", "size", "invert", "centre"})  // by rows with a single 1
    unused.push_back(both(key, "one_hot"));
  for (const char* key : {"scale", "standardize"}) unused.push_back(both(key, "characters"));
  array["not"] = {{"anyOf", unused}};
  const Json split = names_to(any({list_of(schema_ref("numbers"), 1), array}));
  Json properties = Json::object();
  properties["root"] = described(schema_ref("text"), "where files lie, relative to this one");
  properties["root"]["default"] = ".";
  properties["train"] = described(split, "what feeds the inputs in training, or when values are computed");
  properties["validation"] = described(split, "what an epoch is evaluated on, to choose by");
  properties["test"] = described(split, "what an epoch is evaluated on");
  Json drawn = Json::object();
  drawn["test"] = described(schema_of_real({{"exclusiveMinimum", 0}, {"exclusiveMaximum", 1}}),
                            "the fraction of the samples of train that is drawn to test on");
  drawn["validation"] = described(schema_of_real({{"exclusiveMinimum", 0}, {"exclusiveMaximum", 1}}),
                                  "the fraction of the samples of train that is drawn for validation");
  drawn["seed"] = described(whole(0), "of what is drawn");
  drawn["seed"]["default"] = 1;
  Json draw = map(drawn);
  draw["anyOf"] = {{{"required", {"test"}}}, {{"required", {"validation"}}}};
  properties["split"] = described(draw, "splits that are drawn from the samples of train");
  return described(map(properties, {"train"}), "where inputs come from");
}

}  // namespace graph_runner::cli::schema
