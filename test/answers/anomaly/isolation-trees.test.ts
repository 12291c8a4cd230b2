import { describe, expect, it } from 'vitest'
import {
  averagePath,
  growTrees,
  type IsolationTrees,
} from '../../../src/answers/anomaly/isolation-trees.ts'
import { stream } from '../../../src/tensor/random.ts'

describe('the average path of n rows', () => {
  it.each([
    // scikit-learn 1.9.1, sklearn.ensemble._iforest._average_path_length
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1.20739236],
    [5, 2.32702005],
    [100, 8.36467103],
    [256, 10.24477092],
  ])('of %i is %f splits', (n, path) => expect(averagePath(n)).toBeCloseTo(path, 8))
})

/** Follows a row from the root of a tree: the columns of its splits, and the leaf. */
function followed(trees: IsolationTrees, tree: number, row: readonly number[]) {
  let node = trees.roots[tree]!
  const columns: number[] = []
  while (trees.left[node]! !== node) {
    columns.push(trees.columns[node]!)
    node = trees.left[node]! + (row[trees.columns[node]!]! > trees.thresholds[node]! ? 1 : 0)
  }
  return { columns, leaf: node }
}

const roots = ({ roots, columns, thresholds }: IsolationTrees) =>
  Array.from(roots, (root) => ({ column: columns[root]!, threshold: thresholds[root]! }))

const leaves = ({ left }: IsolationTrees) => [...left.keys()].filter((node) => left[node] === node)

const share = <T>(all: readonly T[], holds: (one: T) => boolean) =>
  all.filter(holds).length / all.length

describe('isolation trees', () => {
  it('give a leaf its depth plus the average path of the rows in it, ⌈log₂ ψ⌉ splits deep at most', () => {
    const [n, width] = [100, 3]
    const { normal } = stream(1, 'rows')
    const values = Float64Array.from({ length: n * width }, normal)
    const trees = growTrees(values, width, { seed: 3, trees: 20, sample: n })
    const depths: number[] = []
    for (let tree = 0; tree < 20; tree++) {
      const paths = Array.from({ length: n }, (_, i) =>
        followed(trees, tree, [...values.subarray(i * width, (i + 1) * width)]),
      )
      for (const { columns, leaf } of paths) {
        const together = paths.filter((other) => other.leaf === leaf).length
        expect(trees.paths[leaf]).toBe(columns.length + averagePath(together))
        if (together > 1) expect(columns).toHaveLength(7)
        depths.push(columns.length)
      }
      expect(trees.paths[trees.roots[tree]!]).toBe(averagePath(n))
    }
    expect(Math.max(...depths)).toBe(7) // ⌈log₂ 100⌉
    expect(trees.depth).toBe(7)
    expect(leaves(trees).every((leaf) => trees.thresholds[leaf] === Infinity)).toBe(true)
    expect(new Set(trees.columns)).toEqual(new Set([0, 1, 2]))
  })

  it('split between the extremes of the rows, each column equally often, a constant one never', () => {
    const values = Float32Array.from([0, 7, 10, 4, 7, 12])
    const found = roots(growTrees(values, 3, { seed: 1, trees: 4000, sample: 2 }))
    expect(share(found, ({ column }) => column === 1)).toBe(0)
    expect(Math.abs(share(found, ({ column }) => column === 0) - 0.5)).toBeLessThan(0.032) // 4 σ
    const first = found.filter(({ column }) => column === 0).map(({ threshold }) => threshold)
    expect(first.every((threshold) => threshold >= 0 && threshold < 4)).toBe(true)
    expect(Math.abs(share(first, (threshold) => threshold < 1) - 0.25)).toBeLessThan(0.04)
    expect(found.every(({ column, threshold }) => column === 0 || threshold >= 10)).toBe(true)
  })

  it('draw their rows without repetition, each pair equally often', () => {
    const trees = growTrees(Float64Array.of(0, 1, 10), 1, { seed: 2, trees: 20_000, sample: 2 })
    const found = roots(trees)
    expect(found.every(({ threshold }) => threshold < 10)).toBe(true) // two different rows
    // Below 1: always for the pair (0, 1), in a tenth of the cases for (0, 10), never for (1, 10).
    const below = share(found, ({ threshold }) => threshold < 1)
    expect(Math.abs(below - 1.1 / 3)).toBeLessThan(0.0137) // 4 σ
  })

  it('are a leaf where all rows are equal, and keep a row on each side of neighbouring numbers', () => {
    const same = growTrees(Float64Array.of(2, 3, 2, 3), 2, { seed: 0, trees: 1, sample: 2 })
    expect([...same.left]).toEqual([0])
    const next = 1 + Number.EPSILON
    const close = growTrees(Float64Array.of(1, next), 1, { seed: 0, trees: 50, sample: 2 })
    expect(new Set(roots(close).map(({ threshold }) => threshold))).toEqual(new Set([1]))
    expect(leaves(close)).toHaveLength(100)
    const wide = growTrees(Float64Array.of(-1.7e308, 1.7e308), 1, { seed: 0, trees: 9, sample: 2 })
    expect(roots(wide).every(({ threshold }) => Number.isFinite(threshold))).toBe(true)
  })
})
