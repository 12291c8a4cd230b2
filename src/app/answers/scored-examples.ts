import type { ScoredExamples } from '../../answers/anomaly/example-scorer.ts'
import {
  chosenScore,
  type ModelScoreName,
  type ScoreChoice,
  type ScoreName,
  type Scoring,
  scoreChoices,
} from '../../answers/anomaly/scoring.ts'
import type { AlarmThreshold } from '../../answers/anomaly/threshold.ts'
import { requireOneOf } from '../../tensor/checks.ts'
import { described, listed } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { given, option, worded } from '../../tensor/wording.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { thresholdFor } from './score-summary.ts'

export interface ScoreOptions {
  /**
   * `distance`: to the nearest training examples, as the model sees them. `bound`: minus the importance-weighted bound on
   * log p(x), in nats. `reconstruction`: the squared error of the reconstruction. `auto` (default) is the distance.
   */
  readonly score?: ScoreChoice | undefined
  /** Share of normal examples that may raise an alarm: 0.01, or the lowest that the test examples support. */
  readonly falseAlarms?: number | undefined
}

export const scoreOptionNames = ['score', 'falseAlarms'] as const

/** How odd examples are. */
export interface Scores {
  /** What `auto` stood for, or what was asked for. */
  readonly score: ModelScoreName
  /** What scores and shares are measured in. */
  readonly unit: string
  /** `[n]`, higher for odder examples. */
  readonly scores: Float64Array
  /** What each column or pixel adds to a score, `[n, D]`; with `code`, they add up to it. */
  readonly shares: HostTensor<'float64'>
  /** What belongs to no column, `[n]`; of the bound alone. */
  readonly code?: Float64Array | undefined
  /** The names of the columns, of a table; undefined for pictures. */
  readonly columns?: readonly string[] | undefined
  /** The mean share of each column or pixel among test examples, `[D]`, to compare shares with. */
  readonly typical: Float64Array
  /** Scores above `threshold.threshold` raise an alarm. */
  readonly threshold: AlarmThreshold
  /** Whether each example raises one, `[n]`. */
  readonly alarms: readonly boolean[]
}

/** Scores that a model was exported with. */
export interface ScorePreset {
  /** Those that there is what they need for. */
  readonly names: readonly ModelScoreName[]
  /** What `auto` stands for, and the rate of false alarms where nobody chooses one. */
  readonly score: ModelScoreName
  readonly falseAlarms: number
}

/**
 * Scores examples that are all in memory.
 *
 * @param preset of a package
 */
export async function scoredExamples(
  trained: TrainedModel,
  examples: ScoredExamples,
  { score = 'auto', falseAlarms }: ScoreOptions,
  scoringFor: (names: readonly ScoreName[]) => Promise<Scoring>,
  preset?: ScorePreset,
): Promise<Scores> {
  requireOneOf(score, 'score', scoreChoices, UserError)
  if (falseAlarms !== undefined && !(falseAlarms > 0 && falseAlarms < 1))
    throw new UserError(
      `falseAlarms: expected a number between 0 and 1, got ${described(falseAlarms)}`,
    )
  const name = scoreFor(trained, score, preset)
  const scoring = await scoringFor([name])
  const { calibration, typical } = scoring.material
  const threshold = thresholdFor(calibration[name]!, falseAlarms ?? preset?.falseAlarms)
  const scorer = await scoring.scorer(name)
  const found = await scorer.explained(examples)
  return {
    score: name,
    unit: scorer.unit,
    ...found,
    columns: trained.model.info.columns?.map((column) => column.name),
    typical: typical[name]!,
    threshold,
    alarms: Array.from(found.scores, (one) => one > threshold.threshold),
  }
}

/** The score that a choice stands for: of a package, one of its own. */
export const scoreFor = (
  trained: Pick<TrainedModel, 'model'>,
  choice: ScoreChoice,
  preset: ScorePreset | undefined,
): ModelScoreName => (preset ? presetScore(preset, choice) : chosenScore(trained, choice))

function presetScore({ names, score }: ScorePreset, choice: ScoreChoice): ModelScoreName {
  const name = choice === 'auto' ? score : choice
  if (names.includes(name)) return name
  throw new UserError(
    worded`${given('score', choice)}: the package holds what ${listed(names)} ${names.length === 1 ? 'needs' : 'need'}, and no more; export the run again with ${option('score', choice)}`,
  )
}
