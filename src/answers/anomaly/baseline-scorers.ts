import { comparedRows } from '../../evaluate/compared-rows.ts'
import type { Floats } from '../../tensor/host.ts'
import type { WithParameters } from '../../train/trained.ts'
import { withinReach } from '../within-training.ts'
import { comparedColumns, summedByColumn } from './compared.ts'
import { NEIGHBOURS } from './distance-scorer.ts'
import type { ExampleScorer, ScoredExamples } from './example-scorer.ts'
import { isolationForest } from './isolation-forest.ts'
import { nearestRows } from './nearest-rows.ts'
import { principalResidual } from './principal-residual.ts'
import type { RowScorer } from './row-scorer.ts'

export const baselineNames = ['k-NN', 'isolation forest', 'PCA'] as const

export type BaselineName = (typeof baselineNames)[number]

/**
 * What scores examples without a trained model: the mean distance to the 5 nearest training examples, an isolation forest,
 * and the residual of PCA. They see the same columns as the encoder, standardised, missing values as 0.
 *
 * @param training examples `[n, D]` that the model was trained on
 */
export async function baselineScorers(
  trained: WithParameters,
  training: Floats,
  seed: number,
): Promise<Readonly<Record<BaselineName, ExampleScorer>>> {
  const { runtime, model } = trained
  const { columns, dimension } = model.info
  const shown = comparedColumns(trained)
  const seen = (rows: Floats) => comparedRows(runtime, columns, withinReach(columns, rows))
  const references = await seen(training)
  const scorer = (by: RowScorer): ExampleScorer => ({
    unit: by.unit,
    async scores({ values }: ScoredExamples, watching) {
      return by.scores(await seen(values), watching)
    },
    async explained({ values }, watching) {
      const rows = await seen(values)
      const shares = summedByColumn(await by.shares(rows, watching), shown, dimension)
      return { scores: await by.scores(rows, watching), shares }
    },
  })
  const k = Math.min(NEIGHBOURS, references.shape[0]!)
  return {
    'k-NN': scorer(nearestRows(runtime, references, { k })),
    'isolation forest': scorer(isolationForest(references, { seed })),
    PCA: scorer(await principalResidual(references, { seed })),
  }
}
