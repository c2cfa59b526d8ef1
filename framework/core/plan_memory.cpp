// Where the tensors of a plan lie.
#include "core/plan_compiler.hpp"

namespace graph_runner {

void Plan::Compiler::place() {
  std::vector<Block> blocks = temporaries_;
  const auto add = [&](std::size_t size, const Life& life) {
    blocks.push_back({size, life.first, life.last, 0});
    return blocks.size() - 1;
  };
  std::vector<std::size_t> value_block(values_.size(), none), gradient_block(values_.size(), none);
  p_.value_slots_.resize(values_.size());
  for (ValueId v = 0; v < values_.size(); ++v) {
    if (values_[v].origin == Origin::parameter)
      p_.value_slots_[v] = {Slot::parameter};
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
  if (zeros != none) p_.zeros_ = {Slot::zeros, blocks[zeros].offset};
  resolve(blocks);
}

// From here on, every slot of a call is a parameter or has a place in the arena.
void Plan::Compiler::resolve(const std::vector<Block>& blocks) {
  const auto settle = [&](Slot& s) {
    if (s.where == Slot::temporary) s = {Slot::arena, blocks[s.offset].offset};
    if (s.where == Slot::zeros) s = p_.zeros_;
  };
  for (PlannedCall& c : p_.forward_) settle(c.scratch);
  for (PlannedCall& c : p_.backward_) {
    settle(c.scratch);
    const Node& n = nodes_[c.node];
    auto output = c.output_gradients.begin();
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      if (port(n, t).role != GR_OUTPUT) continue;
      if (std::optional<Slot>& g = *output++; g && g->where == Slot::nowhere)
        *g = p_.gradient_slots_[n.values[t]];
      else if (g)
        settle(*g);
    }
    for (PlannedCall::Gradient& g : c.gradients) {
      settle(g.slot);
      if (g.add_to) g.add_to = p_.gradient_slots_[g.value];
      if (g.value != no_value && g.slot.where == Slot::nowhere) g.slot = p_.gradient_slots_[g.value];
    }
  }
}

}  // namespace graph_runner
