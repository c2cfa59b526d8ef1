// GRAPH_RUNNER_CLONES before a function compiles it for several instruction sets; which one runs is chosen
// when the program starts. For the few hot loops of the framework, which is otherwise built for the
// platform's baseline.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define GRAPH_RUNNER_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define GRAPH_RUNNER_CLONES
#endif
