import { type Floats, hostTensor } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { comparedColumns, comparedWithReconstructions, summedByColumn } from './compared.ts'
import type { ExampleScorer, ScoredExamples } from './example-scorer.ts'
import { nearestRows } from './nearest-rows.ts'

/** Training examples that new ones are compared with: fewer than k of them are all compared. */
export const NEIGHBOURS = 5

/**
 * Scores an example by its distance to the training examples nearest to it, as the model sees them: the mean over the 5
 * nearest of
 *
 *     √(|x̂ - ŷ|² + |(x - x̂) - (y - ŷ)|²)
 *
 * in the unit of the columns as the encoder sees them. The first term is how far their codes are apart, measured by what
 * they decode to, so the scale of a code does not matter; the second, how differently the model fails to restore them. The
 * share of a column is its part of the squares, divided by the distance.
 *
 * @param training examples that the model was trained on, one or more
 * @throws UserError if the model cannot reconstruct
 */
export async function distanceScorer(
  trained: TrainedModel,
  training: ScoredExamples,
): Promise<ExampleScorer> {
  const { dimension } = trained.model.info
  const columns = comparedColumns(trained)
  const both = [...columns, ...columns]
  const seen = (examples: ScoredExamples) => positionsOf(trained, examples)
  const references = await seen(training)
  const k = Math.min(NEIGHBOURS, references.shape[0]!)
  const nearest = nearestRows(trained.runtime, references, { k })
  return {
    unit: 'distance',
    async scores(examples, watching) {
      return nearest.scores(await seen(examples), watching)
    },
    async explained(examples, watching) {
      const { scores, shares } = await nearest.explained(await seen(examples), watching)
      return { scores, shares: summedByColumn(shares, both, dimension) }
    },
  }
}

/** What distances are between: reconstructions of examples, and beside them what they miss, `[n, 2 F]`. */
export async function positionsOf(
  trained: TrainedModel,
  examples: ScoredExamples,
): Promise<Floats> {
  const { given, restored } = await comparedWithReconstructions(trained, examples)
  const [count, width] = given.shape as readonly [number, number]
  const values = new Float32Array(2 * count * width)
  for (let row = 0; row < count; row++)
    for (let f = 0; f < width; f++) {
      const [from, to] = [row * width + f, 2 * row * width + f]
      values[to] = restored.data[from]!
      values[to + width] = given.data[from]! - restored.data[from]!
    }
  return hostTensor('float32', [count, 2 * width], values)
}
