// The exported functions.
#ifndef LATENTLAB_LIBRARY_H
#define LATENTLAB_LIBRARY_H
#include "chain.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

void count_kernel(const Program *program);

/** Adds the operator to the options of a session; returns an OrtStatus, or NULL. */
EXPORT void *latentlab_register(const void *ort_api_base, void *session_options);

/** Hash of the sources. */
EXPORT const char *latentlab_version(void);

/** 0 baseline, 1 AVX2, 2 AVX-512, 3 NEON. */
EXPORT int latentlab_level(void);

/** For tests and benches; 0 where the processor lacks it. Not while a chain runs. */
EXPORT int latentlab_set_level(int number);

/** Numbers below the smallest normal one count as zero from now on, on this thread. */
EXPORT void latentlab_flush_denormals(void);

/** Kernels created since the start: interpreted, Adam, Bernoulli. */
EXPORT void latentlab_counts(int64_t counts[3]);

/** A program without ONNX Runtime. Returns 0; 1 where the program is wrong, 2 where the tensors are: `error` has it. */
EXPORT int latentlab_run_chain(const Description *description, const Tensor *tensors, size_t tensor_count,
                               float *const *results, const size_t *capacities, size_t result_count, char *error,
                               size_t error_size);
#endif
