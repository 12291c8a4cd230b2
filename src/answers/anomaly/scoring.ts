import type { DataSet, SplitName } from '../../data/dataset.ts'
import { evaluatedValues } from '../../data/evaluated.ts'
import { evenIndices } from '../../data/indices.ts'
import { splitLabels } from '../../data/rows.ts'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor, rowsBetween } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { given, worded } from '../../tensor/wording.ts'
import { canSample, hasRandomCode } from '../../train/capabilities.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { type BaselineName, baselineNames, baselineScorers } from './baseline-scorers.ts'
import { boundScorer } from './bound-scorer.ts'
import { distanceScorer } from './distance-scorer.ts'
import type { ExampleScorer, ScoredExamples } from './example-scorer.ts'
import { reconstructionScorer } from './reconstruction-scorer.ts'

/** Scores of a trained model. */
export const modelScoreNames = ['distance', 'bound', 'reconstruction'] as const

export type ModelScoreName = (typeof modelScoreNames)[number]

/** What a user can ask for: `auto` is one of the others. */
export const scoreChoices = ['auto', ...modelScoreNames] as const

export type ScoreChoice = (typeof scoreChoices)[number]

export type ScoreName = ModelScoreName | BaselineName

/** What scores of new examples need beside the model; it is kept with the run. */
export interface ScoringMaterial {
  /** Examples of training and validation that new ones are compared with. */
  readonly training: ScoredExamples
  /**
   * The scores of test examples, ascending: of normal ones where labels say which are. They took no part in training or in
   * choosing the checkpoint. Those of scores that were asked for.
   */
  readonly calibration: Readonly<Partial<Record<ScoreName, Float64Array>>>
  /** The mean share of each column or pixel in those scores, `[D]`, with which reasons are compared. */
  readonly typical: Readonly<Partial<Record<ModelScoreName, Float64Array>>>
  readonly seed: number
}

/** Examples of training and validation that are kept, and numbers in them; test examples that are scored. */
const MOST = { training: 5000, numbers: 4_000_000, calibration: 20_000 }

/**
 * What new examples are compared with, without any calibration yet: examples of training and of validation, which are as
 * normal.
 *
 * @param from the splits; those whose own examples are to be scored must not be among them, as each would be its own
 * neighbour
 */
export function materialFor(
  data: DataSet,
  seed: number,
  from: readonly SplitName[] = ['train', 'validation'],
): ScoringMaterial {
  const sizes = from.map((split) => data.splits[split].rows.length)
  const all = sizes.reduce((a, b) => a + b)
  const { width } = data.splits.train.store
  const most = Math.min(all, MOST.training, Math.max(1, Math.floor(MOST.numbers / width)))
  const parts = from.map((split, i) => {
    const own = Math.floor((most * sizes[i]!) / all)
    return examplesOf(data, split, i === 0 ? Math.max(1, own) : own, seed)
  })
  return { training: joined(parts), calibration: {}, typical: {}, seed }
}

/** Examples one after the other. */
function joined(parts: readonly ScoredExamples[]): ScoredExamples {
  const width = parts[0]!.values.shape[1]!
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.values.data.length, 0))
  let at = 0
  for (const { values } of parts) {
    data.set(values.data, at)
    at += values.data.length
  }
  const values = hostTensor('float32', [data.length / width, width], data)
  if (!parts[0]!.labels) return { values }
  return { values, labels: parts.flatMap(({ labels }) => Array.from(labels ?? [])) }
}

function examplesOf(data: DataSet, split: SplitName, most: number, seed: number): ScoredExamples {
  const indices = evenIndices(data.splits[split], most)
  return {
    values: evaluatedValues(data, split, indices, seed),
    labels: splitLabels(data, split, indices),
  }
}

/** The scores that a model has, the one that `auto` stands for first. */
export function scoresOf({ model }: Pick<TrainedModel, 'model'>): ModelScoreName[] {
  const restores = model.restore !== undefined || model.posterior !== undefined
  if (!restores) return []
  const bounds = model.likelihood && canSample(model) && hasRandomCode(model)
  return bounds ? ['distance', 'bound', 'reconstruction'] : ['distance', 'reconstruction']
}

