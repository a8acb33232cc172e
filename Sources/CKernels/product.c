#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "prepared.h"

void gr_product(const gr_call *call) {
  const dnnl_status_t status = dnnl_sgemm(
      call->flags & 1 ? 'T' : 'N', call->flags & 2 ? 'T' : 'N', call->rows, call->columns, call->inner,
      1.0f, call->a, call->a_row, call->b, call->b_row, call->p, call->out, call->out_row);
  if (status != dnnl_success) *call->failure = (int32_t)status;
}

static dnnl_status_t describe(
    dnnl_memory_desc_t *memory, int64_t rows, int64_t columns, int64_t row, int transposed) {
  const dnnl_dims_t sizes = {rows, columns}, strides = {transposed ? 1 : row, transposed ? row : 1};
  return dnnl_memory_desc_init_by_strides(memory, 2, sizes, dnnl_f32, strides);
}

static dnnl_status_t create(
    const dnnl_memory_desc_t memories[3], dnnl_engine_t engine, dnnl_primitive_desc_t *primitive) {
  dnnl_matmul_desc_t product;
  dnnl_status_t status =
      dnnl_matmul_desc_init(&product, &memories[0], &memories[1], NULL, &memories[2]);
  if (status != dnnl_success) return status;
  dnnl_primitive_attr_t attributes = NULL;
  status = dnnl_primitive_attr_create(&attributes);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success) {
    status = dnnl_primitive_desc_create(primitive, &product, attributes, engine, NULL);
  }
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return status;
  const char *name = NULL;
  dnnl_primitive_desc_query(*primitive, dnnl_query_impl_info_str, 0, &name);
  if (name && strncmp(name, "ref", 3) != 0) return dnnl_success;
  dnnl_primitive_desc_destroy(*primitive);
  return dnnl_unimplemented;
}

static gr_prepared *prepare(
    const gr_call *call, const dnnl_memory_desc_t memories[3], dnnl_engine_t engine,
    dnnl_primitive_desc_t primitive) {
  int32_t status = dnnl_success;
  gr_prepared *own = gr_begin_prepared(primitive, engine, &status);
  if (!own) return NULL;
  static const int places[] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
  const float *values[] = {call->a, call->b, call->out};
  for (int i = 0; i < 3 && status == dnnl_success; i++) {
    status = gr_add_argument(own, places[i], &memories[i], engine, values[i]);
  }
  const dnnl_memory_desc_t *scratch =
      dnnl_primitive_desc_query_md(primitive, dnnl_query_scratchpad_md, 0);
  const size_t size = dnnl_memory_desc_get_size(scratch);
  if (status == dnnl_success && size > 0) {
    own->scratch = gr_allocate((int64_t)size);
    status = own->scratch
                 ? gr_add_argument(own, DNNL_ARG_SCRATCHPAD, scratch, engine, own->scratch)
                 : dnnl_out_of_memory;
  }
  return gr_finished_prepared(own, status);
}

gr_prepared *gr_prepare_product(const gr_call *call) {
  gr_one_thread_a_call();
  dnnl_memory_desc_t memories[3];
  if (describe(&memories[0], call->rows, call->inner, call->a_row, call->flags & 1) ||
      describe(&memories[1], call->inner, call->columns, call->b_row, call->flags & 2) ||
      describe(&memories[2], call->rows, call->columns, call->out_row, 0)) {
    return NULL;
  }
  dnnl_engine_t engine = NULL;
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) return NULL;
  dnnl_primitive_desc_t primitive = NULL;
  gr_prepared *own = NULL;
  if (create(memories, engine, &primitive) == dnnl_success) {
    own = prepare(call, memories, engine, primitive);
    dnnl_primitive_desc_destroy(primitive);
  }
  if (own) {
    own->engine = engine;
  } else {
    dnnl_engine_destroy(engine);
  }
  return own;
}
