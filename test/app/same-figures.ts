import type { DataSet } from '../../src/data/dataset.ts'
import { evaluate } from '../../src/evaluate/evaluate.ts'
import type { FeatureSpace } from '../../src/evaluate/generation/feature-space.ts'
import type { EvaluationOptions } from '../../src/evaluate/options.ts'
import { models } from '../../src/models/registry.ts'
import { localRuntime } from '../../src/runtime/local.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { initialParameters } from '../../src/train/initial-state.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { type Subject, subject } from '../models/contract/subjects.ts'
import { known } from '../models/contract/tiny-options.ts'
import { keeping } from '../train/kept-sessions.ts'
import { tinyData } from './tiny-run.ts'

const runtime = localRuntime(keeping, 'onnxruntime-node', { device: 'cpu', threads: 1 })

/** Grey images of 5 by 6, which evaluation draws as 0 or 1, with so many of them in the test split. */
export const drawnImages = (test: number): DataSet =>
  tinyData({
    shape: [1, 5, 6],
    binarize: 'dynamic',
    classes: 3,
    sizes: { train: 50, validation: 10, test },
  })

/** Options by which a loss reads other examples than one, or draws more than once for each. */
const VARIANTS: readonly Readonly<Record<string, unknown>>[] = [
  { freeBits: 0.3 },
  { corruption: 'swap:0.3' },
  { importanceSamples: 3 },
  { prior: 'bernoulli' },
  { labelInformed: true },
  { contraction: 'projections:2' },
  { normalization: 'batch', tied: false },
  { network: 'unet' },
]

/** Every member of the family, and each once more for every such option that it has. */
export function evaluatedMembers(data: DataSet): Subject[] {
  const setting = { name: 'drawn images', data, batch: 10, options: {} }
  return models.flatMap((definition) => {
    const fitting = VARIANTS.filter((options) => {
      const has = known(definition, options)
      return Object.entries(options).every(([name, value]) => name in has || value === false)
    })
    return [{}, ...fitting].map((options) => subject(definition, setting, options))
  })
}

/** Initial parameters, enlarged and moved by some noise, so that codes differ and no moment is 0 or 1. */
export function someParameters({ model }: Subject): Arrays {
  const { normal } = stream(5, 'parameters')
  return Object.fromEntries(
    Object.entries(initialParameters(model, 0)).map(([name, { shape, data }]) => [
      name,
      hostTensor(
        'float32',
        shape,
        Float32Array.from(data as Float32Array, (value) => 3 * value + 0.1 * Math.abs(normal())),
      ),
    ]),
  )
}

/** The same data with the rows of the test split in another order. */
export function reordered(data: DataSet): DataSet {
  const { test } = data.splits
  const order = stream(1, 'order').permutation(test.rows.length)
  return {
    ...data,
    splits: { ...data.splits, test: { ...test, rows: order.map((i) => test.rows[i]!) } },
  }
}

/** What stands in for a classifier's features: the values themselves. */
const plainFeatures: FeatureSpace = {
  name: 'values',
  features: async (x) => x,
  close: async () => {},
} as FeatureSpace

/** Every number of an evaluation of the test split, by what it is. */
export async function figuresOf(
  given: Subject,
  data: DataSet,
  options: EvaluationOptions,
  rowsPerCall?: number,
): Promise<Map<string, number>> {
  const trained = trainedModel(runtime, given.model, someParameters(given), rowsPerCall)
  const { ledger, objective, bound } = await evaluate(trained, data, 'test', 0, {
    featureSpace: async () => plainFeatures,
    ...options,
  })
  await trained.close()
  const figures = new Map<string, number>([['objective', objective]])
  if (bound !== undefined) figures.set('bound', bound)
  for (const { group, figure, unit, value, standardError, drawingError, interval } of ledger) {
    const name = `${group}: ${figure} (${unit})`
    const numbers = { value, standardError, drawingError, low: interval?.[0], high: interval?.[1] }
    for (const [what, number] of Object.entries(numbers))
      if (number !== undefined) figures.set(`${name}, ${what}`, number)
  }
  return figures
}

/** The largest relative difference of two sets of figures, and where it is. */
export function largestDifference(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) {
  let largest = { figure: 'none', difference: 0 }
  for (const figure of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(figure) ?? Number.NaN, b.get(figure) ?? Number.NaN]
    const difference =
      one === other ? 0 : Math.abs(one - other) / Math.max(Math.abs(one), Math.abs(other))
    if (!(difference <= largest.difference)) largest = { figure, difference }
  }
  return largest
}
