import { describe, expect, it } from 'vitest'
import { assemble, type NamedArray, sourceOf } from '../../src/data/assemble.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { splitValues } from '../../src/data/rows.ts'
import { exampleHashes } from '../../src/evaluate/example-hashes.ts'
import type { EvaluationOptions } from '../../src/evaluate/options.ts'
import { comparisonTables } from '../../src/report/comparison.ts'
import { sha256 } from '../../src/tensor/digest.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyRun } from './tiny-run.ts'

const [ROWS, TESTED, D] = [120, 30, 6]

/** Rows of bytes, in an order given by their numbers. */
function bytes(order: ArrayLike<number>, name: string): HostTensor<'uint8'> {
  const all = stream(0, name)
  const store = Uint8Array.from({ length: ROWS * D }, () => all.integer(256))
  const rows = Array.from(order).flatMap((row) => [...store.subarray(row * D, (row + 1) * D)])
  return hostTensor('uint8', [order.length, 1, 2, 3], Uint8Array.from(rows))
}

const inOrder = (count: number) => Array.from({ length: count }, (_, i) => i)
const permuted = (count: number) => stream(7, 'order').permutation(count)

interface Given {
  readonly seed?: number
  readonly binarize?: DataSet['binarize']
  readonly train?: ArrayLike<number>
  /** Rows of a test file; without it, test examples are cut from the data by the seed. */
  readonly test?: ArrayLike<number>
  readonly labels?: HostTensor
}

const named = (name: string, array: HostTensor, labels?: HostTensor): NamedArray => ({
  name,
  array,
  labelsName: 'labels',
  labels,
})

function opened(given: Given): Promise<DataSet> {
  const { seed = 0, binarize = 'none', train = inOrder(ROWS), test, labels } = given
  const main = named('train.npy', bytes(train, 'main'), labels)
  const own = test && named('test.npy', bytes(test, 'test'))
  const source = sourceOf('train.npy', main, own, {})
  const sizes = { validation: 10, test: own ? undefined : TESTED }
  return assemble(source, { ...sizes, binarize, seed }, sha256)
}

/** Two runs of different parameters and seeds, evaluated on the test splits of their data. */
async function compared(first: Given, other: Given, options: EvaluationOptions = {}) {
  const runs = []
  for (const [i, given] of [first, other].entries()) {
    const { seed = 0 } = given
    const data = await opened(given)
    const run = tinyRun({
      data,
      options: { latent: 2, seed, activation: i === 0 ? 'relu' : 'tanh' },
    })
    const evaluation = await run.evaluate('test', options)
    runs.push({ name: 'ab'[i]!, evaluation, data, run })
  }
  const tables = comparisonTables(runs)
  const differences = (group: 'loss' | 'reconstruction') => {
    const { columns, rows } = tables[group]!
    const at = columns.findIndex(({ title }) => title === 'difference')
    return Object.fromEntries(rows.map((row) => [row[0]!.replace(/[¹²³⁴⁵⁶⁷⁸⁹⁰]+$/, ''), row[at]]))
  }
  return { runs, tables, differences }
}

/** Student's t of 29 degrees of freedom, 97.5 %. */
const T29 = 2.0452296

describe('runs of two seeds', () => {
  it('on other test rows have no differences, and the table says why', async () => {
    const { tables, differences } = await compared({ seed: 0 }, { seed: 1 })
    expect(new Set(Object.values(differences('loss')))).toEqual(new Set(['']))
    expect(new Set(Object.values(differences('reconstruction')))).toEqual(new Set(['']))
    for (const table of [tables.loss!, tables.reconstruction!])
      expect(table.caption).toContain(
        'No differences are taken between a and b, because their test examples are different rows of the same data',
      )
  })

  it('on the same rows with other static draws have none either', async () => {
    const test = inOrder(TESTED)
    const [a, b] = [0, 1].map((seed) => ({ seed, test, binarize: 'static' as const }))
    const { tables, differences } = await compared(a!, b!)
    expect(new Set(Object.values(differences('loss')))).toEqual(new Set(['']))
    expect(tables.loss!.caption).toContain('same rows with other binary draws, of seeds 0 and 1')
  })

  it('on the same rows with other dynamic draws have differences of errors of grey levels alone', async () => {
    const test = inOrder(TESTED)
    const [a, b] = [0, 1].map((seed) => ({ seed, test, binarize: 'dynamic' as const }))
    const { tables, differences } = await compared(a!, b!)
    expect(new Set(Object.values(differences('loss')))).toEqual(new Set(['']))
    expect(tables.loss!.caption).toContain('same rows with other binary draws, of seeds 0 and 1')
    expect(differences('reconstruction')['squared error']).toMatch(/^[+-]\d/)
    expect(tables.reconstruction!.caption).not.toContain('No differences')
  })
})

