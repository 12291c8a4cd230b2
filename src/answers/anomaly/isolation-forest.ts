import { requireOptions, requireSeed, requireWhole } from '../../tensor/checks.ts'
import { type AnyFloats, hostTensor } from '../../tensor/host.ts'
import { arrayRows, passesOver, type RowValues } from '../../tensor/row-source.ts'
import { averagePath, growTrees, type IsolationTrees } from './isolation-trees.ts'
import { type RowScorer, requireRowsOf, requireTrainingRows } from './row-scorer.ts'

export interface ForestOptions {
  readonly seed: number
  /** 100 by default. */
  readonly trees?: number | undefined
  /** Rows that each tree is grown on: 256 by default, or all where there are fewer. */
  readonly sample?: number | undefined
}

/**
 * An isolation forest (Liu, Ting and Zhou 2008) of training rows `[n, D]`. A row that few random splits separate from the
 * others is odd: its score is how many splits fewer than average it takes, c(ψ) - E[h(x)], averaged over the trees, in
 * splits. The score of the paper, 2^(-E[h(x)] / c(ψ)), orders rows alike: see `isolationScore`.
 *
 * A split of n rows that leaves m with the row shortens its expected path by c(n) - 1 - c(m), which counts for the column
 * of the split. Over a path, these add up to the score. A share is negative where the row lies among the others.
 *
 * The forest is a function of the rows and the seed.
 *
 * @throws RangeError for fewer than two rows, and numbers that are not finite
 */
export function isolationForest(rows: AnyFloats, options: ForestOptions): RowScorer {
  const [count, width] = requireTrainingRows(rows, 2)
  requireOptions(options, 'options', ['seed', 'trees', 'sample'])
  const { seed, trees = 100, sample = 256 } = options
  requireSeed(seed)
  requireWhole(trees, 'trees', { low: 1 })
  requireWhole(sample, 'sample', { low: 2 })
  return forestScorer(
    growTrees(rows.data, width, { seed, trees, sample: Math.min(sample, count) }),
    width,
  )
}

/** Scores rows of `width` columns by trees. */
export function forestScorer(trees: IsolationTrees, width: number): RowScorer {
  return {
    width,
    unit: 'splits',
    async scores(rows, options = {}) {
      const paths = new Float64Array(requireRowsOf(width, rows))
      let read = 0
      const pass = passesOver(arrayRows(rows), 1, options)
      await pass((values) => {
        addPaths(trees, values, width, paths.subarray(read))
        read += values.length / width
      })
      const average = averagePath(trees.sample)
      return paths.map((sum) => average - sum / trees.roots.length)
    },
    async shares(rows, options = {}) {
      const shares = new Float64Array(requireRowsOf(width, rows) * width)
      let read = 0
      const pass = passesOver(arrayRows(rows), 1, options)
      await pass((values) => {
        addShares(trees, values, width, shares.subarray(read))
        read += values.length
      })
      return hostTensor('float64', rows.shape, shares)
    },
  }
}

/**
 * The score of Liu, Ting and Zhou 2008 (equation 2), from 0 to 1 and 0.5 for an average path: 2^(-E[h(x)] / c(ψ)), of a row
 * whose path is `saved` splits shorter than average, with `sample` rows a tree.
 */
export const isolationScore = (saved: number, sample: number): number =>
  2 ** (saved / averagePath(sample) - 1)

/** Rows that go through one tree after the other: a multiple of four. They and a tree fit into the first cache. */
const ROWS_AT_ONCE = 128

/** Adds the path length of each row in each tree. */
function addPaths(
  trees: IsolationTrees,
  values: RowValues,
  width: number,
  sums: Float64Array,
): void {
  const { roots, columns, thresholds, left, paths, depth } = trees
  const next = (node: number, start: number): number =>
    left[node]! + Number(values[start + columns[node]!]! > thresholds[node]!)
  const count = values.length / width
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const end = Math.min(count, first + ROWS_AT_ONCE)
    for (const root of roots) {
      let row = first
      // Four rows at once: the processor need not wait for one step before it begins another row's.
      for (; row + 3 < end; row += 4) {
        const start = row * width
        let [a, b, c, d] = [root, root, root, root]
        for (let step = 0; step < depth; step++) {
          a = next(a, start)
          b = next(b, start + width)
          c = next(c, start + 2 * width)
          d = next(d, start + 3 * width)
        }
        sums[row]! += paths[a]!
        sums[row + 1]! += paths[b]!
        sums[row + 2]! += paths[c]!
        sums[row + 3]! += paths[d]!
      }
      for (; row < end; row++) {
        let node = root
        for (let step = 0; step < depth; step++) node = next(node, row * width)
        sums[row]! += paths[node]!
      }
    }
  }
}

/** Adds to each column of each row what its splits save, on average over the trees. */
function addShares(
  { roots, columns, thresholds, left, paths }: IsolationTrees,
  values: RowValues,
  width: number,
  shares: Float64Array,
): void {
  for (let start = 0; start < values.length; start += width)
    for (const root of roots)
      for (let node = root; left[node]! !== node; ) {
        const cell = start + columns[node]!
        const child = left[node]! + Number(values[cell]! > thresholds[node]!)
        shares[cell]! += (paths[node]! - paths[child]!) / roots.length
        node = child
      }
}
