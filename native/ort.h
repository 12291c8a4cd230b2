// The part of ONNX Runtime's C API that the operator uses. That API is a table of functions whose order never changes:
// these are places in it, and the layout of OrtCustomOp, as of version 24.
#ifndef LATENTLAB_ORT_H
#define LATENTLAB_ORT_H
#include <stddef.h>
#include <stdint.h>

enum { API_VERSION = 24 };

/** NULL is success. */
typedef void Status;
typedef void KernelInfo;
typedef void KernelContext;
typedef void Value;

enum { INVALID_ARGUMENT = 2, RUNTIME_EXCEPTION = 6 };
enum { ANY_TYPE = 0, FLOAT_TYPE = 1 };
enum { VARIADIC = 2 };

typedef struct {
  const void *const *(*get_api)(uint32_t version);
  const char *(*get_version)(void);
} ApiBase;

/** FUNCTION(place, result, name, parameters) */
#define ORT_FUNCTIONS                                                                                                  \
  FUNCTION(0, Status *, create_status, (int code, const char *message))                                                \
  FUNCTION(26, Status *, create_custom_op_domain, (const char *name, void **domain))                                   \
  FUNCTION(27, Status *, add_to_domain, (void *domain, const void *op))                                                \
  FUNCTION(28, Status *, add_domain, (void *session_options, void *domain))                                            \
  FUNCTION(51, Status *, get_data, (Value * value, void **data))                                                       \
  FUNCTION(86, Status *, get_int, (const KernelInfo *info, const char *name, int64_t *value))                          \
  FUNCTION(88, Status *, get_input_count, (const KernelContext *context, size_t *count))                               \
  FUNCTION(89, Status *, get_output_count, (const KernelContext *context, size_t *count))                              \
  FUNCTION(90, Status *, get_input, (const KernelContext *context, size_t index, const Value **value))                 \
  FUNCTION(91, Status *, get_output,                                                                                   \
           (KernelContext * context, size_t index, const int64_t *shape, size_t rank, Value **value))                  \
  FUNCTION(93, void, release_status, (Status * status))                                                                \
  FUNCTION(162, Status *, get_floats, (const KernelInfo *info, const char *name, float *values, size_t *count))        \
  FUNCTION(163, Status *, get_ints, (const KernelInfo *info, const char *name, int64_t *values, size_t *count))        \
  FUNCTION(230, Status *, count_node_inputs, (const KernelInfo *info, size_t *count))                                  \
  FUNCTION(231, Status *, count_node_outputs, (const KernelInfo *info, size_t *count))                                 \
  FUNCTION(274, Status *, parallel_for,                                                                                \
           (const KernelContext *context, void (*task)(void *, size_t), size_t total, size_t batches, void *data))     \
  FUNCTION(414, Status *, get_type_and_shape, (const Value *value, int *type, const int64_t **shape, size_t *rank))

typedef struct {
#define FUNCTION(place, result, name, parameters) result(*name) parameters;
  ORT_FUNCTIONS
#undef FUNCTION
} Api;

typedef struct CustomOp CustomOp;
struct CustomOp {
  uint32_t version;
  void *create_kernel;
  const char *(*get_name)(const CustomOp *);
  const char *(*get_execution_provider)(const CustomOp *);
  int (*get_input_type)(const CustomOp *, size_t index);
  size_t (*get_input_type_count)(const CustomOp *);
  int (*get_output_type)(const CustomOp *, size_t index);
  size_t (*get_output_type_count)(const CustomOp *);
  void *compute;
  void (*destroy)(void *kernel);
  int (*get_input_characteristic)(const CustomOp *, size_t index);
  int (*get_output_characteristic)(const CustomOp *, size_t index);
  int (*get_input_memory_type)(const CustomOp *, size_t index);
  int (*get_variadic_input_min)(const CustomOp *);
  int (*get_variadic_input_homogeneity)(const CustomOp *);
  int (*get_variadic_output_min)(const CustomOp *);
  int (*get_variadic_output_homogeneity)(const CustomOp *);
  Status *(*create_kernel_v2)(const CustomOp *, const void *const *api, const KernelInfo *info, void **kernel);
  Status *(*compute_v2)(void *kernel, KernelContext *context);
  void *infer_output_shape;
  int (*get_start_version)(const CustomOp *);
  int (*get_end_version)(const CustomOp *);
  void *may_inplace, *release_may_inplace, *alias_map, *release_alias_map;
};
#endif
