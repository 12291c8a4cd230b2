// Numbers below the smallest normal one count as zero, on every thread that computes.
#ifndef LATENTLAB_DENORMALS_H
#define LATENTLAB_DENORMALS_H
#include <stdint.h>
#if defined(__SSE2__)
#include <xmmintrin.h>

typedef unsigned int Denormals;

/** Also rounds to nearest and masks all exceptions. Returns what the thread had. */
static inline Denormals flush_denormals(void) {
  Denormals before = _mm_getcsr();
  _mm_setcsr(0x9fc0); // flush to zero, denormals are zero, exceptions masked
  return before;
}

static inline void restore_denormals(Denormals before) { _mm_setcsr(before); }
#else
typedef uint64_t Denormals;

static inline Denormals flush_denormals(void) {
  Denormals before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 24)); // FZ, round to nearest
  return before;
}

static inline void restore_denormals(Denormals before) { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }
#endif
#endif
