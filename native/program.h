// A program of the operator Chain, checked and prepared when its kernel is created. README.md has the contract.
#ifndef LATENTLAB_PROGRAM_H
#define LATENTLAB_PROGRAM_H
#include <stddef.h>
#include <stdint.h>

enum { MAX_RANK = 8, MAX_INPUTS = 64, MAX_OUTPUTS = 32, MAX_CODE = 1024, MAX_CONSTANTS = 256, MAX_REGISTERS = 1024 };
enum { FLOAT = 1, UINT8 = 2, INT64 = 7, BOOL = 9 };
enum { INTERPRETED, ADAM, BERNOULLI };
enum { EACH, ROW_SUM, COLUMN_SUM, WHOLE_SUM, ROW_MAXIMUM };

/** Adam: θ ← keep·θ − M/(√V + ε)·size with M ← β₁M + g, V ← β₂V + g². Then its outputs. */
enum { THETA, FIRST, SECOND, GRADIENT, BETA1, BETA2, SIZE, EPSILON, KEEP, NEW_THETA, NEW_FIRST, NEW_SECOND, ROLES };
/** Bernoulli: row sums of x·l·scale − softplus(l), and sigmoid(l)·factor + x·shift; or without these three numbers, row
 * sums of x·l − softplus(l), and sigmoid(l) − x. Then its outputs. */
enum { LOGITS, PIXELS, SCALE, FACTOR, SHIFT, LOG_LIKELIHOOD, SLOPE };

/** Bounds every product of sizes and strides, so that none overflows. */
#define MOST_ELEMENTS ((int64_t)1 << 40)

/** The attributes of the operator, as they came. */
typedef struct {
  const int64_t *space, *inputs, *code, *outputs, *shapes;
  const float *constants;
  size_t space_count, inputs_count, code_count, outputs_count, shapes_count, constants_count;
  int plain;
} Description;

typedef struct {
  int type;
  int64_t offset, strides[MAX_RANK];
} Input;

/** Operands and results are slots: inputs, then constants, registers, and the memory of results of kind EACH. */
typedef struct {
  int16_t operation, to, a, b, c;
} Instruction;

typedef struct {
  int kind, slot, target; // target: -1 or the data input that is overwritten
  int rank;               // of the ONNX output, where target is -1
  int64_t shape[MAX_RANK];
} Output;

typedef struct {
  int rank, input_count, constant_count, register_count, each_count, slot_count, instruction_count, output_count;
  int result_count; // ONNX outputs, token included
  int family;       // EACH, or the kind of the reductions; ROW_SUM stands for ROW_MAXIMUM, too
  int has_token;
  int cost;                // of an index: 1 for an addition
  int64_t sizes[MAX_RANK]; // the first may be -1
  Input inputs[MAX_INPUTS];
  Output outputs[MAX_OUTPUTS];
  float *constants; // each sixteen times
  Instruction *code;
  int dedicated;        // INTERPRETED, or the kernel that computes the same
  int16_t roles[ROLES]; // for that kernel: slots of its inputs, or numbers of its outputs; -1 for none
} Program;

/** NULL where the description is wrong; `error` then says what is. */
Program *program_make(const Description *description, const char **error);
void program_free(Program *program);

static inline int register_slot(const Program *p) { return p->input_count + p->constant_count; }
static inline int each_slot(const Program *p) { return register_slot(p) + p->register_count; }
#endif
