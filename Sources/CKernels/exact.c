#include "exact.h"
#include "kernels.h"
#include "philox.h"

float gr_exact_exp(float x) { return gr_expf(x); }
float gr_exact_log(float x) { return gr_logf(x); }
float gr_exact_tanh(float x) { return gr_tanhf(x); }

// Cody and Waite's reduction by pi / 2 in three parts; good for |x| up to some thousands.
static float sin_radians(float x, uint32_t turn) {
  float t = x * 0.636619772367581343f + GR_ROUND;
  uint32_t q = gr_bits(t) - gr_bits(GR_ROUND);
  float k = t - GR_ROUND;
  float r = ((x - k * 1.5703125f) - k * 4.837512969970703125e-4f) - k * 7.54978995489188216e-8f;
  return gr_sin_quadrant(q, r, turn);
}

float gr_exact_sin(float x) { return sin_radians(x, 0); }
float gr_exact_cos(float x) { return sin_radians(x, 1); }

void gr_philox(const uint32_t counter[4], uint64_t key, uint32_t out[4]) {
  memcpy(out, counter, 4 * sizeof *out);
  gr_philox_rounds(out, out + 1, out + 2, out + 3, key, 1);
}
