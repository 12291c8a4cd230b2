// What dedicated kernels share: reading the inputs that play a role.
#ifndef LATENTLAB_DEDICATED_H
#define LATENTLAB_DEDICATED_H
#include "blocks.h"
#include "reductions.h"

static const float *floats_of(const Job *job, int slot) {
  return (const float *)job->sources[slot].data + job->sources[slot].offset;
}

/** A constant, or the one element of an input. */
static float uniform_of(const Job *job, int slot) {
  const Program *p = job->program;
  float x;
  if (slot >= p->input_count) return p->constants[(slot - p->input_count) * LANES];
  convert(&x, job->sources[slot].type, job->sources[slot].data, job->sources[slot].offset, 1);
  return x;
}
#endif
