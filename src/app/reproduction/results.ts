import { meanWithError } from '../../evaluate/statistics/mean.ts'
import type { Figure } from '../../report/html.ts'
import {
  type Budget,
  type Experiment,
  type Findings,
  type Measured,
  settingOf,
} from '../../reproduce/experiment.ts'
import type { Laboratory } from '../../reproduce/laboratory.ts'
import { canonicalJson } from '../run/canonical-json.ts'
import { settingDigest } from './digests.ts'

/** A number as measured with every seed. */
export interface Measurement {
  readonly values: readonly number[]
  /** Standard errors of the measurements, if the experiment gives them. */
  readonly errors?: readonly number[] | undefined
}

/** A number of an experiment beside its tolerance. */
export interface ResultRow extends Measurement {
  /** Its key among the numbers that the experiment expects. */
  readonly key: string
  readonly what: string
  readonly unit: string
  /** In words; empty if the number is only reported. */
  readonly tolerance: string
  /** The mean over the seeds, which must be within the tolerance. */
  readonly value: number
  /** With one seed, the standard error of the measurement, if it has one; with several, that of their mean. */
  readonly error?: number | undefined
  /** Whether every value and error is a finite number; if not, the row does not hold. */
  readonly finite: boolean
  readonly holds: boolean
}

/** The result of an experiment. */
export interface Result {
  readonly name: string
  /** The budget whose setting was used: a smaller one if the experiment has none for the budget asked for. */
  readonly budget: Budget
  /** Digest of the setting that was measured. */
  readonly setting: string
  readonly seeds: readonly number[]
  readonly rows: readonly ResultRow[]
  /** Whether every number is within its tolerance. */
  readonly holds: boolean
  readonly remarks: readonly string[]
  /** Of the first seed. */
  readonly figures: readonly Figure[]
  readonly seconds: number
}

/**
 * Runs an experiment once in each laboratory; they differ only in their seeds.
 *
 * @throws Error if the experiment gives no number for one of its expectations, or asks for a run that its
 * conditions do not list
 */
export async function runExperiment(
  experiment: Experiment,
  budget: Budget,
  laboratories: readonly Laboratory[],
): Promise<Result> {
  const start = performance.now()
  const [used, { expects }] = settingOf(experiment, budget)
  const findings: Findings<string>[] = []
  for (const lab of laboratories)
    findings.push(await experiment.run(restricted(lab, experiment, used), used))
  const measurements = Object.keys(expects).map((key) => {
    const measured = findings.map(({ numbers }): { value: number; error?: number } => {
      const number: Measured | undefined = numbers[key]
      if (number === undefined) throw new Error(`${experiment.name} did not measure ${key}`)
      return typeof number === 'number' ? { value: number } : number
    })
    const errors = measured.flatMap(({ error }) => error ?? [])
    const values = measured.map(({ value }) => value)
    return [key, { values, errors: errors.length > 0 ? errors : undefined }] as const
  })
  return {
    name: experiment.name,
    budget: used,
    setting: settingDigest(experiment, used),
    seeds: laboratories.map(({ seed }) => seed),
    ...judged(experiment, used, Object.fromEntries(measurements)),
    remarks: findings[0]?.remarks ?? [],
    figures: findings[0]?.figures ?? [],
    seconds: (performance.now() - start) / 1000,
  }
}

/** The laboratory, restricted to the runs that the conditions list, since stored results are matched by them. */
function restricted(lab: Laboratory, experiment: Experiment, budget: Budget): Laboratory {
  const { runs = [] } = settingOf(experiment, budget)[1].conditions
  const listed = new Set(runs.map(canonicalJson))
  return {
    ...lab,
    async trained(options) {
      const key = canonicalJson(options)
      if (!listed.has(key))
        throw new Error(`${experiment.name}: its conditions do not list the run ${key}`)
      return lab.trained(options)
    },
  }
}

/**
 * Compares measurements with the current tolerances.
 *
 * @throws Error if one of the expected numbers was not measured
 */
export function judged(
  experiment: Experiment,
  budget: Budget,
  measurements: Readonly<Record<string, Measurement>>,
): Pick<Result, 'rows' | 'holds'> {
  const { expects } = settingOf(experiment, budget)[1]
  const rows = Object.entries(expects).map(([key, { what, unit, tolerance, holds }]): ResultRow => {
    const measurement = measurements[key]
    if (!measurement) throw new Error(`${experiment.name}: ${key} was not measured`)
    const { values, errors } = measurement
    const { mean: value, error: ofMean } = meanWithError(values)
    const error = values.length > 1 ? ofMean : errors?.[0]
    const finite = values.length > 0 && [...values, ...(errors ?? [])].every(Number.isFinite)
    return {
      ...{ key, what, unit, tolerance, values, value, finite, errors, error },
      holds: finite && holds(value),
    }
  })
  const required = rows.some(({ tolerance }) => tolerance !== '')
  return { rows, holds: required && rows.every((row) => row.holds) }
}
