import type {
  ExampleScorer,
  ExplainedScores,
  ScoredExamples,
} from '../../answers/anomaly/example-scorer.ts'
import { evenly } from '../../data/indices.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'

/** Examples that are read some at a time. */
export interface ExampleSource {
  readonly count: number
  readonly width: number
  /** Those from `start` (included) to `end` (excluded). */
  part(start: number, end: number): Pick<ScoredExamples, 'values' | 'labels'>
}

/** Consecutive examples with their scores. */
export interface ScoredPart extends ExplainedScores {
  readonly start: number
  readonly values: Floats
}

/** Numbers of shares in memory at once: some ten megabytes. */
const SHARES_AT_ONCE = 2 ** 20

/** Most rows of a part. */
const ROWS_AT_ONCE = 2 ** 15

/** The scores of all examples, one part after the other: neither examples nor shares are in memory together. */
export async function* scoredParts(
  scorer: ExampleScorer,
  source: ExampleSource,
  signal?: AbortSignal | undefined,
): AsyncGenerator<ScoredPart> {
  const rows = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(SHARES_AT_ONCE / source.width)))
  for (let start = 0; start < source.count; start += rows) {
    const end = Math.min(source.count, start + rows)
    const examples = source.part(start, end)
    const explained = await scorer.explained(examples, { signal })
    yield { ...explained, start, values: examples.values }
  }
}

/** An example of a high score, with what adds up to it. */
export interface OddExample {
  /** Its index, from 0. */
  readonly row: number
  readonly score: number
  /** `[D]`. */
  readonly values: Float32Array
  readonly shares: Float64Array
  readonly code?: number | undefined
}

/** The examples of the highest scores so far, highest first; of equal scores, the first. */
export function highestScores(most: number) {
  let kept: OddExample[] = []
  return {
    add({ start, values, scores, shares, code }: ScoredPart): void {
      const width = values.shape[1]!
      const least = kept.length < most ? Number.NEGATIVE_INFINITY : kept.at(-1)!.score
      const found = Array.from(scores, (score, i) => ({ score, i }))
        .filter(({ score }) => score > least)
        .sort((a, b) => b.score - a.score || a.i - b.i)
        .slice(0, most)
        .map(({ score, i }) => ({
          row: start + i,
          score,
          values: values.data.slice(i * width, (i + 1) * width),
          shares: shares.data.slice(i * width, (i + 1) * width),
          code: code?.[i],
        }))
      kept = [...kept, ...found].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, most)
    },
    examples: (): readonly OddExample[] => kept,
  }
}

/** Some of the examples, evenly spread, gathered while all are read. */
export function sampleOf(count: number, width: number, most: number) {
  const rows = evenly(count, most)
  const values = new Float32Array(rows.length * width)
  let at = 0
  return {
    rows,
    add({ start, values: { data, shape } }: Pick<ScoredPart, 'start' | 'values'>): void {
      for (const end = start + shape[0]!; at < rows.length && rows[at]! < end; at++) {
        const from = (rows[at]! - start) * width
        values.set(data.subarray(from, from + width), at * width)
      }
    },
    values: (): Floats => hostTensor('float32', [rows.length, width], values),
  }
}
