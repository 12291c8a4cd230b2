// Sixteen floats at a time, whatever the processor has: the compiler splits them into its own registers.
#ifndef LATENTLAB_VECTOR_H
#define LATENTLAB_VECTOR_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

typedef float vector __attribute__((vector_size(64), aligned(4)));
typedef int32_t bits __attribute__((vector_size(64), aligned(4)));
typedef uint32_t unsigned_bits __attribute__((vector_size(64), aligned(4)));

INLINE vector load(const float *from) {
  vector value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store(float *to, vector value) { memcpy(to, &value, sizeof value); }

INLINE vector splat(float x) { return x - (vector){0}; }

INLINE bits splat_bits(int32_t x) { return x - (bits){0}; }

/** The first `count` floats, and `rest` in the other lanes. */
INLINE vector load_part(const float *from, size_t count, float rest) {
  vector value = splat(rest);
  memcpy(&value, from, count * sizeof(float));
  return value;
}

/** Lane by lane: where the mask is set `yes`, else `no`. */
INLINE vector choose(bits mask, vector yes, vector no) { return (vector)(((bits)yes & mask) | ((bits)no & ~mask)); }

INLINE vector truth(bits mask) { return (vector)(mask & (bits)splat(1)); }

INLINE vector square_root(vector x) {
  vector y;
#if defined(__AVX512F__)
  __m512 all;
  memcpy(&all, &x, sizeof all);
  all = _mm512_sqrt_ps(all);
  memcpy(&y, &all, sizeof all);
#elif defined(__AVX__)
  __m256 half[2];
  memcpy(half, &x, sizeof half);
  for (int i = 0; i < 2; i++) half[i] = _mm256_sqrt_ps(half[i]);
  memcpy(&y, half, sizeof half);
#elif defined(__SSE2__)
  __m128 quarter[4];
  memcpy(quarter, &x, sizeof quarter);
  for (int i = 0; i < 4; i++) quarter[i] = _mm_sqrt_ps(quarter[i]);
  memcpy(&y, quarter, sizeof quarter);
#elif defined(__ARM_NEON)
  float32x4_t quarter[4];
  memcpy(quarter, &x, sizeof quarter);
  for (int i = 0; i < 4; i++) quarter[i] = vsqrtq_f32(quarter[i]);
  memcpy(&y, quarter, sizeof quarter);
#else
  for (int i = 0; i < LANES; i++) y[i] = __builtin_sqrtf(x[i]);
#endif
  return y;
}
#endif
