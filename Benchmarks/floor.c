// What this machine gives at best: single-precision products by oneDNN, and copies of memory.
//
// usage: floor THREADS
// Prints one JSON object: GF/s of a product of two 2048 x 2048 matrices, a multiply-add counted as two;
// GB/s of copying 256 MiB, bytes copied (each is read and written). Both are medians.

#include <oneapi/dnnl/dnnl.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { side = 2048, rounds = 9 };
static const size_t copied = (size_t)256 << 20;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int ascending(const void *left, const void *right) {
  const double l = *(const double *)left, r = *(const double *)right;
  return (l > r) - (l < r);
}

static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, ascending);
  return values[count / 2];
}

static void copy(char *to, const char *from, int threads) {
  const size_t part = copied / (size_t)threads;
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (int thread = 0; thread < threads; ++thread) {
    memcpy(to + part * (size_t)thread, from + part * (size_t)thread, part);
  }
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 1;
  if (threads < 1) {
    fprintf(stderr, "usage: floor THREADS\n");
    return 64;
  }
  omp_set_num_threads(threads);

  char *from = malloc(copied), *to = malloc(copied);
  float *a = malloc(sizeof(float) * side * side);
  float *b = malloc(sizeof(float) * side * side);
  float *c = malloc(sizeof(float) * side * side);
  if (!from || !to || !a || !b || !c) {
    fprintf(stderr, "floor needs 600 MB of memory\n");
    return 1;
  }
  for (int place = 0; place < side * side; ++place) {
    a[place] = (float)(place % 31) / 31.0f;
    b[place] = (float)(place % 37) / 37.0f;
  }
  memset(from, 1, copied);
  memset(to, 2, copied);

  double products[rounds], copies[rounds];
  for (int round = -1; round < rounds; ++round) {  // the first only warms up
    const double start = now();
    if (dnnl_sgemm('N', 'N', side, side, side, 1.0f, a, side, b, side, 0.0f, c, side)
        != dnnl_success) {
      fprintf(stderr, "dnnl_sgemm failed\n");
      return 1;
    }
    const double middle = now();
    copy(to, from, threads);
    const double end = now();
    if (round >= 0) {
      products[round] = middle - start;
      copies[round] = end - middle;
    }
  }
  printf(
      "{\"threads\": %d, \"sgemm_gflops\": %.1f, \"copy_gb_per_second\": %.1f}\n", threads,
      2.0 * side * side * side / median(products, rounds) / 1e9,
      (double)copied / median(copies, rounds) / 1e9);
  return 0;
}
