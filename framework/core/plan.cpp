#include "core/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/plan_compiler.hpp"

namespace graph_runner {

Plan::Plan(const Graph& graph, PlanRequest request) : graph_(&graph), request_(std::move(request)) {
  Compiler(*this).compile();
}

void Plan::Compiler::compile() {
  set_shapes();
  make_instances();
  reach();
  plan_forward();
  plan_backward();
  place();
}

// ---- Sizes

void Plan::Compiler::set_shapes() {
  p_.shapes_.resize(values_.size());
  for (ValueId v = 0; v < values_.size(); ++v) {
    const gr_shape& s = values_[v].shape;
    try {
      for (std::int64_t i = 0; i < s.rank; ++i)
        p_.shapes_[v].push_back(g_.sizes().evaluate(s.dims[i], p_.request_.sizes));
      entries_of(p_.shapes_[v]);  // refuses what is too large
    } catch (const Error& e) {
      const NodeId node = values_[v].node;
      const bool inner = node != no_node && nodes_[node].inner();
      throw Error(e.exit(), values_[v].place,
                  fmt::format("'{}': {}", inner ? nodes_[node].part_of : values_[v].name, e.what()));
    }
  }
}

// Nodes with symbolic sizes among their attributes are made anew, with numbers.
void Plan::Compiler::make_instances() {
  for (const Node& n : nodes_) {
    std::vector<AttributeValue> attributes = n.attributes;
    bool symbolic = false;
    for (AttributeValue& a : attributes)
      for (std::int64_t& size : a.ints)
        if (a.kind == GR_SIZE && size < 0) {
          size = g_.sizes().evaluate(size, p_.request_.sizes);
          symbolic = true;
        }
    p_.instances_.push_back(symbolic ? n.type->create(attributes) : n.instance);
  }
}

// ---- Which calls are needed

void Plan::Compiler::reach() {
  std::vector<ValueId> targets = p_.request_.keep;
  targets.insert(targets.end(), p_.request_.seeds.begin(), p_.request_.seeds.end());
  needed_ = g_.reaching(targets);

  find_changes();
  find_flows();
  const std::vector<ValueId>& wanted = p_.request_.wanted;
  if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), [&](ValueId v) { return flows_[v]; }))
    throw Error(Exit::bad_request, "none of the values whose gradients are wanted influences the objective");
}

void Plan::Compiler::find_changes() {
  changes_.assign(values_.size(), false);
  for (const ValueId v : p_.request_.wanted) changes_[v] = true;
  for (const Node& n : nodes_) {
    bool any = false;
    for (std::size_t t = 0; t < n.values.size(); ++t)
      any = any || (passes_gradient(n, t) && changes_[n.values[t]]);
    for (std::size_t t = 0; any && t < n.values.size(); ++t)
      if (receives_gradient(n, t)) changes_[n.values[t]] = true;
  }
}

void Plan::Compiler::find_flows() {
  flows_.assign(values_.size(), false);
  for (const ValueId v : p_.request_.seeds) flows_[v] = changes_[v];
  backward_nodes_.assign(nodes_.size(), false);
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& n = nodes_[i];
    bool arrives = false;
    for (std::size_t t = 0; t < n.values.size(); ++t)
      arrives = arrives || (receives_gradient(n, t) && flows_[n.values[t]]);
    if (!arrives) continue;
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (passes_gradient(n, t) && changes_[n.values[t]]) {
        flows_[n.values[t]] = true;
        backward_nodes_[i] = true;
      }
    if (backward_nodes_[i] && !n.type->differentiable())
      throw Error(Exit::bad_request, n.place,
                  fmt::format("node '{}': a gradient must pass through it, but {} has no backward",
                              n.called(), n.type->name()));
  }
}

}  // namespace graph_runner
