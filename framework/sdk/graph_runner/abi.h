/* The C ABI between graph-runner and a node plugin, version 1.2. C99; includes nothing but fixed-width
 * integers.
 *
 * A plugin is a shared object DIR/NAME.so that exports one function, `graph_runner_plugin`, and provides the
 * one node type called NAME. The C++ face of this file is node.hpp; a plugin in plain C needs this file
 * alone.
 *
 * Rules that hold everywhere:
 *  - Every struct but gr_tensor, gr_shape and gr_size begins with its own size. The reader copies the smaller
 * of the two sizes and takes absent fields as zero; so a newer minor version only ever appends fields.
 *  - The host owns all memory: tensors, parameters, scratch. The plugin owns its tables, which must stay
 * valid and unchanged until the process ends (a plugin is never unloaded), and what `create` makes, until
 * `destroy`.
 *  - Every call returns a gr_status; on failure it writes a zero-terminated message into the `error` buffer
 * that the caller owns. No exception, signal or longjmp may leave a call.
 *  - Tensors are dense, row-major, and start at a multiple of GR_ALIGNMENT bytes.
 *  - `forward`, `backward`, `shapes` and `scratch` are pure functions of the node and the call: the host may
 * run them on several threads at once with one node. They must not keep a pointer past their return.
 */
#ifndef GRAPH_RUNNER_ABI_H
#define GRAPH_RUNNER_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GR_MAGIC 0x4e555247u /* "GRUN" in little-endian memory */
#define GR_ABI_MAJOR 1u      /* another major is refused */
#define GR_ABI_MINOR 2u      /* another minor is fine, in both directions */
#define GR_ALIGNMENT 64      /* bytes */
#define GR_MAX_RANK 8

#define GR_EXPORT __attribute__((visibility("default")))

typedef int32_t gr_status;
#define GR_OK 0
#define GR_REFUSED 1 /* `create` or `shapes`: these attributes or shapes do not fit */
#define GR_FAILED 2  /* `forward` or `backward`: the computation failed */

/* The scalar of every tensor of a call. A dual is two doubles, value then tangent (dual.hpp). */
typedef int32_t gr_scalar;
#define GR_FLOAT 0
#define GR_DOUBLE 1
#define GR_DUAL 2

/* A dense row-major array of `dims[0] * … * dims[rank - 1]` scalars (rank 0: one). This layout is frozen.
 * `dims` is null where an optional input is absent; `data` is null where the callee must not look. */
typedef struct gr_tensor {
  void* data;
  const int64_t* dims;
  int64_t rank;
} gr_tensor;

/* ---- Attributes
 * ---------------------------------------------------------------------------------------------- */

typedef int32_t gr_kind;
#define GR_INT 0
#define GR_REAL 1
#define GR_BOOL 2 /* 0 or 1 in `ints` */
#define GR_TEXT 3
#define GR_SIZE 4 /* a gr_size in `ints`: symbolic while shapes are inferred, a number when kernels run */

/* The value of one attribute: `count` entries for a list, one otherwise, in the array that its kind names. */
typedef struct gr_value {
  size_t size;
  gr_kind kind;
  size_t count;
  const int64_t* ints;
  const double* reals;
  const char* const* texts;
} gr_value;

#define GR_LIST 1u     /* a list of `kind` */
#define GR_REQUIRED 2u /* the graph file must give it; `initial` is null */
#define GR_ABOVE 4u    /* `least` itself is not allowed */
#define GR_BELOW 8u    /* `most` itself is not allowed */

typedef struct gr_attribute {
  size_t size;
  const char* name;
  const char* doc;
  gr_kind kind;
  uint32_t flags;
  const gr_value* initial;    /* the default */
  double least, most;         /* the range of a number, or of each entry of a list; -inf and inf for none */
  const char* const* choices; /* for text: the allowed values; null for any */
  size_t choice_count;
  size_t least_count, most_count; /* the length of a list; most_count 0 for any */
} gr_attribute;

/* ---- Ports
 * --------------------------------------------------------------------------------------------------- */

typedef int32_t gr_role;
#define GR_INPUT 0
#define GR_PARAMETER 1
#define GR_OUTPUT 2
#define GR_SAVED 3 /* written by `forward` for `backward` alone */

