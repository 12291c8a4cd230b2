import { describe, expect, it } from 'vitest'
import { withinTraining } from '../../../src/answers/anomaly/within-training.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { hostTensor } from '../../../src/tensor/host.ts'

const common = { gaps: true, centre: 0, scale: 1 }
const columns: readonly TableColumn[] = [
  {
    ...common,
    name: 'a',
    kind: 'numeric',
    distribution: 'gaussian',
    centre: 10,
    scale: 2,
    range: [6, 12],
  },
  {
    ...common,
    name: 'b',
    kind: 'positive',
    distribution: 'log-normal',
    centre: 1,
    scale: 0.5,
    range: [1, Math.E ** 2],
  },
  { ...common, name: 'n', kind: 'count', distribution: 'poisson', range: [0, 9] },
  {
    ...common,
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
    const shown = withinTraining(columns, hostTensor('float32', [4, 4], Float32Array.from(rows)))
    expect([...shown.data]).toEqual([
      ...[-2, 0, 4, 2],
      ...[1, -2, 9, 0],
      ...[0.5, 2, 0, Number.NaN],
      ...[Number.NaN, Number.NaN, Number.NaN, 1],
    ])
  })

  it('is all of it where it has no columns', () => {
    const pixels = hostTensor('float32', [1, 2], Float32Array.of(-4, 9))
    expect(withinTraining(undefined, pixels)).toBe(pixels)
  })
})
