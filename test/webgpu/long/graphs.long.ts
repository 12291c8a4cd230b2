import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { opTable } from '../../../src/graph/ops/table.ts'
import type { OpName } from '../../../src/graph/rule.ts'
import { runtimeCases } from '../../graph/runtime-cases.ts'
import {
  isSingle,
  loopDifferences,
  randomLoops,
  randomTrials,
  trialDifferences,
} from '../agreement.ts'
import { requireSoftwareGpu } from '../software-device.ts'
import { line } from './table.ts'

/** Seeds of which one third are expressions with gradients, one third loops, and one third single ops. */
const FIRST = Number(process.env.LATENTLAB_FIRST_SEED ?? 0)
const COUNT = Number(process.env.LATENTLAB_SEEDS ?? 3000)
/** Seeds of one kind that are compiled together. */
const TOGETHER = 10

const gpu = await requireSoftwareGpu()
afterAll(() => gpu.destroy())
const ops = Object.keys(opTable) as OpName[]

const sampled = <T>(of: fc.Arbitrary<T>, seed: number): T => fc.sample(of, { seed, numRuns: 1 })[0]!

/** What a kind of seed stands for, and how many of them differ from the interpreter. */
const kinds = [
  {
    name: 'expressions',
    differences: (seeds: readonly number[]) =>
      trialDifferences(
        gpu,
        seeds.map((seed) => sampled(randomTrials(5 + (seed % 20)), seed)),
      ),
  },
  {
    name: 'loops',
    differences: (seeds: readonly number[]) =>
      loopDifferences(
        gpu,
        seeds.map((seed) => sampled(randomLoops, seed)),
      ),
  },
  {
    name: 'single ops',
    differences: (seeds: readonly number[]) =>
      trialDifferences(
        gpu,
        seeds.map((seed) => {
          const op = ops[Math.floor(seed / 3) % ops.length]!
          return { value: sampled(runtimeCases[op].filter(isSingle), seed), scale: 1 }
        }),
      ),
  },
]

type Kind = (typeof kinds)[number]

/** What is wrong with each seed; together they are computed sooner, alone it is known which it is. */
async function faults({ differences }: Kind, seeds: readonly number[]): Promise<string[]> {
  const found = async (some: readonly number[]) => {
    try {
      return await differences(some)
    } catch (error) {
      return [String((error as Error).stack)]
    }
  }
  const all = await found(seeds)
  if (all.length === 0) return []
  const alone: string[] = []
  for (const seed of seeds)
    for (const text of (await found([seed])).slice(0, 3)) alone.push(`seed ${seed}: ${text}`)
  return alone.length > 0
    ? alone
    : [`seeds ${seeds.join(' ')} together: ${all.slice(0, 3).join('; ')}`]
}

describe('WebGPU agrees with the reference interpreter', () => {
  it(`on random graphs of seeds ${FIRST} to ${FIRST + COUNT - 1}`, async () => {
    const wrong: string[] = []
    for (let from = FIRST; from < FIRST + COUNT; from += 3 * TOGETHER) {
      const until = Math.min(FIRST + COUNT, from + 3 * TOGETHER)
      const seeds = Array.from({ length: until - from }, (_, i) => from + i)
      const began = performance.now()
      const found: string[] = []
      for (const [k, kind] of kinds.entries()) {
        const own = seeds.filter((seed) => seed % 3 === k)
        if (own.length > 0)
          found.push(...(await faults(kind, own)).map((text) => `${kind.name}, ${text}`))
      }
      wrong.push(...found)
      const seconds = (performance.now() - began) / 1000
      line(`seeds ${from} to ${until - 1}: ${found.length} differences, ${seconds.toFixed(1)} s`)
      for (const text of found) line(`  ${text}`)
    }
    expect(wrong).toEqual([])
  })
})
