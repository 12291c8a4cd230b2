// Programs that a dedicated kernel computes, whatever their registers, the order of their inputs and that of the
// operands of sums and products. The bits are the interpreter's: the operations are the same.
#include "opcodes.h"
#include "steps.h"
#include <string.h>

static int is_same(Operand a, Operand b) { return a.kind == b.kind && a.index == b.index; }

static const Step *computed_by(const Maker *m, Operand x, int operation) {
  return x.kind == VALUE && m->steps[x.index].operation == operation ? &m->steps[x.index] : NULL;
}

/** x is an operation of two operands; `turn` 1 swaps them. */
static int two(const Maker *m, Operand x, int operation, int turn, Operand *a, Operand *b) {
  const Step *step = computed_by(m, x, operation);
  if (!step) return 0;
  *a = step->from[turn], *b = step->from[1 - turn];
  return 1;
}

static int one(const Maker *m, Operand x, int operation, Operand *a) {
  const Step *step = computed_by(m, x, operation);
  if (step) *a = step->from[0];
  return step != NULL;
}

/** Notes which slot plays a role: an input or a constant, the same wherever it occurs. */
static int plays(Maker *m, int role, Operand x) {
  int16_t *noted = &m->program->roles[role];
  if (x.kind == VALUE) return 0;
  int16_t slot = (int16_t)(x.kind == INPUT ? x.index : m->program->input_count + x.index);
  if (*noted >= 0 && *noted != slot) return 0;
  *noted = slot;
  return 1;
}

/** Whether some output of a kind is this value; notes its number. */
static int becomes(Maker *m, int role, int kind, Operand x) {
  for (int k = 0; k < m->program->output_count; k++)
    if (m->program->outputs[k].kind == kind && is_same(m->results[k], x))
      return m->program->roles[role] = (int16_t)k, 1;
  return 0;
}

static void forget(Maker *m) { memset(m->program->roles, -1, sizeof m->program->roles); }

/** x = factor · of */
static int scaled(Maker *m, Operand x, int factor, int of) {
  Operand a, b;
  for (int turn = 0; turn < 2; turn++) {
    if (!two(m, x, MUL, turn, &a, &b)) return 0;
    int16_t before[ROLES];
    memcpy(before, m->program->roles, sizeof before);
    if (plays(m, factor, a) && plays(m, of, b)) {
      // The state is the input that varies; which one does is known when the kernel runs, so constants decide here.
      if (b.kind == INPUT && m->program->inputs[b.index].strides[m->program->rank - 1]) return 1;
    }
    memcpy(m->program->roles, before, sizeof before);
  }
  return 0;
}

/** M′ = β₁ M + g */
static int is_first(Maker *m, Operand x) {
  Operand a, b;
  for (int turn = 0; turn < 2; turn++)
    if (two(m, x, ADD, turn, &a, &b) && b.kind == INPUT && scaled(m, a, BETA1, FIRST)) return plays(m, GRADIENT, b);
  return 0;
}

/** V′ = β₂ V + g · g */
static int is_second(Maker *m, Operand x) {
  Operand a, b, g, same;
  for (int turn = 0; turn < 2; turn++)
    if (two(m, x, ADD, turn, &a, &b) && two(m, b, MUL, 0, &g, &same) && is_same(g, same) && scaled(m, a, BETA2, SECOND))
      return plays(m, GRADIENT, g);
  return 0;
}

/** θ′ = θ − M′ / (√V′ + ε) · size, or keep · θ in place of θ */
static int is_adam(Maker *m, Operand x) {
  Operand kept, change, ratio, size, first, denominator, root, epsilon, second;
  if (!two(m, x, SUB, 0, &kept, &change)) return 0;
  for (int turn = 0; turn < 4; turn++) {
    forget(m);
    if (!two(m, change, MUL, turn & 1, &ratio, &size) || !two(m, ratio, DIV, 0, &first, &denominator)) continue;
    if (!two(m, denominator, ADD, turn >> 1, &root, &epsilon) || !one(m, root, SQRT, &second)) continue;
    if (!plays(m, SIZE, size) || !plays(m, EPSILON, epsilon)) continue;
    if (!is_first(m, first) || !is_second(m, second)) continue;
    if (kept.kind == VALUE ? !scaled(m, kept, KEEP, THETA) : !plays(m, THETA, kept)) continue;
    if (becomes(m, NEW_THETA, EACH, x) && becomes(m, NEW_FIRST, EACH, first) && becomes(m, NEW_SECOND, EACH, second))
      return 1;
  }
  return 0;
}

/** x · l, of which l is known. */
static int is_product(Maker *m, Operand x, Operand logits) {
  Operand pixels, l;
  for (int turn = 0; turn < 2; turn++)
    if (two(m, x, MUL, turn, &pixels, &l) && is_same(l, logits) && pixels.kind == INPUT && !is_same(pixels, l))
      return plays(m, PIXELS, pixels);
  return 0;
}

/** x · l · scale − softplus(l), or x · l − softplus(l) */
static int is_log_likelihood(Maker *m, Operand x) {
  Operand product, soft, logits, inner, scale;
  forget(m);
  if (!two(m, x, SUB, 0, &product, &soft) || !one(m, soft, SOFTPLUS, &logits) || !plays(m, LOGITS, logits)) return 0;
  if (is_product(m, product, logits)) return 1;
  for (int turn = 0; turn < 2; turn++)
    if (two(m, product, MUL, turn, &inner, &scale) && scale.kind == CONSTANT && is_product(m, inner, logits))
      return plays(m, SCALE, scale);
  return 0;
}

/** of · factor, where the factor is a constant */
static int is_multiple(const Maker *m, Operand x, Operand *of, Operand *factor) {
  for (int turn = 0; turn < 2; turn++)
    if (two(m, x, MUL, turn, of, factor) && factor->kind == CONSTANT) return 1;
  return 0;
}

/** sigmoid(l) · factor + x · shift, or sigmoid(l) − x */
static int is_slope(Maker *m, Operand x) {
  Operand left, right, s, l, pixels, factor, shift;
  if (m->program->roles[SCALE] < 0)
    return two(m, x, SUB, 0, &s, &pixels) && one(m, s, SIGMOID, &l) && plays(m, LOGITS, l) && plays(m, PIXELS, pixels);
  for (int turn = 0; turn < 2; turn++)
    if (two(m, x, ADD, turn, &left, &right) && is_multiple(m, left, &s, &factor) && one(m, s, SIGMOID, &l) &&
        is_multiple(m, right, &pixels, &shift))
      return plays(m, LOGITS, l) && plays(m, PIXELS, pixels) && plays(m, FACTOR, factor) && plays(m, SHIFT, shift);
  return 0;
}

static int is_bernoulli(Maker *m) {
  const Program *p = m->program;
  int sum = p->outputs[0].kind == ROW_SUM ? 0 : 1;
  if (p->outputs[sum].kind != ROW_SUM || p->outputs[1 - sum].kind != EACH) return 0;
  if (!is_log_likelihood(m, m->results[sum]) || !is_slope(m, m->results[1 - sum])) return 0;
  m->program->roles[LOG_LIKELIHOOD] = (int16_t)sum;
  m->program->roles[SLOPE] = (int16_t)(1 - sum);
  return 1;
}

void recognise(Maker *m) {
  Program *p = m->program;
  if (p->output_count == 2 && is_bernoulli(m)) p->dedicated = BERNOULLI;
  for (int k = 0; p->output_count == 3 && k < 3; k++)
    if (p->family == EACH && is_adam(m, m->results[k])) {
      p->dedicated = ADAM;
      return;
    }
}
