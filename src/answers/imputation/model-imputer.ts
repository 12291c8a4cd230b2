import { blocksOf } from '../../evaluate/likelihood/latent-model.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { hostTensor } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { BuiltModel } from '../../train/build.ts'
import { canSample, hasRandomCode } from '../../train/capabilities.ts'
import type { Labels, WithParameters } from '../../train/trained.ts'
import { withinReach } from '../within-training.ts'
import { importanceResampling } from './importance-resampling.ts'
import { type ImputedCell, imputedCell } from './imputed-cells.ts'
import type { GapPredictor } from './predictions.ts'
import { pseudoGibbs } from './pseudo-gibbs.ts'

export const imputationMethods = ['resampling', 'gibbs'] as const

export type ImputationMethod = (typeof imputationMethods)[number]

export interface ImputationOptions {
  readonly seed: number
  /** Importance resampling (Mattei and Frellsen 2019), or pseudo-Gibbs sampling (Rezende et al. 2014). */
  readonly method: ImputationMethod
  /** M, the number of draws for each gap. */
  readonly samples: number
  /** K, the number of codes that resampling draws for each row. */
  readonly importanceSamples: number
}

export const imputationDefaults = {
  method: 'resampling',
  samples: 20,
  importanceSamples: 1000,
} as const satisfies Omit<ImputationOptions, 'seed'>

/** Draws of which an interval is made, at least. */
const INTERVAL_DRAWS = 200

/** Chains of a row at least, for the same reason. */
const CHAINS = 20

/** The gaps of some rows, filled. */
export interface ImputedGaps {
  /** Row by row, in the order of the columns. */
  readonly cells: readonly ImputedCell[]
  /**
   * How many of the K codes of each row count, (Σ w)² / Σ w², `[n]`: NaN for rows without gaps, and for pseudo-Gibbs
   * sampling.
   */
  readonly effectiveSamples: Float64Array
}

/** A model's imputer, ready for use. */
export interface ModelImputer {
  /**
   * Fills the gaps of cells `[n, C]`. What fills those of a row depends on its values and its number, not on the rows that
   * it is given with.
   *
   * @param numbers what each row draws by; its index by default
   */
  impute(
    cells: Floats,
    rows?: { readonly labels?: Labels | undefined; readonly numbers?: ArrayLike<number> },
  ): Promise<ImputedGaps>
  close(): Promise<void>
}

/**
 * Refuses models that have no p(row): imputation needs a posterior over codes, a prior and the likelihood of a table's
 * columns.
 *
 * @throws UserError
 */
export function requireImputer(model: BuiltModel): void {
  const { definition, info } = model
  if (!info.columns)
    throw new UserError(
      `${definition.name} was not trained on a table with columns, and only gaps of such tables can be imputed`,
    )
  if (canSample(model) && hasRandomCode(model)) return
  throw new UserError(
    worded`${definition.name} has no distribution over rows, which imputation needs: a posterior, a prior and a likelihood; train one that has, with ${option('model', 'vae')}`,
  )
}

/**
 * The imputer of a trained model.
 *
 * @throws UserError if the model has no distribution over the rows of a table
 */
export async function modelImputer(
  trained: WithParameters,
  options: ImputationOptions,
): Promise<ModelImputer> {
  requireImputer(trained.model)
  const predictor = await predictorOf(trained, options)
  const columns = trained.model.info.columns!
  const width = columns.length
  return {
    close: () => predictor.close(),
    async impute({ shape, data }, { labels, numbers } = {}) {
      const count = shape[0]!
      const gaps = Array.from({ length: count }, (_, row) =>
        gapsOf(data.subarray(row * width, (row + 1) * width)),
      )
      const rows = gaps.flatMap((found, row) => (found.length > 0 ? [row] : []))
      const x = new Float32Array(rows.length * width)
      rows.forEach((row, i) => {
        x.set(data.subarray(row * width, (row + 1) * width), i * width)
      })
      const given = {
        numbers: rows.map((row) => numbers?.[row] ?? row),
        labels: labels && rows.map((row) => labels[row]!),
      }
      const examples = withinReach(columns, hostTensor('float32', [rows.length, width], x))
      const cells: ImputedCell[] = []
      const effectiveSamples = new Float64Array(count).fill(Number.NaN)
      for (const block of blocksOf(trained.model, examples, given, predictor.rows)) {
        const found = await predictor.predict(block)
        for (let index = 0; index < block.count; index++) {
          const row = rows[block.start + index]!
          effectiveSamples[row] = found.effectiveSamples?.[index] ?? Number.NaN
          for (const column of gaps[row]!) {
            const at = { index, column, columns: width }
            cells.push({
              row,
              column,
              ...imputedCell(columns[column]!, found, at, options.samples),
            })
          }
        }
      }
      return { cells, effectiveSamples }
    },
  }
}

function predictorOf(
  trained: WithParameters,
  { method, samples, importanceSamples, seed }: ImputationOptions,
): Promise<GapPredictor> {
  if (method === 'gibbs') return pseudoGibbs(trained, { seed, chains: Math.max(samples, CHAINS) })
  const draws = Math.max(samples, INTERVAL_DRAWS)
  return importanceResampling(trained, { seed, draws, codes: importanceSamples })
}

/** The columns of a row in which there is no value. */
function gapsOf(row: Float32Array): number[] {
  const gaps: number[] = []
  row.forEach((cell, column) => {
    if (Number.isNaN(cell)) gaps.push(column)
  })
  return gaps
}

/** Rows with gaps, and those of which so few codes count that their draws repeat each other. */
export interface FewCodes {
  readonly rows: number
  readonly few: number
}

/** How many of the rows have fewer codes that count than draws, after others. */
export function fewCodes(
  effectiveSamples: Float64Array,
  samples: number,
  before: FewCodes = { rows: 0, few: 0 },
): FewCodes {
  const known = effectiveSamples.filter((count) => !Number.isNaN(count))
  const few = known.filter((count) => count < samples).length
  return { rows: before.rows + known.length, few: before.few + few }
}

/** A remark on such rows; undefined if there are none. */
export function fewCodesRemark(
  { rows, few }: FewCodes,
  { samples, importanceSamples }: Pick<ImputationOptions, 'samples' | 'importanceSamples'>,
) {
  if (few === 0) return undefined
  return worded`${few} of ${counted(rows, 'row')} with gaps: fewer than ${samples} of ${importanceSamples} codes count, so their draws are too alike; raise ${option('importanceSamples')}, or compare with ${option('method', 'gibbs')}`
}
