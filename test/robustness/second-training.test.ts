import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  arraysOf,
  options,
  outcome,
  resolveConfig,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const SMALLEST_NORMAL = 2 ** -126

const folder = temporaryFolder()

// Moments of weights that have no gradient any more decay until they are denormal.
it('a second training in a process comes to the same bits, denormals being zero', async () => {
  const config = resolveConfig(options(writeData(folder), { epochs: 60 }))
  const runs = ['first', 'second'].map((name) => join(folder, name))
  for (const out of runs) await trainRun({ config, out })
  const [first, second] = runs.map(outcome)
  expect(second).toEqual(first)
  const numbers = Object.values(arraysOf(runs[1]!)).flatMap(({ data }) => Array.from(data, Number))
  const tiny = numbers.filter((x) => Math.abs(x) < SMALLEST_NORMAL)
  expect(tiny.length).toBeGreaterThan(0)
  expect(tiny.filter((x) => x !== 0)).toEqual([])
})
