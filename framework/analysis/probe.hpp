// One node on its own: its kernels called through the ABI with tensors in buffers of their own, so that what
// a graph would decide (which gradients are wanted, which hold a sum already) is the caller's to say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

// What a probe is made of: a node type with its attributes bound, and the shape of each of its tensors.
struct Subject {
  std::string name;
  const NodeType* type = nullptr;
  std::vector<AttributeValue> attributes;  // sizes as numbers
  std::shared_ptr<void> instance;
  std::vector<std::uint32_t> ports;  // of each tensor, in the ABI's order
  std::vector<Shape> shapes;
  std::vector<bool> present;  // false for an optional input that is left out
  bool training = true;       // how its kernels are called: as in a step of training, or as in evaluation
  Place place;

  // A node of a graph whose sizes are numbers. Throws Error (bad_request) where a size is not given.
  Subject(const Graph& graph, const Node& node, const SizeValues& sizes);

  const Port& port(std::size_t tensor) const { return type->ports()[ports[tensor]]; }
  bool is_result(std::size_t tensor) const { return port(tensor).role >= GR_OUTPUT; }
  // Whether backward can compute a gradient by this tensor.
  bool takes_gradient(std::size_t tensor) const {
    return present[tensor] && !is_result(tensor) && !port(tensor).discrete;
  }
  // "W", or "x[2]" for the second tensor of a port that takes many.
  std::string label(std::size_t tensor) const;
};

// Where the buffers of a probe lie.
class ProbeMemory {
 public:
  // What a buffer is for decides who may write it: forward the results, backward the gradients, both the
  // scratch; nobody the inputs and output gradients.
  enum class Use { value, output_gradient, gradient, written, scratch };
  virtual ~ProbeMemory() = default;
  // Zeroed, GR_ALIGNMENT-aligned, and there until the memory goes. `tensor` is 0 for flags and scratch.
  virtual std::byte* take(Use use, std::size_t tensor, std::size_t bytes) = 0;
};

class Probe {
 public:
  // In memory of its own, or in one that outlives it.
  Probe(const Subject& subject, ScalarType scalar, ProbeMemory* memory = nullptr);
  Probe(const Probe&) = delete;  // its calls point into it
  Probe& operator=(const Probe&) = delete;

  // By tensor; null data where there is none.
  Tensor value(std::size_t t) const { return tensor(values_, t); }
  Tensor output_gradient(std::size_t t) const { return tensor(output_gradients_, t); }
  Tensor gradient(std::size_t t) const { return tensor(gradients_, t); }

  // Throw Error (run_failed) with the plugin's message where it fails.
  void forward();
  // Computes the gradients of the tensors for which `wanted` is true; those for which `holds_sum` is true
  // hold a sum to be added to. What backward leaves unwritten becomes zero.
  void backward(const std::vector<bool>& wanted, const std::vector<bool>& holds_sum);
  void backward(const std::vector<bool>& wanted) { backward(wanted, std::vector<bool>(wanted.size())); }
  // Every gradient that there is.
  const std::vector<bool>& all() const { return all_; }
  // The call as the plugin gets it, to be changed before the next one: its seed, its pool, its training flag.
  gr_call& next_call() { return call_; }

 private:
  using Use = ProbeMemory::Use;
  std::byte* take(Use use, std::size_t tensor, std::size_t bytes);
  Tensor tensor(const std::vector<std::byte*>& buffers, std::size_t t) const;
  gr_tensor argument(const Tensor& tensor, std::size_t t) const;
  void call(bool backward);

  const Subject& subject_;
  ScalarType scalar_;
  ProbeMemory* memory_;
  std::vector<Buffer> own_;                                        // without `memory_`
  std::vector<std::byte*> values_, output_gradients_, gradients_;  // by tensor
  std::vector<bool> all_;
  // The call, prepared once.
  std::vector<gr_tensor> forward_values_, backward_values_, call_output_gradients_, call_gradients_;
  std::vector<std::size_t> gradient_tensors_;  // the tensor of each entry of call_gradients_
  std::uint8_t* written_ = nullptr;
  gr_call call_{};
  char error_[512] = "";
};

}  // namespace graph_runner
