// Reading the attributes, with every check that can be made before the tensors are there.
#include "program.h"
#include "opcodes.h"
#include "steps.h"
#include <stdlib.h>
#include <string.h>

static int fail(Maker *m, const char *error) {
  if (!m->error) m->error = error;
  return 0;
}

static const int8_t arities[MOST_OPERATIONS] = {
#define OPERATION(number, arity, name, value) [number] = arity,
    OPERATIONS
#undef OPERATION
};

static int in_range(int64_t x, int64_t low, int64_t high) { return low <= x && x <= high; }

static int read_space(Maker *m) {
  const Description *given = m->given;
  Program *p = m->program;
  if (!in_range((int64_t)given->space_count, 1, MAX_RANK)) return fail(m, "space: 1 to 8 sizes");
  p->rank = (int)given->space_count;
  int64_t total = 1;
  for (int d = 0; d < p->rank; d++) {
    int64_t size = given->space[d];
    if (!in_range(size, d == 0 ? -1 : 0, MOST_ELEMENTS)) return fail(m, "space: a size is out of range");
    p->sizes[d] = size;
    if (size <= 0) continue;
    if (total > MOST_ELEMENTS / size) return fail(m, "space: too many elements");
    total *= size;
  }
  return 1;
}

static int read_inputs(Maker *m) {
  const Description *given = m->given;
  Program *p = m->program;
  size_t width = 2 + (size_t)p->rank;
  if (given->inputs_count % width) return fail(m, "inputs: type, offset and one stride for each size of the space");
  if (given->inputs_count / width > MAX_INPUTS) return fail(m, "inputs: more than 64");
  p->input_count = (int)(given->inputs_count / width);
  for (int i = 0; i < p->input_count; i++) {
    const int64_t *row = given->inputs + (size_t)i * width;
    if (row[0] != FLOAT && row[0] != UINT8 && row[0] != INT64 && row[0] != BOOL)
      return fail(m, "inputs: type is 1 (float), 2 (uint8), 7 (int64) or 9 (bool)");
    p->inputs[i].type = (int)row[0];
    for (size_t d = 1; d < width; d++)
      if (!in_range(row[d], 0, MOST_ELEMENTS)) return fail(m, "inputs: an offset or stride is out of range");
    p->inputs[i].offset = row[1];
    for (int d = 0; d < p->rank; d++) p->inputs[i].strides[d] = row[2 + d];
    if (row[width - 1] > 1) return fail(m, "inputs: the inner stride is 0 or 1");
  }
  if (p->sizes[0] >= 0) return 1;
  for (int i = 0; i < p->input_count; i++)
    if (p->inputs[i].strides[0] > 0) return 1;
  return fail(m, "space: the size -1 needs an input with an outermost stride above 0");
}

static int read_constants(Maker *m) {
  Program *p = m->program;
  if (m->given->constants_count > MAX_CONSTANTS) return fail(m, "constants: more than 256");
  p->constant_count = (int)m->given->constants_count;
  p->constants = malloc(sizeof(float) * 16 * (size_t)(p->constant_count + 1));
  if (!p->constants) return fail(m, "out of memory");
  for (int i = 0; i < 16 * p->constant_count; i++) p->constants[i] = m->given->constants[i / 16];
  return 1;
}

static int read_operand(Maker *m, int64_t number, Operand *operand) {
  const Program *p = m->program;
  if (number < 0) {
    if (number < -(int64_t)p->constant_count) return fail(m, "code: a constant that is not there");
    *operand = (Operand){CONSTANT, (int)(-1 - number)};
  } else if (number < p->input_count) {
    *operand = (Operand){INPUT, (int)number};
  } else {
    int64_t place = number - p->input_count;
    if (place >= MAX_REGISTERS || m->value_in[place] < 0)
      return fail(m, "code: a register is read before it is written");
    *operand = (Operand){VALUE, m->value_in[place]};
  }
  return 1;
}

static int read_code(Maker *m) {
  const Description *given = m->given;
  Program *p = m->program;
  if (given->code_count % 5) return fail(m, "code: instructions of five numbers");
  if (given->code_count / 5 > MAX_CODE) return fail(m, "code: more than 1024 instructions");
  for (int r = 0; r < MAX_REGISTERS; r++) m->value_in[r] = -1;
  m->first = m->count = MAX_OUTPUTS;
  for (size_t i = 0; i < given->code_count; i += 5) {
    const int64_t *row = given->code + i;
    if (!in_range(row[0], 0, MOST_OPERATIONS - 1) || !arities[row[0]]) return fail(m, "code: no such instruction");
    Step step = {.operation = (int)row[0], .arity = arities[row[0]], .last_use = -1, .slot = -1};
    for (int k = 0; k < step.arity; k++)
      if (!read_operand(m, row[2 + k], &step.from[k])) return 0;
    if (!in_range(row[1], p->input_count, p->input_count + MAX_REGISTERS - 1))
      return fail(m, "code: a destination that is none of 1024 registers");
    m->value_in[row[1] - p->input_count] = m->count;
    m->steps[m->count++] = step;
  }
  return 1;
}

