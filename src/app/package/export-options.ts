import { scoreChoices } from '../../answers/anomaly/scoring.ts'
import { requireOneOf, requireOptions, requireText } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import type { StoredPrecision } from '../../tensor/safetensors.ts'
import { given, option, worded } from '../../tensor/wording.ts'

export interface ExportOptions {
  /** What the package is called; by default the name of the run's folder, or of the model. */
  readonly name?: string | undefined
  /**
   * The score of `onnx/score.onnx` and `threshold.json`. `auto` (default) is the first that needs no training examples: the
   * bound, or else the squared error of the reconstruction. `distance` puts up to 5000 training examples into the package.
   * `none` leaves scores out.
   */
  readonly score?: (typeof exportedScores)[number] | undefined
  /** Share of normal examples that may raise an alarm: 0.01, or the lowest that the test examples support. */
  readonly falseAlarms?: number | undefined
  /** How weights are stored; they are computed with in float32. `float32` by default. */
  readonly precision?: StoredPrecision | undefined
}

export const exportedScores = [...scoreChoices, 'none'] as const

export const exportOptionNames = ['name', 'score', 'falseAlarms', 'precision'] as const

/** Throws UserError for a value that does not fit. */
export function checkedOptions(options: ExportOptions): ExportOptions {
  requireOptions(options, 'export', exportOptionNames, UserError)
  const { name, score, falseAlarms, precision } = options
  if (name !== undefined) requireText(name, 'name', 'the name of the package', UserError)
  if (score !== undefined) requireOneOf(score, 'score', exportedScores, UserError)
  if (precision !== undefined)
    requireOneOf(precision, 'precision', ['float32', 'float16'], UserError)
  if (falseAlarms !== undefined && !(falseAlarms > 0 && falseAlarms < 1))
    throw new UserError(
      worded`${option('falseAlarms')}: expected a number between 0 and 1, got ${described(falseAlarms)}`,
    )
  if (falseAlarms !== undefined && score === 'none')
    throw new UserError(
      worded`${option('falseAlarms')}: a package without a score raises no alarms; leave it out, or leave ${given('score', 'none')} out`,
    )
  return options
}
