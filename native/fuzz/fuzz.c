// Random programs, right and wrong, under the address and undefined-behaviour sanitisers: fuzz [COUNT] [SEED].
//
// Memory of every tensor is exactly as large as it must be. Each right program runs at every level that the processor
// has, with equal bits, and its results of kind EACH are compared with the same program over a single index.
#include "../library.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *latentlab_register(const void *base, void *options) { return (void)base, (void)options, NULL; }

enum { INPUTS = 6, CODE = 12, RESULTS = 5, SPOTS = 6 };

typedef struct {
  int64_t space[4], inputs[INPUTS * 6], code[CODE * 5], outputs[RESULTS * 3], shapes[RESULTS * 5];
  float constants[3];
  Description description;
  int64_t sizes[4]; // of the space, with what -1 stands for
  int rank, inputs_count, registers, results_count;
  Tensor tensors[INPUTS];
  size_t capacities[RESULTS + 1];
} Case;

static uint64_t state;

static uint32_t below(uint32_t end) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((state >> 33) % end);
}

static int chance(uint32_t in) { return below(in) == 0; }

static const int codes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14,
                            15, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 40, 41};
static const float specials[] = {0,      -0.0f, 1, -1, __builtin_inff(), -__builtin_inff(), __builtin_nanf(""),
                                 1e-39f, 3e38f};

static float random_float(void) { return chance(12) ? specials[below(9)] : ((float)below(20001) - 10000) / 1000; }

static int64_t random_size(int is_inner) {
  static const int64_t inner[] = {0, 1, 2, 7, 15, 16, 17, 32, 33, 40, 255, 256, 257, 499, 512, 513, 784, 1001, 2100};
  static const int64_t outer[] = {0, 1, 1, 2, 3, 5, 8, 17, 40};
  return is_inner ? inner[below(19)] : outer[below(9)];
}

static void make_space(Case *c) {
  c->rank = 1 + (int)below(3);
  for (int d = 0; d < c->rank; d++) c->space[d] = c->sizes[d] = random_size(d == c->rank - 1);
  if (c->rank == 1 && chance(8)) c->space[0] = c->sizes[0] = 20000 + below(40000);
}

static int64_t make_input(Case *c, int i) {
  static const int types[] = {1, 1, 1, 2, 7, 9};
  int64_t *row = c->inputs + i * (2 + c->rank), next = 1, reach;
  int layout = (int)below(4), is_plain = c->inputs_count == 6 && chance(2);
  if (is_plain) layout = 0;
  row[0] = is_plain ? FLOAT : types[below(6)];
  reach = row[1] = chance(2) ? 0 : below(20);
  for (int d = c->rank - 1; d >= 0; d--) {
    int repeats = layout > 0 && chance(2);
    row[2 + d] = repeats ? 0 : next;
    if (!repeats) next *= c->sizes[d] + (layout > 2 && d < c->rank - 1 ? below(3) : 0);
    if (d == c->rank - 1 && layout == 3 && chance(2)) next += below(5);
    if (c->sizes[d]) reach += (c->sizes[d] - 1) * row[2 + d];
  }
  return reach + 1;
}

static void make_tensor(Tensor *tensor, int type, size_t elements) {
  size_t width = type == FLOAT ? 4 : type == INT64 ? 8 : 1;
  *tensor = (Tensor){malloc(elements * width), elements, type};
  for (size_t i = 0; i < elements; i++) {
    if (type == FLOAT) ((float *)tensor->data)[i] = random_float();
    else if (type == INT64) ((int64_t *)tensor->data)[i] = (int64_t)below(2000) - 1000;
    else ((uint8_t *)tensor->data)[i] = (uint8_t)below(type == BOOL ? 2 : 256);
  }
}

