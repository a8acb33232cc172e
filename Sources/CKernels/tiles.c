#include "kernels.h"

void gr_tiles(const gr_call *call) {
  for (int64_t start = 0; start < call->rows; start += call->inner) {
    const int64_t rest = call->rows - start, rows = rest < call->inner ? rest : call->inner;
    for (const gr_step *step = call->steps; step < call->steps + call->columns; step++) {
      gr_call part = step->call;
      part.out += start * step->out_step;
      part.a += start * step->a_step;
      if (part.b) part.b += start * step->b_step;
      if (start > 0) part.flags |= step->adds;
      if (part.rows == 1) {
        part.columns *= rows;
      } else {
        part.rows = rows;
      }
      part.kernel(&part);
    }
  }
}
