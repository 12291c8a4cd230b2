// Which instruction set computes.
#ifndef LATENTLAB_LEVEL_H
#define LATENTLAB_LEVEL_H
#include <stddef.h>

enum { BASELINE, AVX2, AVX512, NEON, LEVELS };

/** Kernels compiled for one instruction set; `job` is a Job. */
typedef struct {
  void (*rows)(void *job, size_t piece);
  void (*columns)(void *job, size_t piece);
  void (*adam)(void *job, size_t piece);
  void (*bernoulli)(void *job, size_t piece);
} Level;

/** By number; NULL where the library was built without it. */
extern const Level *const levels[LEVELS];
extern int level;

int is_available(int number);
#endif
