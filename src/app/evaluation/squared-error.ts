import type { DataSet, SplitName } from '../../data/dataset.ts'
import { splitLabels, splitValues } from '../../data/rows.ts'
import { meanWithError } from '../../evaluate/mean.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import { type TrainedModel, trainedModel } from '../../train/trained.ts'
import type { Evaluable } from './evaluate.ts'
import type { Figure } from './ledger-entries.ts'
import { inputUnits } from './likelihood-words.ts'

const ROWS_AT_A_TIME = 1000

/**
 * Σ (x - x̂)² of each example of a split, where x̂ is what the model restores with nothing
 * sampled; undefined where it restores nothing. Examples that are binarised afresh at every step are taken
 * as the grey levels that they are drawn from.
 */
export async function squaredErrorOf(
  run: Evaluable,
  data: DataSet,
  split: SplitName,
): Promise<Float64Array | undefined> {
  if (!run.model.restore) return undefined
  const trained = trainedModel(run.runtime, run.model, run.parameters)
  try {
    return await splitErrors(trained, data, split)
  } finally {
    await trained.release()
  }
}

async function splitErrors(
  trained: TrainedModel,
  data: DataSet,
  split: SplitName,
): Promise<Float64Array> {
  const count = data.splits[split].rows.length
  const labels = splitLabels(data, split)
  const errors = new Float64Array(count)
  for (let start = 0; start < count; start += ROWS_AT_A_TIME) {
    const end = Math.min(count, start + ROWS_AT_A_TIME)
    const places = Int32Array.from({ length: end - start }, (_, i) => start + i)
    const x = splitValues(data, split, places)
    const restored = await trained.reconstruct(x, labels?.slice(start, end))
    errors.set(rowErrors(x.data, restored.data, trained.model.info.dimension), start)
  }
  return errors
}

function rowErrors(x: Float32Array, restored: Float32Array, width: number): Float64Array {
  const errors = new Float64Array(x.length / width)
  for (let at = 0; at < x.length; at++)
    errors[Math.floor(at / width)]! += (x[at]! - restored[at]!) ** 2
  return errors
}

/** The error per example, and per value of an example, with what they are. */
export function squaredErrors(model: BuiltModel, data: DataSet, values: Float64Array): Figure[] {
  const { dimension } = model.info
  const grey =
    data.binarize === 'dynamic' ? ', of the grey levels that are binarised in training' : ''
  const scaled =
    data.scale === 1 ? '' : `, in units of the network's input (${inputUnits(data.scale)})`
  const note = `${whatIsRestored(model)}: Σ\u00a0(x\u00a0−\u00a0x̂)²${grey}${scaled}`
  const shared = { samples: 0, kind: 'error', note } as const
  const { mean, error } = meanWithError(values)
  return [
    {
      ...shared,
      figure: 'squared error',
      value: mean,
      unit: 'squared error per example',
      standardError: error,
      values,
    },
    {
      ...shared,
      figure: 'mean squared error',
      value: mean / dimension,
      unit: data.kind === 'image' ? 'squared error per pixel' : 'squared error per column',
      standardError: error / dimension,
      values: values.map((value) => value / dimension),
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
