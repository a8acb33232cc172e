#ifndef GR_PNG_H
#define GR_PNG_H

#if !__has_include(<png.h>)
#error "gan-runs needs libpng: apt-get install libpng-dev"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Writes an 8-bit picture as PNG into memory.
///
/// libpng reports errors by longjmp, which Swift code must not be crossed by: all of it stays here.
///
/// @param pixels   height rows of width * channels bytes, from the top.
/// @param channels 1 (gray) or 3 (red, green, blue).
/// @param out      the file's bytes, to be released by gr_png_free; NULL on failure.
/// @param out_size their number.
/// @param message  room for what went wrong, always closed by a zero.
/// @return 0, or 1 on failure.
int gr_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                  uint8_t **out, size_t *out_size, char *message, size_t message_size);

/// Reads a PNG file from memory as 8-bit pixels, whatever it holds: palettes are looked up, 16 bits
/// rounded to 8, fewer than 8 bits widened, interlacing undone. Colour profiles and gamma are ignored.
///
/// @param most_pixels a picture of more is refused before any of it is unpacked.
/// @param out      height rows of width * channels bytes, to be released by gr_png_free; NULL on failure.
/// @param channels 1 gray, 2 gray and alpha, 3 red green blue, 4 with alpha.
/// @param message  room for what went wrong, always closed by a zero.
/// @return 0, or 1 on failure.
int gr_png_decode(const uint8_t *bytes, size_t size, uint64_t most_pixels, uint8_t **out,
                  uint32_t *width, uint32_t *height, int *channels, char *message,
                  size_t message_size);

/// Releases the bytes of gr_png_encode and gr_png_decode.
void gr_png_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
