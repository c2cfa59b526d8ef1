// The C++ face of abi.h: everything a node plugin includes. A node type is a default-constructible struct
// with its attributes as members and
//
//   static void describe(Spec<Node>& s);                     // attributes and ports
//   template <class T> void forward(…) const;                // T is float, double or Dual<double>
//   template <class T> void backward(…) const;               // leave out where no gradient passes
//   void shapes(Shapes& s) const;                            // only where a pattern cannot say the shape
//   Eigen::Index scratch(const Call& call) const;            // only where kernels want memory, in numbers
//   using Scalars = Only<float, double>;                     // only where the kernels cannot run on duals
//
// and one line at the end of the file, GRAPH_RUNNER_NODE(Node), which must match the plugin's file name.
// `forward` takes the inputs, parameters, outputs and saved outputs in declared order: a view (views.hpp) of
// each input and parameter, Out<view> (written.hpp) of each output. `backward` takes views of all of these,
// or Unread, then a view of the gradient of each output, then Grad<view> of each input and parameter;
// discrete ports have no gradient and are left out there. Either may take `const Call&` first: it tells
// whether this is training, and has the seed for random numbers (random.hpp). An exception thrown by any of
// them becomes the run's error message. A node type that is a formula of single entries derives both kernels
// from it: elementwise.hpp; an optimizer its one kernel from a rule for single entries: update.hpp; a layer
// that runs over the steps of a sequence both kernels from the formula of a unit: recurrent.hpp. Reductions
// over chosen axes are in axes.hpp.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/LU>
#include <graph_runner/axes.hpp>
#include <graph_runner/dual.hpp>
#include <graph_runner/elementwise.hpp>
#include <graph_runner/mistakes.hpp>
#include <graph_runner/needs.hpp>
#include <graph_runner/patches.hpp>
#include <graph_runner/plugin.hpp>
#include <graph_runner/random.hpp>
#include <graph_runner/recurrent.hpp>
#include <graph_runner/reduce.hpp>
#include <graph_runner/spec.hpp>
#include <graph_runner/update.hpp>
#include <graph_runner/views.hpp>
#include <graph_runner/written.hpp>

// Exports `Type` as the node type of this plugin; the plugin's file is Type.so.
#define GRAPH_RUNNER_NODE(Type)                                                                         \
  static_assert(graph_runner::detail::check<Type>());                                                   \
  extern "C" GR_EXPORT const char graph_runner_needs[];                                                 \
  const char graph_runner_needs[] = GRAPH_RUNNER_NEEDS;                                                 \
  extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char* error, size_t size) { \
    return graph_runner::PluginTable<Type>::get(#Type, error, size);                                    \
  }
