// The values of a block's attributes in one use, and what they are put in place of.
#pragma once

#include <map>
#include <string>

#include "file/block.hpp"
#include "formulas/formula.hpp"

namespace graph_runner {

using BlockValues = std::map<std::string, Yaml, std::less<>>;

// The values that a use gives, else the defaults, `use` being what the file says with its own attributes
// replaced. Reports unknown and missing ones, and kinds that differ from the default's; `what` names the use
// in messages. `sizes` are paths that may stand for a whole number.
BlockValues block_values(const BlockSpec& block, const Yaml& use, const Place& place, const std::string& what,
                         const std::set<std::string, std::less<>>& sizes, Problems& problems);

// A copy of an entry of a block's `nodes:` or `parameters:`: what it says lies in the block and is used at
// `use`; attributes are replaced but in formulas and under `in`.
Yaml instance_of(const Yaml& yaml, const BlockValues& values, const std::shared_ptr<const Place>& use);

// A value that a name stands for; null where it stands for none.
const Yaml* value_of(const Yaml& scalar, const BlockValues& values);

// Replaces the attributes in a formula, as numbers, lists, names and functions. Reports those that have no
// meaning there; returns whether all have one.
bool replace_attributes(Formula& formula, const BlockValues& values, const std::string& what,
                        Problems& problems);

}  // namespace graph_runner
