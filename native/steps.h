// A program between its attributes and its slots: every instruction is a step that computes one value.
#ifndef LATENTLAB_STEPS_H
#define LATENTLAB_STEPS_H
#include "program.h"

// An operand before slots are given out: a data input, a constant, or the value that an instruction computes.
typedef struct {
  enum { INPUT, CONSTANT, VALUE } kind;
  int index;
} Operand;

typedef struct {
  int operation, arity, slot;
  Operand from[3];
  int last_use; // position of the last instruction that reads the value; INT_MAX: a reduction does
} Step;

typedef struct {
  Program *program;
  const Description *given;
  const char *error;
  Step steps[MAX_CODE + 2 * MAX_OUTPUTS]; // copies of inputs, the code, copies to results
  int first, count;                       // steps in use: [first, count)
  int value_in[MAX_REGISTERS];            // by register: the step that wrote it last, or -1
  Operand results[MAX_OUTPUTS];
} Maker;

/** Writes the instructions; 0 where memory is lacking. */
int give_slots(Maker *m);

/** Notes in the program which dedicated kernel computes it, if one does. */
void recognise(Maker *m);
#endif
