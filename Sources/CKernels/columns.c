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
  int64_t images;  // worked on at a time, so that their columns stay in the cache
  int64_t run_count;
  struct run *runs;
};

// Values of an image's columns, one after another, that lie together on the narrow side too; a place of
// -1 stands for the border.
struct run {
  int32_t column;
  int32_t place;
  int32_t count;
};

enum { columns_in_cache = 1 << 16 };

// Where each of [positions, taps] finds its narrow position, or -1.
static void find_places(const gr_geometry *g, int32_t narrow_output, int32_t *places) {
  const int64_t taps = g->kernel * g->kernel;
  for (int64_t oy = 0; oy < g->out_height; oy++) {
    for (int64_t ox = 0; ox < g->out_width; ox++) {
      for (int64_t tap = 0; tap < taps; tap++) {
        const int64_t y = oy * g->stride + tap / g->kernel - g->pad;
        const int64_t x = ox * g->stride + tap % g->kernel - g->pad;
        if (y < 0 || y >= g->height || x < 0 || x >= g->width) continue;
        const int64_t here = oy * g->out_width + ox, there = y * g->width + x;
        if (narrow_output) {
          places[there * taps + tap] = (int32_t)here;
        } else {
          places[here * taps + tap] = (int32_t)there;
        }
      }
    }
  }
}

static void find_runs(gr_columns *own, const int32_t *places) {
  const int32_t channels = (int32_t)own->narrow;
  const int64_t count = own->positions * own->taps;
  int32_t next = 0;
  for (int64_t i = 0; i < count; i++) {
    struct run *last = own->runs + own->run_count - 1;
    if (own->run_count > 0 && (places[i] < 0 ? last->place < 0 : last->place >= 0 && places[i] == next)) {
      last->count += channels;
    } else {
      own->runs[own->run_count++] = (struct run){
          (int32_t)i * channels, places[i] < 0 ? -1 : places[i] * channels, channels};
    }
    next = places[i] + 1;
  }
}

gr_columns *gr_columns_create(const gr_geometry *g, int32_t narrow_output) {
  const int64_t data = g->height * g->width, output = g->out_height * g->out_width;
  const int64_t positions = narrow_output ? data : output, taps = g->kernel * g->kernel;
  const size_t count = (size_t)(positions * taps);
  // Columns are counted in 32 bits.
  const int64_t narrow = narrow_output ? g->out_channels : g->channels;
  if (positions * taps > INT32_MAX / narrow) return NULL;
  gr_columns *own = calloc(1, sizeof *own);
  int32_t *places = malloc(count * sizeof *places);
  struct run *runs = malloc(count * sizeof *runs);
  if (!own || !places || !runs) {
    free(own);
    free(places);
    free(runs);
    return NULL;
  }
  own->positions = positions;
  own->taps = taps;
  own->wide = narrow_output ? g->channels : g->out_channels;
  own->narrow = narrow;
  own->narrow_positions = narrow_output ? output : data;
  const int64_t columns = positions * taps * own->narrow;
  own->images = columns < columns_in_cache ? columns_in_cache / columns : 1;
  own->runs = runs;
  memset(places, 255, count * sizeof *places);
  find_places(g, narrow_output, places);
  find_runs(own, places);
  free(places);
  return own;
}

void gr_columns_destroy(gr_columns *own) {
  if (own) free(own->runs);
  free(own);
}

int64_t gr_columns_scratch(const gr_columns *own) {
  return own->images * own->positions * own->taps * own->narrow;
}

// Runs are short: steps of four are what a register holds.
static void spread(const gr_columns *own, int64_t images, const float *narrow, float *columns) {
  for (int64_t image = 0; image < images; image++) {
    for (const struct run *run = own->runs; run < own->runs + own->run_count; run++) {
      float *restrict to = columns + run->column;
      int32_t i = 0;
      if (run->place < 0) {
        for (; i + 4 <= run->count; i += 4) {
          for (int j = 0; j < 4; j++) to[i + j] = 0.0f;
        }
        for (; i < run->count; i++) to[i] = 0.0f;
        continue;
      }
      const float *restrict from = narrow + run->place;
      for (; i + 4 <= run->count; i += 4) {
        for (int j = 0; j < 4; j++) to[i + j] = from[i + j];
      }
      for (; i < run->count; i++) to[i] = from[i];
    }
    narrow += own->narrow_positions * own->narrow;
    columns += own->positions * own->taps * own->narrow;
  }
}

// The adjoint of spread. Terms come in the order of wide positions, then taps.
static void gather(const gr_columns *own, int64_t images, const float *columns, float *narrow) {
  const int64_t size = own->narrow_positions * own->narrow;
  memset(narrow, 0, sizeof(float) * (size_t)(images * size));
  for (int64_t image = 0; image < images; image++) {
    for (const struct run *run = own->runs; run < own->runs + own->run_count; run++) {
      if (run->place < 0) continue;
      float *restrict to = narrow + run->place;
      const float *restrict from = columns + run->column;
      int32_t i = 0;
      for (; i + 4 <= run->count; i += 4) {
        for (int j = 0; j < 4; j++) to[i + j] += from[i + j];
      }
      for (; i < run->count; i++) to[i] += from[i];
    }
    narrow += size;
    columns += own->positions * own->taps * own->narrow;
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
