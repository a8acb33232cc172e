#include "kernels.h"
#include "lanes.h"
#include "variants.h"

enum { sum_width = 64 };

// The sum over rows of `count` columns: with a count that is known, all sums stay in registers.
static inline __attribute__((always_inline)) void GR_VARIANT(sum_block)(
    const gr_call *call, int64_t start, int64_t count) {
  const int64_t rows = call->rows, step = call->a_row;
  float *restrict out = call->out + start;
  const float *restrict a = call->a + start;
  float sums[sum_width] = {0};
  int64_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const float *r = a + row * step;
    for (int64_t i = 0; i < count; i++) {
      sums[i] += (r[i] + r[step + i]) + (r[2 * step + i] + r[3 * step + i]);
    }
  }
  for (; row < rows; row++) {
    const float *r = a + row * step;
    for (int64_t i = 0; i < count; i++) sums[i] += r[i];
  }
  if (call->flags & 1) {
    for (int64_t i = 0; i < count; i++) out[i] += sums[i];
  } else {
    for (int64_t i = 0; i < count; i++) out[i] = sums[i];
  }
}

// Columns are independent, rows come four at a time in their order: the bits of a column's sum depend
// on the number of rows alone, not on how columns are shared out.
void GR_VARIANT(gr_sum_rows)(const gr_call *call) {
  const int64_t columns = call->columns;
  if (columns == 1 && call->a_row == 1) {
    const float sum = gr_sum(call->a, call->rows);
    call->out[0] = call->flags & 1 ? call->out[0] + sum : sum;
    return;
  }
  int64_t start = 0;
  for (; start + sum_width <= columns; start += sum_width) {
    GR_VARIANT(sum_block)(call, start, sum_width);
  }
  if (start < columns) GR_VARIANT(sum_block)(call, start, columns - start);
}

void GR_VARIANT(gr_sum_columns)(const gr_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    call->out[row] = gr_sum(call->a + row * call->a_row, call->columns);
  }
}
