#ifndef GR_PHILOX_H
#define GR_PHILOX_H

#include <stdint.h>

// The ten rounds of Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011) on `count` blocks, word by word.
static inline void gr_philox_rounds(
    uint32_t *restrict c0, uint32_t *restrict c1, uint32_t *restrict c2, uint32_t *restrict c3,
    uint64_t key, int count) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < count; i++) {
      const uint64_t first = (uint64_t)0xD2511F53u * c0[i];
      const uint64_t second = (uint64_t)0xCD9E8D57u * c2[i];
      c0[i] = (uint32_t)(second >> 32) ^ c1[i] ^ k0;
      c1[i] = (uint32_t)second;
      c2[i] = (uint32_t)(first >> 32) ^ c3[i] ^ k1;
      c3[i] = (uint32_t)first;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

#endif
