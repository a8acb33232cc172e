#include "variants.h"

#include <stddef.h>

#include "kernels.h"

#define DECLARE(name)                       \
  void name##_avx2(const gr_call *call);    \
  void name##_avx512(const gr_call *call);
GR_EACH_VARIANT(DECLARE)

static const gr_kernel table[][GR_VARIANTS] = {
#define ROW(name) {name, name##_avx2, name##_avx512},
    GR_EACH_VARIANT(ROW)
};

gr_kernel gr_variant(gr_kernel kernel, int32_t variant) {
  for (size_t row = 0; row < sizeof table / sizeof *table; row++) {
    if (table[row][GR_BASELINE] == kernel) return table[row][variant];
  }
  return kernel;
}

int32_t gr_widest_variant(void) {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return GR_AVX512;
  }
  return __builtin_cpu_supports("avx2") ? GR_AVX2 : GR_BASELINE;
}
