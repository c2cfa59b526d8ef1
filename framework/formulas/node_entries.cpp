// Entries become nodes in the order in which they name each other: formulas are lowered, sizes that inputs of
// blocks name get their values, and what feeds a block is compared with its patterns.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/dependencies.hpp"
#include "core/shapes.hpp"
#include "formulas/formula_nodes.hpp"
#include "formulas/lowering.hpp"

namespace graph_runner {

namespace {

class Adder {
 public:
  Adder(std::vector<NodeEntry>& entries, const GraphSpec& graph, Registry& registry, Problems& problems)
      : entries_(entries), problems_(problems), scope_(registry), made_(entries.size()) {
    for (const InputSpec& i : graph.inputs) scope_.declare(i.name, i.shape);
    for (const ParameterSpec& p : graph.parameters) scope_.declare(p.name, p.shape);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const NodeEntry& e = entries[i];
      scope_.reserve(e.spec.name);
      if (!scope_.find(e.spec.name)) at_.emplace(e.spec.name, i);
      for (const Frame* f = e.frame.get(); f && fitting_.try_emplace(f, 0, true).second;
           f = f->around.get()) {
        scope_.add_sizes(*f);
        axes_.insert(f->axes.begin(), f->axes.end());
      }
    }
  }

  void run(std::set<std::string>& rows) {
    const Dependencies dependencies = find_dependencies();
    std::vector<bool> seen(entries_.size());
    for (const std::size_t i : dependencies.order()) seen[i] = true, add(i);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      NodeEntry& e = entries_[i];
      for (const Frame* f = e.frame.get(); f; f = f->around.get()) fits(*f);
      if (!seen[i]) e.spec.poisoned = e.spec.poisoned || needs_order(e) || !resolve(e);
      const Named* value = e.formula || e.kind == NodeEntry::alias ? scope_.any(e.spec.name) : nullptr;
      if (value && value->kind == Kind::row) rows.insert(e.spec.name);
    }
    report_cycles(dependencies);
  }

  // The nodes of a formula; none where it is poisoned, and of what is no formula.
  std::vector<NodeSpec> take_made(std::size_t i) { return std::move(made_[i]); }

 private:
  // ---- What comes after what

  // The entry that brings what a name names: its own, or that of a node of which it is a port.
  std::optional<std::size_t> owner(std::string_view name) const {
    for (; !name.empty(); name = path_above(name))
      if (const auto found = at_.find(name); found != at_.end()) return found->second;
    return std::nullopt;
  }

  // Notes what a name in a formula depends on. Returns whether anything is called so.
  bool note(const NodeEntry& e, const std::string& name, std::vector<std::size_t>& needed) const {
    std::optional<std::string> from = e.frame ? e.frame->global(name) : name;
    std::string path = name;
    if (e.frame && !from)
      if (const auto size = e.frame->sizes.find(name); size != e.frame->sizes.end()) path = size->second;
    if (const auto axis = axes_.find(path); axis != axes_.end()) from = axis->second.of;
    if (!from) return false;
    const std::optional<std::size_t> entry = owner(*from);
    if (entry) needed.push_back(*entry);
    return entry || scope_.any(*from) || (!e.frame && scope_.is_size(*from));
  }

  // The names in a formula; of x1, x_1 and x_i, where nothing has the name, x.
  void note_names(const NodeEntry& e, std::vector<std::size_t>& needed) const {
    std::vector<const Formula*> left{&*e.formula};
    while (!left.empty()) {
      const Formula& f = *left.back();
      left.pop_back();
      for (const Formula& part : f.parts) left.push_back(&part);
      if (f.kind != Formula::name) continue;
      std::vector<std::string> meant{f.text};
      for (const ComponentName& c : component_names(f.text)) meant.push_back(c.of);
      meant.push_back(f.text.substr(0, f.text.rfind('_')));
      for (const std::string& name : meant)
        if (note(e, name, needed)) break;
    }
  }

