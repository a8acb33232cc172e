#include "gr_jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

/* More passes over a progressive picture than any encoder writes: each costs a whole decoding, and a
   file of a few kilobytes could hold thousands (libjpeg-turbo, "Two issues with the JPEG standard"). */
enum { most_scans = 100 };

/* What libjpeg may hold at once: the coefficients of a progressive picture lie in memory. */
enum { most_memory = 1 << 30 };

/* Everything that outlives a longjmp lies here, never in a local of the function that calls setjmp. */
struct decoding {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  const uint8_t *bytes;
  size_t size;
  uint64_t most_pixels;
  uint8_t *pixels;
  char *message;
  size_t message_size;
};

static struct decoding *owner(j_common_ptr jpeg) { return jpeg->client_data; }

static void fail(struct decoding *decoding, const char *text) {
  snprintf(decoding->message, decoding->message_size, "%s", text);
  longjmp(decoding->escape, 1);
}

static void on_error(j_common_ptr jpeg) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  fail(owner(jpeg), text);
}

/* Warnings are damage: libjpeg would go on and fill in gray. Not so what changes no pixel. */
static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
      return;
    default:
      on_error(jpeg);
  }
}

/* libjpeg's own would print. */
static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
  if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > most_scans)
    fail(owner(jpeg), "it has more scans than any encoder writes");
}

static int read_picture(struct decoding *decoding) {
  j_decompress_ptr jpeg = &decoding->jpeg;
  if (setjmp(decoding->escape)) return 1;
  jpeg_create_decompress(jpeg);
  /* jpeg_create_decompress keeps client_data and err alone. */
  jpeg->progress = &decoding->progress;
  jpeg->mem->max_memory_to_use = most_memory;
  jpeg_mem_src(jpeg, decoding->bytes, decoding->size);
  jpeg_read_header(jpeg, TRUE);
  if ((uint64_t)jpeg->image_width * jpeg->image_height > decoding->most_pixels)
    fail(decoding, "it has too many pixels");
  if (jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK)
    fail(decoding, "it is CMYK, made for print; convert it to RGB");
  if (jpeg->num_components != 1 && jpeg->num_components != 3)
    fail(decoding, "its kind of pixels can't be read");
  jpeg->out_color_space = jpeg->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->do_fancy_upsampling = TRUE;
  jpeg->do_block_smoothing = FALSE;
  jpeg_start_decompress(jpeg);
  size_t stride = (size_t)jpeg->output_width * (size_t)jpeg->output_components;
  decoding->pixels = calloc(jpeg->output_height, stride);
  if (!decoding->pixels) fail(decoding, "there is no memory for it");
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = decoding->pixels + (size_t)jpeg->output_scanline * stride;
    jpeg_read_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_decompress(jpeg);
  return 0;
}

int gr_jpeg_decode(const uint8_t *bytes, size_t size, uint64_t most_pixels, uint8_t **out,
                   uint32_t *width, uint32_t *height, int *channels, char *message,
                   size_t message_size) {
  *out = NULL;
  snprintf(message, message_size, "there is no memory to read it");
  struct decoding *decoding = calloc(1, sizeof *decoding);
  if (!decoding) return 1;
  decoding->bytes = bytes;
  decoding->size = size;
  decoding->most_pixels = most_pixels;
  decoding->message = message;
  decoding->message_size = message_size;
  decoding->jpeg.err = jpeg_std_error(&decoding->errors);
  decoding->jpeg.client_data = decoding;
  decoding->errors.error_exit = on_error;
  decoding->errors.emit_message = on_message;
  decoding->errors.output_message = on_output;
  decoding->progress.progress_monitor = on_progress;

  int failed = read_picture(decoding);
  if (!failed) {
    *out = decoding->pixels;
    *width = decoding->jpeg.output_width;
    *height = decoding->jpeg.output_height;
    *channels = decoding->jpeg.output_components;
  } else {
    free(decoding->pixels);
  }
  jpeg_destroy_decompress(&decoding->jpeg);
  free(decoding);
  return failed;
}

void gr_jpeg_free(uint8_t *bytes) { free(bytes); }
