// The Bernoulli log-likelihood of rows of logits, and its slope, in one pass: both need exp(-|l|).
#ifndef LATENTLAB_BERNOULLI_H
#define LATENTLAB_BERNOULLI_H
#include "dedicated.h"

typedef struct {
  const float *logits;
  const void *pixels;
  float *log_likelihood, *slope;
  vector scale, factor, shift;
} Bernoulli;

INLINE vector load_pixels(const void *pixels, size_t i, int is_bytes) {
  if (!is_bytes) return load((const float *)pixels + i);
  uint8_t bytes __attribute__((vector_size(16)));
  memcpy(&bytes, (const uint8_t *)pixels + i, sizeof bytes);
  return __builtin_convertvector(bytes, vector);
}

/** Returns x · l [· scale] − softplus(l), and gives the slope. */
INLINE vector bernoulli_vector(const Bernoulli *b, vector l, vector x, int is_scaled, vector *slope) {
  vector e = exponential(negative(absolute(l))), s = sigmoid_by(l, e), product = x * l;
  *slope = is_scaled ? s * b->factor + x * b->shift : s - x;
  return (is_scaled ? product * b->scale : product) - softplus_by(l, e);
}

INLINE void bernoulli_row(const Bernoulli *b, size_t row, size_t columns, int is_bytes, int is_scaled) {
  const size_t start = row * columns, end = start + columns;
  vector sum = splat(0), slope;
  size_t i = start;
  for (; i + LANES <= end; i += LANES) {
    sum += bernoulli_vector(b, load(b->logits + i), load_pixels(b->pixels, i, is_bytes), is_scaled, &slope);
    store(b->slope + i, slope);
  }
  size_t rest = end - i;
  if (rest) {
    float x[LANES] = {0}, values[LANES];
    convert(x, is_bytes ? UINT8 : FLOAT, b->pixels, (int64_t)i, rest);
    store(values, bernoulli_vector(b, load_part(b->logits + i, rest, 0), load(x), is_scaled, &slope));
    memcpy(b->slope + i, &slope, rest * sizeof(float));
    sum += load_part(values, rest, 0);
  }
  b->log_likelihood[row] = fold_sum(sum);
}

static void bernoulli(void *of, size_t number) {
  const Job *job = of;
  const int16_t *roles = job->program->roles;
  const Source *pixels = &job->sources[roles[PIXELS]];
  int is_bytes = pixels->type == UINT8, is_scaled = roles[SCALE] >= 0;
  Bernoulli b = {
      .logits = floats_of(job, roles[LOGITS]),
      .pixels = (const char *)pixels->data + pixels->offset * (is_bytes ? 1 : 4),
      .log_likelihood = job->results[roles[LOG_LIKELIHOOD]],
      .slope = job->results[roles[SLOPE]],
      .scale = splat(is_scaled ? uniform_of(job, roles[SCALE]) : 1),
      .factor = splat(is_scaled ? uniform_of(job, roles[FACTOR]) : 1),
      .shift = splat(is_scaled ? uniform_of(job, roles[SHIFT]) : 0),
  };
  size_t rows = (size_t)(job->blocks_of_piece / job->blocks_of_row * job->rows_of_block);
  size_t row = number * rows, end = row + rows, columns = (size_t)job->columns;
  if (end > (size_t)job->rows) end = (size_t)job->rows;
  for (; row < end; row++) {
    if (is_bytes && is_scaled) bernoulli_row(&b, row, columns, 1, 1);
    else if (is_bytes) bernoulli_row(&b, row, columns, 1, 0);
    else if (is_scaled) bernoulli_row(&b, row, columns, 0, 1);
    else bernoulli_row(&b, row, columns, 0, 0);
  }
}
#endif
