#ifndef GR_KERNELS_H
#define GR_KERNELS_H

#include <stdint.h>

typedef struct gr_prepared gr_prepared;
typedef struct gr_columns gr_columns;

// The axes of a permuted array, outermost first: extents of the result, strides in the operand.
#define GR_AXES 8
typedef struct gr_axes {
  int64_t extents[GR_AXES];
  int64_t strides[GR_AXES];
  int32_t rank;
} gr_axes;

// One kernel call: a function and all that it needs, so that replaying a plan is a walk over an
// array of these. Matrices are row-major; strides count floats. A stride of 0 repeats a value.
typedef struct gr_call {
  void (*kernel)(const struct gr_call *call);
  float *out;
  float *second;            // optimisers: first moment or momentum
  float *third;             // optimisers: second moment
  const float *a;
  const float *b;
  const float *scalars[2];  // numbers that the host sets before a run
  double *sums;             // partial or final sums of squares
  const uint64_t *counter;  // random numbers: set by the host before a run
  int32_t *failure;         // set where a library call fails
  union {
    const gr_prepared *prepared;
    const gr_columns *columns_plan;
    const gr_axes *axes;
    const struct gr_step *steps;
  };
  int64_t rows;
  int64_t columns;
  int64_t inner;
  int64_t out_row;
  int64_t a_row, a_column;
  int64_t b_row, b_column;
  uint64_t key;
  uint64_t first;
  uint32_t stream;
  uint32_t flags;
  float p, q, r, s, t;
} gr_call;

// A pointwise call within tiles of some rows: the call for one row of `columns`, as one long row of all
// rows where its rows is 1, and how far each operand moves from a row to the next: 0 in memory of a
// tile's size. A sum's `adds` are its flags from the second tile on.
typedef struct gr_step {
  gr_call call;
  int64_t out_step, a_step, b_step;
  uint32_t adds;
} gr_step;

// The calls of a plan, bucket after bucket: the calls of lane l in stage s lie from
// starts[s * lanes + l] to starts[s * lanes + l + 1]. A stage begins when the one before has ended in
// every lane.
typedef struct gr_program {
  const gr_call *calls;
  const int64_t *starts;
  int32_t stages;
  int32_t lanes;
} gr_program;

// -- Pointwise (pointwise.c): out[rows, columns] dense, operands strided.
void gr_add(const gr_call *call);
void gr_subtract(const gr_call *call);
void gr_multiply(const gr_call *call);
void gr_divide(const gr_call *call);
void gr_leaky_gradient(const gr_call *call);    // b > 0 ? a : p a
void gr_clamp_gradient(const gr_call *call);    // p <= b <= q ? a : 0
void gr_tanh_gradient(const gr_call *call);     // a (1 - b b)
void gr_sigmoid_gradient(const gr_call *call);  // a (b (1 - b))
void gr_add_leaky(const gr_call *call);         // leaky(a + b), slope p
void gr_add_tanh(const gr_call *call);
void gr_add_sigmoid(const gr_call *call);
void gr_copy(const gr_call *call);
void gr_affine(const gr_call *call);  // p a + q
void gr_exp(const gr_call *call);
void gr_log(const gr_call *call);
void gr_sqrt(const gr_call *call);
void gr_tanh(const gr_call *call);
void gr_sigmoid(const gr_call *call);
void gr_softplus(const gr_call *call);
void gr_square(const gr_call *call);
void gr_leaky(const gr_call *call);  // a > 0 ? a : p a
void gr_clamp(const gr_call *call);  // a, at least p and at most q

// Tile after tile (tiles.c) through `columns` steps: `rows` rows, `inner` of them a tile.
void gr_tiles(const gr_call *call);

// -- Pieces (pieces.c): b is [rows, inner pieces of columns], its largest piece (the first of equals)
// decides. Gather: out [rows, columns] is a's piece there. Scatter: out [rows, inner pieces of columns]
// is a [rows, columns] there and 0 elsewhere.
void gr_gather_pieces(const gr_call *call);
void gr_scatter_pieces(const gr_call *call);

// -- Shapes (shapes.c): `rows` rows. Permute: within each row of `columns`, by `axes`. Upsample: a's
// pictures [a_row, inner, b_row] (height, width, channels) at `flags` times the size; sum pool is its
// adjoint, out being [a_row, inner, b_row].
void gr_copy_columns(const gr_call *call);  // row strides out_row and a_row; zeros without an a
void gr_permute(const gr_call *call);
void gr_upsample(const gr_call *call);
void gr_sum_pool(const gr_call *call);

// -- Sums (sums.c). Rows: out[columns] (+)= sum over rows of a; flags 1 adds to what is there.
// Columns: out[rows] = sum over columns of a.
void gr_sum_rows(const gr_call *call);
void gr_sum_columns(const gr_call *call);

// -- Products (product.c): out[rows, columns] = op(a) op(b) + p out over `inner`;
// flags 1 transposes a, 2 transposes b; a_row, b_row and out_row are row strides.
void gr_product(const gr_call *call);
// The same with at most GR_NARROW_COLUMNS columns, and GR_NARROW_INNER of `inner` unless a is transposed.
#define GR_NARROW_COLUMNS 4
#define GR_NARROW_INNER 1024
void gr_narrow_product(const gr_call *call);
// A product, p apart, by code that the library makes for it (gr_prepared_call). Null where it has no fast
// code, or no memory. Faster than gr_product where b is transposed.
gr_prepared *gr_prepare_product(const gr_call *call);

