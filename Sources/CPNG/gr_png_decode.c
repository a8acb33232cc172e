#include "gr_png.h"
#include "gr_png_report.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that outlives a longjmp lies here, never in a local of the function that calls setjmp. */
struct decoding {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t size;
  size_t place;
  uint64_t most_pixels;
  uint8_t *pixels;
  png_bytep *rows;
  uint32_t width;
  uint32_t height;
  int channels;
};

static void take(png_structp png, png_bytep data, size_t count) {
  struct decoding *decoding = png_get_io_ptr(png);
  if (count > decoding->size - decoding->place) png_error(png, "it ends too early");
  memcpy(data, decoding->bytes + decoding->place, count);
  decoding->place += count;
}

/* Sets up that every kind of picture comes as 8-bit gray or colour, with alpha where it has some. */
static void ask_for_bytes(png_structp png, png_infop info) {
  int kind = png_get_color_type(png, info);
  if (kind == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (kind == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) < 8)
    png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
  if (png_get_bit_depth(png, info) == 16) png_set_scale_16(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

static int read_picture(struct decoding *decoding) {
  png_structp png = decoding->png;
  png_infop info = decoding->info;
  if (setjmp(png_jmpbuf(png))) return 1;
  png_read_info(png, info);
  decoding->width = png_get_image_width(png, info);
  decoding->height = png_get_image_height(png, info);
  if ((uint64_t)decoding->width * decoding->height > decoding->most_pixels)
    png_error(png, "it has too many pixels");
  ask_for_bytes(png, info);
  decoding->channels = png_get_channels(png, info);
  size_t stride = png_get_rowbytes(png, info);
  if (png_get_bit_depth(png, info) != 8 || decoding->channels < 1 || decoding->channels > 4 ||
      stride != (size_t)decoding->width * (size_t)decoding->channels)
    png_error(png, "its kind of pixels can't be read");
  decoding->pixels = calloc(decoding->height, stride);
  decoding->rows = calloc(decoding->height, sizeof(png_bytep));
  if (!decoding->pixels || !decoding->rows) png_error(png, "there is no memory for it");
  for (uint32_t row = 0; row < decoding->height; row++)
    decoding->rows[row] = decoding->pixels + (size_t)row * stride;
  png_read_image(png, decoding->rows);
  png_read_end(png, NULL);
  return 0;
}

int gr_png_decode(const uint8_t *bytes, size_t size, uint64_t most_pixels, uint8_t **out,
                  uint32_t *width, uint32_t *height, int *channels, char *message,
                  size_t message_size) {
  struct report report = {message, message_size};
  struct decoding decoding = {0};
  decoding.bytes = bytes;
  decoding.size = size;
  decoding.most_pixels = most_pixels;
  *out = NULL;
  snprintf(message, message_size, "libpng could not start");

  decoding.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &report, on_error, on_warning);
  if (!decoding.png) return 1;
  decoding.info = png_create_info_struct(decoding.png);
  png_set_read_fn(decoding.png, &decoding, take);
  int failed = !decoding.info || read_picture(&decoding);
  png_destroy_read_struct(&decoding.png, &decoding.info, NULL);
  free(decoding.rows);
  if (failed) {
    free(decoding.pixels);
    return 1;
  }
  *out = decoding.pixels;
  *width = decoding.width;
  *height = decoding.height;
  *channels = decoding.channels;
  return 0;
}
