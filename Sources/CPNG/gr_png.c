#include "gr_png.h"
#include "gr_png_report.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sink {
  uint8_t *bytes;
  size_t size;
  size_t room;
};

static void append(png_structp png, png_bytep data, size_t count) {
  struct sink *sink = png_get_io_ptr(png);
  if (sink->size + count > sink->room) {
    size_t room = (sink->size + count) * 2;
    uint8_t *bytes = realloc(sink->bytes, room);
    if (!bytes) png_error(png, "no memory for the picture");
    sink->bytes = bytes;
    sink->room = room;
  }
  memcpy(sink->bytes + sink->size, data, count);
  sink->size += count;
}

static void flush(png_structp png) { (void)png; }

/* Apart from its caller, so that nothing which lives on is a local of the function that calls setjmp. */
static int write_picture(png_structp png, png_infop info, const uint8_t *pixels, uint32_t width,
                         uint32_t height, int channels) {
  if (setjmp(png_jmpbuf(png))) return 1;
  png_set_IHDR(png, info, width, height, 8,
               channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  /* Written out, so that another libpng's defaults give the same bytes. */
  png_set_compression_level(png, 6);
  png_set_filter(png, 0, PNG_FILTER_NONE);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; row++)
    png_write_row(png, pixels + (size_t)row * width * (size_t)channels);
  png_write_end(png, info);
  return 0;
}

int gr_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                  uint8_t **out, size_t *out_size, char *message, size_t message_size) {
  struct report report = {message, message_size};
  struct sink sink = {NULL, 0, 0};
  *out = NULL;
  *out_size = 0;
  snprintf(message, message_size, "libpng could not start");

  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &report, on_error, on_warning);
  if (!png) return 1;
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &sink, append, flush);
  int failed = !info || write_picture(png, info, pixels, width, height, channels);
  png_destroy_write_struct(&png, &info);
  if (failed) {
    free(sink.bytes);
    return 1;
  }
  *out = sink.bytes;
  *out_size = sink.size;
  return 0;
}

void gr_png_free(uint8_t *bytes) { free(bytes); }
