import { type BaselineName, baselineNames } from '../../answers/anomaly/baseline-scorers.ts'
import {
  type ModelScoreName,
  materialFor,
  type Scoring,
  scoresOf,
  scoringWith,
} from '../../answers/anomaly/scoring.ts'
import type { DataSet } from '../../data/dataset.ts'
import { evaluatedValues } from '../../data/evaluated.ts'
import { aurocDifference } from '../../evaluate/anomaly/auroc.ts'
import { detectionOfScores } from '../../evaluate/anomaly/detection.ts'
import { chosenAnomalies, type ToldApart } from '../../evaluate/anomaly/told-apart.ts'
import { aurocDifferenceInterval, type Interval } from '../../evaluate/statistics/intervals.ts'
import type { Run } from '../run/load.ts'

/** How well a score of the model, or a baseline, tells anomalies apart, with 95 % intervals. */
export interface ScoreDetection {
  readonly name: ModelScoreName | BaselineName
  readonly auroc: Interval
  readonly averagePrecision: Interval
  /** By how much the AUROC of the model's first score is larger than that of this one; of baselines. */
  readonly lead?: Interval | undefined
}

/** How well the examples of a split are told apart. */
export interface SplitDetection {
  readonly split: 'validation' | 'test'
  /** How many the split has of each kind. */
  readonly anomalies: number
  readonly normals: number
  /** How many of them were scored, evenly chosen. */
  readonly scored: { readonly anomalies: number; readonly normals: number }
  /** The scores of the model, the one that `auto` stands for first, and then the baselines. */
  readonly scores: readonly ScoreDetection[]
}

/** Examples of each kind that are scored, of a split: fewer where they are large, so that it takes seconds. */
const MOST = { examples: 2000, numbers: 400_000, least: 100 }

const mostOf = ({ model: { info } }: Run): number =>
  Math.max(MOST.least, Math.min(MOST.examples, Math.floor(MOST.numbers / info.dimension)))

/**
 * How well each score of a run's model, and each baseline, finds the labelled anomalies of the validation and test splits,
 * of data that was opened with `normal`. Empty where a model has no score, and without the splits that have no anomalies.
 * A function of the run: what is stored with it for new examples is not needed.
 *
 * @param examples most of each kind that are scored, of a split
 */
export async function detectionOfRun(
  run: Run,
  data: DataSet,
  examples = mostOf(run),
): Promise<SplitDetection[]> {
  if (!data.normal || scoresOf(run).length === 0) return []
  const { seed } = run.config.train
  // Validation examples are scored here, and must not be compared with themselves.
  const scoring = scoringWith(run, materialFor(data, seed, ['train']))
  const found: SplitDetection[] = []
  for (const split of ['validation', 'test'] as const) {
    const anomalies = data.splits[split].anomalies?.rows.length ?? 0
    const normals = data.splits[split].rows.length
    if (anomalies === 0 || normals === 0) continue
    const told = chosenAnomalies({ data, split, examples })
    const count = told.anomalous.filter(Boolean).length
    found.push({
      split,
      anomalies,
      normals,
      scored: { anomalies: count, normals: told.indices.length - count },
      scores: await scoreDetections(scoring, scoresOf(run), split, told),
    })
  }
  return found
}

async function scoreDetections(
  scoring: Scoring,
  own: readonly ModelScoreName[],
  split: SplitDetection['split'],
  told: Pick<ToldApart, 'data' | 'indices' | 'anomalous'>,
): Promise<ScoreDetection[]> {
  const { seed } = scoring.material
  const { data, indices, anomalous } = told
  const examples = {
    values: evaluatedValues(data, split, indices, seed),
  }
  const found: ScoreDetection[] = []
  let first: Float64Array | undefined
  for (const name of [...own, ...baselineNames]) {
    const scores = await (await scoring.scorer(name)).scores(examples)
    first ??= scores
    found.push({
      name,
      ...detectionOfScores(scores, anomalous, seed),
      lead: isBaseline(name)
        ? aurocDifferenceInterval(aurocDifference(first, scores, anomalous))
        : undefined,
    })
  }
  return found
}

/** Whether a score needs no trained model. */
export const isBaseline = (name: ScoreDetection['name']): name is BaselineName =>
  baselineNames.some((baseline) => baseline === name)

/** The baseline with the largest AUROC. */
export const bestBaseline = ({ scores }: Pick<SplitDetection, 'scores'>): ScoreDetection =>
  scores
    .filter(({ name }) => isBaseline(name))
    .reduce((best, other) => (other.auroc.estimate > best.auroc.estimate ? other : best))
