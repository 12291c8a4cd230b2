// What the library exports besides its operator.
#include "library.h"
#include "chain.h"
#include "denormals.h"
#include "level.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

static int64_t kernels_created[3];

void count_kernel(const Program *program) {
  __atomic_add_fetch(&kernels_created[program->dedicated], 1, __ATOMIC_RELAXED);
}

const char *latentlab_version(void) { return VERSION; }

int latentlab_level(void) { return level; }

int latentlab_set_level(int number) {
  if (!is_available(number)) return 0;
  level = number;
  return 1;
}

void latentlab_flush_denormals(void) { flush_denormals(); }

void latentlab_counts(int64_t counts[3]) {
  for (int i = 0; i < 3; i++) counts[i] = __atomic_load_n(&kernels_created[i], __ATOMIC_RELAXED);
}

typedef struct {
  float *const *results;
  const size_t *capacities;
  size_t count;
} Lent;

static float *lent_result(void *context, int index, const int64_t *shape, int rank) {
  const Lent *lent = context;
  uint64_t elements = 1;
  for (int d = 0; d < rank; d++) elements *= (uint64_t)shape[d];
  if ((size_t)index >= lent->count || lent->capacities[index] < elements) return NULL;
  return lent->results[index];
}

static void in_sequence(void *context, void (*task)(void *job, size_t piece), size_t count, void *job) {
  (void)context;
  for (size_t piece = 0; piece < count; piece++) task(job, piece);
}

int latentlab_run_chain(const Description *description, const Tensor *tensors, size_t tensor_count,
                        float *const *results, const size_t *capacities, size_t result_count, char *error,
                        size_t error_size) {
  const char *wrong = NULL;
  Program *program = program_make(description, &wrong);
  int code = program ? 0 : 1;
  if (program) count_kernel(program);
  if (program && tensor_count < (size_t)program->input_count) wrong = "inputs are missing", code = 2;
  if (!code) {
    Lent lent = {results, capacities, result_count};
    Call call = {.context = &lent, .result = lent_result, .parallel = in_sequence};
    memcpy(call.tensors, tensors, sizeof *tensors * (size_t)program->input_count);
    wrong = chain_run(program, &call);
    code = wrong ? 2 : 0;
  }
  program_free(program);
  if (error_size) snprintf(error, error_size, "%s", wrong ? wrong : "");
  return code;
}
