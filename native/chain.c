#include "chain.h"
#include "denormals.h"
#include "level.h"
#include <stdlib.h>
#include <string.h>

enum { ELEMENTS_OF_PIECE = 16384, MOST_SEGMENTS = 64, MOST_PARTIALS = 256 };

/** Element operations below which a second thread costs more than it saves. */
enum { SMALL = 65536 };

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t ceiling(int64_t a, int64_t b) { return a / b + (a % b != 0); }

static const char *find_sizes(const Program *p, const Call *call, int64_t *sizes) {
  memcpy(sizes, p->sizes, sizeof p->sizes);
  if (sizes[0] < 0)
    for (int i = 0; i < p->input_count && sizes[0] < 0; i++)
      if (p->inputs[i].strides[0] > 0) sizes[0] = (int64_t)call->tensors[i].elements / p->inputs[i].strides[0];
  int64_t total = 1;
  for (int d = 0; d < p->rank; d++) {
    if (sizes[d] > MOST_ELEMENTS || (sizes[d] && total > MOST_ELEMENTS / sizes[d])) return "the space has too many elements";
    total *= sizes[d];
  }
  return NULL;
}

static int is_empty(const int64_t *sizes, int rank) {
  for (int d = 0; d < rank; d++)
    if (!sizes[d]) return 1;
  return 0;
}

static const char *check_tensors(const Program *p, const Call *call, const int64_t *sizes) {
  for (int i = 0; i < p->input_count; i++) {
    const Input *in = &p->inputs[i];
    const Tensor *tensor = &call->tensors[i];
    if (tensor->type != in->type) return "an input is of another type than the program says";
    if (is_empty(sizes, p->rank)) continue;
    int64_t last = in->offset;
    for (int d = 0; d < p->rank; d++) {
      int64_t way;
      if (__builtin_mul_overflow(sizes[d] - 1, in->strides[d], &way) || __builtin_add_overflow(last, way, &last))
        return "an input is smaller than the program reads";
    }
    if ((uint64_t)last >= tensor->elements) return "an input is smaller than the program reads";
  }
  return NULL;
}

static size_t width_of(int type) { return type == FLOAT ? 4 : type == INT64 ? 8 : 1; }

/** What is overwritten must be nobody else's. */
static const char *check_targets(const Program *p, const Call *call) {
  for (int k = 0; k < p->output_count; k++) {
    int target = p->outputs[k].target;
    if (target < 0) continue;
    uintptr_t low = (uintptr_t)call->tensors[target].data, high = low + 4 * call->tensors[target].elements;
    for (int i = 0; i < p->input_count; i++) {
      uintptr_t from = (uintptr_t)call->tensors[i].data;
      uintptr_t to = from + width_of(call->tensors[i].type) * call->tensors[i].elements;
      if (i != target && from < high && low < to) return "an input that is overwritten is also another input";
    }
  }
  return NULL;
}

/** Whether dimension d continues dimension d - 1 for every input. */
static int joins(const Program *p, const int64_t *sizes, int before, int d) {
  for (int i = 0; i < p->input_count; i++) {
    int64_t whole;
    if (__builtin_mul_overflow(p->inputs[i].strides[d], sizes[d], &whole)) return 0;
    if (p->inputs[i].strides[before] != whole) return 0;
  }
  return 1;
}

