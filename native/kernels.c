// Everything that computes, compiled once for each instruction set: LEVEL names the table of its functions.
#include "adam.h"
#include "bernoulli.h"
#include "blocks.h"
#include "level.h"
#include "reductions.h"

typedef void Work(Piece *piece, size_t number, float *sums);

/** Calls `work` with registers of its own and `sum_floats` floats for sums; notes where memory is lacking. */
static void with_registers(Job *job, size_t number, size_t sum_floats, Work *work) {
  const Program *p = job->program;
  float local[LOCAL] __attribute__((aligned(64))); // vectors that cross a line of the cache take twice as long
  Operand slots[MAX_INPUTS + MAX_CONSTANTS + MAX_REGISTERS + MAX_OUTPUTS];
  int64_t repeated[MAX_INPUTS];
  size_t needed = floats_of_piece(p) + sum_floats;
  float *taken = needed <= LOCAL ? NULL : malloc((needed + LANES) * sizeof *taken);
  float *memory = taken ? (float *)(((uintptr_t)taken + 63) / 64 * 64) : local;
  if (needed > LOCAL && !taken) {
    __atomic_store_n(&job->failed, 1, __ATOMIC_RELAXED);
    return;
  }
  Piece piece = {.job = job, .program = p, .slots = slots, .copies = memory, .repeated = repeated};
  set_slots(&piece);
  work(&piece, number, memory + floats_of_piece(p));
  free(taken);
}

static void start_lanes(const Piece *piece, float *sums) {
  const Program *p = piece->program;
  for (int k = 0; k < p->output_count; k++)
    store(sums + k * LANES, splat(p->outputs[k].kind == ROW_MAXIMUM ? -INFINITE : 0));
}

/** Row sums and maxima of a block of whole rows, or of the next part of a row. */
static void reduce_rows(const Piece *piece, const Output *out, float *lanes, float *result) {
  const float *values = piece->slots[out->slot].at;
  int is_last = piece->column + (int64_t)piece->width == piece->job->columns;
  int is_sum = out->kind == ROW_SUM;
  for (size_t r = 0; r < piece->rows; r++, values += piece->width) {
    vector start = piece->column ? load(lanes) : splat(is_sum ? 0 : -INFINITE);
    vector end = is_sum ? sum_into(start, values, piece->width) : maximum_into(start, values, piece->width);
    if (is_last) result[piece->row + (int64_t)r] = is_sum ? fold_sum(end) : fold_maximum(end);
    else store(lanes, end);
  }
}

static void reduce_block(Piece *piece, float *sums) {
  const Program *p = piece->program;
  for (int k = 0; k < p->output_count; k++) {
    const Output *out = &p->outputs[k];
    float *lanes = sums + k * LANES;
    if (out->kind == ROW_SUM || out->kind == ROW_MAXIMUM) reduce_rows(piece, out, lanes, piece->job->results[k]);
    if (out->kind == WHOLE_SUM)
      store(lanes, sum_into(load(lanes), piece->slots[out->slot].at, piece->rows * piece->width));
  }
}

static void place_block(Piece *piece, int64_t block) {
  const Job *job = piece->job;
  int64_t last_row = job->rows - block / job->blocks_of_row * job->rows_of_block;
  piece->row = block / job->blocks_of_row * job->rows_of_block;
  piece->column = block % job->blocks_of_row * BLOCK;
  piece->rows = (size_t)(job->rows_of_block < last_row ? job->rows_of_block : last_row);
  int64_t rest = job->columns - piece->column;
  piece->width = (size_t)(rest < BLOCK ? rest : BLOCK);
}

static void work_on_rows(Piece *piece, size_t number, float *sums) {
  const Job *job = piece->job;
  int64_t first = (int64_t)number * job->blocks_of_piece, end = first + job->blocks_of_piece;
  if (end > job->blocks) end = job->blocks;
  start_lanes(piece, sums);
  for (int64_t block = first; block < end; block++) {
    place_block(piece, block);
    run_block(piece);
    reduce_block(piece, sums);
  }
  for (int k = 0; k < piece->program->output_count; k++)
    if (piece->program->outputs[k].kind == WHOLE_SUM) job->partials[k][number] = fold_sum(load(sums + k * LANES));
}

static void rows(void *job, size_t number) { with_registers(job, number, MAX_OUTPUTS * LANES, work_on_rows); }

/** Adds the rows of a block to the sums of its columns; few columns count as sixteen times as many, by row mod 16. */
static void add_columns(const Piece *piece, const float *values, float *sums, int is_narrow) {
  if (is_narrow) {
    size_t period = piece->width * LANES, count = piece->rows * piece->width;
    for (size_t i = 0; i < count; i += period) add_row(sums, values + i, count - i < period ? count - i : period);
  } else {
    for (size_t r = 0; r < piece->rows; r++) add_row(sums, values + r * piece->width, piece->width);
  }
}

static void fold_narrow(float *sums, size_t width) {
  for (int half = LANES / 2; half; half /= 2)
    for (size_t i = 0; i < (size_t)half * width; i++) sums[i] = sums[i] + sums[i + (size_t)half * width];
}

static void work_on_columns(Piece *piece, size_t number, float *sums) {
  const Job *job = piece->job;
  const Program *p = piece->program;
  int64_t segment = (int64_t)number / job->blocks_of_row, part = (int64_t)number % job->blocks_of_row;
  int64_t end = (segment + 1) * job->rows_of_segment;
  if (end > job->rows) end = job->rows;
  int is_narrow = job->columns <= BLOCK / LANES;
  memset(sums, 0, sizeof(float) * BLOCK * (size_t)p->output_count);
  for (int64_t row = segment * job->rows_of_segment; row < end; row += job->rows_of_block) {
    place_block(piece, row / job->rows_of_block * job->blocks_of_row + part);
    run_block(piece);
    for (int k = 0; k < p->output_count; k++)
      if (p->outputs[k].kind == COLUMN_SUM)
        add_columns(piece, piece->slots[p->outputs[k].slot].at, sums + k * BLOCK, is_narrow);
  }
  for (int k = 0; k < p->output_count; k++) {
    if (p->outputs[k].kind != COLUMN_SUM) continue;
    if (is_narrow) fold_narrow(sums + k * BLOCK, piece->width);
    memcpy(job->partials[k] + segment * job->columns + piece->column, sums + k * BLOCK, piece->width * sizeof(float));
  }
}

static void columns(void *job, size_t number) {
  const Job *of = job;
  with_registers(job, number, BLOCK * (size_t)of->program->output_count, work_on_columns);
}

const Level LEVEL = {rows, columns, adam, bernoulli};
