import { wholeNumbers } from '../../data/indices.ts'
import { splitLabels, splitValues } from '../../data/rows.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import type { EvaluationContext, GroupEvaluation } from '../group-evaluation.ts'
import type { Figure } from '../ledger/entry.ts'
import { averaged, formatFigure } from '../ledger/entry.ts'
import { greyLevels, inputUnits } from '../loss/likelihood-words.ts'
import { rowDistances } from '../neighbours/row-distances.ts'
import { meanWithError } from '../statistics/mean.ts'
import { columnErrors, columnFigures } from './column-errors.ts'
import { peakSignalToNoise } from './psnr.ts'
import { structuralSimilarity } from './structural-similarity.ts'

const ROWS_AT_A_TIME = 1000

/**
 * How close to an example its reconstruction is, with nothing sampled. For examples that are binarised afresh at
 * every step, these are the grey levels that they are drawn from.
 */
export const reconstruction: GroupEvaluation = {
  group: 'reconstruction',
  what: 'reconstructions',
  applies: ({ trained: { model } }) => model.restore !== undefined,
  async figures(context) {
    const { data, trained } = context
    if (data.form.table) {
      const errors = await columnErrors(trained, data, context.split, context.options.signal)
      return columnFigures(errors)
    }
    const { range, what } = valueRange(data)
    const { squared, psnr, ssim } = await measures(context)
    // Of grey levels even if training binarises them.
    const examplesHash = context.hashes.stored
    const of = greyLevels(data)
    const errors = squaredErrors(trained.model, data, squared).map((e) => ({ ...e, examplesHash }))
    if (!psnr || !ssim) return errors
    return [
      ...errors,
      {
        ...averaged(psnr),
        samples: 0,
        kind: 'error',
        examplesHash,
        figure: 'peak signal-to-noise ratio',
        unit: 'decibels',
        note: `mean over examples of 10 log₁₀(R² / mean squared error)${of}, with R = ${formatFigure(range)}, ${what}`,
      },
      {
        ...averaged(ssim),
        samples: 0,
        kind: 'error',
        examplesHash,
        figure: 'structural similarity (SSIM)',
        unit: 'up to 1',
        note: `Wang et al. 2004${of}: Gaussian windows of 11 × 11 pixels, σ = 1.5, for values in a range of ${formatFigure(range)}, ${what}; 1 for equal images`,
      },
    ]
  },
}

/** The range R of pixel values: that of bytes, or else that of the training examples. */
function valueRange({ form }: EvaluationContext['data']): { range: number; what: string } {
  const [low, high] = form.range.map((value) => value * form.scale) as [number, number]
  const values = `${formatFigure(low)} to ${formatFigure(high)}`
  return {
    range: high - low,
    what: `from ${values}, ${form.storage === 'uint8' ? 'the range of a pixel' : 'the range of the training examples'}`,
  }
}

/** Measures of each example of the split; those of images for images only. */
async function measures({ trained, data, split, options }: EvaluationContext) {
  const size = trained.rowsPerCall ?? ROWS_AT_A_TIME
  const { exampleShape } = data
  const count = data.splits[split].rows.length
  const labels = splitLabels(data, split)
  const squared = new Float64Array(count)
  const { range } = valueRange(data)
  // If all values of the training examples are equal, there is no range to measure by.
  const pictures = data.kind === 'image' &&
    range > 0 && {
      psnr: new Float64Array(count),
      ssim: new Float64Array(count),
    }
  for (let start = 0; start < count; start += size) {
    options.signal?.throwIfAborted()
    const end = Math.min(count, start + size)
    const indices = wholeNumbers(start, end)
    const x = splitValues(data, split, indices)
    const restored = await trained.reconstruct(x, labels?.slice(start, end))
    squared.set(rowDistances(x, restored), start)
    if (!pictures) continue
    pictures.psnr.set(peakSignalToNoise(x, restored, range), start)
    pictures.ssim.set(structuralSimilarity(x, restored, { shape: exampleShape, range }), start)
    options.onProgress?.(end / count)
  }
  return { squared, ...pictures }
}

/** The squared error per example, and per value of an example. */
function squaredErrors(
  model: BuiltModel,
  data: EvaluationContext['data'],
  values: Float64Array,
): Figure[] {
  const { dimension } = model.info
  const scaled =
    data.scale === 1 ? '' : `, in units of the network's input (${inputUnits(data.scale)})`
  const note = `${whatIsRestored(model)}: Σ\u00a0(x\u00a0−\u00a0x̂)²${greyLevels(data)}${scaled}`
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
  if (!likelihood) return 'of x̂, the output of the network for the uncorrupted example'
  const from = corrupt ? ', for the uncorrupted example' : ''
  const left = leavesDecoder(model) ? '; the last stage trained only the encoder' : ''
  return `of the reconstruction x̂, the decoder's mean for the encoder's mean, with nothing sampled${from}${left}`
}

/** Whether the last stage trains an encoder without the decoder that it was trained with. */
function leavesDecoder(model: BuiltModel): boolean {
  const moved = lastStage(model).phases.flatMap(({ trains }) => trains)
  return model.stages.length > 1 && !moved.some(({ name }) => name.startsWith('decoder'))
}
