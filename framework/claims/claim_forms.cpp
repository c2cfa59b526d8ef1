#include "claims/claim_forms.hpp"

#include <algorithm>

#include "claims/claim_names.hpp"
#include "formulas/scope.hpp"

namespace graph_runner {

Formula in_one_form(const Formula& f, const Graph& graph) {
  if (f.kind == Formula::derivative) {
    const NamedDerivative d = read_derivative(graph, f);
    return entries_of(graph, d, {Formula::name, d.name_of_whole(), 0, {}, f.place, 1});
  }
  Formula out = f;
  if (out.kind == Formula::transpose) out.text.clear();  // A^T is A'
  for (Formula& part : out.parts) part = in_one_form(part, graph);
  return out;
}

Formula left_in_one_form(const Formula& f, const Graph& graph) {
  Formula out = in_one_form(f, graph);
  if (f.kind != Formula::index) return out;
  bool whole = true;
  for (std::size_t i = 1; i < f.parts.size(); ++i) {
    const bool letter =
        is_index_letter(graph, f, i) && std::count(f.parts.begin() + 1, f.parts.end(), f.parts[i]) == 1;
    if (letter) out.parts[i] = {Formula::whole_axis, "", 0, {}, f.place, 1};
    whole = whole && out.parts[i].kind == Formula::whole_axis;
  }
  return whole ? out.parts[0] : out;
}

const Formula& without_indices(const Formula& f) {
  return f.kind == Formula::index ? without_indices(f.parts[0]) : f;
}

ValueId value_of(const std::string& name, const Graph& graph) {
  if (graph.has(name)) return graph.find(name);
  for (const ComponentName& c : component_names(name))
    if (graph.has(c.of)) return graph.find(c.of);
  return no_value;
}

bool names_value(const Formula& f, ValueId v, const Graph& graph) {
  if (f.kind == Formula::name) return value_of(f.text, graph) == v;
  if (!is_derivative(f)) return false;
  const DerivativeText& d = *f.derived;
  return value_of(d.of, graph) == v || value_of(d.by, graph) == v ||
         value_of(d.second.value_or(""), graph) == v;
}

}  // namespace graph_runner
