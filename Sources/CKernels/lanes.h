#ifndef GR_LANES_H
#define GR_LANES_H

#include <stdint.h>

// Sixteen partial sums added in a fixed tree: the same bits whatever the width of a register.
static inline float gr_fold(const float lanes[16]) {
  float eight[8], four[4];
  for (int i = 0; i < 8; i++) eight[i] = lanes[i] + lanes[i + 8];
  for (int i = 0; i < 4; i++) four[i] = eight[i] + eight[i + 4];
  return (four[0] + four[2]) + (four[1] + four[3]);
}

static inline float gr_sum(const float *a, int64_t count) {
  float lanes[16] = {0};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int j = 0; j < 16; j++) lanes[j] += a[i + j];
  }
  for (int j = 0; i + j < count; j++) lanes[j] += a[i + j];
  return gr_fold(lanes);
}

static inline float gr_sum_squares(const float *a, int64_t count) {
  float lanes[16] = {0};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int j = 0; j < 16; j++) lanes[j] += a[i + j] * a[i + j];
  }
  for (int j = 0; i + j < count; j++) lanes[j] += a[i + j] * a[i + j];
  return gr_fold(lanes);
}

#endif