static int is_whole(const Case *c, int i) {
  const int64_t *row = c->inputs + i * (2 + c->rank);
  int64_t expected = 1;
  if (row[0] != FLOAT || row[1]) return 0;
  for (int d = c->rank - 1; d >= 0; d--) {
    if (c->space[d] != 1 && row[2 + d] != expected) return 0;
    if (d && c->sizes[d]) expected *= c->sizes[d];
  }
  return 1;
}

static void make_code(Case *c, int count) {
  for (int i = 0; i < count; i++) {
    int64_t *row = c->code + i * 5;
    int limit = c->inputs_count + c->registers;
    row[0] = codes[below(29)];
    for (int k = 2; k < 5; k++) row[k] = limit && !chance(5) ? (int64_t)below((uint32_t)limit) : -1 - (int64_t)below(3);
    int is_new = !c->registers || chance(2);
    row[1] = c->inputs_count + (is_new ? c->registers++ : (int)below((uint32_t)c->registers));
  }
  c->description.code_count = (size_t)count * 5;
}

static int64_t elements_of(const Case *c, int kind) {
  int64_t inner = c->sizes[c->rank - 1], outer = 1;
  for (int d = 0; d < c->rank - 1; d++) outer *= c->sizes[d];
  return kind == EACH ? inner * outer : kind == WHOLE_SUM ? 1 : kind == COLUMN_SUM ? inner : outer;
}

/** Programs of dedicated kernels, over whatever inputs there are. */
static int make_known(Case *c) {
  static const int64_t adam[] = {22, 0, 1, -1, 0, 20, 0, 0, 3, 0, 22, 1, 3, 3, 0, 22, 2, 2, -2, 0, 20, 1, 2, 1, 0,
                                 7,  2, 1, 0,  0, 20, 2, 2, 5, 0, 23, 2, 0, 2, 0, 22, 2, 2, 4,  0, 21, 2, 0, 2, 0};
  static const int64_t loss[] = {22, 0, 0, 1,  0, 22, 0, 0, -1, 0, 10, 1, 1, 0,  0, 21, 0, 0, 1, 0,
                                 9,  1, 1, 0,  0, 22, 1, 1, -2, 0, 22, 2, 0, -3, 0, 20, 1, 1, 2, 0};
  int is_adam = c->inputs_count == 6;
  if (!is_adam && c->inputs_count != 2) return 0;
  size_t count = is_adam ? 50 : 40;
  memcpy(c->code, is_adam ? adam : loss, count * 8);
  for (size_t i = 0; i < count; i += 5) c->code[i + 1] += c->inputs_count;
  // Operands that are registers: their places in the tables above.
  static const int8_t adam_fixed[][2] = {{7, 0},  {22, 2}, {23, 1}, {27, 1}, {32, 2},
                                         {37, 0}, {38, 2}, {42, 2}, {48, 2}};
  static const int8_t loss_fixed[][2] = {{7, 0}, {17, 0}, {18, 1}, {27, 1}, {37, 1}, {38, 2}};
  for (size_t i = 0; i < (is_adam ? 9u : 6u); i++) {
    const int8_t *fixed = is_adam ? adam_fixed[i] : loss_fixed[i];
    c->code[fixed[0]] = c->inputs_count + fixed[1];
  }
  c->registers = 3;
  c->description.code_count = count;
  int64_t results[2][6] = {{EACH, 2, EACH, 0, EACH, 1}, {EACH, 1, ROW_SUM, 0}};
  int64_t total = elements_of(c, EACH);
  size_t outputs = is_adam ? 3 : 2, at = 0;
  for (size_t k = 0; k < outputs; k++) {
    int target = is_adam && is_whole(c, (int)k) && chance(2) ? (int)k : -1;
    c->outputs[k * 3] = results[!is_adam][k * 2];
    c->outputs[k * 3 + 1] = c->inputs_count + results[!is_adam][k * 2 + 1];
    c->outputs[k * 3 + 2] = target;
    if (target >= 0) continue;
    int64_t elements = c->outputs[k * 3] == EACH ? total : elements_of(c, ROW_SUM);
    c->capacities[c->results_count++] = (size_t)elements;
    c->shapes[at++] = 1, c->shapes[at++] = elements;
  }
  if (at / 2 < outputs) c->capacities[c->results_count++] = 1;
  c->description.outputs_count = outputs * 3, c->description.shapes_count = at;
  return 1;
}

