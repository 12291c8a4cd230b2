#include "level.h"
#include <stdint.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#if defined(__x86_64__)
extern const Level level_baseline, level_avx2, level_avx512;
const Level *const levels[LEVELS] = {&level_baseline, &level_avx2, &level_avx512, NULL};
#else
extern const Level level_neon;
const Level *const levels[LEVELS] = {NULL, NULL, NULL, &level_neon};
#endif

int level = BASELINE;

#if defined(__x86_64__)
/** Register states that the operating system saves; 0 where it cannot be asked. */
static uint32_t saved_states(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return a;
}

/** Bits of EBX in leaf 7. */
static uint32_t extended_features(void) {
  uint32_t a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) ? b : 0;
}

static int has(int number) {
  const uint32_t wide = 1u << 5;                                            // AVX2
  const uint32_t widest = wide | 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31; // AVX-512 F, DQ, BW, VL
  const uint32_t features = number == AVX512 ? widest : number == AVX2 ? wide : 0;
  const uint32_t states = number == AVX512 ? 0xe6 : number == AVX2 ? 0x6 : 0; // of their registers
  return (extended_features() & features) == features && (saved_states() & states) == states;
}
#else
static int has(int number) { return number == NEON; }
#endif

int is_available(int number) { return number >= 0 && number < LEVELS && levels[number] && has(number); }

__attribute__((constructor)) static void choose(void) {
  for (int number = 0; number < LEVELS; number++)
    if (is_available(number)) level = number;
}
