import { meanWithError } from '../../evaluate/mean.ts'
import type { Figure } from '../../report/html.ts'
import {
  type Budget,
  type Experiment,
  type Findings,
  type Measured,
  settingOf,
} from '../../reproduce/experiment.ts'
import type { Laboratory } from '../../reproduce/laboratory.ts'

/** A number of an experiment beside what it must be. */
export interface ResultRow {
  readonly what: string
  readonly unit: string
  /** In words; empty where the number is only told. */
  readonly tolerance: string
  /** One for each seed. */
  readonly values: readonly number[]
  /** Their mean, which is held against the tolerance. */
  readonly value: number
  /** Of one seed the standard error of the measurement, where it has one; of several that of their mean. */
  readonly error?: number
  readonly holds: boolean
}

/** What came of an experiment. */
export interface Result {
  readonly name: string
  /** Whose setting was used: that of a smaller budget where there is no other. */
  readonly budget: Budget
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
 * @throws Error where an experiment gives no number for one of its expectations
 */
export async function runExperiment(
  experiment: Experiment,
  budget: Budget,
  laboratories: readonly Laboratory[],
): Promise<Result> {
  const start = performance.now()
  const [used, { expects }] = settingOf(experiment, budget)
  const findings: Findings<string>[] = []
  for (const lab of laboratories) findings.push(await experiment.run(lab, used))
  const rows = Object.entries(expects).map(([key, { what, unit, tolerance, holds }]) => {
    const measured = findings.map(({ numbers }) => {
      const number: Measured | undefined = numbers[key]
      if (number === undefined) throw new Error(`${experiment.name} has measured no ${key}`)
      return typeof number === 'number' ? { value: number } : number
    })
    const values = measured.map(({ value }) => value)
    const { mean: value, error: ofMean } = meanWithError(values)
    const error = values.length > 1 ? ofMean : (measured[0] as { error?: number }).error
    return {
      what,
      unit,
      tolerance,
      values,
      value,
      ...(error !== undefined && { error }),
      holds: holds(value),
    }
  })
  return {
    name: experiment.name,
    budget: used,
    seeds: laboratories.map(({ seed }) => seed),
    rows,
    holds: rows.every((row) => row.holds),
    remarks: findings[0]?.remarks ?? [],
    figures: findings[0]?.figures ?? [],
    seconds: (performance.now() - start) / 1000,
  }
}
