// How a run is cut: dimensions joined, blocks, pieces.
#include "chain.h"

enum { LEAST_OF_PIECE = 4096, MOST_OF_PIECE = 16384, MOST_SEGMENTS = 64, MOST_PARTIALS = 256 };

/** In additions: what a piece should cost. */
enum { COST_OF_PIECE = 98304 };

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t ceiling(int64_t a, int64_t b) { return a / b + (a % b != 0); }

/** Whether dimension d continues dimension d - 1 for every input. */
static int joins(const Program *p, const int64_t *sizes, int before, int d) {
  for (int i = 0; i < p->input_count; i++) {
    int64_t whole;
    if (__builtin_mul_overflow(p->inputs[i].strides[d], sizes[d], &whole)) return 0;
    if (p->inputs[i].strides[before] != whole) return 0;
  }
  return 1;
}

void join_dimensions(Job *job, const int64_t *sizes) {
  const Program *p = job->program;
  int has_inner = p->family == ROW_SUM || p->family == COLUMN_SUM;
  int before = -1; // dimension of the program that the last one of the job ends with
  for (int d = 0; d < p->rank; d++) {
    int is_inner = d == p->rank - 1 && has_inner;
    if (sizes[d] == 1 && !is_inner) continue;
    if (before >= 0 && !is_inner && joins(p, sizes, before, d)) job->sizes[job->rank - 1] *= sizes[d];
    else job->sizes[job->rank++] = sizes[d];
    for (int i = 0; i < p->input_count; i++) job->sources[i].strides[job->rank - 1] = p->inputs[i].strides[d];
    before = d;
  }
  if (job->rank == 0) job->sizes[job->rank++] = 1;
  job->columns = job->sizes[job->rank - 1];
  job->rows = 1;
  for (int d = 0; d < job->rank - 1; d++) job->rows *= job->sizes[d];
}

static void find_access(const Job *job, Source *source) {
  int64_t expected = 1;
  int flat = 1, uniform = 1;
  source->is_repeated = 1;
  for (int d = job->rank - 1; d >= 0; d--) {
    if (job->sizes[d] != 1) {
      flat &= source->strides[d] == expected;
      uniform &= source->strides[d] == 0;
      if (d < job->rank - 1) source->is_repeated &= source->strides[d] == 0;
    }
    expected *= job->sizes[d];
  }
  source->is_contiguous = flat;
  source->access = uniform ? UNIFORM : flat && source->type == FLOAT ? FLAT : GATHERED;
}

void set_sources(Job *job, const Call *call) {
  const Program *p = job->program;
  for (int i = 0; i < p->input_count; i++) {
    Source *source = &job->sources[i];
    source->type = p->inputs[i].type;
    source->data = call->tensors[i].data;
    source->offset = p->inputs[i].offset;
    source->elements = (int64_t)call->tensors[i].elements;
    find_access(job, source);
  }
}

/** Pieces and blocks depend on nothing but the space and the program, so sums do not depend on threads. */
void cut(Job *job) {
  int family = job->program->family;
  int64_t columns = job->columns;
  int64_t elements = least(MOST_OF_PIECE, most(LEAST_OF_PIECE, COST_OF_PIECE / most(1, job->program->cost)));
  job->rows_of_block = columns <= BLOCK ? most(1, BLOCK / columns) : 1;
  // Sixteen rows of few columns are whole vectors.
  if (family == COLUMN_SUM && columns <= BLOCK / 16) job->rows_of_block -= job->rows_of_block % 16;
  job->rows_of_block = least(job->rows_of_block, job->rows);
  job->blocks_of_row = ceiling(columns, BLOCK);
  job->blocks = job->blocks_of_row * ceiling(job->rows, job->rows_of_block);
  if (family == COLUMN_SUM) {
    int64_t rows = most(elements / least(columns, BLOCK), ceiling(job->rows, MOST_SEGMENTS));
    job->rows_of_segment = ceiling(rows, job->rows_of_block) * job->rows_of_block;
    job->segments = ceiling(job->rows, job->rows_of_segment);
    job->pieces = (size_t)(job->segments * job->blocks_of_row);
    return;
  }
  int64_t elements_of_block = job->rows_of_block * least(columns, BLOCK);
  int64_t blocks = ceiling(elements, elements_of_block);
  if (family == WHOLE_SUM) blocks = most(blocks, ceiling(job->blocks, MOST_PARTIALS));
  if (family == ROW_SUM) blocks = ceiling(blocks, job->blocks_of_row) * job->blocks_of_row;
  job->blocks_of_piece = blocks;
  job->pieces = (size_t)ceiling(job->blocks, blocks);
}
