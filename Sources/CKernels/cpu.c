#include <stddef.h>

#include "kernels.h"

// The sets that decide which code oneDNN generates.
const char *gr_cpu_feature(int32_t index) {
  switch (index) {
    case 0: return __builtin_cpu_supports("sse4.1") ? "sse4.1" : "";
    case 1: return __builtin_cpu_supports("avx") ? "avx" : "";
    case 2: return __builtin_cpu_supports("avx2") ? "avx2" : "";
    case 3: return __builtin_cpu_supports("fma") ? "fma" : "";
    case 4: return __builtin_cpu_supports("avx512f") ? "avx512f" : "";
    case 5: return __builtin_cpu_supports("avx512bw") ? "avx512bw" : "";
    case 6: return __builtin_cpu_supports("avx512vnni") ? "avx512vnni" : "";
    case 7: return __builtin_cpu_supports("avx512bf16") ? "avx512bf16" : "";
    default: return NULL;
  }
}
