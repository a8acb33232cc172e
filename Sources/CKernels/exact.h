#ifndef GR_EXACT_H
#define GR_EXACT_H

#include <math.h>
#include <stdint.h>
#include <string.h>

// Elementary functions in a fixed order of float operations, so that every build and machine gives the
// same bits. Coefficients: Cephes single precision library (Moshier), expf, logf, tanhf, sinf.
// Branch-free, so that loops over them become vector code; NaN comes out as NaN.

static inline uint32_t gr_bits(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

static inline float gr_float(uint32_t u) {
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}

// Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
#define GR_ROUND 12582912.0f

static inline float gr_expf(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  float t = x * 1.44269504088896341f + GR_ROUND;
  int32_t n = (int32_t)(gr_bits(t) - gr_bits(GR_ROUND));
  float k = t - GR_ROUND;
  float r = x - k * 0.693359375f;
  r = r - k * -2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  // 2^n in two factors: n reaches beyond what one exponent holds.
  int32_t half = n >> 1;
  float low = gr_float((uint32_t)(half + 127) << 23);
  float high = gr_float((uint32_t)(n - half + 127) << 23);
  return y * low * high;
}

static inline float gr_logf(float x) {
  uint32_t u = gr_bits(x);
  float e = (float)((int32_t)((u >> 23) & 255) - 126);
  float m = gr_float((u & 0x007fffffu) | 0x3f000000u);
  int low = m < 0.707106781186547524f;
  e = low ? e - 1.0f : e;
  m = low ? m + m : m;
  m = m - 1.0f;
  float z = m * m;
  float y = 7.0376836292e-2f;
  y = y * m + -1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m + -1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m + -1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m + -2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z;
  y = y + e * -2.12194440e-4f;
  y = y + -0.5f * z;
  y = m + y;
  y = y + e * 0.693359375f;
  // Zero (and what counts as zero), infinity, negative numbers and NaN.
  y = x < 1.17549435e-38f ? -INFINITY : y;
  y = x == INFINITY ? INFINITY : y;
  y = x < 0.0f ? NAN : y;
  return x != x ? x : y;
}

static inline float gr_tanhf(float x) {
  float size = gr_float(gr_bits(x) & 0x7fffffffu);
  float z = x * x;
  float y = -5.70498872745e-3f;
  y = y * z + 2.06390887954e-2f;
  y = y * z + -5.37397155531e-2f;
  y = y * z + 1.33314422036e-1f;
  y = y * z + -3.33332819422e-1f;
  y = y * z * x + x;
  float far = 1.0f - 2.0f / (gr_expf(size + size) + 1.0f);
  far = gr_float(gr_bits(far) | (gr_bits(x) & 0x80000000u));
  return size < 0.625f ? y : far;
}

static inline float gr_sigmoidf(float x) { return 1.0f / (1.0f + gr_expf(-x)); }

// max(x, 0) + log1p(exp(-|x|)); log1p(t) = log u - ((u - 1) - t) / u with u = 1 + t keeps small t
// (Goldberg, "What every computer scientist should know about floating-point arithmetic", theorem 4).
static inline float gr_softplusf(float x) {
  float size = gr_float(gr_bits(x) & 0x7fffffffu);
  float t = gr_expf(-size);
  float u = 1.0f + t;
  float tail = gr_logf(u) - ((u - 1.0f) - t) / u;
  float top = x < 0.0f ? 0.0f : x;
  return top + tail;
}

// Sine and cosine of an angle within a quarter turn's half, |x| <= pi / 4.
static inline float gr_sin_near(float x) {
  float z = x * x;
  float y = -1.9515295891e-4f;
  y = y * z + 8.3321608736e-3f;
  y = y * z + -1.6666654611e-1f;
  return y * z * x + x;
}

static inline float gr_cos_near(float x) {
  float z = x * x;
  float y = 2.443315711809948e-5f;
  y = y * z + -1.388731625493765e-3f;
  y = y * z + 4.166664568298827e-2f;
  return y * z * z - 0.5f * z + 1.0f;
}

// Quadrant q of an angle and its rest r: sine with `turn` 0, cosine with `turn` 1.
static inline float gr_sin_quadrant(uint32_t q, float r, uint32_t turn) {
  uint32_t k = q + turn;
  float y = (k & 1) ? gr_cos_near(r) : gr_sin_near(r);
  return gr_float(gr_bits(y) ^ ((k & 2) << 30));
}

// Sine (`turn` 0) or cosine (`turn` 1) of 2 pi u, u in [0, 1].
static inline float gr_sin_turns(float u, uint32_t turn) {
  float t = u * 4.0f + GR_ROUND;
  uint32_t q = gr_bits(t) - gr_bits(GR_ROUND);
  float r = (u - (t - GR_ROUND) * 0.25f) * 6.28318530717958648f;
  return gr_sin_quadrant(q, r, turn);
}

#endif
