#include "kernels.h"
#include "variants.h"

void GR_VARIANT(gr_gather_pieces)(const gr_call *call) {
  const int64_t columns = call->columns, width = columns * call->inner;
  for (int64_t row = 0; row < call->rows; row++) {
    float *restrict out = call->out + row * columns;
    const float *restrict a = call->a + row * width, *restrict b = call->b + row * width;
    for (int64_t i = 0; i < columns; i++) {
      float best = b[i], value = a[i];
      for (int64_t piece = 1; piece < call->inner; piece++) {
        const float x = b[piece * columns + i], y = a[piece * columns + i];
        value = x > best ? y : value;
        best = x > best ? x : best;
      }
      out[i] = value;
    }
  }
}

void GR_VARIANT(gr_scatter_pieces)(const gr_call *call) {
  const int64_t columns = call->columns, width = columns * call->inner;
  for (int64_t row = 0; row < call->rows; row++) {
    float *restrict out = call->out + row * width;
    const float *restrict a = call->a + row * columns, *restrict b = call->b + row * width;
    for (int64_t i = 0; i < columns; i++) {
      float best = b[i];
      int64_t place = 0;
      for (int64_t piece = 1; piece < call->inner; piece++) {
        const float x = b[piece * columns + i];
        place = x > best ? piece : place;
        best = x > best ? x : best;
      }
      for (int64_t piece = 0; piece < call->inner; piece++) {
        out[piece * columns + i] = piece == place ? a[i] : 0.0f;
      }
    }
  }
}
