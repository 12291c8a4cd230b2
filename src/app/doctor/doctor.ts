import { evaluatedValues } from '../../data/evaluated.ts'
import { evenly } from '../../data/places.ts'
import { splitLabels } from '../../data/rows.ts'
import { ownDefinition } from '../../models/definition.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { openRunData } from '../run/data.ts'
import { exists, readConfig, readMetrics, runPaths } from '../run/folder.ts'
import { type LoadOptions, loadRun, type Run } from '../run/load.ts'
import { collapsedLatents, latentWiderThanData, nothingLearned } from './codes.ts'
import {
  adversaryOutOfBalance,
  klStillRising,
  notFinite,
  overfitting,
  stillFalling,
} from './curves.ts'
import type { Check, Finding, Patient, Specimens } from './finding.ts'
import { binaryLikelihoodOnRealValues, sigmaRunningToZero, sigmaTooWide } from './likelihood.ts'
import { deadUnits } from './units.ts'

/** What a run is examined for, the gravest first. */
export const CHECKS: readonly Check[] = [
  notFinite,
  nothingLearned,
  collapsedLatents,
  deadUnits,
  binaryLikelihoodOnRealValues,
  sigmaRunningToZero,
  sigmaTooWide,
  adversaryOutOfBalance,
  overfitting,
  stillFalling,
  klStillRising,
  latentWiderThanData,
]

/** Test examples that are looked at. */
const EXAMPLES = 2000

export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** How many checks were made. */
  readonly checks: number
}

/** What was found in a run's folder. */
export interface Examined extends Diagnosis {
  /** Lines of `metrics.jsonl` that cannot be read, counted from 1: the checks know nothing of them. */
  readonly unreadable: readonly number[]
}

/**
 * Reads a run and says what is wrong with it. Nothing is said without a number that shows it.
 *
 * @throws UserError where the folder is no run, or holds neither an epoch nor a checkpoint
 */
export async function examine(folder: string, options: LoadOptions = {}): Promise<Examined> {
  requireOptions(
    options,
    'examine',
    ['model', 'checkpoint', 'threads', 'device', 'data', 'place'],
    UserError,
  )
  const model = ownDefinition(options.model)
  const config = await readConfig(folder, model)
  const { epochs, failure, unreadable } = await readMetrics(folder)
  const hasCheckpoint = await exists(runPaths(folder).checkpoint('last'))
  if (!hasCheckpoint && epochs.length === 0 && !failure)
    throw new UserError(`${folder} has not been trained yet: there is nothing to examine`)
  const run = hasCheckpoint ? await loadRun(folder, { ...options, model }) : undefined
  try {
    const data = run ? await run.data() : await openRunData(config, folder, options.place)
    const trained = run && { run, specimens: await specimensOf(run) }
    const found = await diagnose({
      config,
      data,
      epochs,
      ...(failure && { failure }),
      ...(trained && { trained }),
    })
    return { ...found, unreadable }
  } finally {
    await run?.close()
  }
}

export async function diagnose(patient: Patient): Promise<Diagnosis> {
  const findings: Finding[] = []
  for (const check of CHECKS) {
    const finding = await check(patient)
    if (finding) findings.push(finding)
  }
  return { findings, checks: CHECKS.length }
}

async function specimensOf(run: Run): Promise<Specimens> {
  const data = await run.data()
  const places = evenly(data.splits.test.rows.length, EXAMPLES)
  const labels = splitLabels(data, 'test', places)
  const x = evaluatedValues(data, 'test', places, run.config.train.seed)
  const { posterior, restore } = run.model
  return {
    x,
    ...(labels && { labels }),
    ...(posterior && { codes: await run.encode(x, labels) }),
    ...(restore && { restored: await run.reconstruct(x, labels) }),
  }
}