static void make_outputs(Case *c) {
  static const int families[3][2] = {{1, 4}, {2, 2}, {3, 3}};
  int family = (int)below(3), count = 1 + (int)below(RESULTS), has_token = 0;
  size_t at = 0;
  for (int k = 0; k < count; k++) {
    int64_t *row = c->outputs + k * 3;
    int limit = c->inputs_count + c->registers;
    row[0] = chance(2) ? EACH : families[family][below(2)];
    row[1] = limit ? (int64_t)below((uint32_t)limit) : -1;
    row[2] = -1;
    if (row[0] == EACH && c->inputs_count && chance(2)) {
      int target = (int)below((uint32_t)c->inputs_count), taken = 0;
      for (int j = 0; j < k; j++) taken |= c->outputs[j * 3 + 2] == target;
      if (!taken && is_whole(c, target)) row[2] = target;
    }
    has_token |= row[2] >= 0;
    if (row[2] >= 0) continue;
    int64_t elements = elements_of(c, (int)row[0]);
    c->capacities[c->results_count++] = (size_t)elements;
    c->shapes[at++] = 1;
    c->shapes[at++] = chance(3) ? -1 : elements;
  }
  if (has_token) c->capacities[c->results_count++] = 1;
  c->description.outputs_count = (size_t)count * 3;
  c->description.shapes_count = at;
}

static void make_case(Case *c) {
  memset(c, 0, sizeof *c);
  make_space(c);
  c->inputs_count = (int)below(INPUTS + 1);
  int64_t reaches[INPUTS];
  for (int i = 0; i < c->inputs_count; i++) reaches[i] = make_input(c, i);
  for (int i = 0; i < c->inputs_count; i++)
    make_tensor(&c->tensors[i], (int)c->inputs[i * (2 + c->rank)], (size_t)reaches[i]);
  for (int i = 0; i < 3; i++) c->constants[i] = random_float();
  Description *d = &c->description;
  *d = (Description){.space = c->space,
                     .inputs = c->inputs,
                     .code = c->code,
                     .outputs = c->outputs,
                     .shapes = c->shapes,
                     .constants = c->constants};
  d->space_count = (size_t)c->rank;
  d->inputs_count = (size_t)(c->inputs_count * (2 + c->rank));
  d->constants_count = 3;
  if (chance(3) && make_known(c)) return;
  make_code(c, 1 + (int)below(CODE));
  int64_t whole = elements_of(c, EACH);
  if (c->inputs_count && is_whole(c, 0) && c->inputs[2] > 0 && whole == c->inputs[2] * c->sizes[0] &&
      c->tensors[0].elements == (size_t)whole)
    c->space[0] = -1;
  make_outputs(c);
  d->plain = chance(2);
}

static void free_case(Case *c) {
  for (int i = 0; i < INPUTS; i++) free(c->tensors[i].data);
}

typedef struct {
  int code;
  char error[128];
  float *results[RESULTS + 1];
  Tensor tensors[INPUTS]; // after the run
} Outcome;

static size_t bytes_of(const Tensor *t) { return t->elements * (t->type == FLOAT ? 4 : t->type == INT64 ? 8 : 1); }

static void run_case(const Case *c, Outcome *o) {
  for (int i = 0; i < RESULTS + 1; i++) o->results[i] = malloc(c->capacities[i] * sizeof(float));
  for (int i = 0; i < INPUTS; i++) {
    o->tensors[i] = c->tensors[i];
    if (!c->tensors[i].data) continue;
    o->tensors[i].data = malloc(bytes_of(&c->tensors[i]));
    memcpy(o->tensors[i].data, c->tensors[i].data, bytes_of(&c->tensors[i]));
  }
  o->code = latentlab_run_chain(&c->description, o->tensors, (size_t)c->inputs_count, o->results, c->capacities,
                                (size_t)c->results_count, o->error, sizeof o->error);
}

