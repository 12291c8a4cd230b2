import type { DataSet } from '../../data/dataset.ts'
import { inOrder } from '../report/metrics.ts'
import {
  CHECKS,
  CHECKS_OF_THE_END,
  CURVE_CHECKS,
  type Diagnosis,
  diagnose,
  diagnoseCurves,
  testOutputs,
} from './doctor.ts'
import type { ExaminedCurves, ExaminedModel } from './finding.ts'

/** How a model in memory is examined. */
export interface MemoryExamination extends Pick<ExaminedCurves, 'epochs' | 'failure'> {
  readonly checks: 'all' | 'curves'
  readonly underWay: boolean
  readonly examples?: number | undefined
}

/** Examines a trained model by its data and the epochs of its training, in any order. */
export async function examined(
  run: ExaminedModel,
  data: DataSet,
  { epochs, failure, checks, underWay, examples }: MemoryExamination,
): Promise<Diagnosis> {
  const { config } = run
  const curves = { config, data, epochs: inOrder(epochs), failure }
  const chosen = <C>(all: readonly C[]): C[] =>
    all.filter((check) => !underWay || !CHECKS_OF_THE_END.some((one) => one === check))
  if (checks === 'curves')
    return diagnoseCurves({ ...curves, trained: { run } }, chosen(CURVE_CHECKS))
  const outputs = await testOutputs(run, data, examples)
  return diagnose({ ...curves, trained: { run, outputs } }, chosen(CHECKS))
}
