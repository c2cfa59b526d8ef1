#include "core/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/arena.hpp"

namespace graph_runner {

// Compiles a plan in four steps: sizes become numbers; reachability says which calls are needed; the calls
// are laid out, noting when each tensor is written and read; the arena is placed.
class Plan::Compiler {
 public:
  explicit Compiler(Plan& plan) : p_(plan), g_(*plan.graph_), nodes_(g_.nodes()), values_(g_.values()) {}

  void compile() {
    set_shapes();
    make_instances();
    reach();
    plan_forward();
    plan_backward();
    place();
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  static constexpr std::size_t forever = static_cast<std::size_t>(-2);

  const Port& port(const Node& n, std::size_t tensor) const { return n.type->ports()[n.ports[tensor]]; }
  bool is_result(const Node& n, std::size_t tensor) const { return port(n, tensor).role >= GR_OUTPUT; }

  // ---- Sizes

  void set_shapes() {
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
  void make_instances() {
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

  std::size_t bytes(ValueId v) const {
    return static_cast<std::size_t>(entries_of(p_.shapes_[v])) * bytes_of(p_.request_.scalar);
  }

  // ---- Which calls are needed

  void reach() {
    std::vector<ValueId> targets = p_.request_.keep;
    targets.insert(targets.end(), p_.request_.seeds.begin(), p_.request_.seeds.end());
    needed_ = g_.reaching(targets);

    // changes_[v]: a wanted value influences v, by a path that gradients can walk back.
    changes_.assign(values_.size(), false);
    for (const ValueId v : p_.request_.wanted) changes_[v] = true;
    for (const Node& n : nodes_) {
      bool any = false;
      for (std::size_t t = 0; t < n.values.size(); ++t)
        any = any ||
              (!is_result(n, t) && n.values[t] != no_value && !port(n, t).discrete && changes_[n.values[t]]);
      for (std::size_t t = 0; any && t < n.values.size(); ++t)
        if (port(n, t).role == GR_OUTPUT && !port(n, t).discrete) changes_[n.values[t]] = true;
    }

    // flows_[v]: v has a gradient: it influences a seed and is influenced by (or is) a wanted value.
    flows_.assign(values_.size(), false);
    for (const ValueId v : p_.request_.seeds) flows_[v] = changes_[v];
    backward_nodes_.assign(nodes_.size(), false);
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      const Node& n = nodes_[i];
      bool arrives = false;
      for (std::size_t t = 0; t < n.values.size(); ++t)
        arrives = arrives || (port(n, t).role == GR_OUTPUT && !port(n, t).discrete && flows_[n.values[t]]);
      if (!arrives) continue;
      for (std::size_t t = 0; t < n.values.size(); ++t)
        if (!is_result(n, t) && n.values[t] != no_value && !port(n, t).discrete && changes_[n.values[t]]) {
          flows_[n.values[t]] = true;
          backward_nodes_[i] = true;
        }
      if (backward_nodes_[i] && !n.type->differentiable())
        throw Error(Exit::bad_request, n.place,
                    fmt::format("node '{}': a gradient must pass through it, but {} has no backward",
                                n.called(), n.type->name()));
    }
    for (const ValueId v : p_.request_.wanted)
      if (!flows_[v]) unreached_.push_back(v);
    if (!unreached_.empty() && unreached_.size() == p_.request_.wanted.size())
      throw Error(Exit::bad_request,
                  "none of the values whose gradients are wanted influences the objective");
  }

  // ---- When tensors live

  struct Life {
    std::size_t first = none, last = 0;
    void at(std::size_t time) {
      first = std::min(first, time);
      last = std::max(last, time);
    }
  };

  void plan_forward() {
    value_life_.resize(values_.size());
    gradient_life_.resize(values_.size());
    for (ValueId v = 0; v < values_.size(); ++v)
      if (values_[v].origin == Origin::input && needed_[v]) value_life_[v].at(0);
    time_ = 1;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const Node& n = nodes_[i];
      bool wanted = false;
      for (std::size_t t = 0; t < n.values.size(); ++t)
        wanted = wanted || (is_result(n, t) && needed_[n.values[t]]);
      if (!wanted) continue;
      check_scalar(n);
      PlannedCall call;
      call.node = static_cast<NodeId>(i);
      call.values = n.values;
      for (const ValueId v : n.values)
        if (v != no_value) value_life_[v].at(time_);
      add_scratch(call);
      p_.forward_.push_back(std::move(call));
      ++time_;
    }
    for (const ValueId v : p_.request_.keep) value_life_[v].at(forever);
    for (const ValueId v : p_.request_.seeds) value_life_[v].at(forever);
  }

  void check_scalar(const Node& n) const {
    if (n.type->supports(p_.request_.scalar)) return;
    throw Error(Exit::bad_request, n.place,
                fmt::format("node '{}': {} does not support the scalar {}", n.called(), n.type->name(),
                            name_of(p_.request_.scalar)));
  }

  void plan_backward() {
    p_.gradient_slots_.resize(values_.size());
    p_.in_place_.assign(values_.size(), false);
    if (p_.request_.update_in_place) choose_in_place();
    written_.assign(values_.size(), false);
    for (const ValueId v : p_.request_.seeds)
      if (flows_[v]) {
        gradient_life_[v].at(time_);
        written_[v] = true;
      }
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      if (!backward_nodes_[i]) continue;
      const Node& n = nodes_[i];
      const auto has = [&](bool direct) {
        for (std::size_t t = 0; t < n.values.size(); ++t)
          if (takes_gradient(n, t) && p_.in_place_[n.values[t]] == direct) return true;
        return false;
      };
      if (has(false)) add_backward(i, false);
      if (has(true)) add_backward(i, true);
    }
    for (const ValueId v : p_.request_.wanted)
      if (flows_[v] && !p_.in_place_[v]) gradient_life_[v].at(forever);
  }

