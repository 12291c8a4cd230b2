import { type DataSet, type SplitName, splitNames } from '../data/dataset.ts'
import { classesText, classLabelsOf } from '../data/labels.ts'
import { normalTexts } from '../data/normal.ts'
import {
  requireMethod,
  requireOneOf,
  requireOptions,
  requireSignal,
  requireWhole,
} from '../tensor/checks.ts'
import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { worded } from '../tensor/wording.ts'
import type { FeatureSpaceMaker } from './generation/feature-data.ts'
import { GROUPS, type Group } from './ledger/groups.ts'

/** Classes of normal examples: their labels, or their names. */
export type NormalClasses = readonly (number | string)[]

/** What is measured, and with how much effort. */
export interface EvaluationOptions {
  /** By default `loss` and `reconstruction`, which take seconds, and `anomaly` of a model that was trained with `normal`. */
  readonly measure?: readonly Group[] | undefined
  /** Codes drawn for each example by the importance-weighted bound. */
  readonly importanceSamples?: number | undefined
  /** Largest number of examples that costly figures are computed from. */
  readonly examples?: number | undefined
  /** Makes the feature space that samples are compared in; by default its classifier is trained every time. */
  readonly featureSpace?: FeatureSpaceMaker | undefined
  /**
   * Classes of normal examples, by label or name; those of other classes are the anomalies. A model that was trained with
   * `normal` knows them.
   */
  readonly normal?: NormalClasses | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with the name of what is computed next. */
  readonly onStage?: ((what: string) => void) | undefined
  /** Called with the share of it that is done. */
  readonly onProgress?: ((share: number) => void) | undefined
}

const groups = Object.keys(GROUPS)

/** What is measured on a split by default. */
export const usualGroups = ({ splits }: DataSet, split: SplitName): Group[] => [
  'loss',
  'reconstruction',
  ...(splits[split].anomalies?.rows.length ? (['anomaly'] as const) : []),
]

const known: readonly (keyof EvaluationOptions)[] = [
  'measure',
  'importanceSamples',
  'examples',
  'featureSpace',
  'normal',
  'signal',
  'onStage',
  'onProgress',
]

/** The message for anomaly figures that are requested without normal classes. */
export const NORMAL_MISSING = worded`normal: give the classes of normal examples, such as ${{
  library: 'normal: [0, 1]',
  commandLine: '--normal 0,1 (normal: [0, 1])',
}}; those of other classes are the anomalies`

/** Throws UserError for an unknown split and for invalid options. */
export function requireEvaluationOptions(split: SplitName, options: EvaluationOptions): void {
  requireOneOf(split, 'split', splitNames, UserError)
  requireOptions(options, 'evaluate', known, UserError)
  const { measure, importanceSamples, examples, normal, signal } = options
  if (measure !== undefined) {
    requireEntries(measure, 'measure', `what to measure: ${groups.join(', ')}`)
    for (const group of measure) requireOneOf(group, 'measure', groups, UserError)
  }
  if (importanceSamples !== undefined)
    requireWhole(importanceSamples, 'importanceSamples', { low: 2, high: 1_000_000 }, UserError)
  if (examples !== undefined) requireWhole(examples, 'examples', { low: 1 }, UserError)
  if (normal !== undefined) {
    requireEntries(normal, 'normal', 'classes, such as [0, 1]')
    for (const label of normal)
      if (typeof label !== 'string')
        requireWhole(label, 'normal', { low: Number.MIN_SAFE_INTEGER }, UserError)
  }
  requireSignal(signal, UserError)
  for (const name of ['onStage', 'onProgress', 'featureSpace'] as const)
    if (options[name] !== undefined) requireMethod(options, name, name, 'a function', UserError)
}

function requireEntries(value: unknown, name: string, what: string): void {
  if (!Array.isArray(value) || value.length === 0)
    throw new UserError(
      `${name}: expected a list of ${what}, got ${Array.isArray(value) ? 'an empty list' : described(value)}`,
    )
}

/**
 * Checks what is normal against the data.
 *
 * @throws UserError for a class that is none of the data, for others than those that its model learned from, and if
 * nothing but anomalies is to be measured and nobody says what is normal
 */
export function requireNormalOf(data: DataSet, { measure, normal }: EvaluationOptions): void {
  if (normal === undefined) {
    if (!data.normal && measure?.every((group) => group === 'anomaly'))
      throw new UserError(NORMAL_MISSING)
  } else if (data.normal) {
    if (normalTexts(normal).join() !== data.normal.join())
      throw new UserError(
        `normal: ${normal.join(', ')}; the model was trained on normal examples of ${data.normal.join(', ')}, and only these are among its splits; leave this out`,
      )
  } else if (data.classes !== undefined) normalLabelsOf(data, normal)
}

/** The labels of normal classes. Throws UserError for what is neither the name nor the label of a class. */
export function normalLabelsOf(data: DataSet, normal: NormalClasses): number[] {
  const labels = classLabelsOf(data)
  return normal.map((one) => {
    const named = data.classNames?.indexOf(String(one)) ?? -1
    const label = named >= 0 ? labels[named] : labels.find((known) => known === one)
    if (label !== undefined) return label
    throw new UserError(
      `normal: ${one} is not a class of ${data.name} (its classes: ${classesText(data.classNames ?? labels)})`,
    )
  })
}
