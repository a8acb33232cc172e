#ifndef GR_JPEG_H
#define GR_JPEG_H

#if !__has_include(<jpeglib.h>)
#error "gan-runs needs libjpeg-turbo: apt-get install libjpeg62-turbo-dev"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads a JPEG file from memory as 8-bit pixels, gray or red green blue.
///
/// The accurate integer transform and libjpeg's own up-sampling: the same bytes from any libjpeg-turbo.
/// Files whose data are cut or damaged are refused, where libjpeg alone would fill in gray. Orientation
/// (EXIF) and colour profiles are ignored; CMYK is refused. libjpeg reports errors by longjmp, which
/// Swift code must not be crossed by: all of it stays here.
///
/// @param most_pixels a picture of more is refused before any of it is unpacked.
/// @param out      height rows of width * channels bytes, to be released by gr_jpeg_free; NULL on failure.
/// @param channels 1 or 3.
/// @param message  room for what went wrong, always closed by a zero.
/// @return 0, or 1 on failure.
int gr_jpeg_decode(const uint8_t *bytes, size_t size, uint64_t most_pixels, uint8_t **out,
                   uint32_t *width, uint32_t *height, int *channels, char *message,
                   size_t message_size);

/// Releases the bytes of gr_jpeg_decode.
void gr_jpeg_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
