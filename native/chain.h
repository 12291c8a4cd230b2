// Running a program over tensors, whoever owns them.
#ifndef LATENTLAB_CHAIN_H
#define LATENTLAB_CHAIN_H
#include "program.h"

/** Floats of a block: what one instruction computes before the next one starts. */
enum { BLOCK = 512, PADDED = BLOCK + 16 };

typedef struct {
  void *data;
  size_t elements;
  int type;
} Tensor;

/** What a caller lends to one run. */
typedef struct {
  Tensor tensors[MAX_INPUTS];
  void *context;
  /** Memory of an ONNX output; NULL where there is none. */
  float *(*result)(void *context, int index, const int64_t *shape, int rank);
  /** Calls the task for 0 … count - 1, on any threads, and returns when all have ended. */
  void (*parallel)(void *context, void (*task)(void *job, size_t piece), size_t count, void *job);
} Call;

typedef struct {
  enum { FLAT, UNIFORM, GATHERED } access;
  int type;
  const void *data;
  int64_t offset, elements;
  int64_t strides[MAX_RANK]; // over the dimensions of the job
  int is_repeated;           // every row reads the same
  int is_contiguous;         // element after element, of whatever type
} Source;

/** One run: the space with neighbouring dimensions joined where all inputs allow it, and how it is cut. */
typedef struct {
  const Program *program;
  int rank;
  int64_t sizes[MAX_RANK];
  int64_t rows, columns;
  int64_t rows_of_block, blocks_of_row, blocks; // blocks hold whole rows, or are parts of one
  int64_t blocks_of_piece;
  int64_t rows_of_segment, segments; // for COLUMN_SUM
  size_t pieces;
  Source sources[MAX_INPUTS];
  float *results[MAX_OUTPUTS]; // memory of each output
  float *partials[MAX_OUTPUTS];
  int failed; // some piece found no memory
} Job;

/** Joins neighbouring dimensions, given their sizes; then the inputs' access to them; then blocks and pieces. */
void join_dimensions(Job *job, const int64_t *sizes);
void set_sources(Job *job, const Call *call);
void cut(Job *job);

/** Runs a program; returns what is wrong with the tensors, or NULL. */
const char *chain_run(const Program *program, Call *call);
#endif
