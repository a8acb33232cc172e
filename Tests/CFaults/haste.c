#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

#include "gr_faults.h"

static long haste = 1;

void gr_hasten(long factor) { haste = factor; }

// Stands before the C library's, for all who link dynamically: the program's patience passes sooner.
int nanosleep(const struct timespec *wanted, struct timespec *left) {
  static int (*real)(const struct timespec *, struct timespec *);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "nanosleep");
  long long nanoseconds = (wanted->tv_sec * 1000000000LL + wanted->tv_nsec) / haste;
  struct timespec shorter = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return real(&shorter, left);
}

// Foundation's Thread.sleep takes whole seconds by this.
unsigned int sleep(unsigned int seconds) {
  struct timespec wanted = {seconds, 0};
  nanosleep(&wanted, 0);
  return 0;
}
