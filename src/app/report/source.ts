import { basename } from 'node:path'
import type { DataSet } from '../../data/dataset.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels, splitValues } from '../../data/rows.ts'
import { likelihoodChoice } from '../../models/likelihoods.ts'
import { PAGE_WIDTH } from '../../report/pixels.ts'
import { lastName } from '../../tensor/described.ts'
import type { Floats } from '../../tensor/host.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { SplitDetection } from '../answers/detection.ts'
import type { Run } from '../run/load.ts'
import type { EpochEvent } from './metrics.ts'

/** Input of every section of a report. */
export interface ReportSource {
  readonly run: Run
  readonly data: DataSet
  /** The epochs of `metrics.jsonl`, and its lines that cannot be read. */
  readonly epochs: readonly EpochEvent[]
  readonly unreadable: readonly number[]
  /** How well labelled anomalies are found; undefined where only normal examples are known, or all are learned from. */
  readonly detection?: readonly SplitDetection[] | undefined
  /** Another run on examples of the same shape, to compare with. */
  readonly beside?: Run | undefined
}

/** Seed of the prior samples in the report, the same as in the command line's examples. */
export const SAMPLE_SEED = 1

/** Most values in one figure: more would make the page too large. */
const MOST_VALUES = 320_000

/** Whether examples can be shown as pictures: images of one or three channels. */
export function isPicture({ kind, exampleShape }: DataSet): boolean {
  const [channels] = exampleShape
  return kind === 'image' && (exampleShape.length === 2 || channels === 1 || channels === 3)
}

/** How many examples fit side by side on the page, at the size that `imageGrid` chooses. */
export function picturesAcross(exampleShape: readonly number[], most: number, gap = 1): number {
  const [height, width] = exampleShape.slice(-2) as [number, number]
  const scale = Math.max(1, Math.round(64 / Math.max(height, width)))
  return Math.max(1, Math.min(most, Math.floor((PAGE_WIDTH + gap) / (width * scale + gap))))
}

/** How many examples one figure may hold. */
export function picturesAllowed(exampleShape: readonly number[]): number {
  return Math.max(1, Math.floor(MOST_VALUES / exampleShape.reduce((a, b) => a * b, 1)))
}

/**
 * Indices of `count` test examples: the first of each class, the second of each class and so on, sorted by
 * class; evenly spread over the split if there are no labels.
 */
export function representatives(data: DataSet, count: number): number[] {
  const total = data.splits.test.rows.length
  const labels = splitLabels(data, 'test')
  if (!labels) return evenly(total, count)
  const seen = new Map<number, number>()
  const ranked = labels.map((label, index) => {
    const rank = seen.get(label) ?? 0
    seen.set(label, rank + 1)
    return { index, label, rank }
  })
  return ranked
    .sort((a, b) => a.rank - b.rank || a.label - b.label)
    .slice(0, count)
    .sort((a, b) => a.label - b.label || a.rank - b.rank)
    .map(({ index }) => index)
}

/** Labels of test examples; undefined if there are none. */
export function testLabels(data: DataSet, indices: readonly number[]): number[] | undefined {
  return splitLabels(data, 'test', indices)
}

/** Names of a run and the one beside it: their models, or, for two runs of one model, their folders. */
export function runNames({ run, beside }: ReportSource): readonly [string, string] {
  const { model } = run.config
  if (beside?.config.model === model) return [basename(run.folder), basename(beside.folder)]
  return [model, beside?.config.model ?? '']
}

/** Test examples `[n, D]` as the network sees them. */
export function testExamples(data: DataSet, indices: ArrayLike<number>): Floats {
  return splitValues(data, 'test', indices)
}

/** The name of the data without the folders before it. */
export function dataName({ name }: DataSet): string {
  return lastName(name)
}

/** The likelihood in a sentence: `Bernoulli likelihood`. */
export const likelihoodName = (model: BuiltModel): string => `${names[kindOf(model)]} likelihood`

/** What p(x|z) is in a sentence: `a Bernoulli distribution`. */
export function likelihoodDistribution(model: BuiltModel): string {
  const kind = kindOf(model)
  return kind === 'columns'
    ? 'a product of one distribution for each column'
    : `a ${names[kind]} distribution`
}

const kindOf = ({ config }: BuiltModel) => likelihoodChoice(String(config.likelihood)).kind

const names = {
  bernoulli: 'Bernoulli',
  gaussian: 'Gaussian',
  categorical: 'categorical',
  columns: 'column-wise',
}
