// Sums and maxima with a fixed pattern: sixteen lanes, folded by halves.
#ifndef LATENTLAB_REDUCTIONS_H
#define LATENTLAB_REDUCTIONS_H
#include "functions.h"

INLINE float fold_sum(vector v) {
  float x[LANES];
  store(x, v);
  for (int half = LANES / 2; half; half /= 2)
    for (int i = 0; i < half; i++) x[i] = x[i] + x[i + half];
  return x[0];
}

INLINE float fold_maximum(vector v) {
  float x[LANES];
  for (int half = LANES / 2; half; half /= 2) {
    vector other = splat(0);
    store(x, v);
    for (int i = 0; i < half; i++) other[i] = x[i + half];
    v = larger(v, other);
  }
  return v[0];
}

/** Adds `count` floats to the lanes, the first one to lane 0. */
static vector sum_into(vector lanes, const float *from, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) lanes += load(from + i);
  if (i < count) lanes += load_part(from + i, count - i, 0);
  return lanes;
}

static vector maximum_into(vector lanes, const float *from, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) lanes = larger(lanes, load(from + i));
  if (i < count) lanes = larger(lanes, load_part(from + i, count - i, -INFINITE));
  return lanes;
}

/** to[i] += from[i] */
static void add_row(float *to, const float *from, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(to + i, load(to + i) + load(from + i));
  for (; i < count; i++) to[i] = to[i] + from[i];
}
#endif
