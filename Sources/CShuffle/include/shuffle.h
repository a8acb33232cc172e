#ifndef GR_SHUFFLE_H
#define GR_SHUFFLE_H

#include <stddef.h>

/// Gathers the first bytes of all four-byte words, then the second ones, and so on: the exponents of
/// floats lie side by side then, and they are alike. Bytes beyond the last whole word stay at the end.
void gr_shuffle4(const void *from, void *to, size_t count);

/// Puts bytes that `gr_shuffle4` gathered back into their words.
void gr_unshuffle4(const void *from, void *to, size_t count);

#endif