#define GR_OPTIONAL 1u /* input: may be left unconnected */
#define GR_MANY 2u     /* the last input: one or more tensors, each of the port's pattern */
#define GR_DISCRETE 4u /* whole-numbered or piecewise constant: has no gradient */
#define GR_UNREAD                                                                          \
  8u /* `backward` does not read this value; the host passes null and may reuse the memory \
      */
#define GR_AFFINE                                                                         \
  16u /* parameter: the outputs are affine in it, so `backward` computes this parameter's \
         gradient without reading the parameter; training may then update it in place */
/* Since 1.2. Input of the shape "...": may be broadcast. From the last axis on, the axes of two such inputs
 * are equal, or one of them is 1 or missing; where any differ, `...` of the results has the longer ones.
 * Kernels get the input as it is, and what they add to its gradient is summed over the axes along which it
 * repeats. All inputs whose patterns begin with `...` are broadcast, or none. */
#define GR_BROADCAST 32u

/* Where the entries of an input lie. Checkers draw from it; training reports data outside it. */
typedef int32_t gr_domain;
#define GR_REALS 0
#define GR_POSITIVE 1
#define GR_NONNEGATIVE 2
#define GR_NONZERO 3
#define GR_RANGE 4             /* lower … upper, closed */
#define GR_INDEX 5             /* whole numbers 0 … size of the axis named by `axis` - 1 */
#define GR_ONE_HOT 6           /* along the last axis: one 1, else 0 */
#define GR_DISTRIBUTION 7      /* along the last axis: nonnegative, summing to 1 */
#define GR_POSITIVE_DEFINITE 8 /* the last two axes: a symmetric positive definite matrix */
#define GR_INVERTIBLE 9        /* the last two axes: a well-conditioned square matrix */

/* How a parameter starts. */
typedef int32_t gr_initializer;
#define GR_CONSTANT 0 /* `value` everywhere */
#define GR_UNIFORM 1  /* uniform in ±value */
#define GR_NORMAL 2   /* normal, mean 0, standard deviation `value` */
#define GR_FAN 3      /* uniform in ±1/sqrt(n), n the size of the axis `axis` */
#define GR_HE 4       /* normal, standard deviation sqrt(2/n), n the size of the axis `axis` */
#define GR_GLOROT 5   /* uniform in ±sqrt(6/(n + m)), n the size of the axis `axis`, m the first axis */

typedef struct gr_init {
  size_t size;
  gr_initializer kind;
  const char* axis; /* a name of the port's pattern or of another port's; null for the port's last axis */
  double value;
} gr_init;

/* `shape` is a pattern: axes separated by spaces, each a number, a name (equal names are equal sizes
 * throughout the node; the name of an int or size attribute is that attribute's value), `_` (any size, bound
 * to nothing; the `shapes` call must fill it in on results) or, first, `...` (any leading axes, equal on all
 * ports of the node). A result may be `*` instead: its axes are those that the `shapes` call gives it. */
typedef struct gr_port {
  size_t size;
  const char* name;
  const char* doc;
  gr_role role;
  uint32_t flags;
  const char* shape;
  gr_domain domain;
  double lower, upper;
  const char* axis;
  const gr_init* init; /* parameters only; null: zeros */
} gr_port;

/* ---- Shapes
 * -------------------------------------------------------------------------------------------------- */

/* The size of an axis: a number where >= 0, else the handle of a symbolic size such as `batch` or `m*n`.
 * Handles are canonical: two sizes are equal for certain exactly when their gr_size are equal. */
typedef int64_t gr_size;
#define GR_UNKNOWN INT64_MIN

typedef struct gr_shape {
  int64_t rank;
  gr_size dims[GR_MAX_RANK];
} gr_shape;

/* What `shapes` reads and completes: one shape a tensor, in declared order (inputs, parameters, outputs,
 * saved), as the patterns gave them; axes that the patterns leave open are GR_UNKNOWN. An absent optional
 * input has rank -1. */
