#include <math.h>

#include "kernels.h"
#include "lanes.h"
#include "variants.h"

// Sums of squares in float within a block, in double over blocks: a block's 64 additions a lane lose
// less than 1e-6 of it.
static inline void block_sum(const gr_call *call, int64_t start, int64_t count) {
  if (call->sums) call->sums[start / GR_SUM_BLOCK] = (double)gr_sum_squares(call->a + start, count);
}

#define FOR_BLOCKS                                                             \
  for (int64_t start = 0, count; start < call->columns; start += GR_SUM_BLOCK) \
    if (count = call->columns - start < GR_SUM_BLOCK ? call->columns - start : GR_SUM_BLOCK, 1)

// Kingma and Ba, "Adam" (2015), algorithm 1, in PyTorch's arrangement of the bias corrections.
void GR_VARIANT(gr_adam)(const gr_call *call) {
  const float b1 = call->p, b2 = call->q, eps = call->r;
  const float a1 = call->s, a2 = call->t;
  const float rate = *call->scalars[0], root = *call->scalars[1];
  FOR_BLOCKS {
    float *restrict w = call->out + start, *restrict m = call->second + start;
    float *restrict v = call->third + start;
    const float *restrict g = call->a + start;
    for (int64_t i = 0; i < count; i++) {
      const float first = b1 * m[i] + a1 * g[i];
      const float second = b2 * v[i] + a2 * (g[i] * g[i]);
      m[i] = first;
      v[i] = second;
      w[i] -= rate * (first / (sqrtf(second) * root + eps));
    }
    block_sum(call, start, count);
  }
}

void GR_VARIANT(gr_sgd)(const gr_call *call) {
  const float rate = *call->scalars[0], momentum = *call->scalars[1];
  FOR_BLOCKS {
    float *restrict w = call->out + start;
    const float *restrict g = call->a + start;
    if (call->second) {
      float *restrict m = call->second + start;
      for (int64_t i = 0; i < count; i++) {
        const float step = momentum * m[i] + g[i];
        m[i] = step;
        w[i] -= rate * step;
      }
    } else {
      for (int64_t i = 0; i < count; i++) w[i] -= rate * g[i];
    }
    block_sum(call, start, count);
  }
}

// Tieleman and Hinton, "Lecture 6.5: rmsprop" (2012), in PyTorch's arrangement.
void GR_VARIANT(gr_rmsprop)(const gr_call *call) {
  const float decay = call->q, rest = call->t, eps = call->r, rate = *call->scalars[0];
  FOR_BLOCKS {
    float *restrict w = call->out + start, *restrict v = call->third + start;
    const float *restrict g = call->a + start;
    for (int64_t i = 0; i < count; i++) {
      const float second = decay * v[i] + rest * (g[i] * g[i]);
      v[i] = second;
      w[i] -= rate * (g[i] / (sqrtf(second) + eps));
    }
    block_sum(call, start, count);
  }
}

void GR_VARIANT(gr_clip)(const gr_call *call) {
  const float limit = call->p;
  float *w = call->out;
  for (int64_t i = 0; i < call->columns; i++) {
    const float capped = w[i] > limit ? limit : w[i];
    w[i] = capped < -limit ? -limit : capped;
  }
}

void GR_VARIANT(gr_average)(const gr_call *call) {
  const float decay = *call->scalars[0], rest = 1.0f - decay;
  float *restrict out = call->out;
  const float *restrict a = call->a;
  for (int64_t i = 0; i < call->columns; i++) out[i] = decay * out[i] + rest * a[i];
}

void GR_VARIANT(gr_norm)(const gr_call *call) {
  double sum = 0;
  for (int64_t i = 1; i <= call->columns; i++) sum += call->sums[i];
  call->sums[0] = sqrt(sum);
}
