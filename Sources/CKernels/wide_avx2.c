// The loops once more, for AVX2 (variants.h). Headers come first: what they declare is for every CPU.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

#define GR_SUFFIX _avx2
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "narrow.c"
#include "pieces.c"
#include "pointwise.c"
#include "random.c"
#include "sums.c"
#include "update.c"
#pragma clang attribute pop
