#include "gr_sha256.h"

// A round of SHA-256 waits for the one before: sha256rnds2 takes four cycles, and a core could begin one
// every two (AMD Zen 4; uops.info). Two states in turn fill the gaps, so that the second is all but free.

#if defined(__x86_64__)

#include <immintrin.h>

#define SHA __attribute__((target("sha,sse4.1")))

// FIPS 180-4, 4.2.2.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// The eight words of a state, in the order in which the instructions want them.
typedef struct {
  __m128i abef, cdgh;
} state;

SHA static inline state load(const uint32_t words[8]) {
  __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)words), 0xb1);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(words + 4)), 0x1b);
  return (state){_mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xf0)};
}

SHA static inline void store(state from, uint32_t words[8]) {
  __m128i feba = _mm_shuffle_epi32(from.abef, 0x1b), dchg = _mm_shuffle_epi32(from.cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)words, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/// Words of the message schedule, four at a time: read while `part` is below 4, else from the last sixteen.
SHA static inline __m128i schedule(__m128i words[4], int part, const uint8_t *block) {
  __m128i *now = &words[part & 3], last = words[(part + 3) & 3];
  if (part < 4) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    *now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * part)), big_endian);
  } else {
    __m128i sum = _mm_add_epi32(
        _mm_sha256msg1_epu32(*now, words[(part + 1) & 3]),
        _mm_alignr_epi8(last, words[(part + 2) & 3], 4));
    *now = _mm_sha256msg2_epu32(sum, last);
  }
  return _mm_add_epi32(*now, _mm_load_si128((const __m128i *)(constants + 4 * part)));
}

SHA static inline state four_rounds(state now, __m128i words) {
  now.cdgh = _mm_sha256rnds2_epu32(now.cdgh, now.abef, words);
  now.abef = _mm_sha256rnds2_epu32(now.abef, now.cdgh, _mm_shuffle_epi32(words, 0x0e));
  return now;
}

SHA static inline state add(state one, state other) {
  return (state){_mm_add_epi32(one.abef, other.abef), _mm_add_epi32(one.cdgh, other.cdgh)};
}

/// Always inlined with a constant `is_shared`: blocks that are the same need one schedule.
SHA static inline __attribute__((always_inline)) void compress(
    uint32_t one[8], const uint8_t *block, uint32_t other[8], const uint8_t *another, size_t count,
    bool is_shared) {
  state first = load(one), second = load(other);
  for (; count > 0; count--, block += 64, another += 64) {
    state first_before = first, second_before = second;
    __m128i words[4], others[4];
#pragma clang loop unroll(full)
    for (int part = 0; part < 16; part++) {
      __m128i next = schedule(words, part, block);
      first = four_rounds(first, next);
      second = four_rounds(second, is_shared ? next : schedule(others, part, another));
    }
    first = add(first, first_before);
    second = add(second, second_before);
  }
  store(first, one);
  store(second, other);
}

SHA void gr_sha256_compress_two(
    uint32_t one[8], const void *blocks, uint32_t other[8], const void *others, size_t count) {
  if (blocks == others)
    compress(one, blocks, other, others, count, true);
  else
    compress(one, blocks, other, others, count, false);
}

SHA void gr_sha256_digest_two(
    const void *blocks, const void *others, size_t count, uint8_t digests[64]) {
  // FIPS 180-4, 5.3.3.
  uint32_t states[16] = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  compress(states, blocks, states + 8, others, count, false);
  for (int word = 0; word < 16; word++) {
    uint32_t high_first = __builtin_bswap32(states[word]);
    __builtin_memcpy(digests + 4 * word, &high_first, 4);
  }
}

#include <cpuid.h>

bool gr_sha256_has_instructions(void) {
  unsigned a, b, c, d;
  // Intel's manual, volume 2A, CPUID: leaf 1 ECX bit 19 is SSE4.1 (9 SSSE3), leaf 7 EBX bit 29 SHA.
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 19) || !(c & 1u << 9)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & 1u << 29;
}

#else

bool gr_sha256_has_instructions(void) { return false; }

void gr_sha256_compress_two(
    uint32_t one[8], const void *blocks, uint32_t other[8], const void *others, size_t count) {
  (void)one, (void)blocks, (void)other, (void)others, (void)count;
  __builtin_trap();
}

void gr_sha256_digest_two(
    const void *blocks, const void *others, size_t count, uint8_t digests[64]) {
  (void)blocks, (void)others, (void)count, (void)digests;
  __builtin_trap();
}

#endif
