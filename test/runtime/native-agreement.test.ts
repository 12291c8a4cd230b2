import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { interpret } from '../../src/graph/interpret.ts'
import type { LoopProgram } from '../../src/graph/loop.ts'
import { opTable } from '../../src/graph/ops/table.ts'
import type { OpName } from '../../src/graph/rule.ts'
import { type Tensor, topological } from '../../src/graph/tensor.ts'
import { openRuntime } from '../../src/runtime/node.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { differences, loopResults } from '../graph/loop-results.ts'
import { largestOf, loopParts, randomLoop } from '../graph/random-loops.ts'
import { mismatch } from '../graph/runtime.ts'
import { runtimeCases, type Trial } from '../graph/runtime-cases.ts'

/** float32 rounds at 6e-8 relative; sums here have some thousand terms of size 1. */
const TOLERANCE = 2e-5

let native: Runtime
let plain: Runtime
beforeAll(() => {
  native = openRuntime({ device: 'cpu', threads: 2 })
  plain = openRuntime({ device: 'cpu', threads: 1, kernels: 'onnx' })
})
afterAll(async () => {
  await native.close()
  await plain.close()
})

/** More are run by hand: `LATENTLAB_RANDOM_LOOPS=2000`. */
const LOOPS = Number(process.env.LATENTLAB_RANDOM_LOOPS ?? 80)

const asLoop = (outputs: readonly Tensor[]): LoopProgram => ({
  state: {},
  rows: {},
  reports: Object.fromEntries(outputs.map((output, i) => [`output ${i}`, output])),
  summary: {},
})

describe('native kernels agree with the reference interpreter', () => {
  it('are what this machine runs, so that they are what is tested', async () => {
    expect(await native.loops()).toMatchObject({ kernels: 'native' })
    expect(await plain.loops()).toMatchObject({ kernels: 'onnx' })
  })

  const ofItsOwn: readonly OpName[] = ['intoBlocks', 'outOfBlocks', 'blockedConv']
  const ops = (Object.keys(opTable) as OpName[]).filter((op) => !ofItsOwn.includes(op))

  it.each(ops)('on %s, over shapes with broadcasting, scalars and sizes of zero', async (op) => {
    const agrees = async ({ outputs, feeds }: Trial) => {
      // Loops take no float64.
      fc.pre(topological(outputs).every(({ dtype }) => dtype !== 'double'))
      const session = await native.compileLoop(asLoop(outputs))
      try {
        await session.load({})
        const results = await session.run(1, feeds)
        interpret(outputs, feeds).forEach((value, i) => {
          const { shape, ...result } = results[`output ${i}`]!
          const one = { ...result, shape: shape.slice(1) }
          expect(mismatch(one as never, value, TOLERANCE)).toBeUndefined()
        })
      } finally {
        await session.close()
      }
    }
    await fc.assert(fc.asyncProperty(runtimeCases[op], agrees), { seed: 23, numRuns: 6 })
  })

  it('on random loops that update their state, as plain ONNX does', async () => {
    const agrees = async (parts: Parameters<typeof randomLoop>[0]) => {
      const loop = randomLoop(parts)
      const scale = largestOf(loop)
      // Beyond that, float32 has no digits left for what cancels.
      fc.pre(scale < 100)
      const calls = [2, 1]
      const expected = await loopResults(referenceRuntime, loop, calls)
      const tolerance = TOLERANCE * scale
      expect(differences(await loopResults(native, loop, calls), expected, tolerance)).toEqual([])
      expect(differences(await loopResults(plain, loop, calls), expected, tolerance)).toEqual([])
    }
    await fc.assert(fc.asyncProperty(loopParts, agrees), { seed: 41, numRuns: LOOPS })
  }, 600_000)
})
