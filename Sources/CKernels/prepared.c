#include "prepared.h"

#include <stdlib.h>

dnnl_status_t gr_add_argument(
    gr_prepared *call, int place, const dnnl_memory_desc_t *memory, dnnl_engine_t engine,
    const float *values) {
  if (dnnl_memory_desc_get_size(memory) == 0) return dnnl_success;
  dnnl_exec_arg_t *argument = &call->arguments[call->count];
  argument->arg = place;
  const dnnl_status_t status =
      dnnl_memory_create(&argument->memory, memory, engine, (void *)values);
  if (status == dnnl_success) call->count++;
  return status;
}

gr_prepared *gr_begin_prepared(
    const_dnnl_primitive_desc_t primitive, dnnl_engine_t engine, int32_t *status) {
  gr_one_thread_a_call();
  gr_prepared *call = calloc(1, sizeof *call);
  if (!call) {
    *status = dnnl_out_of_memory;
    return NULL;
  }
  *status = dnnl_primitive_create(&call->primitive, primitive);
  if (*status == dnnl_success) {
    *status = dnnl_stream_create(&call->stream, engine, dnnl_stream_default_flags);
  }
  return call;
}

gr_prepared *gr_finished_prepared(gr_prepared *call, int32_t status) {
  if (status == dnnl_success) return call;
  gr_destroy_prepared(call);
  return NULL;
}

void gr_destroy_prepared(gr_prepared *call) {
  if (!call) return;
  for (int i = 0; i < call->count; i++) dnnl_memory_destroy(call->arguments[i].memory);
  if (call->stream) dnnl_stream_destroy(call->stream);
  if (call->primitive) dnnl_primitive_destroy(call->primitive);
  if (call->engine) dnnl_engine_destroy(call->engine);
  free(call->scratch);
  free(call);
}

void gr_prepared_call(const gr_call *call) {
  const gr_prepared *own = call->prepared;
  const dnnl_status_t status =
      dnnl_primitive_execute(own->primitive, own->stream, own->count, own->arguments);
  if (status != dnnl_success) *call->failure = (int32_t)status;
}
