#include "shuffle.h"

#include <stdint.h>
#include <string.h>

// Plain loops, which the compiler turns into packs and unpacks of whole registers.

void gr_shuffle4(const void *restrict from, void *restrict to, size_t count) {
  size_t words = count / 4;
  const uint8_t *source = from;
  uint8_t *first = to, *second = first + words, *third = second + words, *last = third + words;
  for (size_t i = 0; i < words; i++) {
    uint32_t word;
    memcpy(&word, source + 4 * i, 4);
    first[i] = (uint8_t)word;
    second[i] = (uint8_t)(word >> 8);
    third[i] = (uint8_t)(word >> 16);
    last[i] = (uint8_t)(word >> 24);
  }
  memcpy(last + words, source + 4 * words, count % 4);
}

void gr_unshuffle4(const void *restrict from, void *restrict to, size_t count) {
  size_t words = count / 4;
  const uint8_t *first = from, *second = first + words, *third = second + words,
                *last = third + words;
  uint8_t *target = to;
  for (size_t i = 0; i < words; i++) {
    uint32_t word = (uint32_t)first[i] | (uint32_t)second[i] << 8 | (uint32_t)third[i] << 16 |
                    (uint32_t)last[i] << 24;
    memcpy(target + 4 * i, &word, 4);
  }
  memcpy(target + 4 * words, last + words, count % 4);
}
