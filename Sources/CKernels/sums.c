#include "kernels.h"
#include "lanes.h"
#include "variants.h"

// Columns are independent, rows come four at a time in their order: the bits of a column's sum depend
// on the number of rows alone, not on how columns are shared out.
void GR_VARIANT(gr_sum_rows)(const gr_call *call) {
  const int64_t columns = call->columns, rows = call->rows, step = call->a_row;
  float *restrict out = call->out;
  const float *restrict a = call->a;
  if (columns == 1 && step == 1) {
    const float sum = gr_sum(a, rows);
    out[0] = call->flags & 1 ? out[0] + sum : sum;
    return;
  }
  enum { width = 64 };
  for (int64_t start = 0; start < columns; start += width) {
    const int64_t count = columns - start < width ? columns - start : width;
    float sums[width] = {0};
    int64_t row = 0;
    for (; row + 4 <= rows; row += 4) {
      const float *r = a + row * step + start;
      for (int64_t i = 0; i < count; i++) {
        sums[i] += (r[i] + r[step + i]) + (r[2 * step + i] + r[3 * step + i]);
      }
    }
    for (; row < rows; row++) {
      const float *r = a + row * step + start;
      for (int64_t i = 0; i < count; i++) sums[i] += r[i];
    }
    if (call->flags & 1) {
      for (int64_t i = 0; i < count; i++) out[start + i] += sums[i];
    } else {
      for (int64_t i = 0; i < count; i++) out[start + i] = sums[i];
    }
  }
}

void GR_VARIANT(gr_sum_columns)(const gr_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    call->out[row] = gr_sum(call->a + row * call->a_row, call->columns);
  }
}
