#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <xmmintrin.h>

#include "kernels.h"

// Threads that meet at a barrier between stages. A waiting thread spins for some microseconds, then
// sleeps in the kernel. Where spinning was in vain, as when another program has a core, the next wait
// spins half as long; where it was not, a little longer again. Every flag is sequentially consistent:
// with release and acquire alone, "open the barrier, then look for sleepers" may be reordered on x86,
// and a sleeper be missed.
struct gr_pool {
  _Atomic int32_t arrived;
  _Atomic uint32_t generation;
  _Atomic int32_t sleepers;
  _Atomic int32_t stop;
  _Atomic int32_t patience;
  const gr_program *program;
  int32_t threads;
  int32_t started;
  pthread_t *handles;
};

typedef struct {
  gr_pool *pool;
  int32_t index;
} seat;

// In pauses, of some 20 ns each.
enum { least_patience = 64, most_patience = 4096 };

static void barrier(gr_pool *pool) {
  const uint32_t generation = atomic_load(&pool->generation);
  if (atomic_fetch_add(&pool->arrived, 1) + 1 == pool->threads) {
    atomic_store(&pool->arrived, 0);
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) > 0) {
      syscall(SYS_futex, &pool->generation, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
    }
    return;
  }
  const int32_t patience = atomic_load(&pool->patience);
  for (int32_t spin = 0; spin < patience; spin++) {
    if (atomic_load(&pool->generation) != generation) {
      if (patience < most_patience) atomic_store(&pool->patience, patience + most_patience / 16);
      return;
    }
    _mm_pause();
  }
  atomic_store(&pool->patience, patience > 2 * least_patience ? patience / 2 : least_patience);
  atomic_fetch_add(&pool->sleepers, 1);
  while (atomic_load(&pool->generation) == generation) {
    syscall(SYS_futex, &pool->generation, FUTEX_WAIT_PRIVATE, generation, NULL, NULL, 0);
  }
  atomic_fetch_sub(&pool->sleepers, 1);
}

// oneDNN asks OpenMP for its number of threads, a setting of the calling thread. The symbol is looked
// up, so that no OpenMP library has to be linked.
void gr_one_thread_a_call(void) {
  if (!gr_load_onednn()) return;
  void (*set)(int) = NULL;
  void *symbol = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  memcpy(&set, &symbol, sizeof set);
  if (set) set(1);
}

// Flush to zero, denormals are zero: numbers below 1e-38 never slow a loop, and count as zero in every
// thread alike.
enum { flush_bits = 0x8040 };

static void run_lanes(gr_pool *pool, const gr_program *program, int32_t thread) {
  for (int32_t stage = 0; stage < program->stages; stage++) {
    for (int32_t lane = thread; lane < program->lanes; lane += pool->threads) {
      const int64_t *range = program->starts + (int64_t)stage * program->lanes + lane;
      for (int64_t i = range[0]; i < range[1]; i++) program->calls[i].kernel(&program->calls[i]);
    }
    if (pool->threads > 1) barrier(pool);
  }
}

static void *work(void *argument) {
  seat own = *(seat *)argument;
  free(argument);
  _mm_setcsr(_mm_getcsr() | flush_bits);
  gr_one_thread_a_call();
  for (;;) {
    barrier(own.pool);
    if (atomic_load(&own.pool->stop)) return NULL;
    run_lanes(own.pool, own.pool->program, own.index);
  }
}

gr_pool *gr_pool_create(int32_t threads) {
  gr_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  pool->threads = threads;
  pool->patience = most_patience;
  pool->handles = calloc((size_t)threads, sizeof *pool->handles);
  if (!pool->handles) {
    free(pool);
    return NULL;
  }
  // Signals are other threads' business: oneDNN's AVX-512 code does not survive a handler.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int32_t i = 1; i < threads; i++) {
    seat *own = malloc(sizeof *own);
    if (own) *own = (seat){pool, i};
    if (!own || pthread_create(&pool->handles[i], NULL, work, own) != 0) {
      free(own);
      pthread_sigmask(SIG_SETMASK, &before, NULL);
      // Those that did start are let go: the barrier opens for them alone.
      pool->threads = pool->started + 1;
      gr_pool_destroy(pool);
      return NULL;
    }
    pool->started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return pool;
}

void gr_pool_destroy(gr_pool *pool) {
  if (!pool) return;
  atomic_store(&pool->stop, 1);
  if (pool->started > 0) barrier(pool);
  for (int32_t i = 1; i <= pool->started; i++) pthread_join(pool->handles[i], NULL);
  free(pool->handles);
  free(pool);
}

void gr_pool_run(gr_pool *pool, const gr_program *program) {
  const unsigned int control = _mm_getcsr();
  _mm_setcsr(control | flush_bits);
  gr_one_thread_a_call();
  pool->program = program;
  if (pool->threads > 1) barrier(pool);
  run_lanes(pool, program, 0);
  _mm_setcsr(control);
}

void *gr_allocate(int64_t bytes) {
  const size_t huge = (size_t)2 << 20;
  const size_t size = ((size_t)bytes + 63) & ~(size_t)63;
  void *memory = NULL;
  if (posix_memalign(&memory, size >= huge ? huge : 64, size ? size : 64) != 0) return NULL;
  if (size >= huge) madvise(memory, size, MADV_HUGEPAGE);
  memset(memory, 0, size ? size : 64);
  return memory;
}

void gr_free(void *memory) { free(memory); }