typedef struct gr_shape_call {
  size_t size;
  gr_shape* shapes;
  size_t count;
  void* context; /* pass to sum, product and difference */
  gr_size (*sum)(void* context, gr_size a, gr_size b);
  gr_size (*product)(void* context, gr_size a, gr_size b);
  char* error;
  size_t error_size;
  /* Since 1.1: a - b, GR_UNKNOWN where that is a negative number. */
  gr_size (*difference)(void* context, gr_size a, gr_size b);
} gr_shape_call;

/* ---- Calls
 * --------------------------------------------------------------------------------------------------- */

typedef void (*gr_task)(void* context, size_t index);

/* One forward or backward call of one node.
 *
 * forward reads the inputs and parameters in `values` and writes every entry of the outputs and saved
 * outputs. backward reads `values` and `output_gradients` and adds to each of `gradients` whose data is not
 * null the sum over the outputs of (∂output/∂port)ᵀ · output gradient. `written[i]` tells what `gradients[i]`
 * holds: 0, nothing yet (assign every entry, then set 1); 1, a sum to add to. What is still 0 on return, the
 * host sets to zero. No two tensors that a call may write overlap, nor do they overlap one that it reads,
 * except that an affine parameter's gradient may be the parameter itself. */
typedef struct gr_call {
  size_t size;
  gr_scalar scalar;
  int32_t training; /* 1 in a training step, 0 in evaluation */
  uint64_t seed; /* for random nodes: equal in forward and backward of one step, new at each step and node */
  const gr_tensor* values;
  size_t value_count;
  const gr_tensor* output_gradients; /* one an output; those of discrete outputs have null data */
  size_t output_gradient_count;
  const gr_tensor* gradients; /* one an input and parameter tensor; null data: not wanted */
  size_t gradient_count;
  uint8_t* written;
  void*
      scratch; /* as many bytes as the type's `scratch` asked for, GR_ALIGNMENT-aligned, contents arbitrary */
  size_t scratch_size;
  /* Runs task(context, 0 … tasks - 1), on several threads where there are some, and returns when all are
   * done. A task must not throw or call `parallel`. Results must not depend on which thread runs which task,
   * nor on whether there are several: `pool` is null where there is one, and work need not be cut then. */
  void (*parallel)(void* pool, size_t tasks, gr_task task, void* context);
  void* pool;
  char* error;
  size_t error_size;
} gr_call;

/* ---- Tables
 * -------------------------------------------------------------------------------------------------- */

typedef struct gr_type {
  size_t size;
  const char* name;
  const char* doc;  /* one line: what it computes */
  uint32_t scalars; /* bit 1 << gr_scalar for each that the kernels support */
  const gr_attribute* const* attributes;
  size_t attribute_count;
  const gr_port* const* ports; /* inputs, then parameters, outputs, saved outputs */
  size_t port_count;
  /* Makes a node from one value an attribute, in declared order, already checked against their descriptions.
   */
  gr_status (*create)(const gr_value* const* values, size_t count, void** node, char* error,
                      size_t error_size);
  void (*destroy)(void* node);
  gr_status (*shapes)(const void* node, gr_shape_call* call); /* null: the patterns say it all */
  size_t (*scratch)(const void* node, const gr_call* call);   /* null: none; data pointers are null */
  gr_status (*forward)(const void* node, const gr_call* call);
  gr_status (*backward)(const void* node, const gr_call* call); /* null: no gradient passes */
} gr_type;

typedef struct gr_plugin {
  size_t size;
  uint32_t magic;
  uint32_t major, minor;
  const gr_type* const* types;
  size_t type_count; /* 1 */
} gr_plugin;

typedef struct gr_host {
  size_t size;
  uint32_t major, minor;
} gr_host;

/* The entry, exported under this name. Called once, on one thread. Returns null after writing to `error`. */
#define GR_ENTRY "graph_runner_plugin"
typedef const gr_plugin* (*gr_entry)(const gr_host* host, char* error, size_t error_size);

/* Beside it a plugin exports `const char graph_runner_needs[]`, the instruction sets that its code uses
 * beyond the platform's baseline, by GCC's names and separated by spaces ("avx2 fma"). A host whose processor
 * lacks one refuses the plugin before calling it. */
#define GR_NEEDS "graph_runner_needs"

#ifdef __cplusplus
}
#endif
#endif /* GRAPH_RUNNER_ABI_H */