  // The sizes that inputs of blocks name, in attributes and shapes.
  template <class Body>
  void each_size(const NodeEntry& e, const Body& body) const {
    for (const AttributeSetting& s : e.spec.attributes)
      for (const std::string& text : s.value.texts)
        if (const auto axis = axes_.find(text); s.value.kind != GR_TEXT && axis != axes_.end())
          body(axis->second);
    for (const AxisSpec& a : e.shape)
      if (const auto axis = axes_.find(a.name); axis != axes_.end()) body(axis->second);
  }

  Dependencies find_dependencies() const {
    Dependencies dependencies(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const NodeEntry& e = entries_[i];
      std::vector<std::size_t> needed;
      const auto need = [&](const std::string& name) {
        if (const auto entry = owner(name)) needed.push_back(*entry);
      };
      for (const Connection& c : e.spec.in) need(c.from);
      if (e.kind == NodeEntry::alias) need(e.of);
      if (e.formula) note_names(e, needed);
      each_size(e, [&](const FrameSize& size) { need(size.of); });
      std::sort(needed.begin(), needed.end());
      needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
      for (const std::size_t from : needed) dependencies.add(from, i);
    }
    return dependencies;
  }

  // Whether the graph alone cannot tell what the entry is.
  bool needs_order(const NodeEntry& e) const {
    bool sizes = false;
    each_size(e, [&](const FrameSize&) { sizes = true; });
    return e.formula || sizes;
  }

  // The cycles that the graph does not find.
  void report_cycles(const Dependencies& dependencies) {
    for (const std::vector<std::size_t>& cycle : dependencies.cycles()) {
      std::vector<std::string> names;
      bool ours = false;
      for (const std::size_t i : cycle) {
        names.push_back(entries_[i].spec.name);
        ours = ours || needs_order(entries_[i]);
      }
      if (ours) problems_.add(entries_[cycle[0]].spec.place, cycle_message(names));
    }
  }

  // ---- One entry, after those that it names

  void add(std::size_t i) {
    NodeEntry& e = entries_[i];
    const std::string& name = e.spec.name;
    for (const Frame* f = e.frame.get(); f; f = f->around.get())
      if (!fits(*f)) e.spec.poisoned = true, e.formula.reset();
    for (const Connection& c : e.spec.in)  // a parameter whose shape cannot be told is not there at all
      if (const auto from = owner(c.from); from && entries_[*from].kind == NodeEntry::parameter)
        e.spec.poisoned = e.spec.poisoned || entries_[*from].spec.poisoned;
    if (e.spec.poisoned) return scope_.poison(name);
    scope_.enter(e.frame.get());
    if (e.kind == NodeEntry::alias) {
      scope_.alias(name, e.of);
    } else if (e.formula) {
      made_[i] = lower(e);
    } else if (!resolve(e)) {
      e.spec.poisoned = true;
      scope_.poison(name);
    } else if (e.kind == NodeEntry::parameter) {
      scope_.declare(name, e.shape);
    } else {
      scope_.add(e.spec);
    }
    scope_.enter(nullptr);
  }

  // Whether what feeds a use, as far as it is known, fits the patterns of the block.
  bool fits(const Frame& frame) {
    auto& [known, fine] = fitting_.at(&frame);
    std::vector<const FrameInput*> inputs;
    std::vector<NodeTensor> tensors;
    for (const FrameInput& input : frame.inputs)
      if (const Named* value = scope_.any(input.from); value && !value->poisoned) {
        inputs.push_back(&input);
        tensors.push_back({input.port, input.from, value->shape, false});
      }
    if (!fine || tensors.size() == known) return fine;
    known = tensors.size();
    // One more at a time: which it is that does not fit.
    for (std::size_t count = 1; fine && count <= known; ++count) {
      std::vector<NodeTensor> first(tensors.begin(), tensors.begin() + static_cast<std::ptrdiff_t>(count));
      const std::string wrong = infer_shapes(*frame.face, {}, nullptr, scope_.sizes(), first);
      fine = wrong.empty();
      if (!fine)
        problems_.add(inputs[count - 1]->place,
                      fmt::format("node '{}' ({}): {}", frame.name, frame.block, wrong));
    }
    return fine;
  }

