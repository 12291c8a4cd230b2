import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitLabels, splitValues } from '../data/rows.ts'
import { type BuiltModel, lastStage } from '../train/build.ts'
import { type TrainedModel, trainedModel } from '../train/trained.ts'
import type { Evaluable } from './evaluation.ts'
import type { Figure } from './ledger-entries.ts'
import { inputUnits } from './likelihood-words.ts'

/** Mean over a split and its standard error. */
export interface Mean {
  readonly mean: number
  readonly error: number
}

const ROWS_AT_A_TIME = 1000

/**
 * Σ (x - x̂)² of each example, meaned over a split, where x̂ is what the model restores with nothing
 * sampled; undefined where it restores nothing. Examples that are binarised afresh at every step are taken
 * as the grey levels that they are drawn from.
 */
export async function squaredErrorOf(
  run: Evaluable,
  data: DataSet,
  split: SplitName,
): Promise<Mean | undefined> {
  if (!run.model.restore) return undefined
  const trained = trainedModel(run.runtime, run.model, run.parameters)
  try {
    return await meanError(trained, data, split)
  } finally {
    await trained.release()
  }
}

async function meanError(trained: TrainedModel, data: DataSet, split: SplitName): Promise<Mean> {
  const count = data.splits[split].rows.length
  const labels = splitLabels(data, split)
  let sum = 0
  let squares = 0
  for (let start = 0; start < count; start += ROWS_AT_A_TIME) {
    const end = Math.min(count, start + ROWS_AT_A_TIME)
    const places = Int32Array.from({ length: end - start }, (_, i) => start + i)
    const x = splitValues(data, split, places)
    const restored = await trained.reconstruct(x, labels?.slice(start, end))
    for (const error of rowErrors(x.data, restored.data, trained.model.info.dimension)) {
      sum += error
      squares += error * error
    }
  }
  const mean = sum / count
  const variance = Math.max(0, squares / count - mean * mean)
  return { mean, error: Math.sqrt(variance / Math.max(1, count - 1)) }
}

function rowErrors(x: Float32Array, restored: Float32Array, width: number): Float64Array {
  const errors = new Float64Array(x.length / width)
  for (let at = 0; at < x.length; at++)
    errors[Math.floor(at / width)]! += (x[at]! - restored[at]!) ** 2
  return errors
}

/** The error per example, and per value of an example, with what they are. */
export function squaredErrors(model: BuiltModel, data: DataSet, { mean, error }: Mean): Figure[] {
  const { dimension } = model.info
  const grey =
    data.binarize === 'dynamic' ? ', of the grey levels that are binarised in training' : ''
  const scaled =
    data.scale === 1 ? '' : `, in units of the network's input (${inputUnits(data.scale)})`
  const remark = `${whatIsRestored(model)}: Σ\u00a0(x\u00a0−\u00a0x̂)²${grey}${scaled}`
  const shared = { samples: 0, kind: 'error', remark } as const
  return [
    {
      ...shared,
      figure: 'squared error',
      value: mean,
      unit: 'squared error per example',
      standardError: { value: error, atMost: false },
    },
    {
      ...shared,
      figure: 'mean squared error',
      value: mean / dimension,
      unit: data.kind === 'image' ? 'squared error per pixel' : 'squared error per column',
      standardError: { value: error / dimension, atMost: false },
    },
  ]
}

function whatIsRestored(model: BuiltModel): string {
  const { likelihood, corrupt } = model
  if (!likelihood) return 'of x̂, what the network makes of the example as it is, not corrupted'
  const from = corrupt ? ', of the example as it is, not corrupted' : ''
  const left = leavesDecoder(model) ? '; the last stage moved the encoder alone' : ''
  return `of the reconstruction x̂, the decoder's mean for the encoder's mean with nothing sampled${from}${left}`
}

/** Whether the last stage moves an encoder away from the decoder that it was trained with. */
function leavesDecoder(model: BuiltModel): boolean {
  const moved = lastStage(model).phases.flatMap(({ trains }) => trains)
  return model.stages.length > 1 && !moved.some(({ name }) => name.startsWith('decoder'))
}
