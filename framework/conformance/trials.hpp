// What the checks of a plugin share: drawn nodes, run in memory that shows what they touch.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/type_check.hpp"
#include "conformance/checks.hpp"
#include "conformance/fences.hpp"

namespace graph_runner {

// A value of an attribute with its sizes as numbers; as a text; drawn at random.
AttributeValue numbers_of(AttributeValue value);
std::string text_of(const AttributeValue& value);
AttributeValue drawn_value(const Attribute& attribute, Candidate& candidate);

// A node of the candidate with random attributes and shapes, and a point. Nothing has run but `create` and
// `shapes`.
DrawnNode draw(Candidate& candidate, Stream& stream);

// The same graph with other shapes, which may not fit: an axis longer, a missing axis, one too many.
std::vector<GraphSpec> with_other_shapes(const GraphSpec& spec);

// Random entries for each input and parameter of a node.
std::vector<Entries> draw_point(const Subject& subject, Stream& stream);

// The inputs and output gradients of a probe, random, and the same for the same seed.
void set_point(Probe& probe, const Subject& subject, const std::vector<Entries>& point);
void set_cotangent(Probe& probe, const Subject& subject, Stream stream);

// The bytes of all results, or of all gradients.
using Bits = std::vector<std::byte>;
Bits results_of(const Probe& probe, const Subject& subject);
Bits gradients_of(const Probe& probe, const Subject& subject);
// "output 'y' at [2, 1]": where two of the former differ.
enum class BitsOf { results, gradients };
std::string first_difference(const Probe& probe, const Subject& subject, const Bits& a, const Bits& b,
                             BitsOf what);

// Runs forward and backward in every scalar, twice, between fences, and reports what they touch. True where
// all is well.
bool run_fenced(Candidate& candidate, const Subject& subject, Stream stream);

}  // namespace graph_runner
