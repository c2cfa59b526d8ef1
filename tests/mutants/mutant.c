/* Wrong backwards, made by rule: a plugin in C that takes the table of a right one and spoils what its
 * backward is given or what it gives. One shared object serves for all: a copy of it called TYPE__RULE__N.so
 * is the type TYPE with RULE applied to its N-th tensor (or the N-th tensor read, or the output gradient N).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <graph_runner/abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gr_type type;
static gr_plugin plugin;
static const gr_type* types[1];
static const gr_type* right;
static char name[128], rule[32];
static size_t number;

static size_t entries_of(const gr_tensor* t) {
  size_t n = 1;
  for (int64_t i = 0; i < t->rank; ++i) n *= (size_t)t->dims[i];
  return n;
}
static size_t scalar_size(const gr_call* c) {
  return c->scalar == GR_FLOAT ? sizeof(float) : c->scalar == GR_DOUBLE ? sizeof(double) : 2 * sizeof(double);
}
static void scale(const gr_call* c, const gr_tensor* t, size_t first, size_t count, double factor) {
  const size_t numbers = c->scalar == GR_DUAL ? 2 : 1;
  for (size_t i = first * numbers; i < (first + count) * numbers; ++i)
    if (c->scalar == GR_FLOAT)
      ((float*)t->data)[i] *= (float)factor;
    else
      ((double*)t->data)[i] *= factor;
}
static void fill_ones(const gr_call* c, const gr_tensor* t) {
  for (size_t i = 0; i < entries_of(t); ++i)
    if (c->scalar == GR_FLOAT) {
      ((float*)t->data)[i] = 1;
    } else if (c->scalar == GR_DOUBLE) {
      ((double*)t->data)[i] = 1;
    } else {
      ((double*)t->data)[2 * i] = 1;
      ((double*)t->data)[2 * i + 1] = 0;
    }
}
/* Takes what is above 0 for what is just below (side 0), or the other way round. */
static void forget_bend(const gr_call* c, const gr_tensor* t, size_t side) {
  const size_t numbers = c->scalar == GR_DUAL ? 2 : 1;
  for (size_t i = 0; i < entries_of(t) * numbers; i += numbers) {
    const double x = c->scalar == GR_FLOAT ? ((float*)t->data)[i] : ((double*)t->data)[i];
    if (side ? x > 0 : x <= 0) continue;
    const double other = side ? 1e-9 : -1e-9;
    if (c->scalar == GR_FLOAT)
      ((float*)t->data)[i] = (float)other;
    else
      ((double*)t->data)[i] = other;
  }
}
static void* copy_of(const gr_call* c, const gr_tensor* t) {
  const size_t bytes = entries_of(t) * scalar_size(c);
  void* copy = aligned_alloc(GR_ALIGNMENT, (bytes + GR_ALIGNMENT - 1) / GR_ALIGNMENT * GR_ALIGNMENT);
  memcpy(copy, t->data, bytes);
  return copy;
}
/* The last axis along a row, all others merged. Returns whether it is a matrix. */
static int matrix(const gr_tensor* t, size_t* rows, size_t* columns) {
  *columns = t->rank ? (size_t)t->dims[t->rank - 1] : 1;
  *rows = entries_of(t) / *columns;
  return *rows > 1 && *columns > 1;
}
/* Its transpose, in the same memory. */
static void transpose(const gr_call* c, const gr_tensor* t) {
  size_t rows, columns;
  if (!matrix(t, &rows, &columns)) return;
  const size_t size = scalar_size(c);
  char* from = copy_of(c, t);
  for (size_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < columns; ++j)
      memcpy((char*)t->data + (j * rows + i) * size, from + (i * columns + j) * size, size);
  free(from);
}
static void swap(const gr_call* c, const gr_tensor* a, const gr_tensor* b) {
  if (entries_of(a) != entries_of(b)) return;
  void* was = copy_of(c, a);
  memcpy(a->data, b->data, entries_of(a) * scalar_size(c));
  memcpy(b->data, was, entries_of(a) * scalar_size(c));
  free(was);
}

static int is(const char* what) { return strcmp(rule, what) == 0; }