static int is_contiguous(const Program *p, int input) {
  const Input *in = &p->inputs[input];
  int64_t expected = 1;
  if (in->type != FLOAT || in->offset) return 0;
  for (int d = p->rank - 1; d >= 0; d--) {
    if (p->sizes[d] != 1 && in->strides[d] != expected) return 0;
    if (d > 0 && p->sizes[d] > 0) expected *= p->sizes[d];
  }
  return 1;
}

static int read_output(Maker *m, const int64_t *row, Output *out, Operand *result) {
  Program *p = m->program;
  if (!in_range(row[0], EACH, ROW_MAXIMUM)) return fail(m, "outputs: kind is 0 to 4");
  if (!in_range(row[2], -1, p->input_count - 1)) return fail(m, "outputs: a target that is no input");
  out->kind = (int)row[0];
  out->target = (int)row[2];
  int family = out->kind == ROW_MAXIMUM ? ROW_SUM : out->kind;
  if (family != EACH && p->family != EACH && p->family != family) return fail(m, "outputs: reductions of two families");
  if (family != EACH) p->family = family;
  if (out->target >= 0) {
    if (out->kind != EACH || !is_contiguous(p, out->target))
      return fail(m, "outputs: a target is a contiguous float input, and its kind is 0");
    for (int k = 0; k < p->output_count; k++)
      if (p->outputs[k].target == out->target) return fail(m, "outputs: two of one target");
    p->has_token = 1;
  }
  return read_operand(m, row[1], result);
}

static int read_outputs(Maker *m) {
  const Description *given = m->given;
  Program *p = m->program;
  if (given->outputs_count % 3) return fail(m, "outputs: results of three numbers");
  if (!in_range((int64_t)given->outputs_count / 3, 1, MAX_OUTPUTS)) return fail(m, "outputs: 1 to 32 results");
  for (size_t i = 0; i < given->outputs_count; i += 3) {
    int k = p->output_count;
    if (!read_output(m, given->outputs + i, &p->outputs[k], &m->results[k])) return 0;
    p->output_count++;
    p->result_count += p->outputs[k].target < 0;
  }
  p->result_count += p->has_token;
  return 1;
}

/** Elements of a result: -1 where the outermost size is known at run time only. */
static int64_t elements_of(const Program *p, int kind) {
  int64_t inner = p->sizes[p->rank - 1], outer = 1;
  for (int d = 0; d < p->rank - 1; d++) outer = p->sizes[d] < 0 || outer < 0 ? -1 : outer * p->sizes[d];
  if (kind == WHOLE_SUM) return 1;
  if (kind == COLUMN_SUM) return inner;
  if (kind == ROW_SUM || kind == ROW_MAXIMUM) return outer;
  return inner < 0 || outer < 0 ? -1 : inner * outer;
}

static int read_shape(Maker *m, const int64_t *row, Output *out) {
  int64_t total = 1, expected = elements_of(m->program, out->kind);
  for (int d = 0; d < out->rank; d++) {
    if (!in_range(row[d], d == 0 ? -1 : 0, MOST_ELEMENTS)) return fail(m, "shapes: a size is out of range");
    out->shape[d] = row[d];
    if (row[d] < 0) continue;
    if (row[d] && total > MOST_ELEMENTS / row[d]) return fail(m, "shapes: too many elements");
    total *= row[d];
  }
  int open = out->rank > 0 && out->shape[0] < 0;
  if (open && total == 0) return fail(m, "shapes: -1 beside a size of 0");
  if (expected >= 0 && (open ? expected % total : expected != total))
    return fail(m, "shapes: an output is of another size than its result");
  return 1;
}

static int read_shapes(Maker *m) {
  const Description *given = m->given;
  Program *p = m->program;
  size_t at = 0;
  for (int k = 0; k < p->output_count; k++) {
    Output *out = &p->outputs[k];
    if (out->target >= 0) continue;
    if (at >= given->shapes_count || !in_range(given->shapes[at], 0, MAX_RANK))
      return fail(m, "shapes: a rank of 0 to 8 for each output");
    out->rank = (int)given->shapes[at++];
    if (given->shapes_count - at < (size_t)out->rank) return fail(m, "shapes: sizes are missing");
    if (!read_shape(m, given->shapes + at, out)) return 0;
    at += (size_t)out->rank;
  }
  return at == given->shapes_count || fail(m, "shapes: numbers that belong to no output");
}

static int make(Maker *m) {
  if (!read_space(m) || !read_inputs(m) || !read_constants(m) || !read_code(m)) return 0;
  if (!read_outputs(m) || !read_shapes(m)) return 0;
  if (!m->given->plain) recognise(m);
  return give_slots(m);
}

Program *program_make(const Description *description, const char **error) {
  Program *program = calloc(1, sizeof *program);
  Maker *maker = calloc(1, sizeof *maker);
  int made = 0;
  *error = "out of memory";
  if (program && maker) {
    maker->program = program;
    maker->given = description;
    made = make(maker);
    *error = maker->error;
  }
  free(maker);
  if (made) return program;
  program_free(program);
  return NULL;
}

void program_free(Program *program) {
  if (!program) return;
  free(program->constants);
  free(program->code);
  free(program);
}
