// GRAPH_RUNNER_NEEDS: the instruction sets that this translation unit is compiled for, beyond the platform's
// baseline.
#pragma once

#ifdef __AVX512F__
#define GRAPH_RUNNER_NEEDS_AVX512F "avx512f "
#else
#define GRAPH_RUNNER_NEEDS_AVX512F
#endif
#ifdef __AVX512BW__
#define GRAPH_RUNNER_NEEDS_AVX512BW "avx512bw "
#else
#define GRAPH_RUNNER_NEEDS_AVX512BW
#endif
#ifdef __AVX512DQ__
#define GRAPH_RUNNER_NEEDS_AVX512DQ "avx512dq "
#else
#define GRAPH_RUNNER_NEEDS_AVX512DQ
#endif
#ifdef __AVX512VL__
#define GRAPH_RUNNER_NEEDS_AVX512VL "avx512vl "
#else
#define GRAPH_RUNNER_NEEDS_AVX512VL
#endif
#ifdef __AVX2__
#define GRAPH_RUNNER_NEEDS_AVX2 "avx2 "
#else
#define GRAPH_RUNNER_NEEDS_AVX2
#endif
#ifdef __AVX__
#define GRAPH_RUNNER_NEEDS_AVX "avx "
#else
#define GRAPH_RUNNER_NEEDS_AVX
#endif
#ifdef __FMA__
#define GRAPH_RUNNER_NEEDS_FMA "fma "
#else
#define GRAPH_RUNNER_NEEDS_FMA
#endif
#ifdef __BMI2__
#define GRAPH_RUNNER_NEEDS_BMI2 "bmi2 "
#else
#define GRAPH_RUNNER_NEEDS_BMI2
#endif

#define GRAPH_RUNNER_NEEDS                                                                              \
  "" GRAPH_RUNNER_NEEDS_AVX512F GRAPH_RUNNER_NEEDS_AVX512BW GRAPH_RUNNER_NEEDS_AVX512DQ                 \
      GRAPH_RUNNER_NEEDS_AVX512VL GRAPH_RUNNER_NEEDS_AVX2 GRAPH_RUNNER_NEEDS_AVX GRAPH_RUNNER_NEEDS_FMA \
          GRAPH_RUNNER_NEEDS_BMI2
