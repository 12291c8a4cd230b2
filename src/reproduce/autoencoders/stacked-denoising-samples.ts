import { nearestNeighbours } from '../../evaluate/neighbours/nearest-neighbours.ts'
import type { Floats } from '../../tensor/host.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { rowOf } from '../measures/rows.ts'
import { binarised, sampledValues } from '../measures/samples.ts'
import { meanOf, meanWithError } from '../measures/statistics.ts'
import { drawsOf, layersAlone } from './stacked-draws.ts'

const [DIGITS, NEAR, SIDE] = [1000, 10_000, 28]
const STACK = { hidden: [500, 500, 500], epochs: 4 } as const

export const stackedDenoisingSamples = defineExperiment({
  name: 'stacked-denoising-samples',
  title:
    'Samples from stacked denoising layers have less stray ink than those from plain layers, and are nearer to digits',
  chapter: 'Autoencoders',
  claim:
    'When a digit is encoded by a stack of layers and sampled back down as Bernoulli, layer by layer, denoising layers give a cleaner picture than plain ones.',
  source:
    'Lecture, “Stacked denoising AutoEncoder”; Vincent et al. 2010, section 6 and its figures',
  settings: {
    small: {
      what: `784-${STACK.hidden.join('-')}, logistic units, tied weights, ${STACK.epochs} epochs for each layer and no training of the whole; plain, and with a quarter of each layer’s input masked. ${DIGITS} test digits are encoded; the units of the top layer are sampled, and then every layer given the one above it. Measured: the share of the sampled ink that lies outside the largest connected piece, and the distance of the pixel probabilities from the nearest of ${NEAR} training digits.`,
      conditions: { stack: STACK, digits: DIGITS, near: NEAR },
      minutes: 1.5,
      expects: {
        loose: atMost(0.8, 'stray ink of stacked-dae, relative to stacked-ae'),
        distance: atMost(
          0.95,
          'distance of stacked-dae from the nearest training digit, relative to stacked-ae',
        ),
        plain: reported('share of stray ink of stacked-ae'),
        denoising: reported('share of stray ink of stacked-dae'),
        digits: reported(
          'share of stray ink of the digits themselves, binarised by their grey values',
        ),
      },
    },
  },
  async run(lab) {
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const training = sampledValues(data, 'train', NEAR)
    const plain = await drawsOf(lab, await layersAlone(lab, 'stacked-ae', STACK), x)
    const denoising = await drawsOf(lab, await layersAlone(lab, 'stacked-dae', STACK), x)
    const distance = async (means: Floats) => {
      const near = await nearestNeighbours(lab.runtime, means, training, { k: 1 })
      return meanOf(near.squaredDistances.map(Math.sqrt))
    }
    const [stray, denoisedStray] = [strayInkOf(plain.drawn), strayInkOf(denoising.drawn)]
    const apart = [await distance(plain.means), await distance(denoising.means)] as const
    return {
      numbers: {
        loose: meanOf(denoisedStray) / meanOf(stray),
        distance: apart[1] / apart[0],
        plain: meanWithError(stray),
        denoising: meanWithError(denoisedStray),
        digits: meanWithError(strayInkOf(binarised(x, lab.seed))),
      },
      remarks: [
        `Euclidean distance to the nearest training digit: ${apart[0].toFixed(2)} for stacked-ae, ${apart[1].toFixed(2)} for stacked-dae.`,
      ],
      figures: [
        digitRows([x, plain.means, plain.drawn, denoising.means, denoising.drawn], 12, {
          name: 'draws',
          alt: 'Twelve digits, and the samples of two stacks; those of the plain one are full of specks',
          caption:
            'Test digits; samples of the plain layers, as pixel probabilities and as sampled pixels; below, the same for the denoising layers.',
        }),
      ],
    }
  },
})

const strayInkOf = (pictures: Floats): Float64Array =>
  Float64Array.from({ length: pictures.shape[0]! }, (_, i) => strayInk(rowOf(pictures, i), SIDE))

/**
 * The share of the pixels that are set which lie outside the largest connected piece, connected by a side or a
 * corner. 0 for a picture without ink.
 *
 * @param ink the pixels row by row, above 0 where they are set
 */
export function strayInk(ink: ArrayLike<number>, width: number): number {
  const seen = new Uint8Array(ink.length)
  let [total, largest] = [0, 0]
  for (let start = 0; start < ink.length; start++) {
    if (!(ink[start]! > 0) || seen[start]) continue
    const size = pieceFrom(start, ink, width, seen)
    total += size
    largest = Math.max(largest, size)
  }
  return total === 0 ? 0 : 1 - largest / total
}

/** Number of pixels in the connected piece of one pixel; marks them as seen. */
function pieceFrom(start: number, ink: ArrayLike<number>, width: number, seen: Uint8Array): number {
  const waiting = [start]
  seen[start] = 1
  let size = 0
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    size++
    const column = at % width
    for (const down of [-width, 0, width])
      for (const right of [-1, 0, 1]) {
        const next = at + down + right
        const within = column + right >= 0 && column + right < width
        if (!within || next < 0 || next >= ink.length || seen[next] || !(ink[next]! > 0)) continue
        seen[next] = 1
        waiting.push(next)
      }
  }
  return size
}