/**
 * The score that a choice stands for. `auto` is the distance, for every model and every table: of all scores, it finds
 * anomalies best on average (`docs/anomalies.md`).
 *
 * @throws UserError if the model does not have it
 */
export function chosenScore(
  trained: Pick<TrainedModel, 'model'>,
  choice: ScoreChoice,
): ModelScoreName {
  const available = scoresOf(trained)
  const { name } = trained.model.definition
  if (available.length === 0)
    throw new UserError(`${name} has no encoder: it cannot say how odd an example is`)
  if (choice === 'auto') return available[0]!
  if (available.includes(choice)) return choice
  throw new UserError(
    worded`${given('score', choice)}: ${name} has no bound on the likelihood of an example; its scores are ${available.join(' and ')}`,
  )
}

/** All that scores examples: by the model, and by baselines that need none. */
export interface Scoring {
  readonly material: ScoringMaterial
  /** The scorer of a score, made when it is first asked for. */
  scorer(name: ScoreName): Promise<ExampleScorer>
}

export function scoringWith(trained: TrainedModel, material: ScoringMaterial): Scoring {
  const { training, seed } = material
  const made = new Map<ScoreName, Promise<ExampleScorer>>()
  let baselines: ReturnType<typeof baselineScorers> | undefined
  const make = async (name: ScoreName): Promise<ExampleScorer> => {
    if (name === 'bound') return boundScorer(trained, { seed })
    if (name === 'reconstruction') return reconstructionScorer(trained)
    if (name === 'distance') return distanceScorer(trained, training)
    baselines ??= baselineScorers(trained, training.values, seed)
    return (await baselines)[name]
  }
  return {
    material,
    scorer(name) {
      const known = made.get(name) ?? make(name)
      made.set(name, known)
      return known
    },
  }
}

/** The same material with the calibration of scores that it lacks, from the test examples of the run's data. */
export async function calibrated(
  scoring: Scoring,
  data: DataSet,
  names: readonly ScoreName[],
  options: ReadOptions = {},
): Promise<ScoringMaterial> {
  const { material } = scoring
  const missing = names.filter((name) => !material.calibration[name])
  if (missing.length === 0) return material
  const examples = examplesOf(data, 'test', MOST.calibration, material.seed)
  const calibration: Partial<Record<ScoreName, Float64Array>> = { ...material.calibration }
  const typical: Partial<Record<ModelScoreName, Float64Array>> = { ...material.typical }
  for (const name of missing) {
    const scorer = await scoring.scorer(name)
    if (!isOfModel(name)) {
      calibration[name] = (await scorer.scores(examples, options)).sort()
      continue
    }
    const found = await scoresAndMeanShares(scorer, examples, options)
    calibration[name] = found.scores.sort()
    typical[name] = found.means
  }
  return { ...material, calibration, typical }
}

/** Numbers of shares in memory at once. */
const SHARES_AT_ONCE = 2 ** 22

async function scoresAndMeanShares(
  scorer: ExampleScorer,
  { values, labels }: ScoredExamples,
  { signal }: ReadOptions,
) {
  const [count, width] = values.shape as readonly [number, number]
  const scores = new Float64Array(count)
  const means = new Float64Array(width)
  const rows = Math.max(1, Math.floor(SHARES_AT_ONCE / width))
  for (let start = 0; start < count; start += rows) {
    const end = Math.min(count, start + rows)
    const part = {
      values: rowsBetween(values, start, end),
      labels: labels && Array.from({ length: end - start }, (_, i) => labels[start + i]!),
    }
    const found = await scorer.explained(part, { signal })
    scores.set(found.scores, start)
    found.shares.data.forEach((share, at) => {
      means[at % width]! += share / count
    })
  }
  return { scores, means }
}

export const allScoreNames = [...modelScoreNames, ...baselineNames] as const

/** Whether a score is one of the model's, whose shares give reasons. */
export const isOfModel = (name: string): name is ModelScoreName =>
  modelScoreNames.some((one) => one === name)
