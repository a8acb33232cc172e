#include <string.h>

#include "kernels.h"

// Parts of rows: `columns` values from rows `a_row` apart to rows `out_row` apart; zeros without an a.
void gr_copy_columns(const gr_call *call) {
  const size_t size = (size_t)call->columns * sizeof(float);
  for (int64_t row = 0; row < call->rows; row++) {
    float *out = call->out + row * call->out_row;
    if (call->a) {
      memcpy(out, call->a + row * call->a_row, size);
    } else {
      memset(out, 0, size);
    }
  }
}

// The loops over the result's axes from `axis` on; a's stride of an axis is strides[axis].
static float *walk(const gr_axes *axes, int32_t axis, const float *a, float *out) {
  const int64_t extent = axes->extents[axis], stride = axes->strides[axis];
  if (axis + 1 < axes->rank) {
    for (int64_t i = 0; i < extent; i++) out = walk(axes, axis + 1, a + i * stride, out);
    return out;
  }
  if (stride == 1) {
    memcpy(out, a, (size_t)extent * sizeof(float));
  } else {
    for (int64_t i = 0; i < extent; i++) out[i] = a[i * stride];
  }
  return out + extent;
}

void gr_permute(const gr_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    walk(call->axes, 0, call->a + row * call->columns, call->out + row * call->columns);
  }
}

// Pictures [a_row, inner, b_row] (height, width, channels) to `flags` times the height and width.
void gr_upsample(const gr_call *call) {
  const int64_t height = call->a_row, width = call->inner, channels = call->b_row;
  const int64_t factor = call->flags, line = width * factor * channels;
  const float *a = call->a;
  float *out = call->out;
  for (int64_t y = 0; y < call->rows * height; y++) {
    float *to = out;
    for (int64_t x = 0; x < width; x++, a += channels) {
      for (int64_t i = 0; i < factor; i++, to += channels) {
        memcpy(to, a, (size_t)channels * sizeof(float));
      }
    }
    for (int64_t i = 1; i < factor; i++) {
      memcpy(out + i * line, out, (size_t)line * sizeof(float));
    }
    out += factor * line;
  }
}

// The adjoint: sums over squares of `flags` times `flags` to [a_row, inner, b_row], row by row.
void gr_sum_pool(const gr_call *call) {
  const int64_t height = call->a_row, width = call->inner, channels = call->b_row;
  const int64_t factor = call->flags;
  const float *restrict a = call->a;
  for (int64_t y = 0; y < call->rows * height; y++) {
    float *line = call->out + y * width * channels;
    memset(line, 0, (size_t)(width * channels) * sizeof(float));
    for (int64_t i = 0; i < factor; i++) {
      for (int64_t x = 0; x < width; x++) {
        float *restrict to = line + x * channels;
        for (int64_t j = 0; j < factor; j++, a += channels) {
          for (int64_t c = 0; c < channels; c++) to[c] += a[c];
        }
      }
    }
  }
}
