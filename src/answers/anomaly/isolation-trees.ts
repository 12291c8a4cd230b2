import { type Stream, streams } from '../../tensor/random.ts'
import type { RowValues } from '../../tensor/row-source.ts'

/**
 * Isolation trees in flat arrays, one entry a node. A row goes to node `left[i]` if its value in column `columns[i]` is at
 * most `thresholds[i]`, and to node `left[i] + 1` otherwise. A leaf leads to itself, by a threshold of Infinity, so that all
 * rows can take the same number of steps.
 */
export interface IsolationTrees {
  /** Rows that each tree was grown on: ψ. */
  readonly sample: number
  /** Splits above a leaf at most: ⌈log₂ ψ⌉. */
  readonly depth: number
  /** The first node of each tree. */
  readonly roots: Int32Array
  readonly columns: Int32Array
  readonly thresholds: Float64Array
  readonly left: Int32Array
  /** Splits above a node plus `averagePath` of its training rows: the path length to expect of a row that got there. */
  readonly paths: Float64Array
}

const EULER = 0.5772156649015329

/**
 * c(n): splits that isolate one of n rows on average, the mean depth of an unsuccessful search in a binary search tree,
 * 2 H(n - 1) - 2 (n - 1) / n with H(i) ≈ log i + γ (Liu, Ting and Zhou 2008, equation 1); 1 for two rows.
 */
export function averagePath(n: number): number {
  if (n <= 1) return 0
  if (n === 2) return 1
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n
}

export interface GrowthOptions {
  readonly seed: number
  readonly trees: number
  /** Rows of each tree, without repetition. */
  readonly sample: number
}

/**
 * Grows trees on random samples of the rows (Liu, Ting and Zhou 2008, algorithms 1 and 2): a random one of the columns that
 * differ between the rows of a node, a threshold uniform between its extremes, at most ⌈log₂ ψ⌉ splits above a leaf.
 *
 * @param values rows one after the other, `[n, width]`
 */
export function growTrees(
  values: RowValues,
  width: number,
  { seed, trees, sample }: GrowthOptions,
): IsolationTrees {
  const most = trees * (2 * sample - 1)
  const columns = new Int32Array(most)
  const left = Int32Array.from({ length: most }, (_, node) => node)
  const thresholds = new Float64Array(most).fill(Infinity)
  const paths = new Float64Array(most)
  const roots = new Int32Array(trees)
  const limit = Math.ceil(Math.log2(sample))
  const rows = Int32Array.from({ length: values.length / width }, (_, i) => i)
  const choices = Int32Array.from({ length: width }, (_, c) => c)
  const generator = streams(seed, 'isolation forest')
  let used = 0

  for (let tree = 0; tree < trees; tree++) {
    const random = generator(tree)
    for (let i = 0; i < sample; i++) swap(rows, i, i + random.integer(rows.length - i))
    /** Splits rows `start` to `end` of the sample, which got to `node`. */
    const grow = (node: number, start: number, end: number, depth: number): void => {
      paths[node] = depth + averagePath(end - start)
      if (depth >= limit || end - start < 2) return
      const split = randomSplit(values, choices, rows.subarray(start, end), random)
      if (!split) return
      columns[node] = split.column
      thresholds[node] = split.threshold
      left[node] = used
      used += 2
      const middle = start + partition(values, width, split, rows.subarray(start, end))
      grow(left[node]!, start, middle, depth + 1)
      grow(left[node]! + 1, middle, end, depth + 1)
    }
    roots[tree] = used++
    grow(roots[tree]!, 0, sample, 0)
  }
  return {
    sample,
    depth: limit,
    roots,
    columns: columns.slice(0, used),
    thresholds: thresholds.slice(0, used),
    left: left.slice(0, used),
    paths: paths.slice(0, used),
  }
}

interface Split {
  readonly column: number
  /** Rows up to this value go left. */
  readonly threshold: number
}

/**
 * A random column in which rows differ, and a threshold that leaves some on each side; undefined for rows that are equal.
 *
 * @param choices all columns in any order, which is changed
 */
function randomSplit(
  values: RowValues,
  choices: Int32Array,
  rows: Int32Array,
  random: Stream,
): Split | undefined {
  for (let untried = choices.length; untried > 0; untried--) {
    const choice = random.integer(untried)
    const column = choices[choice]!
    swap(choices, choice, untried - 1)
    let [low, high] = [Infinity, -Infinity]
    for (const row of rows) {
      const value = values[row * choices.length + column]!
      if (value < low) low = value
      if (value > high) high = value
    }
    if (low === high) continue
    const u = random.uniform()
    const between = low * (1 - u) + high * u
    // Rounding may reach the highest value, or leave the range.
    return { column, threshold: between >= low && between < high ? between : low }
  }
  return undefined
}

/** Moves the rows that go left to the front, and returns how many they are. */
function partition(
  values: RowValues,
  width: number,
  { column, threshold }: Split,
  rows: Int32Array,
): number {
  let count = 0
  for (let at = 0; at < rows.length; at++)
    if (values[rows[at]! * width + column]! <= threshold) swap(rows, count++, at)
  return count
}

function swap(list: Int32Array, i: number, j: number): void {
  const kept = list[i]!
  list[i] = list[j]!
  list[j] = kept
}
