// Processor time of dedicated kernels and of the interpreter, in place, on one thread: measure [TURNS]
#include "../denormals.h"
#include "../library.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void *latentlab_register(const void *base, void *options) { return (void)base, (void)options, NULL; }

typedef struct {
  const char *name;
  int rank, inputs, scalars, results; // inputs before scalars, then those with one element
  int64_t code[60], outputs[9];
  int code_count, outputs_count, is_bytes;
} Measured;

static const Measured all[] = {
    {"Adam",
     1,
     4,
     2,
     1,
     {22, 6, 1, -1, 0, 20, 6, 6, 3, 0, 22, 7, 3, 3, 0, 22, 8, 2, -2, 0, 20, 7, 8, 7, 0,
      7,  8, 7, 0,  0, 20, 8, 8, 5, 0, 23, 8, 6, 8, 0, 22, 8, 8, 4,  0, 21, 8, 0, 8, 0},
     {0, 8, 0, 0, 6, 1, 0, 7, 2},
     50,
     9,
     0},
    {"AdamW",
     1,
     4,
     3,
     1,
     {22, 7, 1,  -1, 0, 20, 7, 7,  3, 0, 22, 8, 3,  3, 0, 22, 9, 2,  -2, 0, 20, 8, 9,  8, 0,  7, 9, 8,
      0,  0, 20, 9,  9, 5,  0, 23, 9, 7, 9,  0, 22, 9, 9, 4,  0, 22, 10, 0, 6,  0, 21, 9, 10, 9, 0},
     {0, 9, 0, 0, 7, 1, 0, 8, 2},
     55,
     9,
     0},
    {"SGD", 1, 2, 1, 1, {22, 3, 1, 2, 0, 21, 3, 0, 3, 0}, {0, 3, 0}, 10, 3, 0},
    {"Bernoulli",
     2,
     2,
     0,
     2,
     {22, 2, 1, 0, 0, 22, 2, 2, -3, 0, 10, 3, 0,  0, 0, 21, 2, 2, 3, 0,
      9,  3, 0, 0, 0, 22, 3, 3, -4, 0, 22, 4, 1, -5, 0, 20, 3, 3, 4, 0},
     {1, 2, -1, 0, 3, -1},
     40,
     6,
     1},
};
static const float constants[] = {0.9f, 0.999f, 1.0f / 255, 1.0f / 128, -1.0f / (255 * 128)};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static double measure(const Measured *m, int64_t rows, int64_t columns, int plain, int turns) {
  int64_t space[] = {rows, columns}, inputs[40], shapes[] = {1, rows, 2, rows, columns};
  size_t count = (size_t)(rows * columns), at = 0;
  Tensor tensors[8];
  for (int i = 0; i < m->inputs + m->scalars; i++) {
    int is_scalar = i >= m->inputs, is_bytes = m->is_bytes && i == 1;
    size_t elements = is_scalar ? 1 : count;
    inputs[at++] = is_bytes ? UINT8 : FLOAT, inputs[at++] = 0;
    if (m->rank == 2) inputs[at++] = is_scalar ? 0 : columns;
    inputs[at++] = !is_scalar;
    tensors[i] = (Tensor){aligned_alloc(64, (elements * 4 + 63) / 64 * 64), elements, is_bytes ? UINT8 : FLOAT};
    for (size_t k = 0; k < elements; k++)
      if (is_bytes) ((uint8_t *)tensors[i].data)[k] = (uint8_t)(k * 7);
      else ((float *)tensors[i].data)[k] = is_scalar ? 1e-3f : 1e-3f * (float)(k % 97) + 0.01f;
  }
  float *results[] = {malloc(rows * 4 + 4), malloc(count * 4)};
  size_t capacities[] = {(size_t)rows, count};
  Description d = {.space = m->rank == 1 ? space + 1 : space,
                   .space_count = (size_t)m->rank,
                   .inputs = inputs,
                   .inputs_count = at,
                   .code = m->code,
                   .code_count = (size_t)m->code_count,
                   .outputs = m->outputs,
                   .outputs_count = (size_t)m->outputs_count,
                   .shapes = shapes,
                   .shapes_count = m->rank == 1 ? 0 : 5,
                   .constants = constants,
                   .constants_count = 4,
                   .plain = plain};
  double best = 1e9;
  char error[100];
  for (int turn = 0; turn < turns; turn++) {
    double start = now();
    if (latentlab_run_chain(&d, tensors, (size_t)(m->inputs + m->scalars), results, capacities, (size_t)m->results,
                            error, sizeof error))
      puts(error), exit(1);
    double took = now() - start;
    if (took < best) best = took;
  }
  for (int i = 0; i < m->inputs + m->scalars; i++) free(tensors[i].data);
  free(results[0]), free(results[1]);
  return best;
}

int main(int argc, char **argv) {
  int turns = argc > 1 ? atoi(argv[1]) : 60;
  static const int64_t sizes[4][2] = {{1, 425284}, {1, 1316824}, {1, 3632824}, {1, 100000}};
  static const int64_t batches[4][2] = {{20, 784}, {128, 784}, {512, 784}, {128, 500}};
  latentlab_flush_denormals();
  for (int number = 0; number <= 3; number++) {
    if (!latentlab_set_level(number)) continue;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
      for (int s = 0; s < 4; s++) {
        const int64_t *size = all[k].rank == 1 ? sizes[s] : batches[s];
        double interpreted = measure(&all[k], size[0], size[1], 1, turns),
               chosen = measure(&all[k], size[0], size[1], 0, turns);
        printf("level %d %-9s %4lld x %-8lld interpreted %.4f ms, dedicated %.4f ms\n", number, all[k].name,
               (long long)size[0], (long long)size[1], interpreted, chosen);
      }
  }
  int64_t counts[3];
  latentlab_counts(counts);
}
