// Reads the sections `check:` and `refuted:` of graph files, and files that hold nothing else.
#pragma once

#include <string>
#include <vector>

#include "file/reader.hpp"
#include "formulas/claim_text.hpp"

namespace graph_runner {

// The claims of both sections. With `asks`, a map under `check:` is an open question with its terms; else it
// stays what it is, and no claim.
void read_claims(MapReader& top, bool asks, std::vector<ClaimText>& claims, Problems& problems);

// Claims alone, of a file that holds nothing else, for another file's graph: answers to its questions. `name`
// is what messages call it. Throws Error, with all problems.
std::vector<ClaimText> read_claims_text(const std::string& text, const std::string& name);
std::vector<ClaimText> read_claims_file(const std::string& path);

}  // namespace graph_runner
