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

/** A number as every seed measured it. */
export interface Measurement {
  readonly values: readonly number[]
  /** Standard errors of the measurements, where the experiment gives them. */
  readonly errors?: readonly number[]
}

/** A number of an experiment beside what it must be. */
export interface ResultRow extends Measurement {
  /** Its key among the numbers that the experiment expects. */
  readonly key: string
  readonly what: string
  readonly unit: string
  /** In words; empty where the number is only reported. */
  readonly tolerance: string
  /** The mean over the seeds, which is held against the tolerance. */
  readonly value: number
  /** Of one seed the standard error of the measurement, where it has one; of several that of their mean. */
  readonly error?: number
  /** Whether every value and error is a finite number; if not, the row does not hold. */
  readonly finite: boolean
  readonly holds: boolean
}

/** What came of an experiment. */
export interface Result {
  readonly name: string
  /** Whose setting was used: that of a smaller budget where there is no other. */
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
 * Runs an experiment, once for each laboratory, which differ in their seeds alone.
 *
 * @throws Error where an experiment gives no number for one of its expectations, or asks for a run that its
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
      if (number === undefined) throw new Error(`${experiment.name} has measured no ${key}`)
      return typeof number === 'number' ? { value: number } : number
    })
    const errors = measured.flatMap(({ error }) => error ?? [])
    const values = measured.map(({ value }) => value)
    return [key, { values, ...(errors.length > 0 && { errors }) }] as const
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

/** The laboratory, giving out only runs that the conditions list, since a result is known by its conditions. */
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
 * Measurements held against the tolerances as they stand.
 *
 * @throws Error where one of the expected numbers was not measured
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
      ...{ key, what, unit, tolerance, values, value, finite },
      ...(errors && { errors }),
      ...(error !== undefined && { error }),
      holds: finite && holds(value),
    }
  })
  const required = rows.some(({ tolerance }) => tolerance !== '')
  return { rows, holds: required && rows.every((row) => row.holds) }
}
