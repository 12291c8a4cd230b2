import fc from 'fast-check'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { topological } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Gpu } from '../../src/runtime/webgpu/gpu.ts'
import { expressions, inputs, inputValues, largest, programs } from '../graph/expressions.ts'
import { differences, loopResults } from '../graph/loop-results.ts'
import { largestOf, loopParts, type RandomLoop, randomLoop } from '../graph/random-loops.ts'
import { mismatch } from '../graph/runtime.ts'
import type { Trial } from '../graph/runtime-cases.ts'
import { combinedLoops, combinedTrials } from './combined.ts'
import { webgpuOf } from './runtime.ts'

/** float32 rounds at 6e-8 relative; the longest sums here have some hundred terms of size 1. */
export const TOLERANCE = 1e-5
/** Three steps of a loop. */
export const LOOP_TOLERANCE = 3e-5
/** Beyond that, float32 has no digits left for what cancels. */
const LARGEST = 100

/** Something random, and the largest number that it computes on its way. */
export interface Scaled<T> {
  readonly value: T
  readonly scale: number
}

/** Random expressions with their gradients, none of them too large for float32. */
export const randomTrials = (length: number): fc.Arbitrary<Scaled<Trial>> =>
  fc
    .tuple(programs(length), fc.nat(1e6))
    .map(([program, seed]) => {
      const values = expressions(program)
      const loss = values.map((value) => value.sum()).reduce((a, b) => a.add(b))
      const outputs = [...values, ...gradients(loss, inputs)]
      const feeds = inputValues(seed)
      return { value: { outputs, feeds }, scale: largest(outputs, feeds) }
    })
    .filter(({ scale }) => scale < LARGEST)

/** Random loops, none of which computes numbers too large for float32. */
export const randomLoops: fc.Arbitrary<Scaled<RandomLoop>> = loopParts
  .map((parts) => {
    const value = randomLoop(parts)
    return { value, scale: largestOf(value) }
  })
  .filter(({ scale }) => scale < LARGEST)

/** Whether no expression is of float64, which WGSL does not have. */
export const isSingle = ({ outputs }: Trial): boolean =>
  topological(outputs).every(({ dtype }) => dtype !== 'double')

/** Where trials, computed as one graph, differ from the interpreter in float64. */
export async function trialDifferences(
  gpu: Gpu,
  trials: readonly Scaled<Trial>[],
): Promise<string[]> {
  const { outputs, feeds } = combinedTrials(trials.map(({ value }) => value))
  const session = await webgpuOf(gpu).compile(outputs)
  try {
    const results = await session.run(feeds)
    return trials.flatMap(({ value, scale }, k) =>
      interpret(value.outputs, value.feeds).flatMap((expected, i) => {
        const text = mismatch(results[`${k} ${i}`] as never, expected, TOLERANCE * scale)
        return text === undefined ? [] : [`output ${i} of trial ${k}: ${text}`]
      }),
    )
  } finally {
    await session.close()
  }
}

/** Where loops, computed as one for two calls, differ from the interpreter in float64. */
export async function loopDifferences(
  gpu: Gpu,
  loops: readonly Scaled<RandomLoop>[],
): Promise<string[]> {
  const loop = combinedLoops(loops.map(({ value }) => value))
  const scale = Math.max(...loops.map((one) => one.scale))
  const calls = [2, 1]
  const expected = await loopResults(referenceRuntime, loop, calls)
  return differences(
    await loopResults(webgpuOf(gpu), loop, calls),
    expected,
    LOOP_TOLERANCE * scale,
  )
}
