// Adam and AdamW in one pass.
#ifndef LATENTLAB_ADAM_H
#define LATENTLAB_ADAM_H
#include "dedicated.h"

typedef struct {
  const float *theta, *first, *second, *gradient;
  float *new_theta, *new_first, *new_second;
  vector beta1, beta2, size, epsilon, keep;
} Adam;

INLINE void adam_vector(const Adam *a, vector theta, vector m, vector v, vector g, int has_keep, vector out[3]) {
  out[1] = m * a->beta1 + g;
  out[2] = v * a->beta2 + g * g;
  vector change = out[1] / (square_root(out[2]) + a->epsilon) * a->size;
  out[0] = (has_keep ? theta * a->keep : theta) - change;
}

INLINE void adam_range(const Adam *a, size_t begin, size_t end, int has_keep) {
  vector out[3];
  size_t i = begin;
  for (; i + LANES <= end; i += LANES) {
    adam_vector(a, load(a->theta + i), load(a->first + i), load(a->second + i), load(a->gradient + i), has_keep, out);
    store(a->new_theta + i, out[0]);
    store(a->new_first + i, out[1]);
    store(a->new_second + i, out[2]);
  }
  size_t rest = end - i;
  if (!rest) return;
  adam_vector(a, load_part(a->theta + i, rest, 0), load_part(a->first + i, rest, 0), load_part(a->second + i, rest, 0),
              load_part(a->gradient + i, rest, 0), has_keep, out);
  memcpy(a->new_theta + i, &out[0], rest * sizeof(float));
  memcpy(a->new_first + i, &out[1], rest * sizeof(float));
  memcpy(a->new_second + i, &out[2], rest * sizeof(float));
}

static void adam(void *of, size_t number) {
  const Job *job = of;
  const int16_t *roles = job->program->roles;
  Adam a = {
      .theta = floats_of(job, roles[THETA]),
      .first = floats_of(job, roles[FIRST]),
      .second = floats_of(job, roles[SECOND]),
      .gradient = floats_of(job, roles[GRADIENT]),
      .new_theta = job->results[roles[NEW_THETA]],
      .new_first = job->results[roles[NEW_FIRST]],
      .new_second = job->results[roles[NEW_SECOND]],
      .beta1 = splat(uniform_of(job, roles[BETA1])),
      .beta2 = splat(uniform_of(job, roles[BETA2])),
      .size = splat(uniform_of(job, roles[SIZE])),
      .epsilon = splat(uniform_of(job, roles[EPSILON])),
  };
  size_t length = (size_t)job->blocks_of_piece * BLOCK, begin = number * length, end = begin + length;
  if (end > (size_t)job->columns) end = (size_t)job->columns;
  if (roles[KEEP] < 0) {
    adam_range(&a, begin, end, 0);
  } else {
    a.keep = splat(uniform_of(job, roles[KEEP]));
    adam_range(&a, begin, end, 1);
  }
}
#endif