  std::vector<NodeSpec> lower(const NodeEntry& entry) {
    const std::string& name = entry.spec.name;
    std::vector<NodeSpec> nodes;
    try {
      Lowering(scope_, fmt::format("node '{}'", name), is_path(name) ? name : "node", nodes)
          .lower_as(name, *entry.formula);
      for (NodeSpec& n : nodes) n.part_of = name;
      nodes.back().formula = entry.spec.formula;
      nodes.back().place = entry.spec.place;
      return nodes;
    } catch (const Error& e) {
      problems_.add(e);
    } catch (const Poisoned&) {
    }
    scope_.poison(name);
    return {};
  }

  // Puts numbers and names of the graph where sizes of a block stand. Returns whether it could.
  bool resolve(NodeEntry& e) {
    bool fine = true;
    const auto refuse = [&](const Place& place, const std::string& what, const std::string& path,
                            const std::string& expected) {
      fine = false;
      problems_.add(place, fmt::format("{}: the size '{}' is {} here; expected {}", what,
                                       path.substr(path.rfind('.') + 1),
                                       scope_.sizes().text(scope_.size_of(path)), expected));
    };
    try {
      for (AttributeSetting& s : e.spec.attributes) {
        if (s.value.kind != GR_INT && s.value.kind != GR_SIZE) continue;
        const std::string what = fmt::format("node '{}', attribute '{}'", e.spec.name, s.name);
        for (std::string& text : s.value.texts) {
          if (axes_.count(text) == 0) {
            if (s.value.kind == GR_INT) s.value.ints.push_back(std::stoll(text));
          } else if (s.value.kind == GR_INT) {
            const gr_size size = scope_.size_of(text);
            if (size < 0) refuse(s.place, what, text, "one that is a number");
            s.value.ints.push_back(size);
          } else {
            text = scope_.sizes().text(scope_.size_of(text));
          }
        }
        if (s.value.kind == GR_INT) s.value.texts.clear();
      }
      for (AxisSpec& a : e.shape) {
        if (axes_.count(a.name) == 0) continue;
        const gr_size size = scope_.size_of(a.name);
        const std::string text = scope_.sizes().text(size);
        if (size < 0 && !is_type_name(text))
          refuse(e.spec.place, fmt::format("parameter '{}'", e.spec.name), a.name,
                 "one that is a number or has a name of its own");
        a = size < 0 ? AxisSpec{0, text} : AxisSpec{size, ""};
      }
    } catch (const Poisoned&) {
      return false;
    }
    return fine;
  }

  std::vector<NodeEntry>& entries_;
  Problems& problems_;
  Scope scope_;
  std::map<std::string, std::size_t, std::less<>> at_;
  std::map<std::string, FrameSize, std::less<>> axes_;            // of all frames, by path
  std::map<const Frame*, std::pair<std::size_t, bool>> fitting_;  // how many inputs are known, and fit
  std::vector<std::vector<NodeSpec>> made_;
};

}  // namespace

void add_nodes(std::vector<NodeEntry> entries, GraphSpec& graph, Registry& registry, Problems& problems,
               std::set<std::string>& rows) {
  if (std::none_of(entries.begin(), entries.end(),
                   [](const NodeEntry& e) { return e.formula.has_value() || e.frame; })) {
    for (NodeEntry& e : entries) graph.nodes.push_back(std::move(e.spec));
    return;
  }
  Adder adder(entries, graph, registry, problems);
  adder.run(rows);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    NodeEntry& e = entries[i];
    if (e.kind == NodeEntry::alias) {
      graph.aliases.push_back({e.spec.name, e.of, e.spec.place});
    } else if (e.kind == NodeEntry::parameter) {
      if (!e.spec.poisoned) graph.parameters.push_back({e.spec.name, e.shape, e.init, e.spec.place});
    } else if (std::vector<NodeSpec> made = adder.take_made(i); !made.empty()) {
      std::move(made.begin(), made.end(), std::back_inserter(graph.nodes));
    } else {
      e.spec.poisoned = e.spec.poisoned || e.formula;
      graph.nodes.push_back(std::move(e.spec));
    }
  }
}

}  // namespace graph_runner
