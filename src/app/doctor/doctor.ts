import { evaluatedValues } from '../../data/evaluated.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { comparedRows, withGapsOf } from '../../evaluate/compared-rows.ts'
import { definitionOf } from '../../models/definition.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { openRunData } from '../run/data-source.ts'
import { exists, readConfig, readMetrics, runPaths } from '../run/folder.ts'
import { type LoadOptions, loadRun, type Run } from '../run/load.ts'
import { withCauses } from './causes.ts'
import { collapsedLatents, latentWiderThanData, nothingLearned } from './codes.ts'
import {
  adversaryOutOfBalance,
  klStillRising,
  notFinite,
  overfitting,
  stillFalling,
} from './curves.ts'
import { constantColumns, outliers, unlikeScales, unscaledValues } from './data.ts'
import { explodingKl } from './divergence.ts'
import type { Check, ExaminedRun, Finding, TestOutputs } from './finding.ts'
import {
  binaryLikelihoodOnRealValues,
  levelsTooCoarse,
  sigmaRunningToZero,
  sigmaTooNarrow,
  sigmaTooWide,
} from './likelihood.ts'
import { memorising } from './memorising.ts'
import { brokenSamples } from './samples.ts'
import { deadUnits } from './units.ts'

/** All checks, causes before their consequences, and the most serious problem first. */
export const CHECKS: readonly Check[] = [
  outliers,
  unlikeScales,
  unscaledValues,
  constantColumns,
  notFinite,
  binaryLikelihoodOnRealValues,
  levelsTooCoarse,
  sigmaTooNarrow,
  sigmaTooWide,
  explodingKl,
  overfitting,
  memorising,
  collapsedLatents,
  nothingLearned,
  deadUnits,
  sigmaRunningToZero,
  adversaryOutOfBalance,
  brokenSamples,
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
export async function examineRun(
  folder: string,
  options: Omit<LoadOptions, 'data'> = {},
): Promise<FolderDiagnosis> {
  const { model } = options
  const config = await readConfig(folder, model)
  const { epochs, failure, unreadable } = await readMetrics(folder)
  const hasCheckpoint = await exists(runPaths(folder).checkpoint('last'))
  if (!hasCheckpoint && epochs.length === 0 && !failure)
    throw new UserError(`${folder} has not been trained yet: there is nothing to examine`)
  const run = hasCheckpoint ? await loadRun(folder, options) : undefined
  try {
    const data = run ? await run.data() : await openRunData(config, folder, options.source)
    const trained = run && { run, outputs: await testOutputs(run) }
    const definition = model && definitionOf(model)
    const found = await diagnose({ config, definition, data, epochs, failure, trained })
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
  return { findings: withCauses(findings), checks: CHECKS.length }
}

/** Test examples, at most 2,000, and what the model computes from them. */
export async function testOutputs(run: Run): Promise<TestOutputs> {
  const data = await run.data()
  const indices = evenly(data.splits.test.rows.length, EXAMPLES)
  const labels = splitLabels(data, 'test', indices)
  const x = evaluatedValues(data, 'test', indices, run.config.train.seed)
  const { posterior, restore, info } = run.model
  const compared = (rows: Floats) => comparedRows(run.runtime, info.columns, rows)
  const restored = restore && withGapsOf(x, await run.reconstruct(x, labels))
  return {
    x: await compared(x),
    ...(info.columns && { cells: x }),
    labels,
    codes: posterior && (await run.encode(x, labels)),
    restored: restored && (await compared(restored)),
  }
}
