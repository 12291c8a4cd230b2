import { splitLabels, splitValues } from '../../data/rows.ts'
import { meanWithError } from '../../evaluate/mean.ts'
import { peakSignalToNoise } from '../../evaluate/reconstruction/psnr.ts'
import { structuralSimilarity } from '../../evaluate/reconstruction/structural-similarity.ts'
import { rowDistances } from '../../evaluate/row-distances.ts'
import { type BuiltModel, lastStage } from '../../train/build.ts'
import type { Examination, Subject } from './examination.ts'
import type { Figure } from './ledger-entries.ts'
import { inputUnits } from './likelihood-words.ts'

const ROWS_AT_A_TIME = 1000

/**
 * How like to an example is what the model restores of it with nothing sampled. Examples that are binarised
 * afresh at every step are taken as the grey levels that they are drawn from.
 */
export const reconstruction: Examination = {
  group: 'reconstruction',
  what: 'reconstructions',
  belongs: ({ model }) => model.restore !== undefined,
  async figures(subject) {
    const { data, model } = subject
    const { squared, psnr, ssim } = await likeness(subject)
    const errors = squaredErrors(model, data, squared)
    if (!psnr || !ssim) return errors
    return [
      ...errors,
      {
        ...meaned(psnr),
        figure: 'peak signal-to-noise ratio',
        unit: 'decibels',
        note: 'mean over examples of 10 log₁₀(1 / mean squared error): images have values from 0 to 1',
      },
      {
        ...meaned(ssim),
        figure: 'structural similarity (SSIM)',
        unit: 'up to 1',
        note: 'Wang et al. 2004: Gaussian windows of 11 × 11 pixels, σ = 1.5; 1 for equal images',
      },
    ]
  },
}

const meaned = (values: Float64Array) => {
  const { mean, error } = meanWithError(values)
  return { value: mean, standardError: error, values, samples: 0, kind: 'error' } as const
}

/** Of each example of the split; the measures of images for images alone. */
async function likeness({ trained, data, split, options, rowsPerCall }: Subject) {
  const size = rowsPerCall ?? ROWS_AT_A_TIME
  const { exampleShape } = data
  const count = data.splits[split].rows.length
  const labels = splitLabels(data, split)
  const squared = new Float64Array(count)
  const pictures = data.kind === 'image' && {
    psnr: new Float64Array(count),
    ssim: new Float64Array(count),
  }
  for (let start = 0; start < count; start += size) {
    options.signal?.throwIfAborted()
    const end = Math.min(count, start + size)
    const places = Int32Array.from({ length: end - start }, (_, i) => start + i)
    const x = splitValues(data, split, places)
    const restored = await trained.reconstruct(x, labels?.slice(start, end))
    squared.set(rowDistances(x, restored), start)
    if (!pictures) continue
    pictures.psnr.set(peakSignalToNoise(x, restored), start)
    pictures.ssim.set(structuralSimilarity(x, restored, { shape: exampleShape }), start)
    options.onProgress?.(end / count)
  }
  return { squared, ...pictures }
}

/** The error per example, and per value of an example, with what they are. */
function squaredErrors(model: BuiltModel, data: Subject['data'], values: Float64Array): Figure[] {
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
