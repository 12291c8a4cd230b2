import fc from 'fast-check'
import { interpret } from '../../src/graph/interpret.ts'
import { concat, scalar, Tensor, topological } from '../../src/graph/tensor.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { between, flags } from './arrays.ts'
import type { Feeds } from './runtime.ts'

/** One step of a random expression: an op, and numbers that choose its operands and parameters. */
type Step = readonly [op: number, first: number, second: number, parameter: number]

/**
 * Random programs of up to `length` steps, each of which adds a tensor to a pool. They shrink to short
 * ones.
 */
export const programs = (length: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99)), {
    minLength: 1,
    maxLength: length,
    size: 'max',
  })

const shapes = { a: [3, 4], b: [4], c: [], d: [3, 1], e: [4, 3], f: [2, 3, 4] } as const

/** The float inputs of every random expression, and a mask that `select` reads. */
export const inputs = Object.entries(shapes).map(([name, shape]) => Tensor.input(name, shape))
const mask = Tensor.input('mask', [3, 4], 'bool')

/** Values of the inputs, of magnitude 0.2 to 1.2. */
export const inputValues = (seed: number): Record<string, HostTensor> => ({
  ...Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => {
      const value = between(seed + i, shape, -1, 1)
      return [name, { ...value, data: value.data.map((x) => x + (x < 0 ? -0.2 : 0.2)) }]
    }),
  ),
  mask: flags(seed, [3, 4]),
})

// Exact zeros are what gradients produce and rewrites look for. An odd offset keeps kinks away from them.
const OFFSET = 0.1234567

type Build = (x: Tensor, y: Tensor, parameter: number, mask: Tensor) => Tensor

const factors = [-1, 2, 0.5, -0.25, 1, 0, -3]
const factor = (p: number) => factors[p % factors.length]!
const axisOf = (x: Tensor, p: number) => p % Math.max(1, x.rank)

/**
 * Ways to make a tensor of others. They stay finite and smooth at the values met, so that a difference
 * in rounding stays one. Where shapes do not fit they throw.
 */
const builds: readonly Build[] = [
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mul(y),
  (x, y) => x.div(y.square().add(0.5)),
  (x, _, p) => x.div(factor(p) || 4),
  (x, _, p) => x.mul(factor(p)),
  (x, _, p) => scalar(factor(p)).mul(x),
  (x, _, p) => x.add(factor(p)),
  (x, _, p) => scalar(factor(p)).sub(x),
  (x) => x.neg(),
  (x, y) => x.neg().add(y),
  (x, y, p) => x.mul(factor(p)).sub(y.mul(-factor(p))),
  (x) => x.tanh().exp(),
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.softplus(),
  (x) => x.square().add(1).log(),
  (x) => x.square().add(1).sqrt(),
  (x) => x.sin(),
  (x) => x.add(OFFSET).relu(),
  (x) => x.add(OFFSET).abs(),
  (x, y) => x.max(y.add(OFFSET)),
  (x, y) => x.min(y.sub(OFFSET)),
  (x, y) => x.sigmoid().pow(y.tanh()),
  (x) => x.stopGradient(),
  (x, y, _, mask) => mask.select(x, y),
  (x, _, __, mask) => mask.select(x, 0),
  (x, _, __, mask) => mask.not().select(0, x.mul(2)),
  (x, _, p, mask) => mask.select(x.mul(-2), factor(p)),
  (x, _, p) => x.sum([axisOf(x, p)], p % 2 === 0),
  (x) => x.sum(),
  (x, _, p) => x.mean([axisOf(x, p)], true),
  (x, _, p) => x.logSumExp(axisOf(x, p), p % 2 === 0),
  (x, _, p) => x.reshape([...x.shape, 1].reverse().slice(p % 2)),
  (x) => x.reshape([x.size]),
  (x) => x.transpose(),
  (x, _, p) => x.expand([1 + (p % 2), ...x.shape]),
  (x, _, __, mask) => x.expand(mask.shape as number[]),
  (x, _, p) => x.slice(axisOf(x, p), p % 2, 2),
  (x, _, p) => x.pad(axisOf(x, p), p % 3, p % 2),
  (x, y, p) => concat([x, y], axisOf(x, p)),
  (x, _, p) => x.slice(axisOf(x, p), 0, 1).mul(x.slice(axisOf(x, p), 1, 3)),
  (x, y, p) => x.dot(y, p % 2 === 1, p % 4 > 1),
  (x, y, p) => x.mul(2).dot(y.neg(), p % 2 === 1, p % 4 > 1),
  (x) => x.neg().dot(x, true),
  (x, _, p) => x.dot(x, false, true).mul(factor(p)),
  (x, y) => x.matmul(y),
]

/** The last tensors of the pool that a program fills, up to three; steps that do not fit are left out. */
export const expressions = (program: readonly Step[]): Tensor[] =>
  pooled(program, [...inputs, scalar(1.5).expand([3, 4]), scalar(0).expand([4])], mask).slice(-3)

/** Tensors, and those that a program makes of them; steps that do not fit are left out. */
export function pooled(
  program: readonly Step[],
  given: readonly Tensor[],
  mask: Tensor,
  most = 200,
): Tensor[] {
  const pool = [...given]
  for (const [op, first, second, parameter] of program) {
    // Every other operand is one of the latest, so that expressions grow deep.
    const at = (n: number) => pool[pool.length - 1 - (n % (n % 2 === 0 ? pool.length : 3))]!
    try {
      const next = builds[op % builds.length]!(at(first), at(second), parameter, mask)
      if (next.rank <= 4 && next.size <= most) pool.push(next)
    } catch {
      // The shapes do not fit.
    }
  }
  return pool
}

/** The largest absolute value among those that the expressions compute on their way, and at least 1. */
export const largest = (outputs: readonly Tensor[], feeds: Feeds): number =>
  interpret(topological(outputs), feeds).reduce((found, { data }) => {
    const sizes = Array.from(data as ArrayLike<number | bigint>, (x) => Math.abs(Number(x)))
    return Math.max(found, ...sizes)
  }, 1)
