import type { DataSet } from '../../data/dataset.ts'
import { evaluatedValues } from '../../data/evaluated.ts'
import { evenly } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { comparedRows, withGapsOf } from '../../evaluate/compared-rows.ts'
import type { Floats } from '../../tensor/host.ts'
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
import type {
  Check,
  CurveCheck,
  ExaminedCurves,
  ExaminedModel,
  ExaminedRun,
  Finding,
  TestOutputs,
} from './finding.ts'
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

/** Those of them that compute nothing with the model. Their findings may lack a cause that only others find. */
export const CURVE_CHECKS: readonly CurveCheck[] = [
  outliers,
  notFinite,
  explodingKl,
  overfitting,
  sigmaRunningToZero,
  adversaryOutOfBalance,
  stillFalling,
  klStillRising,
]

/** Those that judge when training ended. */
export const CHECKS_OF_THE_END: readonly CurveCheck[] = [stillFalling, klStillRising]

/** Most test examples that are used. */
const EXAMPLES = 2000

export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** How many checks were made. */
  readonly checks: number
}

/** Makes checks, by default all of them. */
export async function diagnose(examined: ExaminedRun, checks = CHECKS): Promise<Diagnosis> {
  const findings: Finding[] = []
  for (const check of checks) {
    const finding = await check(examined)
    if (finding) findings.push(finding)
  }
  return { findings: withCauses(findings), checks: checks.length }
}

/** Makes those of the checks that compute nothing with the model. */
export function diagnoseCurves(examined: ExaminedCurves, checks: readonly CurveCheck[]): Diagnosis {
  const findings = checks.flatMap((check) => check(examined) ?? [])
  return { findings: withCauses(findings), checks: checks.length }
}

/**
 * Test examples, and what the model computes from them.
 *
 * @param most how many examples, at most
 */
export async function testOutputs(
  run: ExaminedModel,
  data: DataSet,
  most = EXAMPLES,
): Promise<TestOutputs> {
  const indices = evenly(data.splits.test.rows.length, most)
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
