// The format of graph files as a JSON Schema of draft 7, for editors and validators. It knows kinds, ranges
// and names, of the plugins on the search path too; what feeds what, and whether shapes fit, the reader alone
// can tell.
#pragma once

#include "core/registry.hpp"
#include "file/block.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// The whole format; with `blocks`, that of one file with these blocks. Loads every plugin on the path; throws
// Error where one cannot be.
Json format_schema(Registry& registry, const Blocks* blocks = nullptr);

// What feeds the ports of a type; null where there are none.
Json connections_schema(const NodeType& type);
// A node of one type: its `in`, `init` and attributes.
Json type_schema(const NodeType& type);
// What stands under `train: {optimizer: …}` for one optimizer: its rate, its attributes, and what clips.
Json optimizer_schema(const NodeType& type);

// Parts that both need. A real number may be a constant formula, whose value a schema does not know.
Json schema_of_real(const Json& bounds = Json::object());
Json schema_ref(const std::string& definition);
// The same with a description.
Json described(Json schema, const std::string& description);

}  // namespace graph_runner::cli
