// Says which Debian package is missing where oneDNN is not there.
#include "../COneDNN/shim.h"

#include "kernels.h"

void gr_product(const gr_call *call) {
  const dnnl_status_t status = dnnl_sgemm(
      call->flags & 1 ? 'T' : 'N', call->flags & 2 ? 'T' : 'N', call->rows, call->columns, call->inner,
      1.0f, call->a, call->a_row, call->b, call->b_row, call->p, call->out, call->out_row);
  if (status != dnnl_success) *call->failure = (int32_t)status;
}
