#include "exact.h"
#include "kernels.h"
#include "philox.h"
#include "variants.h"

// Sixteen blocks at a time. Element i of a draw is word i % 4 of the block whose counter is
// (i / 4, counter low, counter high, stream).
enum { group = 16 };

typedef struct {
  uint32_t word[4][group];
} blocks;

static void draw(const gr_call *call, uint64_t block, blocks *restrict out) {
  const uint64_t counter = *call->counter;
  for (int i = 0; i < group; i++) {
    out->word[0][i] = (uint32_t)(block + (uint64_t)i);
    out->word[1][i] = (uint32_t)counter;
    out->word[2][i] = (uint32_t)(counter >> 32);
    out->word[3][i] = call->stream;
  }
  gr_philox_rounds(out->word[0], out->word[1], out->word[2], out->word[3], call->key, group);
}

// [0, 1) in steps of 2^-24.
static inline float unit(uint32_t word) { return (float)(int32_t)(word >> 8) * 0x1p-24f; }

typedef void (*transform)(const gr_call *call, const blocks *words, float values[4][group]);

static inline void fill(const gr_call *call, transform apply) {
  const uint64_t end = call->first + (uint64_t)call->columns;
  for (uint64_t block = call->first / 4; block * 4 < end; block += group) {
    blocks words;
    float values[4][group];
    draw(call, block, &words);
    apply(call, &words, values);
    for (int i = 0; i < group; i++) {
      for (int j = 0; j < 4; j++) {
        const uint64_t element = (block + (uint64_t)i) * 4 + (uint64_t)j;
        if (element >= call->first && element < end) call->out[element - call->first] = values[j][i];
      }
    }
  }
}

// Box and Muller's transform, on pairs of words; 1 - u lies in (0, 1], so that its logarithm is finite.
static void normal(const gr_call *call, const blocks *words, float values[4][group]) {
  (void)call;
  for (int j = 0; j < 4; j += 2) {
    for (int i = 0; i < group; i++) {
      const float radius = sqrtf(-2.0f * gr_logf(1.0f - unit(words->word[j][i])));
      const float turns = unit(words->word[j + 1][i]);
      values[j][i] = radius * gr_sin_turns(turns, 1);
      values[j + 1][i] = radius * gr_sin_turns(turns, 0);
    }
  }
}

static void uniform(const gr_call *call, const blocks *words, float values[4][group]) {
  const float low = call->p, range = call->q - call->p;
  for (int j = 0; j < 4; j++) {
    for (int i = 0; i < group; i++) values[j][i] = low + range * unit(words->word[j][i]);
  }
}

static void keep(const gr_call *call, const blocks *words, float values[4][group]) {
  const float p = call->p, scale = call->q;
  for (int j = 0; j < 4; j++) {
    for (int i = 0; i < group; i++) values[j][i] = unit(words->word[j][i]) < p ? 0.0f : scale;
  }
}

void GR_VARIANT(gr_random_normal)(const gr_call *call) { fill(call, normal); }
void GR_VARIANT(gr_random_uniform)(const gr_call *call) { fill(call, uniform); }
void GR_VARIANT(gr_random_keep)(const gr_call *call) { fill(call, keep); }
