// The instructions of a program: OPERATION(number, arity, name, value), x, y and z being its operands.
#define OPERATIONS                                                                                                     \
  OPERATION(0, 1, copy, x)                                                                                             \
  OPERATION(1, 1, neg, negative(x))                                                                                    \
  OPERATION(2, 1, abs, absolute(x))                                                                                    \
  OPERATION(3, 1, sign, sign(x))                                                                                       \
  OPERATION(4, 1, exp, exponential(x))                                                                                 \
  OPERATION(5, 1, log, logarithm(x))                                                                                   \
  OPERATION(6, 1, log1p, logarithm_of_one_plus(x))                                                                     \
  OPERATION(7, 1, sqrt, square_root(x))                                                                                \
  OPERATION(8, 1, tanh, hyperbolic_tangent(x))                                                                         \
  OPERATION(9, 1, sigmoid, sigmoid(x))                                                                                 \
  OPERATION(10, 1, softplus, softplus(x))                                                                              \
  OPERATION(11, 1, relu, relu(x))                                                                                      \
  OPERATION(12, 1, floor, floor_of(x))                                                                                 \
  OPERATION(13, 1, not, truth(x == 0.0f))                                                                              \
  OPERATION(14, 1, to_bool, truth(x != 0.0f))                                                                          \
  OPERATION(15, 1, erf, error_function(x))                                                                             \
  OPERATION(20, 2, add, x + y)                                                                                         \
  OPERATION(21, 2, sub, x - y)                                                                                         \
  OPERATION(22, 2, mul, x *y)                                                                                          \
  OPERATION(23, 2, div, x / y)                                                                                         \
  OPERATION(24, 2, max, larger(x, y))                                                                                  \
  OPERATION(25, 2, min, smaller(x, y))                                                                                 \
  OPERATION(26, 2, less, truth(x < y))                                                                                 \
  OPERATION(27, 2, equal, truth(x == y))                                                                               \
  OPERATION(28, 2, and, truth((x != 0.0f) & (y != 0.0f)))                                                              \
  OPERATION(29, 2, or, truth((x != 0.0f) | (y != 0.0f)))                                                               \
  OPERATION(30, 2, xor, truth((x != 0.0f) ^ (y != 0.0f)))                                                              \
  OPERATION(40, 3, select, choose(x != 0.0f, y, z))                                                                    \
  OPERATION(41, 3, clip, smaller(larger(x, y), z))

enum {
  COPY = 0,
  EXP = 4,
  LOG = 5,
  LOG1P = 6,
  SQRT = 7,
  TANH = 8,
  SIGMOID = 9,
  SOFTPLUS = 10,
  ERF = 15,
  ADD = 20,
  SUB = 21,
  MUL = 22,
  DIV = 23,
  MOST_OPERATIONS = 42
};
