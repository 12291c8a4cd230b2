// A block: where its instructions read and write, and running them.
#ifndef LATENTLAB_BLOCKS_H
#define LATENTLAB_BLOCKS_H
#include "chain.h"
#include "elementwise.h"
#include <stdlib.h>

/** Floats on the stack; programs that need more take memory. */
enum { LOCAL = 24 * PADDED };

/** What a piece works with. */
typedef struct {
  Job *job;
  const Program *program;
  Operand *slots;
  float *copies; // PADDED floats for each input, then for each register, then for each result of kind EACH
  int64_t *repeated;
  int64_t row, column; // where the block begins
  size_t rows, width;  // its rows, and columns of each
} Piece;

static float *copy_of_input(const Piece *piece, int input) { return piece->copies + (size_t)input * PADDED; }

static float *copy_of_slot(const Piece *piece, int slot) {
  return piece->copies + (size_t)(slot - piece->program->constant_count) * PADDED;
}

static void convert(float *to, int type, const void *data, int64_t at, size_t count) {
  if (type == FLOAT) {
    memcpy(to, (const float *)data + at, count * sizeof *to);
  } else if (type == INT64) {
    const int64_t *from = (const int64_t *)data + at;
    for (size_t i = 0; i < count; i++) to[i] = (float)from[i];
  } else if (type == BOOL) {
    const uint8_t *from = (const uint8_t *)data + at;
    for (size_t i = 0; i < count; i++) to[i] = from[i] != 0;
  } else {
    const uint8_t *from = (const uint8_t *)data + at;
    for (size_t i = 0; i < count; i++) to[i] = from[i];
  }
}

/** Element of an input where a row begins. */
static int64_t start_of_row(const Job *job, const Source *source, int64_t row) {
  int64_t at = source->offset;
  for (int d = job->rank - 2; d >= 0; d--) {
    at += row % job->sizes[d] * source->strides[d];
    row /= job->sizes[d];
  }
  return at;
}

static void splat_element(float *to, const Source *source, int64_t at, size_t count) {
  float x;
  convert(&x, source->type, source->data, at, 1);
  for (size_t i = 0; i < count; i++) to[i] = x;
}

/** Elements that are neither one nor neighbours: an outer dimension is the inner one where that has a single index. */
static void gather_apart(float *to, const Source *source, int64_t at, int64_t stride, size_t count) {
  for (size_t i = 0; i < count; i++) convert(to + i, source->type, source->data, at + (int64_t)i * stride, 1);
}

static void gather_rows(const Piece *piece, const Source *source, float *to) {
  int64_t stride = source->strides[piece->job->rank - 1];
  for (size_t r = 0; r < piece->rows; r++, to += piece->width) {
    int64_t at = start_of_row(piece->job, source, piece->row + (int64_t)r);
    if (stride == 0) splat_element(to, source, at, piece->width);
    else if (stride == 1) convert(to, source->type, source->data, at + piece->column, piece->width);
    else gather_apart(to, source, at + piece->column * stride, stride, piece->width);
  }
}

/** Where a block of an input begins if it can be read where it is, in whole vectors; else NULL. */
static const float *readable(const Piece *piece, const Source *source) {
  if (source->type != FLOAT) return NULL;
  int64_t at;
  if (source->access == FLAT) at = source->offset + piece->row * piece->job->columns + piece->column;
  else if (piece->rows == 1 && source->strides[piece->job->rank - 1] == 1)
    at = start_of_row(piece->job, source, piece->row) + piece->column;
  else return NULL;
  size_t count = piece->rows * piece->width, whole = (count + LANES - 1) / LANES * LANES;
  return (uint64_t)at + whole <= (uint64_t)source->elements ? (const float *)source->data + at : NULL;
}

static void set_input(Piece *piece, int input) {
  const Source *source = &piece->job->sources[input];
  if (source->access == UNIFORM) return;
  const float *there = readable(piece, source);
  float *copy = copy_of_input(piece, input);
  piece->slots[input].at = there ? there : copy;
  if (there) return;
  // Rows that are all the same stay from the block before, where that was not smaller.
  if (source->is_repeated && piece->rows > 1 && piece->repeated[input] >= (int64_t)piece->rows) return;
  gather_rows(piece, source, copy);
  piece->repeated[input] = (int64_t)piece->rows;
}

static float *memory_of(const Piece *piece, const Output *out) {
  const Job *job = piece->job;
  return job->results[out - piece->program->outputs] + piece->row * job->columns + piece->column;
}

/** Computes the block. What is no whole number of vectors is computed beside the results and copied. */
static void run_block(Piece *piece) {
  const Program *p = piece->program;
  size_t count = piece->rows * piece->width;
  int is_ragged = count % LANES != 0;
  for (int i = 0; i < p->input_count; i++) set_input(piece, i);
  for (int k = 0; k < p->output_count; k++) {
    const Output *out = &p->outputs[k];
    if (out->kind == EACH)
      piece->slots[out->slot].at = is_ragged ? copy_of_slot(piece, out->slot) : memory_of(piece, out);
  }
  size_t vectors = (count + LANES - 1) / LANES;
  Operand *slots = piece->slots;
  for (int i = 0; i < p->instruction_count; i++) {
    const Instruction *code = &p->code[i];
    operations[code->operation]((float *)slots[code->to].at, &slots[code->a], &slots[code->b], &slots[code->c],
                                vectors);
  }
  if (!is_ragged) return;
  for (int k = 0; k < p->output_count; k++) {
    const Output *out = &p->outputs[k];
    if (out->kind == EACH) memcpy(memory_of(piece, out), slots[out->slot].at, count * sizeof(float));
  }
}

static size_t floats_of_piece(const Program *p) { return (size_t)(p->slot_count - p->constant_count) * PADDED; }

/** Slots that stay the same for all blocks of a piece. */
static void set_slots(Piece *piece) {
  const Program *p = piece->program;
  for (int s = 0; s < p->slot_count; s++) piece->slots[s].step = LANES;
  for (int c = 0; c < p->constant_count; c++) piece->slots[p->input_count + c] = (Operand){p->constants + c * LANES, 0};
  for (int r = 0; r < p->register_count; r++)
    piece->slots[register_slot(p) + r].at = copy_of_slot(piece, register_slot(p) + r);
  for (int i = 0; i < p->input_count; i++) {
    const Source *source = &piece->job->sources[i];
    piece->repeated[i] = 0;
    if (source->access != UNIFORM) continue;
    float *copy = copy_of_input(piece, i);
    splat_element(copy, source, source->offset, LANES);
    piece->slots[i] = (Operand){copy, 0};
  }
}
#endif
