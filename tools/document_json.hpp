// A YAML file as the strict reader sees it, as JSON: for programs, and for judging it by the schema.
#pragma once

#include "tools/cli.hpp"
#include "yaml/document.hpp"

namespace graph_runner::cli {

// Numbers, true and false without quotes are such; constant formulas and all else are texts. Maps keep the
// order of the file. O(length).
Json document_json(const Yaml& yaml);

}  // namespace graph_runner::cli
