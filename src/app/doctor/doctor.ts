import { evaluatedValues } from '../../data/evaluated.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { ownDefinition } from '../../models/definition.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { openRunData } from '../run/data-source.ts'
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
import type { Check, ExaminedRun, Finding, TestOutputs } from './finding.ts'
import { binaryLikelihoodOnRealValues, sigmaRunningToZero, sigmaTooWide } from './likelihood.ts'
import { deadUnits } from './units.ts'

/** All checks, the most serious problem first. */
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

/** Most test examples that are used. */
const EXAMPLES = 2000

export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** How many checks were made. */
  readonly checks: number
}

/** What was found in the folder of a run. */
export interface FolderDiagnosis extends Diagnosis {
  /** Lines of `metrics.jsonl` that cannot be read, counted from 1; the checks ignore them. */
  readonly unreadable: readonly number[]
}

/**
 * Reads a run and reports what is wrong with it, each finding with numbers as evidence.
 *
 * @throws UserError if the folder is not a run, or holds neither an epoch nor a checkpoint
 */
export async function examine(folder: string, options: LoadOptions = {}): Promise<FolderDiagnosis> {
  requireOptions(
    options,
    'examine',
    ['model', 'checkpoint', 'threads', 'device', 'data', 'source'],
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
    const data = run ? await run.data() : await openRunData(config, folder, options.source)
    const trained = run && { run, outputs: await testOutputs(run) }
    const found = await diagnose({
      config,
      data,
      epochs,
      failure,
      trained,
    })
    return { ...found, unreadable }
  } finally {
    await run?.close()
  }
}

export async function diagnose(examined: ExaminedRun): Promise<Diagnosis> {
  const findings: Finding[] = []
  for (const check of CHECKS) {
    const finding = await check(examined)
    if (finding) findings.push(finding)
  }
  return { findings, checks: CHECKS.length }
}

/** Test examples, at most 2,000, and what the model computes from them. */
export async function testOutputs(run: Run): Promise<TestOutputs> {
  const data = await run.data()
  const indices = evenly(data.splits.test.rows.length, EXAMPLES)
  const labels = splitLabels(data, 'test', indices)
  const x = evaluatedValues(data, 'test', indices, run.config.train.seed)
  const { posterior, restore } = run.model
  return {
    x,
    labels,
    codes: posterior && (await run.encode(x, labels)),
    restored: restore && (await run.reconstruct(x, labels)),
  }
}
