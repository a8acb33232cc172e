#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdint.h>

// Counts this thread's calls of malloc and its kin from here on.
void allocations_begin(void);

typedef struct {
  int64_t own;      // by the program and the Swift library
  int64_t library;  // by oneDNN, within its calls
} allocations;

// What was counted since.
allocations allocations_end(void);

#endif
