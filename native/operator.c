// The operator Chain of ONNX Runtime: attributes to a program, tensors to a run.
#include "library.h"
#include "ort.h"
#include <stdlib.h>
#include <string.h>

static Api ort;

static Status *refuse(const char *what) {
  char message[256] = "latentlab.Chain: ";
  strncat(message, what, sizeof message - strlen(message) - 1);
  return ort.create_status(INVALID_ARGUMENT, message);
}

static int ignored(Status *status) {
  if (status) ort.release_status(status);
  return status != NULL;
}

/** An attribute that is not there is empty: ONNX cannot write lists without elements otherwise. */
static int64_t *read_ints(const KernelInfo *info, const char *name, size_t *count) {
  *count = 0;
  if (ignored(ort.get_ints(info, name, NULL, count))) *count = 0;
  int64_t *values = calloc(*count + 1, sizeof *values);
  if (values && *count && ignored(ort.get_ints(info, name, values, count))) *count = 0;
  return values;
}

static float *read_floats(const KernelInfo *info, const char *name, size_t *count) {
  *count = 0;
  if (ignored(ort.get_floats(info, name, NULL, count))) *count = 0;
  float *values = calloc(*count + 1, sizeof *values);
  if (values && *count && ignored(ort.get_floats(info, name, values, count))) *count = 0;
  return values;
}

static Program *read_program(const KernelInfo *info, const char **error) {
  Description d = {0};
  int64_t *space = read_ints(info, "space", &d.space_count), *inputs = read_ints(info, "inputs", &d.inputs_count);
  int64_t *code = read_ints(info, "code", &d.code_count), *outputs = read_ints(info, "outputs", &d.outputs_count);
  int64_t *shapes = read_ints(info, "shapes", &d.shapes_count), plain = 0;
  float *constants = read_floats(info, "constants", &d.constants_count);
  ignored(ort.get_int(info, "plain", &plain));
  d.space = space, d.inputs = inputs, d.code = code, d.outputs = outputs, d.shapes = shapes;
  d.constants = constants, d.plain = plain != 0;
  *error = "out of memory";
  Program *program = NULL;
  if (space && inputs && code && outputs && shapes && constants) program = program_make(&d, error);
  free(space), free(inputs), free(code), free(outputs), free(shapes), free(constants);
  return program;
}

static Status *create_kernel(const CustomOp *op, const void *const *api, const KernelInfo *info, void **kernel) {
  (void)op, (void)api;
  const char *error;
  size_t inputs = 0, outputs = 0;
  Program *program = read_program(info, &error);
  if (!program) return refuse(error);
  if (ignored(ort.count_node_inputs(info, &inputs)) || inputs < (size_t)program->input_count)
    error = "the node has fewer inputs than its program";
  else if (ignored(ort.count_node_outputs(info, &outputs)) || outputs != (size_t)program->result_count)
    error = "the node has not as many outputs as its program";
  if (error) {
    program_free(program);
    return refuse(error);
  }
  count_kernel(program);
  *kernel = program;
  return NULL;
}

static void destroy(void *kernel) { program_free(kernel); }

typedef struct {
  KernelContext *context;
  Status *status;
} Run;

static float *allocate_result(void *context, int index, const int64_t *shape, int rank) {
  Run *run = context;
  Value *value = NULL;
  void *data = NULL;
  if (run->status) return NULL;
  run->status = ort.get_output(run->context, (size_t)index, shape, (size_t)rank, &value);
  if (!run->status && value) run->status = ort.get_data(value, &data);
  return data;
}

static void in_parallel(void *context, void (*task)(void *job, size_t piece), size_t count, void *job) {
  Run *run = context;
  // A status means that nothing ran: its arguments were refused.
  if (ignored(ort.parallel_for(run->context, task, count, 0, job)))
    for (size_t piece = 0; piece < count; piece++) task(job, piece);
}