static void free_outcome(Outcome *o) {
  for (int i = 0; i < RESULTS + 1; i++) free(o->results[i]);
  for (int i = 0; i < INPUTS; i++) free(o->tensors[i].data);
}

static int same_floats(const float *a, const float *b, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (memcmp(a + i, b + i, sizeof *a) && (a[i] == a[i] || b[i] == b[i])) return 0;
  return 1;
}

static void complain(const Case *c, const char *what) {
  fprintf(stderr, "%s: space", what);
  for (int d = 0; d < c->rank; d++) fprintf(stderr, " %lld", (long long)c->sizes[d]);
  for (size_t i = 0; i < c->description.code_count; i++)
    fprintf(stderr, "%s%lld", i % 5 ? " " : "\n  ", (long long)c->code[i]);
  for (size_t i = 0; i < c->description.outputs_count; i++)
    fprintf(stderr, "%s%lld", i % 3 ? " " : "\nout ", (long long)c->outputs[i]);
  for (size_t i = 0; i < c->description.inputs_count; i++)
    fprintf(stderr, "%s%lld", i % (size_t)(2 + c->rank) ? " " : "\nin ", (long long)c->inputs[i]);
  fprintf(stderr, "\n");
  abort();
}

static void compare_levels(const Case *c, const Outcome *first, const Outcome *other) {
  if (first->code != other->code) complain(c, "levels differ in their verdict");
  for (int k = 0; k < c->results_count; k++)
    if (!same_floats(first->results[k], other->results[k], c->capacities[k])) complain(c, "levels differ");
  for (int i = 0; i < c->inputs_count; i++)
    if (c->tensors[i].type == FLOAT &&
        !same_floats(first->tensors[i].data, other->tensors[i].data, c->tensors[i].elements))
      complain(c, "levels differ in what they overwrite");
}

/** The same program over one index: every input is the element that it has there. */
static void compare_spot(const Case *c, const Outcome *whole, int64_t flat) {
  Case one = *c;
  one.rank = 1, one.space[0] = one.sizes[0] = 1;
  int64_t position[4], rest = flat;
  for (int d = c->rank - 1; d >= 0; d--) position[d] = rest % c->sizes[d], rest /= c->sizes[d];
  for (int i = 0; i < c->inputs_count; i++) {
    const int64_t *row = c->inputs + i * (2 + c->rank);
    int64_t at = row[1];
    for (int d = 0; d < c->rank; d++) at += position[d] * row[2 + d];
    one.inputs[i * 3] = row[0], one.inputs[i * 3 + 1] = at, one.inputs[i * 3 + 2] = 0;
  }
  int each = 0;
  for (size_t k = 0; k < c->description.outputs_count / 3; k++) {
    if (c->outputs[k * 3] != EACH) continue;
    memcpy(one.outputs + each * 3, (int64_t[]){EACH, c->outputs[k * 3 + 1], -1}, 24);
    memcpy(one.shapes + each * 2, (int64_t[]){1, 1}, 16);
    one.capacities[each++] = 1;
  }
  if (!each) return;
  one.results_count = each;
  Description *d = &one.description;
  d->space = one.space, d->inputs = one.inputs, d->outputs = one.outputs, d->shapes = one.shapes, d->plain = 1;
  d->space_count = 1, d->inputs_count = (size_t)c->inputs_count * 3, d->outputs_count = (size_t)each * 3,
  d->shapes_count = (size_t)each * 2;
  Outcome single = {0};
  run_case(&one, &single);
  if (single.code) complain(c, single.error);
  for (int k = 0, result = 0, index = 0; k < (int)(c->description.outputs_count / 3); k++) {
    int64_t target = c->outputs[k * 3 + 2];
    const float *values = target >= 0 ? whole->tensors[target].data : whole->results[result++];
    if (c->outputs[k * 3] == EACH && !same_floats(values + flat, single.results[index++], 1))
      complain(c, "one index differs");
  }
  free_outcome(&single);
}

