#ifndef GR_LANES_H
#define GR_LANES_H

#include <stdint.h>
#include <string.h>

// Sixteen partial sums added in a fixed tree: the same bits whatever the width of a register, one of
// AVX-512 or four of SSE2.
typedef float gr_lanes __attribute__((vector_size(64), aligned(4)));

// Up to sixteen values, and zeros after them. By pointer: how vectors are passed by value depends on
// the set of instructions.
static inline void gr_load(gr_lanes *lanes, const float *a, int64_t count) {
  *lanes = (gr_lanes){0};
  memcpy(lanes, a, (size_t)count * sizeof *a);
}

static inline float gr_fold(const gr_lanes *lanes) {
  float eight[8], four[4];
  for (int i = 0; i < 8; i++) eight[i] = (*lanes)[i] + (*lanes)[i + 8];
  for (int i = 0; i < 4; i++) four[i] = eight[i] + eight[i + 4];
  return (four[0] + four[2]) + (four[1] + four[3]);
}

static inline float gr_sum(const float *a, int64_t count) {
  gr_lanes sums = {0}, x;
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    gr_load(&x, a + i, 16);
    sums += x;
  }
  if (i < count) {
    gr_load(&x, a + i, count - i);
    sums += x;
  }
  return gr_fold(&sums);
}

static inline float gr_dot(const float *a, const float *b, int64_t count) {
  gr_lanes sums = {0}, x, y;
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    gr_load(&x, a + i, 16);
    gr_load(&y, b + i, 16);
    sums += x * y;
  }
  if (i < count) {
    gr_load(&x, a + i, count - i);
    gr_load(&y, b + i, count - i);
    sums += x * y;
  }
  return gr_fold(&sums);
}

static inline float gr_sum_squares(const float *a, int64_t count) { return gr_dot(a, a, count); }

#endif
