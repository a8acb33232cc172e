#include "exact.h"
#include "kernels.h"
#include "variants.h"

// Each loop is written once over x (and y); operands repeat along rows or columns by a stride of 0.
// Out may be the same memory as a dense operand, and never overlaps one otherwise: element i is read
// before it is written, so EACH may tell the compiler that its vectors are safe.
#define EACH(i, columns) \
  _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < (columns); i++)

#define BINARY(name, expression)                     \
  void GR_VARIANT(name)(const gr_call *call) {       \
    const float p = call->p, q = call->q;            \
    (void)p;                                         \
    (void)q;                                         \
    const int64_t columns = call->columns;           \
    for (int64_t row = 0; row < call->rows; row++) { \
      float *out = call->out + row * columns;        \
      const float *a = call->a + row * call->a_row;  \
      const float *b = call->b + row * call->b_row;  \
      if (call->a_column && call->b_column) {        \
        EACH(i, columns) {                           \
          const float x = a[i], y = b[i];            \
          out[i] = (expression);                     \
        }                                            \
      } else if (call->a_column) {                   \
        const float y = b[0];                        \
        EACH(i, columns) {                           \
          const float x = a[i];                      \
          out[i] = (expression);                     \
        }                                            \
      } else if (call->b_column) {                   \
        const float x = a[0];                        \
        EACH(i, columns) {                           \
          const float y = b[i];                      \
          out[i] = (expression);                     \
        }                                            \
      } else {                                       \
        const float x = a[0], y = b[0];              \
        EACH(i, columns) out[i] = (expression);      \
      }                                              \
    }                                                \
  }

#define UNARY(name, expression)                      \
  void GR_VARIANT(name)(const gr_call *call) {       \
    const float p = call->p, q = call->q;            \
    (void)p;                                         \
    (void)q;                                         \
    const int64_t columns = call->columns;           \
    for (int64_t row = 0; row < call->rows; row++) { \
      float *out = call->out + row * columns;        \
      const float *a = call->a + row * call->a_row;  \
      if (call->a_column) {                          \
        EACH(i, columns) {                           \
          const float x = a[i];                      \
          out[i] = (expression);                     \
        }                                            \
      } else {                                       \
        const float x = a[0];                        \
        const float value = (expression);            \
        EACH(i, columns) out[i] = value;             \
      }                                              \
    }                                                \
  }

static inline float leaky(float x, float slope) { return x > 0.0f ? x : slope * x; }

BINARY(gr_add, x + y)
BINARY(gr_subtract, x - y)
BINARY(gr_multiply, x * y)
BINARY(gr_divide, x / y)
BINARY(gr_leaky_gradient, y > 0.0f ? x : p * x)
BINARY(gr_clamp_gradient, y >= p && y <= q ? x : 0.0f)
BINARY(gr_tanh_gradient, x * (1.0f - y * y))
BINARY(gr_sigmoid_gradient, x * (y * (1.0f - y)))
BINARY(gr_add_leaky, leaky(x + y, p))
BINARY(gr_add_tanh, gr_tanhf(x + y))
BINARY(gr_add_sigmoid, gr_sigmoidf(x + y))

UNARY(gr_copy, x)
UNARY(gr_affine, p * x + q)
UNARY(gr_exp, gr_expf(x))
UNARY(gr_log, gr_logf(x))
UNARY(gr_sqrt, sqrtf(x))
UNARY(gr_tanh, gr_tanhf(x))
UNARY(gr_sigmoid, gr_sigmoidf(x))
UNARY(gr_softplus, gr_softplusf(x))
UNARY(gr_square, x * x)
UNARY(gr_leaky, leaky(x, p))
UNARY(gr_clamp, x < p ? p : x > q ? q : x)
