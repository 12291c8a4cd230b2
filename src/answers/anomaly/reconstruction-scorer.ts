import { hostTensor } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { comparedColumns, comparedWithReconstructions, summedByColumn } from './compared.ts'
import type { ExampleScorer, ExplainedScores, ScoredExamples } from './example-scorer.ts'

/**
 * Scores an example by the squared error of its reconstruction, Σ (x - x̂)² over columns as the encoder sees them or over
 * pixels. The share of a column is its part of the sum. Missing values count nothing.
 *
 * @throws UserError from its methods if the model cannot reconstruct
 */
export function reconstructionScorer(trained: TrainedModel): ExampleScorer {
  const columns = comparedColumns(trained)
  const explained = async (examples: ScoredExamples): Promise<ExplainedScores> => {
    const { given, restored } = await comparedWithReconstructions(trained, examples)
    const squares = Float64Array.from(given.data, (x, at) => (x - restored.data[at]!) ** 2)
    const shares = summedByColumn(
      hostTensor('float64', given.shape, squares),
      columns,
      trained.model.info.dimension,
    )
    return { scores: rowSums(shares), shares }
  }
  return {
    unit: 'squared error',
    explained,
    async scores(examples) {
      return (await explained(examples)).scores
    },
  }
}

/** The sum of each row `[n, D]`. */
function rowSums({ shape, data }: ExplainedScores['shares']): Float64Array {
  const [count, width] = shape as readonly [number, number]
  const sums = new Float64Array(count)
  for (let at = 0; at < data.length; at++) sums[Math.floor(at / width)]! += data[at]!
  return sums
}
