import { expect, it } from 'vitest'
import type { Factors } from '../../../src/graph/wgsl/parts/factors.ts'
import { divisionOf } from '../../../src/graph/wgsl/parts/tiles.ts'

const divided = (z: number, m: number, k: number, n: number) => {
  const { tile, splits } = divisionOf({ z, m, n, k } as Factors)
  return { results: tile.rows * tile.columns, splits }
}

// As measured on an NVIDIA H200: the fastest of eight tiles and up to seven numbers of parts, or within a tenth of it.
it('divides long sums of few results, and computes many results in large tiles', () => {
  expect(divided(1, 128, 784, 500)).toEqual({ results: 16, splits: 16 })
  expect(divided(1, 128, 500, 500)).toEqual({ results: 16, splits: 8 })
  expect(divided(1, 128, 500, 40)).toEqual({ results: 1, splits: 8 })
  expect(divided(1, 128, 20, 500)).toEqual({ results: 1, splits: 1 })
  expect(divided(1, 500, 128, 500)).toEqual({ results: 4, splits: 1 })
  expect(divided(1, 64, 6272, 512)).toEqual({ results: 16, splits: 32 })
  expect(divided(1, 2048, 2000, 2000)).toEqual({ results: 64, splits: 1 })
})
