#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>

#include "prepared.h"

// oneDNN's functions, handed on to the library, which is loaded when the first of them is called: with what
// it needs itself, OpenMP and OpenCL, that takes a millisecond, and a question to a registry takes ten and
// calls none. Each has the name and the type that dnnl.h gives it.

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

static _Atomic(void *) library;

int32_t gr_load_onednn(void) {
  if (!atomic_load(&library)) {
    // Two threads at once do no harm: the system loads it once. RTLD_GLOBAL: OpenMP is looked up among
    // all that is loaded (pool.c).
    atomic_store(&library, dlopen("libdnnl.so." TEXT(DNNL_VERSION_MAJOR), RTLD_NOW | RTLD_GLOBAL));
  }
  return atomic_load(&library) != NULL;
}

static void *look_up(_Atomic(void *) *symbol, const char *name) {
  void *found = atomic_load_explicit(symbol, memory_order_acquire);
  if (!found && gr_load_onednn()) {
    // The library's own, not the one below.
    found = dlsym(atomic_load(&library), name);
    atomic_store_explicit(symbol, found, memory_order_release);
  }
  return found;
}

// What a function returns where there is no library; gr_load_onednn tells beforehand.
#define MISSING_STATUS dnnl_runtime_error

#define HAND_ON(type, name, parameters, arguments, missing) \
  type name parameters {                                    \
    static _Atomic(void *) symbol;                          \
    void *found = look_up(&symbol, #name);                  \
    if (!found) return missing;                             \
    __typeof__(name) *own;                                  \
    memcpy(&own, &found, sizeof own);                       \
    return own arguments;                                   \
  }
#define HAND_ON_STATUS(name, parameters, arguments) \
  HAND_ON(dnnl_status_t, name, parameters, arguments, MISSING_STATUS)

HAND_ON(const dnnl_version_t *, dnnl_version, (void), (), NULL)
HAND_ON(dnnl_cpu_isa_t, dnnl_get_effective_cpu_isa, (void), (), dnnl_cpu_isa_all)

HAND_ON_STATUS(dnnl_engine_create, (dnnl_engine_t *e, dnnl_engine_kind_t k, size_t i), (e, k, i))
HAND_ON_STATUS(dnnl_engine_destroy, (dnnl_engine_t e), (e))
HAND_ON_STATUS(dnnl_stream_create, (dnnl_stream_t *s, dnnl_engine_t e, unsigned f), (s, e, f))
HAND_ON_STATUS(dnnl_stream_destroy, (dnnl_stream_t s), (s))

HAND_ON_STATUS(
    dnnl_memory_create,
    (dnnl_memory_t *m, const dnnl_memory_desc_t *d, dnnl_engine_t e, void *values), (m, d, e, values))
HAND_ON_STATUS(dnnl_memory_destroy, (dnnl_memory_t m), (m))
HAND_ON(
    int, dnnl_memory_desc_equal, (const dnnl_memory_desc_t *a, const dnnl_memory_desc_t *b), (a, b), 0)
HAND_ON(size_t, dnnl_memory_desc_get_size, (const dnnl_memory_desc_t *m), (m), 0)
HAND_ON_STATUS(
    dnnl_memory_desc_init_by_strides,
    (dnnl_memory_desc_t *m, int n, const dnnl_dims_t sizes, dnnl_data_type_t type,
     const dnnl_dims_t strides),
    (m, n, sizes, type, strides))
HAND_ON_STATUS(
    dnnl_memory_desc_init_by_tag,
    (dnnl_memory_desc_t *m, int n, const dnnl_dims_t sizes, dnnl_data_type_t type,
     dnnl_format_tag_t tag),
    (m, n, sizes, type, tag))

HAND_ON_STATUS(dnnl_primitive_attr_create, (dnnl_primitive_attr_t *a), (a))
HAND_ON_STATUS(dnnl_primitive_attr_destroy, (dnnl_primitive_attr_t a), (a))
HAND_ON_STATUS(
    dnnl_primitive_attr_set_scratchpad_mode, (dnnl_primitive_attr_t a, dnnl_scratchpad_mode_t m), (a, m))

HAND_ON_STATUS(
    dnnl_primitive_desc_create,
    (dnnl_primitive_desc_t *p, const_dnnl_op_desc_t d, const_dnnl_primitive_attr_t a, dnnl_engine_t e,
     const_dnnl_primitive_desc_t hint),
    (p, d, a, e, hint))
HAND_ON_STATUS(dnnl_primitive_desc_destroy, (dnnl_primitive_desc_t p), (p))
HAND_ON_STATUS(
    dnnl_primitive_desc_query,
    (const_dnnl_primitive_desc_t p, dnnl_query_t what, int index, void *result),
    (p, what, index, result))
HAND_ON(
    const dnnl_memory_desc_t *, dnnl_primitive_desc_query_md,
    (const_dnnl_primitive_desc_t p, dnnl_query_t what, int index), (p, what, index), NULL)
HAND_ON_STATUS(
    dnnl_primitive_create, (dnnl_primitive_t *p, const_dnnl_primitive_desc_t d), (p, d))
HAND_ON_STATUS(dnnl_primitive_destroy, (dnnl_primitive_t p), (p))
HAND_ON_STATUS(
    dnnl_primitive_execute,
    (const_dnnl_primitive_t p, dnnl_stream_t s, int n, const dnnl_exec_arg_t *a), (p, s, n, a))

HAND_ON_STATUS(
    dnnl_reorder_primitive_desc_create,
    (dnnl_primitive_desc_t *p, const dnnl_memory_desc_t *from, dnnl_engine_t from_engine,
     const dnnl_memory_desc_t *to, dnnl_engine_t to_engine, const_dnnl_primitive_attr_t a),
    (p, from, from_engine, to, to_engine, a))
HAND_ON_STATUS(
    dnnl_matmul_desc_init,
    (dnnl_matmul_desc_t *p, const dnnl_memory_desc_t *a, const dnnl_memory_desc_t *b,
     const dnnl_memory_desc_t *bias, const dnnl_memory_desc_t *out),
    (p, a, b, bias, out))
HAND_ON_STATUS(
    dnnl_sgemm,
    (char a_turned, char b_turned, dnnl_dim_t m, dnnl_dim_t n, dnnl_dim_t k, float alpha, const float *a,
     dnnl_dim_t a_row, const float *b, dnnl_dim_t b_row, float beta, float *c, dnnl_dim_t c_row),
    (a_turned, b_turned, m, n, k, alpha, a, a_row, b, b_row, beta, c, c_row))

HAND_ON_STATUS(
    dnnl_convolution_forward_desc_init,
    (dnnl_convolution_desc_t *c, dnnl_prop_kind_t kind, dnnl_alg_kind_t way,
     const dnnl_memory_desc_t *in, const dnnl_memory_desc_t *weights, const dnnl_memory_desc_t *bias,
     const dnnl_memory_desc_t *out, const dnnl_dims_t strides, const dnnl_dims_t left,
     const dnnl_dims_t right),
    (c, kind, way, in, weights, bias, out, strides, left, right))
HAND_ON_STATUS(
    dnnl_convolution_backward_data_desc_init,
    (dnnl_convolution_desc_t *c, dnnl_alg_kind_t way, const dnnl_memory_desc_t *in,
     const dnnl_memory_desc_t *weights, const dnnl_memory_desc_t *out, const dnnl_dims_t strides,
     const dnnl_dims_t left, const dnnl_dims_t right),
    (c, way, in, weights, out, strides, left, right))
HAND_ON_STATUS(
    dnnl_convolution_backward_weights_desc_init,
    (dnnl_convolution_desc_t *c, dnnl_alg_kind_t way, const dnnl_memory_desc_t *in,
     const dnnl_memory_desc_t *weights, const dnnl_memory_desc_t *bias, const dnnl_memory_desc_t *out,
     const dnnl_dims_t strides, const dnnl_dims_t left, const dnnl_dims_t right),
    (c, way, in, weights, bias, out, strides, left, right))
