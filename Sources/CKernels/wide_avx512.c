// The loops once more, for AVX-512 (variants.h). Headers come first: what they declare is for every CPU.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

#define GR_SUFFIX _avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#include "narrow.c"
#include "pieces.c"
#include "pointwise.c"
#include "random.c"
#include "sums.c"
#include "update.c"
#pragma clang attribute pop