describe('runs on the same test examples', () => {
  it('have the mean of paired differences, with the interval by hand', async () => {
    // Training files in two orders, so that training rows and row numbers differ; one test file.
    const test = inOrder(TESTED)
    const found = await compared({ test }, { seed: 1, test, train: permuted(ROWS) })
    const [a, b] = found.runs
    expect(a!.data.hash).not.toBe(b!.data.hash)
    expect(b!.evaluation.hashes.examples).toBe(a!.evaluation.hashes.examples)
    const x = splitValues(a!.data, 'test', inOrder(TESTED))
    const [ofA, ofB] = [await a!.run.reconstruct(x), await b!.run.reconstruct(x)]
    const errorOf = ({ data }: { data: Float32Array }, i: number) =>
      inOrder(D).reduce((sum, d) => sum + (x.data[i * D + d]! - data[i * D + d]!) ** 2, 0)
    const differences = inOrder(TESTED).map((i) => errorOf(ofB, i) - errorOf(ofA, i))
    const mean = differences.reduce((sum, one) => sum + one, 0) / TESTED
    const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0)
    const half = T29 * Math.sqrt(squares / (TESTED - 1) / TESTED)
    const [shown, shownHalf] = found
      .differences('reconstruction')
      ['squared error']!.split(' ± ')
      .map(Number)
    expect(Math.abs(mean)).toBeGreaterThan(0.01)
    expect(shown).toBeCloseTo(mean, 3)
    expect(shownHalf).toBeCloseTo(half, 3)
  })

  it('have none where the examples are in another order', async () => {
    const test = inOrder(TESTED)
    const found = await compared({ test }, { test: permuted(TESTED) })
    expect(found.differences('reconstruction')['squared error']).toBe('')
    expect(found.tables.reconstruction!.caption).toContain('in another order')
  })
})

describe('the hash of examples', () => {
  const examples = async (data: DataSet, seed = 0) =>
    (await exampleHashes(data, 'test', seed)).examples

  /** A table whose rows are all test examples, but for one. */
  async function table(values: Float32Array | Uint8Array, width: number): Promise<DataSet> {
    const shape = [values.length / width, width]
    const array =
      values instanceof Uint8Array
        ? hostTensor('bool', shape, values)
        : hostTensor('float32', shape, values)
    return assemble(
      sourceOf('main', named('main', array), named('test', array), {}),
      { validation: 0, binarize: 'none', seed: 0 },
      sha256,
    )
  }

  it('is of values: floats and booleans, and 0 and −0, are equal', async () => {
    const [bits, floats, signed] = [
      Uint8Array.of(0, 1, 1, 0, 1, 1),
      Float32Array.of(0, 1, 1, 0, 1, 1),
      Float32Array.of(-0, 1, 1, -0, 1, 1),
    ]
    const hash = await examples(await table(bits, 3))
    expect(await examples(await table(floats, 3))).toBe(hash)
    expect(await examples(await table(signed, 3))).toBe(hash)
  })

  it('is of all of them, and of how they are cut into rows', async () => {
    const values = Float32Array.from({ length: 2400 }, (_, i) => i)
    const hash = await examples(await table(values, 2))
    expect(await examples(await table(values, 3))).not.toBe(hash)
    for (const at of [0, 2000, 2399]) {
      const changed = values.slice()
      changed[at]! += 1
      expect(await examples(await table(changed, 2))).not.toBe(hash)
    }
    expect(await examples(await table(values.subarray(0, 2398), 2))).not.toBe(hash)
  })

  it('is of the draws of dynamic binarisation, and the stored one of the grey levels', async () => {
    const data = await opened({ test: inOrder(TESTED), binarize: 'dynamic' })
    const plain = await opened({ test: inOrder(TESTED) })
    const [first, other] = [
      await exampleHashes(data, 'test', 0),
      await exampleHashes(data, 'test', 1),
    ]
    expect(first.examples).not.toBe(other.examples)
    expect(first.stored).toBe(other.stored)
    expect(first.stored).toBe(await examples(plain))
    expect(first.rows).toBe(other.rows)
  })

  it('of labels stands apart from that of values', async () => {
    const of = async (label: number) => {
      const labels = hostTensor('int32', [ROWS], new Int32Array(ROWS).fill(label))
      return exampleHashes(await opened({ labels }), 'test', 0)
    }
    const [ones, twos] = [await of(1), await of(2)]
    expect(ones.examples).toBe(twos.examples)
    expect(ones.labels).not.toBe(twos.labels)
    expect(await exampleHashes(await opened({}), 'test', 0)).not.toHaveProperty('labels')
  })
})