static void check_right(const Case *c, int levels) {
  Outcome first = {0};
  latentlab_set_level(0);
  run_case(c, &first);
  if (first.code) complain(c, first.error);
  for (int number = 1; number < levels; number++) {
    Outcome other = {0};
    if (!latentlab_set_level(number)) continue;
    run_case(c, &other);
    compare_levels(c, &first, &other);
    free_outcome(&other);
  }
  Case plain = *c;
  Outcome interpreted = {0};
  plain.description.plain = !c->description.plain;
  run_case(&plain, &interpreted);
  compare_levels(c, &first, &interpreted);
  free_outcome(&interpreted);
  int64_t total = elements_of(c, EACH);
  for (int i = 0; total && i < SPOTS; i++) compare_spot(c, &first, i ? (int64_t)below((uint32_t)total) : total - 1);
  free_outcome(&first);
}

/** A program over billions of indices is right where it reads scalars only, but would not end. */
static int is_endless(const Description *d) {
  double total = 1;
  for (size_t i = 0; i < d->space_count; i++) total *= (double)d->space[i];
  return total > 1e7;
}

/** Any number of a description becomes another one: the run is refused or goes well, and touches nothing else. */
static int check_wrong(Case *c) {
  static const int64_t odd[] = {-2,
                                -1,
                                0,
                                1,
                                2,
                                3,
                                7,
                                9,
                                64,
                                513,
                                1023,
                                1024,
                                5000,
                                INT64_MAX,
                                INT64_MIN,
                                (int64_t)1 << 40,
                                (int64_t)1 << 33,
                                (int64_t)1 << 62};
  Description *d = &c->description;
  for (int times = 1 + (int)below(3); times; times--) {
    struct {
      int64_t *at;
      size_t *count;
    } lists[] = {{c->space, &d->space_count},
                 {c->inputs, &d->inputs_count},
                 {c->code, &d->code_count},
                 {c->outputs, &d->outputs_count},
                 {c->shapes, &d->shapes_count}};
    int list = (int)below(5);
    if (chance(6)) *lists[list].count -= *lists[list].count > 0;
    else if (chance(8)) d->constants_count = below(4);
    else if (chance(8) && c->inputs_count) c->tensors[below((uint32_t)c->inputs_count)].elements /= 2;
    else if (*lists[list].count) lists[list].at[below((uint32_t)*lists[list].count)] = odd[below(18)];
  }
  if (is_endless(d)) c->space[0] = INT64_MAX;
  Outcome outcome = {0};
  run_case(c, &outcome);
  int refused = outcome.code != 0;
  if (refused && !outcome.error[0]) complain(c, "refused without a reason");
  free_outcome(&outcome);
  return refused;
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 20000, refused = 0, wrong = 0;
  state = argc > 2 ? (uint64_t)atol(argv[2]) : 1;
  int best = latentlab_level();
  for (long i = 0; i < count; i++) {
    Case c;
    make_case(&c);
    if (i % 2) check_right(&c, best + 1);
    else {
      latentlab_set_level((int)below((uint32_t)best + 1));
      refused += check_wrong(&c), wrong++;
    }
    free_case(&c);
  }
  int64_t counts[3];
  latentlab_counts(counts);
  printf("%ld programs: %ld right, %ld changed, of which %ld were refused\n", count, count - wrong, wrong, refused);
  printf("kernels created: %lld interpreted, %lld Adam, %lld Bernoulli\n", (long long)counts[0], (long long)counts[1],
         (long long)counts[2]);
}
