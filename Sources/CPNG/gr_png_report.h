#ifndef GR_PNG_REPORT_H
#define GR_PNG_REPORT_H

#include <png.h>
#include <stdio.h>

/* Where libpng's own sentence about an error goes: the error pointer of every png_struct. */
struct report {
  char *message;
  size_t room;
};

static inline void on_error(png_structp png, png_const_charp text) {
  const struct report *report = png_get_error_ptr(png);
  snprintf(report->message, report->room, "%s", text);
  png_longjmp(png, 1);
}

/* What is written gives rise to none, and damage in what does not change pixels (a comment, a profile)
   is no damage to the picture. */
static inline void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

#endif
