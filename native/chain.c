// One run: checks of the tensors, results, and the pieces on whatever threads there are.
#include "chain.h"
#include "denormals.h"
#include "level.h"
#include <stdlib.h>
#include <string.h>

/** In additions: below what a second thread costs more than it saves. */
enum { SMALL = 100000 };

static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

static const char *find_sizes(const Program *p, const Call *call, int64_t *sizes) {
  memcpy(sizes, p->sizes, sizeof p->sizes);
  if (sizes[0] < 0)
    for (int i = 0; i < p->input_count && sizes[0] < 0; i++)
      if (p->inputs[i].strides[0] > 0) sizes[0] = (int64_t)call->tensors[i].elements / p->inputs[i].strides[0];
  int64_t total = 1;
  for (int d = 0; d < p->rank; d++) {
    if (sizes[d] > MOST_ELEMENTS || (sizes[d] && total > MOST_ELEMENTS / sizes[d]))
      return "the space has too many elements";
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

#define TASK(name)                                                                                                     \
  static void run_##name(void *job, size_t piece) {                                                                    \
    Denormals before = flush_denormals();                                                                              \
    levels[level]->name(job, piece);                                                                                   \
    restore_denormals(before);                                                                                         \
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
  return 1;
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
  int64_t work = job->rows * job->columns * most(1, job->program->cost);
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