// -- Convolutions (convolution.c), from data [rows, height, width, channels] to output [rows, out_height,
// out_width, out_channels]; plain weights are [kernel, kernel, channels, out_channels] where output_inner,
// else [kernel, kernel, out_channels, channels].
typedef struct gr_geometry {
  int64_t height, width, channels;
  int64_t out_height, out_width, out_channels;
  int64_t kernel, stride, pad;
  int32_t output_inner;
} gr_geometry;

// The trilinear form's parts: output from data and weights, and the derivatives by data and by weights.
enum { GR_FORWARD, GR_DATA, GR_WEIGHT };

// A part as oneDNN would compute it, null and a dnnl_status_t where it can't.
typedef struct gr_descriptor gr_descriptor;
gr_descriptor *gr_describe_convolution(
    const gr_geometry *geometry, int32_t part, int64_t rows, int32_t *status);
void gr_destroy_descriptor(gr_descriptor *descriptor);
const char *gr_implementation(const gr_descriptor *descriptor);
int64_t gr_laid_count(const gr_descriptor *descriptor);     // floats of weights in the library's format
int64_t gr_scratch_count(const gr_descriptor *descriptor);  // floats of scratch
int32_t gr_same_weights(const gr_descriptor *descriptor, const gr_descriptor *other);

// Calls with all their memory: a part, and weights laid as the library wants them (or back). Null and a
// dnnl_status_t where the library refuses. The descriptor must outlive them.
gr_prepared *gr_prepare_convolution(
    const gr_descriptor *descriptor, const float *data, const float *laid, const float *output,
    float *scratch, int32_t *status);
gr_prepared *gr_prepare_weights(
    const gr_descriptor *descriptor, int32_t lay, const float *from, float *to, int32_t *status);
void gr_destroy_prepared(gr_prepared *prepared);
void gr_prepared_call(const gr_call *call);

// -- Convolutions as products (columns.c): `rows` images; `second` is scratch; weights are [taps, narrow
// channels, wide channels].
gr_columns *gr_columns_create(const gr_geometry *geometry, int32_t narrow_output);
void gr_columns_destroy(gr_columns *columns);
int64_t gr_columns_scratch(const gr_columns *columns);  // floats
void gr_columns_to_wide(const gr_call *call);    // out wide, a narrow, b weights
void gr_columns_to_narrow(const gr_call *call);  // out narrow, a wide, b weights
void gr_columns_weight(const gr_call *call);     // out weights, a narrow, b wide

// -- Random numbers (random.c): `columns` elements from element `first` on.
void gr_random_normal(const gr_call *call);
void gr_random_uniform(const gr_call *call);  // p + (q - p) u
void gr_random_keep(const gr_call *call);     // u < p ? 0 : q
void gr_philox(const uint32_t counter[4], uint64_t key, uint32_t out[4]);

// -- Optimisers (update.c): `columns` elements. A sum of squared gradients is left for each
// GR_SUM_BLOCK elements.
#define GR_SUM_BLOCK 1024
void gr_adam(const gr_call *call);  // p, q: betas; s, t: 1 - betas; r: epsilon; scalars: lr / c1, 1 / sqrt(c2)
void gr_sgd(const gr_call *call);   // scalars: lr, momentum; `second` may be null
void gr_rmsprop(const gr_call *call);  // q: decay; t: 1 - decay; r: epsilon; `third`: v; scalars: lr
void gr_clip(const gr_call *call);     // out within -p ... p; NaN stays
void gr_average(const gr_call *call);  // out = d out + (1 - d) a; scalars: d
void gr_norm(const gr_call *call);     // sums[0] = sqrt(sum of sums[1 ... columns])

// -- Exact scalar functions: the bits of the loops above.
float gr_exact_exp(float x);
float gr_exact_log(float x);
float gr_exact_tanh(float x);
float gr_exact_sin(float x);
float gr_exact_cos(float x);

// -- Variants (variants.c): the same loops for wider registers, the same bits. `kernel` for the variant,
// `kernel` itself where it has no such one.
enum { GR_BASELINE, GR_AVX2, GR_AVX512, GR_VARIANTS };
typedef void (*gr_kernel)(const gr_call *call);
gr_kernel gr_variant(gr_kernel kernel, int32_t variant);
int32_t gr_widest_variant(void);  // the last one that this CPU can run

// -- Instruction sets (cpu.c): the name of set `index`, empty where the CPU lacks it, null after the last.
const char *gr_cpu_feature(int32_t index);

// -- Threads (pool.c).
typedef struct gr_pool gr_pool;
gr_pool *gr_pool_create(int32_t threads);  // null where a thread can't be started
void gr_pool_destroy(gr_pool *pool);
void gr_pool_run(gr_pool *pool, const gr_program *program);
int32_t gr_load_onednn(void);  // 0 where the library can't be loaded (onednn.c); any call of it loads it
void gr_one_thread_a_call(void);  // oneDNN's calls by this thread, and primitives it makes
void *gr_allocate(int64_t bytes);  // 64-byte aligned, zeroed; null where there is no memory
void gr_free(void *memory);

#endif