static void join_dimensions(Job *job, const int64_t *sizes) {
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

static void set_sources(Job *job, const Call *call) {
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
static void cut(Job *job) {
  int family = job->program->family;
  int64_t columns = job->columns;
  job->rows_of_block = columns <= BLOCK ? most(1, BLOCK / columns) : 1;
  // Sixteen rows of few columns are whole vectors.
  if (family == COLUMN_SUM && columns <= BLOCK / 16) job->rows_of_block -= job->rows_of_block % 16;
  job->rows_of_block = least(job->rows_of_block, job->rows);
  job->blocks_of_row = ceiling(columns, BLOCK);
  job->blocks = job->blocks_of_row * ceiling(job->rows, job->rows_of_block);
  if (family == COLUMN_SUM) {
    int64_t rows = most(ELEMENTS_OF_PIECE / least(columns, BLOCK), ceiling(job->rows, MOST_SEGMENTS));
    job->rows_of_segment = ceiling(rows, job->rows_of_block) * job->rows_of_block;
    job->segments = ceiling(job->rows, job->rows_of_segment);
    job->pieces = (size_t)(job->segments * job->blocks_of_row);
    return;
  }
  int64_t elements_of_block = job->rows_of_block * least(columns, BLOCK);
  int64_t blocks = ceiling(ELEMENTS_OF_PIECE, elements_of_block);
  if (family == WHOLE_SUM) blocks = most(blocks, ceiling(job->blocks, MOST_PARTIALS));
  if (family == ROW_SUM) blocks = ceiling(blocks, job->blocks_of_row) * job->blocks_of_row;
  job->blocks_of_piece = blocks;
  job->pieces = (size_t)ceiling(job->blocks, blocks);
}

static int64_t size_of_result(const Job *job, int kind) {
  if (kind == WHOLE_SUM) return 1;
  if (kind == COLUMN_SUM) return job->columns;
  return kind == EACH ? job->rows * job->columns : job->rows;
}

static const char *place_result(const Job *job, const Output *out, int index, Call *call, float **memory) {
  int64_t shape[MAX_RANK], total = 1, expected = size_of_result(job, out->kind);
  memcpy(shape, out->shape, sizeof shape);
  int open = out->rank > 0 && shape[0] < 0;
  for (int d = open; d < out->rank; d++) total *= shape[d];
  if (open && expected % total == 0) shape[0] = expected / total;
  else if (open || total != expected) return "an output is of another size than its result";
  *memory = call->result(call->context, index, shape, out->rank);
  return *memory || expected == 0 ? NULL : "an output has no memory";
}

static const char *place_results(Job *job, Call *call) {
  const Program *p = job->program;
  int index = 0;
  for (int k = 0; k < p->output_count; k++) {
    const Output *out = &p->outputs[k];
    if (out->target >= 0) {
      job->results[k] = call->tensors[out->target].data;
      continue;
    }
    const char *error = place_result(job, out, index++, call, &job->results[k]);
    if (error) return error;
  }
  if (!p->has_token) return NULL;
  float *token = call->result(call->context, index, (int64_t[]){1}, 1);
  if (!token) return "the token has no memory";
  *token = 0;
  return NULL;
}

static void reduce_nothing(Job *job) {
  for (int k = 0; k < job->program->output_count; k++) {
    int kind = job->program->outputs[k].kind;
    if (kind == EACH) continue;
    int64_t count = size_of_result(job, kind);
    for (int64_t i = 0; i < count; i++) job->results[k][i] = kind == ROW_MAXIMUM ? -__builtin_inff() : 0;
  }
}

#define TASK(name)                          \
  static void run_##name(void *job, size_t piece) { \
    Denormals before = flush_denormals();   \
    levels[level]->name(job, piece);        \
    restore_denormals(before);              \
  }
TASK(rows)
TASK(columns)
TASK(adam)
TASK(bernoulli)

static int is_uniform(const Job *job, int slot) {
  return slot < 0 || slot >= job->program->input_count || job->sources[slot].access == UNIFORM;
}

static int is_flat(const Job *job, int slot) {
  return slot < job->program->input_count && job->sources[slot].access == FLAT;
}

/** Whether the inputs have the layout that the dedicated kernel of the program wants. */
static int fits_adam(const Job *job) {
  const int16_t *roles = job->program->roles;
  for (int role = THETA; role <= GRADIENT; role++)
    if (!is_flat(job, roles[role])) return 0;
  for (int role = BETA1; role <= KEEP; role++)
    if (!is_uniform(job, roles[role])) return 0;
  return job->rows == 1;
}

static int fits_bernoulli(const Job *job) {
  const int16_t *roles = job->program->roles;
  if (!is_flat(job, roles[LOGITS]) || roles[PIXELS] >= job->program->input_count) return 0;
  const Source *pixels = &job->sources[roles[PIXELS]];
  if (!pixels->is_contiguous || (pixels->type != FLOAT && pixels->type != UINT8)) return 0;
  return is_uniform(job, roles[SCALE]) && is_uniform(job, roles[FACTOR]);
}

typedef void Task(void *job, size_t piece);

static Task *task_of(const Job *job) {
  const Program *p = job->program;
  if (p->dedicated == ADAM && fits_adam(job)) return run_adam;
  if (p->dedicated == BERNOULLI && fits_bernoulli(job)) return run_bernoulli;
  return p->family == COLUMN_SUM ? run_columns : run_rows;
}

/** Sums of pieces are added in the order of the pieces. */
static void add_partials(Job *job) {
  int family = job->program->family;
  int64_t width = family == COLUMN_SUM ? job->columns : 1;
  int64_t count = family == COLUMN_SUM ? job->segments : (int64_t)job->pieces;
  Denormals before = flush_denormals();
  for (int k = 0; k < job->program->output_count; k++) {
    const float *from = job->partials[k];
    if (!from) continue;
    float *to = job->results[k];
    memcpy(to, from, (size_t)width * sizeof *to);
    for (int64_t s = 1; s < count; s++)
      for (int64_t i = 0; i < width; i++) to[i] += from[s * width + i];
  }
  restore_denormals(before);
}

static int allocate_partials(Job *job, float **all) {
  const Program *p = job->program;
  int family = p->family;
  *all = NULL;
  if (family != COLUMN_SUM && family != WHOLE_SUM) return 1;
  size_t each = family == COLUMN_SUM ? (size_t)(job->segments * job->columns) : job->pieces;
  *all = malloc(sizeof(float) * each * (size_t)p->output_count);
  for (int k = 0; *all && k < p->output_count; k++)
    if (p->outputs[k].kind == family) job->partials[k] = *all + each * (size_t)k;
  return *all != NULL;
}

static void run_pieces(Job *job, Call *call) {
  Task *task = task_of(job);
  int64_t work = job->rows * job->columns * most(1, job->program->instruction_count);
  if (job->pieces > 1 && work >= SMALL) call->parallel(call->context, task, job->pieces, job);
  else
    for (size_t piece = 0; piece < job->pieces; piece++) task(job, piece);
}

const char *chain_run(const Program *program, Call *call) {
  int64_t sizes[MAX_RANK];
  Job job = {.program = program};
  const char *error = find_sizes(program, call, sizes);
  if (!error) error = check_tensors(program, call, sizes);
  if (!error) error = check_targets(program, call);
  if (error) return error;
  join_dimensions(&job, sizes);
  set_sources(&job, call);
  error = place_results(&job, call);
  if (error) return error;
  if (is_empty(sizes, program->rank)) {
    reduce_nothing(&job);
    return NULL;
  }
  cut(&job);
  float *partials;
  if (!allocate_partials(&job, &partials)) return "out of memory";
  run_pieces(&job, call);
  if (partials) add_partials(&job);
  free(partials);
  return job.failed ? "out of memory" : NULL;
}
