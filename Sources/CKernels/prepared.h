#ifndef GR_PREPARED_H
#define GR_PREPARED_H

// Says which Debian package is missing where oneDNN is not there.
#include "../COneDNN/shim.h"

#include "kernels.h"

// What a kernel call needs beside numbers: a primitive and its arguments, built once.
struct gr_prepared {
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  dnnl_exec_arg_t arguments[4];
  int count;
  dnnl_engine_t engine;  // where it is the call's own
  void *scratch;         // where it is the call's own
};

// A call without arguments, null where there is no memory; what else goes wrong is in the status.
gr_prepared *gr_begin_prepared(
    const_dnnl_primitive_desc_t primitive, dnnl_engine_t engine, int32_t *status);
dnnl_status_t gr_add_argument(
    gr_prepared *call, int place, const dnnl_memory_desc_t *memory, dnnl_engine_t engine,
    const float *values);
// The call, or null where the status is no success.
gr_prepared *gr_finished_prepared(gr_prepared *call, int32_t status);

#endif
