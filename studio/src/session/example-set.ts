import {
  type DataSet,
  evaluatedValues,
  type HostTensor,
  hostTensor,
  type Model,
  type SplitName,
  splitLabels,
} from 'latentlab/browser'
import { evenly } from '../evenly.ts'
import type { ClassFacts } from '../protocol/api.ts'

export type Rows = HostTensor<'float32'>

/** Examples that a map shows, each known by its place among them. */
export interface ExampleSet {
  readonly count: number
  /** Values as the network sees them, `[n, D]`. */
  values(places: ArrayLike<number>): Rows | Promise<Rows>
  /** The class of each, as a place in `facts`; empty without labels. */
  readonly classes: Int32Array
  readonly facts: readonly ClassFacts[]
  /** 0 training, 1 validation, 2 test. */
  readonly splits: Uint8Array
  /** Of each, its row in the data. */
  readonly numbers: Int32Array
  /** Known anomalies of the test split, where only normal examples are learned from, `[n, D]`. */
  readonly anomalies?: Rows
  /** Codes, where they are known beforehand, `[n, L]`. */
  readonly codes?: Float32Array
}

export const splitNames = ['train', 'validation', 'test'] as const

/** The most examples of a map. */
const MOST_EXAMPLES = 100_000

const shareOf = (count: number, share: number) => evenly(count, Math.floor(count * share))

/**
 * Examples of all splits, in proportion, evenly chosen.
 *
 * @param seed of the draws, where training binarises
 * @param most how many there may be
 */
export function exampleSetOf(data: DataSet, seed: number, most = MOST_EXAMPLES): ExampleSet {
  const total = splitNames.reduce((sum, name) => sum + data.splits[name].rows.length, 0)
  const share = Math.min(1, most / total)
  const chosen = splitNames.flatMap((name, split) =>
    Array.from(shareOf(data.splits[name].rows.length, share), (index) => ({ name, split, index })),
  )
  const labels = splitNames.flatMap((name) => labelsIn(data, name, chosen))
  const facts = classFacts(data, labels)
  const known = new Map(facts.map(({ label }, place) => [label, place]))
  const dimension = data.exampleShape.reduce((a, b) => a * b, 1)
  return {
    count: chosen.length,
    values(places) {
      const out = new Float32Array(places.length * dimension)
      for (const name of splitNames) {
        const here = Array.from(places, (place, i) => ({ ...chosen[place]!, i })).filter(
          (example) => example.name === name,
        )
        if (here.length === 0) continue
        const found = evaluatedValues(
          data,
          name,
          here.map(({ index }) => index),
          seed,
        )
        here.forEach(({ i }, row) => {
          out.set(found.data.subarray(row * dimension, (row + 1) * dimension), i * dimension)
        })
      }
      return hostTensor('float32', [places.length, dimension], out, data.form.scale)
    },
    classes: Int32Array.from(labels, (label) => known.get(label)!),
    facts,
    ...anomaliesOf(data, dimension),
    splits: Uint8Array.from(chosen, ({ split }) => split),
    numbers: Int32Array.from(chosen, ({ name, index }) => data.splits[name].rows[index]!),
  }
}

/** The anomalies of the test split. */
function anomaliesOf(data: DataSet, dimension: number): Pick<ExampleSet, 'anomalies'> {
  const { anomalies, store } = data.splits.test
  if (!anomalies || anomalies.rows.length === 0) return {}
  const factor = Math.fround(data.scale)
  const values = Float32Array.from(store.gather(anomalies.rows), (value) => value * factor)
  const shape = [anomalies.rows.length, dimension]
  return { anomalies: hostTensor('float32', shape, values, data.form.scale) }
}

function labelsIn(
  data: DataSet,
  name: SplitName,
  chosen: readonly { readonly name: SplitName; readonly index: number }[],
): number[] {
  const indices = chosen.flatMap((example) => (example.name === name ? [example.index] : []))
  return splitLabels(data, name, indices) ?? []
}

/** The classes of some data, and how many of some labels are of each. */
export function classFacts(data: DataSet, labels: readonly number[]): ClassFacts[] {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return (data.classLabels ?? []).map((label, index) => ({
    label,
    name: data.classNames?.[index] ?? String(label),
    count: counts.get(label) ?? 0,
  }))
}

/** The labels of examples, where there are any. */
export const labelsAt = (
  { classes, facts }: ExampleSet,
  places: ArrayLike<number>,
): Int32Array | undefined =>
  classes.length === 0
    ? undefined
    : Int32Array.from(places, (place) => facts[classes[place]!]!.label)

/** The labels that a model's networks see of examples; undefined where they see none. */
export const conditionsAt = (
  { model }: Model,
  set: ExampleSet,
  places: ArrayLike<number>,
): Int32Array | undefined => (model.labels === 'condition' ? labelsAt(set, places) : undefined)
