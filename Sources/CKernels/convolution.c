#include <stdlib.h>

#include "kernels.h"
#include "prepared.h"

// Convolutions through oneDNN. Activations are NHWC; weights have whatever format the library prefers
// for a part ("any"): with plain weights it silently takes its slow reference code. One engine a
// descriptor: no globals, and the library's cache of generated code compares engines by kind.
struct gr_descriptor {
  dnnl_engine_t engine;
  dnnl_primitive_desc_t primitive;
  dnnl_memory_desc_t data;    // [rows, channels, height, width]
  dnnl_memory_desc_t output;  // [rows, out_channels, out_height, out_width]
  dnnl_memory_desc_t plain;   // weights as the caller keeps them
  dnnl_memory_desc_t laid;    // weights as the library wants them
  dnnl_memory_desc_t scratch;
  int32_t part;
};

static int64_t floats(const dnnl_memory_desc_t *memory) {
  return (int64_t)((dnnl_memory_desc_get_size(memory) + 3) / 4);
}

static dnnl_status_t describe_memory(gr_descriptor *own, const gr_geometry *g, int64_t rows) {
  const dnnl_dims_t data = {rows, g->channels, g->height, g->width};
  const dnnl_dims_t output = {rows, g->out_channels, g->out_height, g->out_width};
  const dnnl_dims_t weights = {g->out_channels, g->channels, g->kernel, g->kernel};
  const int64_t tap = g->channels * g->out_channels;
  const dnnl_dims_t strides = {g->output_inner ? 1 : g->channels,
                               g->output_inner ? g->out_channels : 1, g->kernel * tap, tap};
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&own->data, 4, data, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) {
    status = dnnl_memory_desc_init_by_tag(&own->output, 4, output, dnnl_f32, dnnl_nhwc);
  }
  if (status == dnnl_success) {
    status = dnnl_memory_desc_init_by_strides(&own->plain, 4, weights, dnnl_f32, strides);
  }
  if (status == dnnl_success) {
    status =
        dnnl_memory_desc_init_by_tag(&own->laid, 4, weights, dnnl_f32, dnnl_format_tag_any);
  }
  return status;
}

static dnnl_status_t describe_part(
    gr_descriptor *own, const gr_geometry *g, const_dnnl_primitive_attr_t attributes) {
  const dnnl_dims_t strides = {g->stride, g->stride}, pads = {g->pad, g->pad};
  dnnl_convolution_desc_t forward, backward;
  dnnl_status_t status = dnnl_convolution_forward_desc_init(
      &forward, dnnl_forward_training, dnnl_convolution_direct, &own->data, &own->laid, NULL,
      &own->output, strides, pads, pads);
  if (status != dnnl_success) return status;
  if (own->part == GR_FORWARD) {
    return dnnl_primitive_desc_create(&own->primitive, &forward, attributes, own->engine, NULL);
  }
  status = own->part == GR_DATA
               ? dnnl_convolution_backward_data_desc_init(
                     &backward, dnnl_convolution_direct, &own->data, &own->laid, &own->output,
                     strides, pads, pads)
               : dnnl_convolution_backward_weights_desc_init(
                     &backward, dnnl_convolution_direct, &own->data, &own->laid, NULL,
                     &own->output, strides, pads, pads);
  if (status != dnnl_success) return status;
  dnnl_primitive_desc_t hint = NULL;
  status = dnnl_primitive_desc_create(&hint, &forward, attributes, own->engine, NULL);
  if (status != dnnl_success) return status;
  status =
      dnnl_primitive_desc_create(&own->primitive, &backward, attributes, own->engine, hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}

gr_descriptor *gr_describe_convolution(
    const gr_geometry *geometry, int32_t part, int64_t rows, int32_t *status) {
  gr_one_thread_a_call();
  gr_descriptor *own = calloc(1, sizeof *own);
  if (!own) {
    *status = dnnl_out_of_memory;
    return NULL;
  }
  own->part = part;
  dnnl_primitive_attr_t attributes = NULL;
  *status = dnnl_engine_create(&own->engine, dnnl_cpu, 0);
  if (*status == dnnl_success) *status = dnnl_primitive_attr_create(&attributes);
  if (*status == dnnl_success) {
    *status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  }
  if (*status == dnnl_success) *status = describe_memory(own, geometry, rows);
  if (*status == dnnl_success) *status = describe_part(own, geometry, attributes);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  if (*status != dnnl_success) {
    gr_destroy_descriptor(own);
    return NULL;
  }
  own->laid = *dnnl_primitive_desc_query_md(
      own->primitive,
      part == GR_WEIGHT ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0);
  own->scratch = *dnnl_primitive_desc_query_md(own->primitive, dnnl_query_scratchpad_md, 0);
  return own;
}

void gr_destroy_descriptor(gr_descriptor *own) {
  if (!own) return;
  if (own->primitive) dnnl_primitive_desc_destroy(own->primitive);
  if (own->engine) dnnl_engine_destroy(own->engine);
  free(own);
}

const char *gr_implementation(const gr_descriptor *own) {
  const char *name = NULL;
  dnnl_primitive_desc_query(own->primitive, dnnl_query_impl_info_str, 0, &name);
  return name ? name : "";
}

int64_t gr_laid_count(const gr_descriptor *own) { return floats(&own->laid); }

int64_t gr_scratch_count(const gr_descriptor *own) { return floats(&own->scratch); }

int32_t gr_same_weights(const gr_descriptor *own, const gr_descriptor *other) {
  return dnnl_memory_desc_equal(&own->laid, &other->laid) &&
         dnnl_memory_desc_equal(&own->plain, &other->plain);
}

gr_prepared *gr_prepare_convolution(
    const gr_descriptor *own, const float *data, const float *laid, const float *output,
    float *scratch, int32_t *status) {
  static const int places[][3] = {
      [GR_FORWARD] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
      [GR_DATA] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
      [GR_WEIGHT] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST},
  };
  gr_prepared *call = gr_begin_prepared(own->primitive, own->engine, status);
  if (!call) return NULL;
  const dnnl_memory_desc_t *memories[] = {&own->data, &own->laid, &own->output};
  const float *values[] = {data, laid, output};
  for (int i = 0; i < 3 && *status == dnnl_success; i++) {
    *status = gr_add_argument(call, places[own->part][i], memories[i], own->engine, values[i]);
  }
  if (*status == dnnl_success) {
    *status = gr_add_argument(call, DNNL_ARG_SCRATCHPAD, &own->scratch, own->engine, scratch);
  }
  return gr_finished_prepared(call, *status);
}

gr_prepared *gr_prepare_weights(
    const gr_descriptor *own, int32_t lay, const float *from, float *to, int32_t *status) {
  const dnnl_memory_desc_t *source = lay ? &own->plain : &own->laid;
  const dnnl_memory_desc_t *target = lay ? &own->laid : &own->plain;
  dnnl_primitive_desc_t primitive = NULL;
  *status = dnnl_reorder_primitive_desc_create(
      &primitive, source, own->engine, target, own->engine, NULL);
  if (*status != dnnl_success) return NULL;
  gr_prepared *call = gr_begin_prepared(primitive, own->engine, status);
  dnnl_primitive_desc_destroy(primitive);
  if (!call) return NULL;
  if (*status == dnnl_success) {
    *status = gr_add_argument(call, DNNL_ARG_FROM, source, own->engine, from);
  }
  if (*status == dnnl_success) {
    *status = gr_add_argument(call, DNNL_ARG_TO, target, own->engine, to);
  }
  return gr_finished_prepared(call, *status);
}
