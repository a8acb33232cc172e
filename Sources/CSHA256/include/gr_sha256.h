#ifndef GR_SHA256_H
#define GR_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor has the instructions that `gr_sha256_compress_two` is made of.
bool gr_sha256_has_instructions(void);

/// Takes as many blocks of 64 bytes into two states of SHA-256 (FIPS 180-4, 6.2.2); the blocks may be the
/// same ones. Only where `gr_sha256_has_instructions`.
void gr_sha256_compress_two(
    uint32_t one[8], const void *blocks, uint32_t other[8], const void *others, size_t count);

/// The digests of two messages of `count` blocks of 64 bytes, which end as FIPS 180-4, 5.1.1 has it, one
/// after the other. Only where `gr_sha256_has_instructions`.
void gr_sha256_digest_two(
    const void *blocks, const void *others, size_t count, uint8_t digests[64]);

#endif
