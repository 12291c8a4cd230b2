import { describe, expect, it } from 'vitest'
import { withinReach, withinTraining } from '../../src/answers/within-training.ts'
import type { TableColumn } from '../../src/distributions/columns/column.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const common = { gaps: true, centre: 10, scale: 2 }
const columns: readonly TableColumn[] = [
  { ...common, name: 'a', kind: 'numeric', distribution: 'gaussian', range: [6, 14] },
  { ...common, name: 'always 12', kind: 'numeric', distribution: 'gaussian', range: [12, 12] },
  {
    ...common,
    name: 'c',
    kind: 'categorical',
    distribution: 'categorical',
    categories: ['x', 'y'],
  },
]

const rows = (...values: number[]) =>
  hostTensor('float32', [values.length / 3, 3], Float32Array.from(values))

describe('rows within the reach of training', () => {
  it('keep values up to 1e9 ranges away, and end there', () => {
    const { data } = withinReach(columns, rows(1e38, -1e38, 2, -3e9, 5, 1))
    expect(Array.from(data)).toEqual([
      Math.fround(2 + 4e9),
      Math.fround(1 - 1e9), // one unit stands for the range of a constant
      ...[2, -3e9, 5, 1],
    ])
  })

  it('are the same rows where no value is far out, or missing', () => {
    const given = rows(100, Number.NaN, 2)
    expect(withinReach(columns, given)).toBe(given)
  })

  it('end at 1e12 where there are no columns', () => {
    const { data } = withinReach(undefined, rows(1e20, -1e20, 3))
    expect(Array.from(data)).toEqual([Math.fround(1e12), -Math.fround(1e12), 3])
  })
})

describe('rows within training', () => {
  it('end at the range of their column', () => {
    const { data } = withinTraining(columns, rows(5, 1, 1, -5, 1.5, 2))
    expect(Array.from(data)).toEqual([2, 1, 1, -2, 1, 2])
  })
})

const plain = { gaps: true, centre: 0, scale: 1 }
const kinds: readonly TableColumn[] = [
  {
    ...plain,
    name: 'a',
    kind: 'numeric',
    distribution: 'gaussian',
    centre: 10,
    scale: 2,
    range: [6, 12],
  },
  {
    ...plain,
    name: 'b',
    kind: 'positive',
    distribution: 'log-normal',
    centre: 1,
    scale: 0.5,
    range: [1, Math.E ** 2],
  },
  { ...plain, name: 'n', kind: 'count', distribution: 'poisson', range: [0, 9] },
  {
    ...plain,
    name: 'c',
    kind: 'categorical',
    distribution: 'categorical',
    categories: ['x', 'y'],
  },
]

describe('what an encoder is shown of a row', () => {
  it('ends where the training values end, in every unit; gaps and categories stay', () => {
    const rows = [
      ...[-7, 0, 4, 2],
      ...[9, -3, 12, 0],
      ...[0.5, 7, -1, Number.NaN],
      ...[Number.NaN, Number.NaN, Number.NaN, 1],
    ]
    const shown = withinTraining(kinds, hostTensor('float32', [4, 4], Float32Array.from(rows)))
    expect([...shown.data]).toEqual([
      ...[-2, 0, 4, 2],
      ...[1, -2, 9, 0],
      ...[0.5, 2, 0, Number.NaN],
      ...[Number.NaN, Number.NaN, Number.NaN, 1],
    ])
  })
})
