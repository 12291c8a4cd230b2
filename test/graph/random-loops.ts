import fc from 'fast-check'
import { interpret } from '../../src/graph/interpret.ts'
import type { LoopProgram } from '../../src/graph/loop.ts'
import { Tensor, topological } from '../../src/graph/tensor.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { between, flags, indices } from './arrays.ts'
import { pooled, programs } from './expressions.ts'
import type { Feeds } from './runtime.ts'

/** A loop with everything that it is fed. */
export interface RandomLoop {
  readonly program: LoopProgram
  readonly state: Feeds
  readonly feeds: Feeds
}

const size = fc.constantFrom(0, 1, 1, 2, 3, 5, 17, 40)

/** What random loops are made of; sizes of zero and one are among them. */
export const loopParts = fc.tuple(fc.tuple(size, size, size), programs(14), fc.nat(1e6))

type Parts = Parameters<Parameters<typeof loopParts.map>[0]>[0]

/**
 * A random loop. Half of its state moves as parameters and their moments do in training, the rest is replaced by
 * something of the same shape.
 */
export function randomLoop([[a, b, c], steps, seed]: Parts): RandomLoop {
  const shapes = {
    whole: [a, b],
    row: [b],
    column: [a, 1],
    one: [],
    other: [b, c],
    deep: [2, a, b],
  }
  const given = Object.entries(shapes).map(([name, shape]) => Tensor.input(name, shape))
  const bytes = Tensor.input('bytes', [a, b], 'uint8')
  const mask = Tensor.input('mask', [a, b], 'bool')
  const pool = pooled(steps, [...given, bytes.cast('float').mul(1 / 255)], mask, 4000)
  const state = Object.fromEntries(
    given.flatMap((input, k) => {
      const fits = pool.filter((x) => x.shape.join() === input.shape.join())
      const slope = fits[(seed + k) % fits.length]!.tanh()
      const { name } = input.attributesOf('input')
      if (k % 2 === 1) return [[name, { input, next: slope }] as const]
      const moment = Tensor.input(`${name}:moment`, input.shape)
      const next = moment.mul(0.9).add(slope)
      const moved = input.mul(0.5).sub(next.div(slope.square().sqrt().add(1)).mul(0.1))
      return [
        [name, { input, next: moved }] as const,
        [`${name}:moment`, { input: moment, next }] as const,
      ]
    }),
  )
  const reports = Object.fromEntries(pool.slice(-3).map((x, i) => [`report ${i}`, x.tanh()]))
  const finite = Object.values(state).map(({ input }) => input.sub(input).sum())
  return {
    program: { state, reports, rows: {}, summary: { finite: finite.reduce((x, y) => x.add(y)) } },
    state: Object.fromEntries(
      Object.entries(state).map(([name, { input }], k) => [
        name,
        between(seed + k, input.shape as number[], -1, 1),
      ]),
    ),
    feeds: { mask: flags(seed, [a, b]), bytes: randomBytes(seed, [a, b]) },
  }
}

function randomBytes(seed: number, shape: readonly number[]): HostTensor {
  const { data } = indices(seed, shape, 256)
  return { dtype: 'uint8', shape, data: Uint8Array.from(data, Number) }
}

/** The largest number that the first step computes on its way, and at least 1. */
export function largestOf({ program, state, feeds }: RandomLoop): number {
  const values = [
    ...Object.values(program.state).map((s) => s.next),
    ...Object.values(program.reports),
  ]
  return interpret(topological(values), { ...state, ...feeds }).reduce((found, { data }) => {
    const sizes = Array.from(data as ArrayLike<number | bigint>, (x) => Math.abs(Number(x)))
    return Math.max(found, ...sizes)
  }, 1)
}
