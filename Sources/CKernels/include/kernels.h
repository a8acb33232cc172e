#ifndef GR_KERNELS_H
#define GR_KERNELS_H

#include <stdint.h>

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

// -- Pieces (pieces.c): b is [rows, inner pieces of columns], its largest piece (the first of equals)
// decides. Gather: out [rows, columns] is a's piece there. Scatter: out [rows, inner pieces of columns]
// is a [rows, columns] there and 0 elsewhere.
void gr_gather_pieces(const gr_call *call);
void gr_scatter_pieces(const gr_call *call);

// Blocks: in each row of out, a's blocks [a_row, inner, block] as [inner, a_row, block].
void gr_transpose_blocks(const gr_call *call);

// -- Sums (sums.c). Rows: out[columns] (+)= sum over rows of a; flags 1 adds to what is there.
// Columns: out[rows] = sum over columns of a.
void gr_sum_rows(const gr_call *call);
void gr_sum_columns(const gr_call *call);

// -- Products (product.c): out[rows, columns] = op(a) op(b) + p out over `inner`;
// flags 1 transposes a, 2 transposes b; a_row, b_row and out_row are row strides.
void gr_product(const gr_call *call);

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
void gr_average(const gr_call *call);  // out = d out + (1 - d) a; scalars: d
void gr_norm(const gr_call *call);     // sums[0] = sqrt(sum of sums[1 ... columns])

// -- Exact scalar functions: the bits of the loops above.
float gr_exact_exp(float x);
float gr_exact_log(float x);
float gr_exact_tanh(float x);
float gr_exact_sin(float x);
float gr_exact_cos(float x);

// -- Instruction sets (cpu.c): the name of set `index`, empty where the CPU lacks it, null after the last.
const char *gr_cpu_feature(int32_t index);

// -- Threads (pool.c).
typedef struct gr_pool gr_pool;
gr_pool *gr_pool_create(int32_t threads);  // null where a thread can't be started
void gr_pool_destroy(gr_pool *pool);
void gr_pool_run(gr_pool *pool, const gr_program *program);
void *gr_allocate(int64_t bytes);  // 64-byte aligned, zeroed; null where there is no memory
void gr_free(void *memory);

#endif
