#include <stdlib.h>
#include <string.h>

#include "kernels.h"

// Convolutions as products, for sides of few channels, which oneDNN pads to whole registers, and for
// shapes that it has no fast code for. One side of the convolution, the wide one, gives a product's
// rows, a position each; each of its positions meets `taps` positions of the narrow side (or the
// border). "Columns" are the matrix [wide positions, taps, narrow channels].
struct gr_columns {
  int64_t positions;  // of the wide side
  int64_t taps;
  int64_t wide;    // channels
  int64_t narrow;  // channels
  int64_t narrow_positions;
  int64_t images;    // worked on at a time, so that their columns stay in the cache
  int32_t places[];  // [positions, taps]: the narrow side's position, or -1
};

enum { columns_in_cache = 1 << 16 };

gr_columns *gr_columns_create(const gr_geometry *g, int32_t narrow_output) {
  const int64_t data = g->height * g->width, output = g->out_height * g->out_width;
  const int64_t positions = narrow_output ? data : output, taps = g->kernel * g->kernel;
  gr_columns *own = malloc(sizeof *own + sizeof(int32_t) * (size_t)(positions * taps));
  if (!own) return NULL;
  own->positions = positions;
  own->taps = taps;
  own->wide = narrow_output ? g->channels : g->out_channels;
  own->narrow = narrow_output ? g->out_channels : g->channels;
  own->narrow_positions = narrow_output ? output : data;
  const int64_t columns = positions * taps * own->narrow;
  own->images = columns < columns_in_cache ? columns_in_cache / columns : 1;
  for (int64_t i = 0; i < positions * taps; i++) own->places[i] = -1;
  for (int64_t oy = 0; oy < g->out_height; oy++) {
    for (int64_t ox = 0; ox < g->out_width; ox++) {
      for (int64_t tap = 0; tap < taps; tap++) {
        const int64_t y = oy * g->stride + tap / g->kernel - g->pad;
        const int64_t x = ox * g->stride + tap % g->kernel - g->pad;
        if (y < 0 || y >= g->height || x < 0 || x >= g->width) continue;
        const int64_t here = oy * g->out_width + ox, there = y * g->width + x;
        if (narrow_output) {
          own->places[there * taps + tap] = (int32_t)here;
        } else {
          own->places[here * taps + tap] = (int32_t)there;
        }
      }
    }
  }
  return own;
}

void gr_columns_destroy(gr_columns *own) { free(own); }

int64_t gr_columns_scratch(const gr_columns *own) {
  return own->images * own->positions * own->taps * own->narrow;
}

static void spread(const gr_columns *own, int64_t images, const float *narrow, float *columns) {
  const int64_t count = own->positions * own->taps, channels = own->narrow;
  for (int64_t image = 0; image < images; image++) {
    if (channels == 1) {
      for (int64_t i = 0; i < count; i++) {
        columns[i] = own->places[i] < 0 ? 0.0f : narrow[own->places[i]];
      }
    } else {
      for (int64_t i = 0; i < count; i++) {
        const float *from = narrow + own->places[i] * channels;
        float *to = columns + i * channels;
        for (int64_t c = 0; c < channels; c++) to[c] = own->places[i] < 0 ? 0.0f : from[c];
      }
    }
    narrow += own->narrow_positions * channels;
    columns += count * channels;
  }
}

// The adjoint of spread. Terms come in the order of wide positions, then taps.
static void gather(const gr_columns *own, int64_t images, const float *columns, float *narrow) {
  const int64_t count = own->positions * own->taps, channels = own->narrow;
  memset(narrow, 0, sizeof(float) * (size_t)(images * own->narrow_positions * channels));
  for (int64_t image = 0; image < images; image++) {
    for (int64_t i = 0; i < count; i++) {
      if (own->places[i] < 0) continue;
      float *to = narrow + own->places[i] * channels;
      for (int64_t c = 0; c < channels; c++) to[c] += columns[i * channels + c];
    }
    narrow += own->narrow_positions * channels;
    columns += count * channels;
  }
}

static gr_call product(const gr_call *call, const gr_columns *own, int64_t images) {
  gr_call result = {.rows = images * own->positions, .failure = call->failure};
  return result;
}

#define EACH_TILE                                                             \
  for (int64_t first = 0, images; first < call->rows; first += own->images) \
    if (images = call->rows - first < own->images ? call->rows - first : own->images, 1)

void gr_columns_to_wide(const gr_call *call) {
  const gr_columns *own = call->columns_plan;
  const int64_t width = own->taps * own->narrow;
  EACH_TILE {
    spread(own, images, call->a + first * own->narrow_positions * own->narrow, call->second);
    gr_call step = product(call, own, images);
    step.out = call->out + first * own->positions * own->wide;
    step.out_row = step.columns = step.b_row = own->wide;
    step.a = call->second;
    step.a_row = step.inner = width;
    step.b = call->b;
    gr_product(&step);
  }
}

void gr_columns_to_narrow(const gr_call *call) {
  const gr_columns *own = call->columns_plan;
  const int64_t width = own->taps * own->narrow;
  EACH_TILE {
    gr_call step = product(call, own, images);
    step.out = call->second;
    step.out_row = step.columns = width;
    step.a = call->a + first * own->positions * own->wide;
    step.a_row = step.b_row = step.inner = own->wide;
    step.b = call->b;
    step.flags = 2;
    gr_product(&step);
    gather(own, images, call->second,
           call->out + first * own->narrow_positions * own->narrow);
  }
}

void gr_columns_weight(const gr_call *call) {
  const gr_columns *own = call->columns_plan;
  const int64_t width = own->taps * own->narrow;
  EACH_TILE {
    spread(own, images, call->a + first * own->narrow_positions * own->narrow, call->second);
    gr_call step = product(call, own, images);
    step.inner = step.rows;
    step.rows = width;
    step.out = call->out;
    step.out_row = step.columns = step.b_row = own->wide;
    step.a = call->second;
    step.a_row = width;
    step.b = call->b + first * own->positions * own->wide;
    step.flags = 1;
    step.p = first == 0 ? 0.0f : 1.0f;
    gr_product(&step);
  }
}