  bool takes_gradient(const Node& n, std::size_t t) const {
    return !is_result(n, t) && n.values[t] != no_value && !port(n, t).discrete && flows_[n.values[t]];
  }

  void choose_in_place() {
    std::vector<int> readers(values_.size());
    std::vector<bool> affine(values_.size(), true);
    for (const Node& n : nodes_)
      for (std::size_t t = 0; t < n.values.size(); ++t)
        if (!is_result(n, t) && n.values[t] != no_value) {
          ++readers[n.values[t]];
          affine[n.values[t]] = affine[n.values[t]] && port(n, t).affine;
        }
    for (const ValueId v : p_.request_.wanted)
      p_.in_place_[v] = values_[v].origin == Origin::parameter && readers[v] == 1 && affine[v] && flows_[v];
    for (const auto& asked : {p_.request_.keep, p_.request_.seeds})
      for (const ValueId v : asked) p_.in_place_[v] = false;
  }

  // One backward call of node i: for the gradients that go straight into parameters, or for all others.
  void add_backward(std::size_t i, bool direct) {
    const Node& n = nodes_[i];
    PlannedCall call;
    call.node = static_cast<NodeId>(i);
    call.backward = true;
    call.values.assign(n.values.size(), no_value);
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      const ValueId v = n.values[t];
      if (v != no_value && !port(n, t).unread) {
        call.values[t] = v;
        value_life_[v].at(time_);
      }
      if (port(n, t).role == GR_OUTPUT) {
        if (port(n, t).discrete) {
          call.output_gradients.push_back(std::nullopt);
        } else if (flows_[v]) {
          gradient_life_[v].at(time_);
          call.output_gradients.push_back(Slot{});
        } else {
          zeros_bytes_ = std::max(zeros_bytes_, bytes(v));
          call.output_gradients.push_back(Slot{});
        }
      }
    }
    std::map<ValueId, bool> in_this_call;
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      if (is_result(n, t)) continue;
      PlannedCall::Gradient gradient;
      const ValueId v = n.values[t];
      if (takes_gradient(n, t) && p_.in_place_[v] == direct) {
        gradient.value = v;
        if (direct) {
          gradient.slot = {Slot::parameter, 0};
          gradient.written = true;
        } else if (in_this_call.emplace(v, true).second) {
          gradient.written = written_[v];
          gradient_life_[v].at(time_);
        } else {  // the value feeds this node twice: no two gradients of one call may overlap
          gradient.add_to = Slot{};
          temporaries_.push_back({bytes(v), time_, time_, 0});
          gradient.slot.offset = temporaries_.size() - 1;  // resolved in place()
        }
      }
      call.gradients.push_back(gradient);
    }
    for (const auto& [v, unused] : in_this_call) written_[v] = true;
    add_scratch(call);
    p_.backward_.push_back(std::move(call));
    ++time_;
  }

  void add_scratch(PlannedCall& call) {
    const Node& n = nodes_[call.node];
    if (!n.type->table().scratch) return;
    std::vector<gr_tensor> tensors;
    for (const ValueId v : n.values)
      tensors.push_back(v == no_value ? gr_tensor{} : call_tensor(nullptr, p_.shapes_[v]));
    gr_call c{};
    c.size = sizeof c;
    c.scalar = static_cast<gr_scalar>(p_.request_.scalar);
    c.values = tensors.data();
    c.value_count = tensors.size();
    call.scratch_size = n.type->scratch(p_.instance(call.node), c, n.called(), n.place);
    if (call.scratch_size == 0) return;
    temporaries_.push_back({call.scratch_size, time_, time_, 0});
    call.scratch.offset = temporaries_.size() - 1;  // resolved in place()
  }

  // ---- Where tensors lie

  void place() {
    std::vector<Block> blocks = temporaries_;
    const auto add = [&](std::size_t size, const Life& life) {
      blocks.push_back({size, life.first, life.last, 0});
      return blocks.size() - 1;
    };
    std::vector<std::size_t> value_block(values_.size(), none), gradient_block(values_.size(), none);
    p_.value_slots_.resize(values_.size());
    for (ValueId v = 0; v < values_.size(); ++v) {
      if (values_[v].origin == Origin::parameter)
        p_.value_slots_[v] = {Slot::parameter, 0};
      else if (value_life_[v].first != none)
        value_block[v] = add(bytes(v), value_life_[v]);
      if (gradient_life_[v].first != none) gradient_block[v] = add(bytes(v), gradient_life_[v]);
    }
    // Always there: a walk never clears it.
    const std::size_t zeros = zeros_bytes_ ? add(zeros_bytes_, {0, forever}) : none;
    p_.arena_bytes_ = place_blocks(blocks, p_.request_.reuse_memory);
    const auto slot = [&](std::size_t block) { return Slot{Slot::arena, blocks[block].offset}; };
    for (ValueId v = 0; v < values_.size(); ++v) {
      if (value_block[v] != none) p_.value_slots_[v] = slot(value_block[v]);
      if (gradient_block[v] != none) p_.gradient_slots_[v] = slot(gradient_block[v]);
    }
    if (zeros != none) p_.zeros_ = slot(zeros);
    for (PlannedCall& c : p_.forward_)
      if (c.scratch_size) c.scratch = slot(c.scratch.offset);
    for (PlannedCall& c : p_.backward_) {
      if (c.scratch_size) c.scratch = slot(c.scratch.offset);
      std::size_t output = 0;
      const Node& n = nodes_[c.node];
      for (std::size_t t = 0; t < n.values.size(); ++t)
        if (port(n, t).role == GR_OUTPUT) {
          if (auto& g = c.output_gradients[output])
            *g = flows_[n.values[t]] ? p_.gradient_slots_[n.values[t]] : p_.zeros_;
          ++output;
        }
      for (auto& g : c.gradients) {
        if (g.value == no_value || g.slot.where == Slot::parameter) continue;
        if (g.add_to) {
          g.slot = slot(g.slot.offset);
          g.add_to = p_.gradient_slots_[g.value];
        } else {
          g.slot = p_.gradient_slots_[g.value];
        }
      }
    }
  }

  Plan& p_;
  const Graph& g_;
  const std::vector<Node>& nodes_;
  const std::vector<Value>& values_;
  std::vector<bool> needed_, changes_, flows_, backward_nodes_, written_;
  std::vector<ValueId> unreached_;
  std::vector<Life> value_life_, gradient_life_;
  std::vector<Block> temporaries_;
  std::size_t zeros_bytes_ = 0;
  std::size_t time_ = 0;
};

Plan::Plan(const Graph& graph, PlanRequest request) : graph_(&graph), request_(std::move(request)) {
  Compiler(*this).compile();
}

}  // namespace graph_runner
