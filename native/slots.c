// From steps to instructions: where every value is kept, and that nothing is overwritten before it is read.
#include "opcodes.h"
#include "steps.h"
#include <limits.h>
#include <stdlib.h>

static int is_target(const Program *p, int input) {
  for (int k = 0; k < p->output_count; k++)
    if (p->outputs[k].target == input) return 1;
  return 0;
}

/**
 * Reductions read values only, and a result that is an input which is overwritten is read before: both are copied
 * first, in front of the code.
 */
static void copy_inputs(Maker *m) {
  const Program *p = m->program;
  for (int k = 0; k < p->output_count; k++) {
    Operand from = m->results[k];
    if (from.kind == VALUE) continue;
    if (p->outputs[k].kind == EACH && !(from.kind == INPUT && is_target(p, from.index))) continue;
    m->steps[--m->first] = (Step){.operation = COPY, .arity = 1, .from = {from}, .last_use = -1, .slot = -1};
    m->results[k] = (Operand){VALUE, m->first};
  }
}

static int is_read_after(const Maker *m, int input, int position) {
  for (int i = position + 1; i < m->count; i++)
    for (int k = 0; k < m->steps[i].arity; k++)
      if (m->steps[i].from[k].kind == INPUT && m->steps[i].from[k].index == input) return 1;
  return 0;
}

/** A value is computed in the memory of the result that it becomes where that is possible, and copied there otherwise.
 */
static void place_results(Maker *m) {
  Program *p = m->program;
  int code_end = m->count, each = 0, direct[MAX_OUTPUTS];
  for (int k = 0; k < p->output_count; k++) {
    if (p->outputs[k].kind != EACH) continue;
    Operand from = m->results[k];
    p->outputs[k].slot = each++; // counted from each_slot, which is not known yet
    direct[k] = from.kind == VALUE && m->steps[from.index].slot < 0;
    if (direct[k] && p->outputs[k].target >= 0) direct[k] = !is_read_after(m, p->outputs[k].target, from.index);
    if (direct[k]) m->steps[from.index].slot = p->outputs[k].slot;
  }
  p->each_count = each;
  for (int k = 0; k < p->output_count; k++) {
    if (p->outputs[k].kind != EACH || direct[k]) continue;
    m->steps[m->count++] = (Step){.operation = COPY, .arity = 1, .from = {m->results[k]}, .slot = p->outputs[k].slot};
  }
  for (int i = code_end; i < m->count; i++) m->steps[i].last_use = INT_MAX;
}

/** From the end: who reads what, last. Steps that nothing needs keep -1. */
static void find_uses(Maker *m) {
  const Program *p = m->program;
  for (int k = 0; k < p->output_count; k++)
    if (m->results[k].kind == VALUE) {
      Step *step = &m->steps[m->results[k].index];
      if (p->outputs[k].kind != EACH || step->slot >= 0) step->last_use = INT_MAX;
    }
  for (int i = m->count - 1; i >= m->first; i--) {
    if (m->steps[i].last_use < 0) continue;
    for (int k = 0; k < m->steps[i].arity; k++) {
      Operand from = m->steps[i].from[k];
      if (from.kind == VALUE && m->steps[from.index].last_use < i) m->steps[from.index].last_use = i;
    }
  }
}

/** Registers for values without memory of their own; one whose value has been read last serves again. */
static void allocate_registers(Maker *m, int *register_of) {
  int free_list[MAX_CODE + 2 * MAX_OUTPUTS], free_count = 0, used = 0;
  for (int i = m->first; i < m->count; i++) {
    Step *step = &m->steps[i];
    register_of[i] = -1;
    if (step->last_use < 0) continue;
    for (int k = 0; k < step->arity; k++) {
      int from = step->from[k].index;
      if (step->from[k].kind != VALUE || register_of[from] < 0 || m->steps[from].last_use != i) continue;
      int repeated = 0;
      for (int j = 0; j < k; j++) repeated |= step->from[j].kind == VALUE && step->from[j].index == from;
      if (!repeated) free_list[free_count++] = register_of[from];
    }
    if (step->slot < 0) register_of[i] = free_count ? free_list[--free_count] : used++;
  }
  m->program->register_count = used;
}

static int slot_of(const Maker *m, const int *register_of, Operand from) {
  const Program *p = m->program;
  if (from.kind == INPUT) return from.index;
  if (from.kind == CONSTANT) return p->input_count + from.index;
  if (register_of[from.index] >= 0) return register_slot(p) + register_of[from.index];
  return each_slot(p) + m->steps[from.index].slot;
}

static int cost_of(int operation) {
  static const int8_t dear[MOST_OPERATIONS] = {[EXP] = 8,     [LOG] = 8,       [LOG1P] = 8, [SQRT] = 2, [TANH] = 8,
                                               [SIGMOID] = 8, [SOFTPLUS] = 16, [ERF] = 8,   [DIV] = 2};
  return dear[operation] ? dear[operation] : 1;
}

static int write_instructions(Maker *m) {
  Program *p = m->program;
  int register_of[MAX_CODE + 2 * MAX_OUTPUTS];
  allocate_registers(m, register_of);
  p->slot_count = each_slot(p) + p->each_count;
  p->code = calloc((size_t)(m->count - m->first + 1), sizeof *p->code);
  if (!p->code) {
    m->error = "out of memory";
    return 0;
  }
  for (int i = m->first; i < m->count; i++) {
    const Step *step = &m->steps[i];
    if (step->last_use < 0) continue;
    int slots[3];
    p->cost += cost_of(step->operation);
    for (int k = 0; k < 3; k++) slots[k] = slot_of(m, register_of, step->from[k < step->arity ? k : 0]);
    int to = slot_of(m, register_of, (Operand){VALUE, i});
    p->code[p->instruction_count++] =
        (Instruction){(int16_t)step->operation, (int16_t)to, (int16_t)slots[0], (int16_t)slots[1], (int16_t)slots[2]};
  }
  for (int k = 0; k < p->output_count; k++) {
    Output *out = &p->outputs[k];
    out->slot = out->kind == EACH ? each_slot(p) + out->slot : slot_of(m, register_of, m->results[k]);
  }
  return 1;
}

int give_slots(Maker *m) {
  copy_inputs(m);
  place_results(m);
  find_uses(m);
  return write_instructions(m);
}
