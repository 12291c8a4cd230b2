import { type BaselineName, baselineNames } from '../../answers/anomaly/baseline-scorers.ts'
import type { DataSet } from '../../data/dataset.ts'
import { evaluatedValues, exampleNumbers } from '../../data/evaluated.ts'
import { aurocDifference } from '../../evaluate/anomaly/auroc.ts'
import { detectionFigures } from '../../evaluate/anomaly/detection.ts'
import { ownAnomalies, type ToldApart } from '../../evaluate/anomaly/told-apart.ts'
import { aurocDifferenceInterval } from '../../evaluate/statistics/intervals.ts'
import type { Run } from '../run/load.ts'
import { type ModelScoreName, materialFor, type Scoring, scoresOf, scoringWith } from './scoring.ts'

/** An estimate, with its 95 % interval. */
export interface Estimated {
  readonly value: number
  readonly interval: readonly [low: number, high: number]
}

/** How well a score of the model, or a baseline, tells anomalies apart. */
export interface ScoreDetection {
  readonly name: ModelScoreName | BaselineName
  readonly auroc: Estimated
  readonly averagePrecision: Estimated
  /** By how much the AUROC of the model's first score is larger than that of this one; of baselines. */
  readonly lead?: Estimated | undefined
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

/**
 * Examples of each kind that are scored, of a split: enough for intervals of some hundredths. An example of more columns or
 * pixels than `WIDE` takes longer.
 */
const MOST = { narrow: 2000, wide: 500 }
const WIDE = 200

/**
 * How well each score of a run's model, and each baseline, finds the labelled anomalies of the validation and test splits,
 * of data that was opened with `normal`. Empty where a model has no score, and without the splits that have no anomalies.
 * A function of the run: what is stored with it for new examples is not needed.
 */
export async function detectionOfRun(run: Run, data: DataSet): Promise<SplitDetection[]> {
  if (!data.normal || scoresOf(run).length === 0) return []
  const { seed } = run.config.train
  const scoring = scoringWith(run, materialFor(data, seed))
  const found: SplitDetection[] = []
  for (const split of ['validation', 'test'] as const) {
    const anomalies = data.splits[split].anomalies?.rows.length ?? 0
    const normals = data.splits[split].rows.length
    if (anomalies === 0 || normals === 0) continue
    const examples = run.model.info.dimension > WIDE ? MOST.wide : MOST.narrow
    const told = await ownAnomalies({ data, split, seed, examples })
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
  told: ToldApart,
): Promise<ScoreDetection[]> {
  const { seed } = scoring.material
  const { data, indices, anomalous } = told
  const examples = {
    values: evaluatedValues(data, split, indices, seed),
    numbers: exampleNumbers(data, split, indices),
  }
  const found: ScoreDetection[] = []
  let first: Float64Array | undefined
  for (const name of [...own, ...baselineNames]) {
    const scores = await (await scoring.scorer(name)).scores(examples)
    first ??= scores
    const [auroc, averagePrecision] = detectionFigures(scores, told, { by: name, seed })
    found.push({
      name,
      auroc: estimated(auroc!),
      averagePrecision: estimated(averagePrecision!),
      lead: isBaseline(name) ? leadOf(first, scores, anomalous) : undefined,
    })
  }
  return found
}

const estimated = ({
  value,
  interval,
}: ReturnType<typeof detectionFigures>[number]): Estimated => ({
  value,
  interval: interval!,
})

/** Whether a score needs no trained model. */
export const isBaseline = (name: ScoreDetection['name']): name is BaselineName =>
  baselineNames.some((baseline) => baseline === name)

/** The baseline with the largest AUROC. */
export const bestBaseline = ({ scores }: Pick<SplitDetection, 'scores'>): ScoreDetection =>
  scores
    .filter(({ name }) => isBaseline(name))
    .reduce((best, other) => (other.auroc.value > best.auroc.value ? other : best))

function leadOf(
  first: Float64Array,
  scores: Float64Array,
  anomalous: readonly boolean[],
): Estimated {
  const { estimate, low, high } = aurocDifferenceInterval(aurocDifference(first, scores, anomalous))
  return { value: estimate, interval: [low, high] }
}
