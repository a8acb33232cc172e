#include <string.h>

#include "kernels.h"
#include "lanes.h"
#include "variants.h"

// Products with few columns, where the library's blocks would be mostly empty.

// Rows of a against columns of b, in lanes.
static void dot_rows(const gr_call *call) {
  const int64_t inner = call->inner, columns = call->columns;
  // b's columns one after another.
  float packed[GR_NARROW_COLUMNS * GR_NARROW_INNER];
  for (int64_t c = 0; c < columns; c++) {
    for (int64_t k = 0; k < inner; k++) {
      packed[c * inner + k] =
          call->flags & 2 ? call->b[c * call->b_row + k] : call->b[k * call->b_row + c];
    }
  }
  for (int64_t row = 0; row < call->rows; row++) {
    const float *a = call->a + row * call->a_row;
    float *out = call->out + row * call->out_row;
    for (int64_t c = 0; c < columns; c++) {
      const float sum = gr_dot(a, packed + c * inner, inner);
      out[c] = call->p != 0 ? out[c] + sum : sum;
    }
  }
}

// Columns of a against columns of b: rows of the result are independent, and come in blocks.
static void dot_columns(const gr_call *call) {
  enum { width = 64 };
  const int64_t inner = call->inner, columns = call->columns;
  const int64_t b_inner = call->flags & 2 ? 1 : call->b_row;
  const int64_t b_column = call->flags & 2 ? call->b_row : 1;
  for (int64_t start = 0; start < call->rows; start += width) {
    const int64_t count = call->rows - start < width ? call->rows - start : width;
    for (int64_t c = 0; c < columns; c++) {
      float sums[width] = {0};
      for (int64_t k = 0; k < inner; k++) {
        const float *a = call->a + k * call->a_row + start;
        const float factor = call->b[k * b_inner + c * b_column];
        for (int64_t i = 0; i < count; i++) sums[i] += a[i] * factor;
      }
      float *out = call->out + start * call->out_row + c;
      for (int64_t i = 0; i < count; i++) {
        out[i * call->out_row] = call->p != 0 ? out[i * call->out_row] + sums[i] : sums[i];
      }
    }
  }
}

void GR_VARIANT(gr_narrow_product)(const gr_call *call) {
  if (call->flags & 1) {
    dot_columns(call);
  } else {
    dot_rows(call);
  }
}