static Status *read_tensor(KernelContext *context, size_t index, Tensor *tensor) {
  const Value *value = NULL;
  const int64_t *shape = NULL;
  size_t rank = 0;
  Status *status = ort.get_input(context, index, &value);
  if (status) return status;
  if (!value) return refuse("an input is absent");
  status = ort.get_type_and_shape(value, &tensor->type, &shape, &rank);
  if (!status) status = ort.get_data((Value *)value, &tensor->data);
  tensor->elements = 1;
  for (size_t d = 0; d < rank; d++) tensor->elements *= (size_t)shape[d];
  return status;
}

static Status *compute(void *kernel, KernelContext *context) {
  const Program *program = kernel;
  Run run = {context, NULL};
  Call call = {.context = &run, .result = allocate_result, .parallel = in_parallel};
  for (int i = 0; i < program->input_count; i++) {
    Status *status = read_tensor(context, (size_t)i, &call.tensors[i]);
    if (status) return status;
  }
  const char *error = chain_run(program, &call);
  if (run.status) return run.status;
  return error ? refuse(error) : NULL;
}

static const char *get_name(const CustomOp *op) { return (void)op, "Chain"; }
static const char *any_provider(const CustomOp *op) { return (void)op, NULL; }
static int input_type(const CustomOp *op, size_t index) { return (void)op, (void)index, ANY_TYPE; }
static int output_type(const CustomOp *op, size_t index) { return (void)op, (void)index, FLOAT_TYPE; }
static size_t one_type(const CustomOp *op) { return (void)op, 1; }
static int variadic(const CustomOp *op, size_t index) { return (void)op, (void)index, VARIADIC; }
static int default_memory(const CustomOp *op, size_t index) { return (void)op, (void)index, 0; }
static int zero(const CustomOp *op) { return (void)op, 0; }
static int one(const CustomOp *op) { return (void)op, 1; }

static const CustomOp chain = {
    .version = API_VERSION,
    .get_name = get_name,
    .get_execution_provider = any_provider,
    .get_input_type = input_type,
    .get_input_type_count = one_type,
    .get_output_type = output_type,
    .get_output_type_count = one_type,
    .destroy = destroy,
    .get_input_characteristic = variadic,
    .get_output_characteristic = variadic,
    .get_input_memory_type = default_memory,
    .get_variadic_input_min = zero,
    .get_variadic_input_homogeneity = zero,
    .get_variadic_output_min = one,
    .get_variadic_output_homogeneity = one,
    .create_kernel_v2 = create_kernel,
    .compute_v2 = compute,
    .get_start_version = one,
    .get_end_version = one,
};

static void read_api(const void *const *table) {
#define FUNCTION(place, result, name, parameters) ort.name = (result(*) parameters)(uintptr_t)table[place];
  ORT_FUNCTIONS
#undef FUNCTION
}

/** One domain for all sessions of the process: ONNX Runtime keeps a pointer to it in each. */
static Status *make_domain(void **domain) {
  static void *made;
  if (!made) {
    void *fresh = NULL;
    Status *status = ort.create_custom_op_domain("latentlab", &fresh);
    if (!status) status = ort.add_to_domain(fresh, &chain);
    if (status) return status;
    made = fresh;
  }
  *domain = made;
  return NULL;
}

void *latentlab_register(const void *ort_api_base, void *session_options) {
  static char busy; // several threads may register at once
  const ApiBase *base = ort_api_base;
  const void *const *table = base->get_api(API_VERSION), *const *oldest = base->get_api(1);
  if (!table) {
    Status *(*create_status)(int, const char *) = (Status * (*)(int, const char *))(uintptr_t)oldest[0];
    return create_status(INVALID_ARGUMENT, "latentlab.Chain needs ONNX Runtime 1.24 or later");
  }
  void *domain = NULL;
  while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE)) continue;
  read_api(table);
  Status *status = make_domain(&domain);
  __atomic_clear(&busy, __ATOMIC_RELEASE);
  return status ? status : ort.add_domain(session_options, domain);
}
