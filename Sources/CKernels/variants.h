#ifndef GR_VARIANTS_H
#define GR_VARIANTS_H

// The files of these kernels are compiled by themselves for every x86-64 CPU, and once more inside each
// wide_*.c with its set of instructions, where GR_SUFFIX tells the copies apart. Vector lanes are
// independent, sums run over lanes that are written out, and nothing is contracted, so that all copies
// give the same bits.
#define GR_PASTE(name, suffix) name##suffix
#define GR_EXPAND(name, suffix) GR_PASTE(name, suffix)
#ifdef GR_SUFFIX
#define GR_VARIANT(name) GR_EXPAND(name, GR_SUFFIX)
#else
#define GR_VARIANT(name) name
#endif

#define GR_EACH_VARIANT(X)                                                                        \
  X(gr_add) X(gr_subtract) X(gr_multiply) X(gr_divide) X(gr_leaky_gradient) X(gr_clamp_gradient)  \
  X(gr_tanh_gradient) X(gr_sigmoid_gradient) X(gr_add_leaky) X(gr_add_tanh) X(gr_add_sigmoid)     \
  X(gr_copy) X(gr_affine) X(gr_exp) X(gr_log) X(gr_sqrt) X(gr_tanh) X(gr_sigmoid) X(gr_softplus)  \
  X(gr_square) X(gr_leaky) X(gr_clamp) X(gr_gather_pieces) X(gr_scatter_pieces) X(gr_sum_rows)    \
  X(gr_sum_columns) X(gr_narrow_product) X(gr_random_normal) X(gr_random_uniform)                 \
  X(gr_random_keep) X(gr_adam) X(gr_sgd) X(gr_rmsprop) X(gr_clip) X(gr_average) X(gr_norm)

#endif
