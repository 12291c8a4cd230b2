// One function for each instruction, over whole vectors.
#ifndef LATENTLAB_ELEMENTWISE_H
#define LATENTLAB_ELEMENTWISE_H
#include "functions.h"
#include "opcodes.h"

/** Floats at `at`; the next vector is `step` floats further: LANES, or 0 where all vectors are the same. */
typedef struct {
  const float *at;
  size_t step;
} Operand;

typedef void Operation(float *to, const Operand *a, const Operand *b, const Operand *c, size_t vectors);

#define NAMES_1                                                                                                        \
  const float *xs = a->at;                                                                                             \
  const size_t x_step = a->step;
#define NAMES_2                                                                                                        \
  NAMES_1 const float *ys = b->at;                                                                                     \
  const size_t y_step = b->step;
#define NAMES_3                                                                                                        \
  NAMES_2 const float *zs = c->at;                                                                                     \
  const size_t z_step = c->step;
#define READS_1 vector x = load(xs + i * x_step);
#define READS_2 READS_1 vector y = load(ys + i * y_step);
#define READS_3 READS_2 vector z = load(zs + i * z_step);

#define OPERATION(number, arity, name, value)                                                                          \
  static void run_##name(float *to, const Operand *a, const Operand *b, const Operand *c, size_t vectors) {            \
    (void)b, (void)c;                                                                                                  \
    NAMES_##arity for (size_t i = 0; i < vectors; i++) { READS_##arity store(to + i * LANES, value); }                 \
  }
OPERATIONS
#undef OPERATION

static Operation *const operations[MOST_OPERATIONS] = {
#define OPERATION(number, arity, name, value) [number] = run_##name,
    OPERATIONS
#undef OPERATION
};
#endif