static gr_status backward(const void* node, const gr_call* call) {
  gr_call c = *call;
  /* Copies, so that the host's tensors stay as they are. */
  gr_tensor values[64], outputs[16];
  void* owned = NULL;
  memcpy(values, call->values, call->value_count * sizeof *values);
  memcpy(outputs, call->output_gradients, call->output_gradient_count * sizeof *outputs);
  c.values = values;
  c.output_gradients = outputs;
  if (is("operand") && values[number].data) {
    owned = values[number].data = copy_of(&c, &values[number]);
    transpose(&c, &values[number]);
  } else if (is("bend") && values[number % 64].data) { /* tensor number % 64, side number / 64 */
    owned = values[number % 64].data = copy_of(&c, &values[number % 64]);
    forget_bend(&c, &values[number % 64], number / 64);
  } else if (is("reads")) { /* tensor number / 64 in the place of number % 64 */
    const size_t a = number % 64, b = number / 64;
    if (values[a].data && values[b].data && entries_of(&values[a]) == entries_of(&values[b]))
      values[a].data = values[b].data;
  } else if ((is("missing") || is("axis") || is("ignores")) && outputs[number].data) {
    size_t rows, columns;
    owned = outputs[number].data = copy_of(&c, &outputs[number]);
    matrix(&outputs[number], &rows, &columns);
    if (is("missing")) { /* the last row, or the last entry of a vector */
      const size_t share = rows > 1 ? columns : 1;
      scale(&c, &outputs[number], rows * columns - share, share, 0);
    } else if (is("axis")) {
      transpose(&c, &outputs[number]);
    } else {
      fill_ones(&c, &outputs[number]);
    }
  } else if (is("lost")) {
    memset(c.written, 0, c.gradient_count);
  }
  /* What spoils a result works on this call's share alone, and then adds it to what was there. */
  const gr_tensor* g = number < c.gradient_count ? &call->gradients[number] : NULL;
  const int on_result =
      is("sign") || is("factor") || is("entry") || is("detached") || is("turned") || is("swap");
  void* before = NULL;
  void* before_other = NULL;
  const gr_tensor* other = g && is("swap") && number + 1 < c.gradient_count ? g + 1 : NULL;
  if (on_result && g && g->data && c.written[number]) {
    before = copy_of(&c, g);
    c.written[number] = 0;
  }
  if (other && other->data && c.written[number + 1]) {
    before_other = copy_of(&c, other);
    c.written[number + 1] = 0;
  }
  gr_status status = right->backward(node, &c);
  if (status == GR_OK && on_result && g && g->data) {
    if (!c.written[number]) memset(g->data, 0, entries_of(g) * scalar_size(&c));
    c.written[number] = 1;
    if (is("sign")) scale(&c, g, 0, entries_of(g), -1);
    if (is("factor")) scale(&c, g, 0, entries_of(g), 2);
    if (is("entry")) scale(&c, g, entries_of(g) - 1, 1, 1.01);
    if (is("detached")) memset(g->data, 0, entries_of(g) * scalar_size(&c));
    if (is("turned")) transpose(&c, g);
    if (other && other->data) {
      if (!c.written[number + 1]) memset(other->data, 0, entries_of(other) * scalar_size(&c));
      c.written[number + 1] = 1;
      swap(&c, g, other);
    }
  }
  for (int k = 0; k < 2; ++k) {
    void* sum = k ? before_other : before;
    const gr_tensor* to = k ? other : g;
    if (!sum) continue;
    const size_t numbers =
        entries_of(to) * (scalar_size(&c) / (c.scalar == GR_FLOAT ? sizeof(float) : sizeof(double)));
    for (size_t i = 0; i < numbers; ++i)
      if (c.scalar == GR_FLOAT)
        ((float*)to->data)[i] += ((float*)sum)[i];
      else
        ((double*)to->data)[i] += ((double*)sum)[i];
    free(sum);
  }
  free(owned);
  return status;
}

/* Runs the right backward once more where the gradients hold a sum: what it adds counts twice. */
static gr_status backward_twice(const void* node, const gr_call* call) {
  int holds_sum = 0;
  for (size_t i = 0; i < call->gradient_count; ++i) holds_sum |= call->gradients[i].data && call->written[i];
  const gr_status status = right->backward(node, call);
  return status == GR_OK && holds_sum ? right->backward(node, call) : status;
}

GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host* host, char* error, size_t error_size) {
  /* Its own file's name says what to be. */
  Dl_info self;
  char file[512];
  if (!dladdr((void*)(size_t)&backward, &self)) return NULL;
  const char* slash = strrchr(self.dli_fname, '/');
  snprintf(name, sizeof name, "%s", slash ? slash + 1 : self.dli_fname);
  if (strlen(name) > 3) name[strlen(name) - 3] = '\0'; /* .so */
  char of[128];
  snprintf(of, sizeof of, "%s", name);
  char* first = strstr(of, "__");
  char* second = first ? strstr(first + 2, "__") : NULL;
  if (!second) return snprintf(error, error_size, "%s is not TYPE__RULE__N", name), NULL;
  *first = *second = '\0';
  snprintf(rule, sizeof rule, "%s", first + 2);
  number = (size_t)strtoul(second + 2, NULL, 10);
  snprintf(file, sizeof file, "%s/%s.so", MUTANT_ORIGINALS, of);
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  gr_entry entry = NULL;
  if (library) *(void**)(&entry) = dlsym(library, GR_ENTRY);
  const gr_plugin* original = entry ? entry(host, error, error_size) : NULL;
  if (!original) return snprintf(error, error_size, "no right plugin in %s", file), NULL;
  right = original->types[0];
  type = *right;
  type.name = name;
  type.backward = is("doubled") ? backward_twice : backward;
  types[0] = &type;
  plugin = *original;
  plugin.types = types;
  return &plugin;
}
