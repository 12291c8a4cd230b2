import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { atLeast } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf, meanWithError, quantiles } from '../measures/statistics.ts'

const SIDE = 28
/** Side of the square that is cut out of a digit. */
const CUT = 5
/** Grey level from which a pixel counts as ink. */
const INK = 0.5
const [DIGITS, SHOWN] = [10_000, 10]

export const cropIsNearerThanShift = defineExperiment({
  name: 'crop-is-nearer-than-shift',
  title:
    'By squared error, nearly every digit is nearer to itself with a piece cut out than to itself shifted by a pixel',
  chapter: 'Variational autoencoders',
  claim:
    'A digit with a piece cut out (b) is nearer to the digit itself (a) in squared error than the same digit shifted by a pixel (c), although (c) means the same.',
  source:
    'Lecture, “VAE”, the figure of a, b, c; Doersch 2016, “Tutorial on variational autoencoders”',
  settings: {
    small: {
      what: `All ${DIGITS} test digits of MNIST: a square of ${CUT} × ${CUT} pixels is cut out around a random pixel of ink, and the whole digit is shifted to the right by one pixel.`,
      conditions: { digits: DIGITS, cut: CUT, ink: INK },
      minutes: 0.1,
      expects: {
        share: atLeast(0.95, 'share of digits of which the damaged one is nearer'),
        ratio: atLeast(2, 'mean squared error of shifted digits, relative to damaged ones'),
      },
    },
  },
  async run(lab) {
    const data = await lab.data()
    const a = sampledValues(data, 'test', DIGITS)
    const b = eachDigit(a, cutter(lab.seed))
    const c = eachDigit(a, shiftedRight)
    const [cut, shifted] = [rowDistances(a, b), rowDistances(a, c)]
    const nearer = Float64Array.from(cut, (distance, i) => (distance < shifted[i]! ? 1 : 0))
    return {
      numbers: { share: meanWithError(nearer), ratio: meanOf(shifted) / meanOf(cut) },
      figures: [
        digitRows([a, b, c], SHOWN, {
          name: 'digits',
          alt: 'Ten digits, below each the digit with a hole, and the digit one pixel further right',
          caption: `Top (a): ten test digits. Middle (b): each with a hole, at a mean squared distance of ${meanOf(cut.subarray(0, SHOWN)).toFixed(1)}. Bottom (c): each shifted by a pixel, at ${meanOf(shifted.subarray(0, SHOWN)).toFixed(1)}. A reader sees no difference between (c) and (a).`,
        }),
        {
          kind: 'svg',
          name: 'distances',
          alt: 'Sorted squared distances: the curve of shifted digits lies far above that of damaged ones',
          caption:
            'Squared distances of all digits, sorted for each kind: nearly every shifted digit is further away than damaged ones.',
          svg: indexPlot(
            [
              { name: 'shifted by a pixel', values: quantiles(shifted) },
              { name: 'a piece cut out', values: quantiles(cut) },
            ],
            {
              title: 'Squared error from the digit itself',
              axes: ['percentile of the digits', 'squared error'],
            },
          ),
        },
      ],
    }
  },
})

type Change = (from: Float32Array, to: Float32Array) => void

/** The digits, each changed. */
function eachDigit({ shape, data }: Floats, change: Change): Floats {
  const size = SIDE * SIDE
  const changed = Float32Array.from(data)
  for (let start = 0; start < data.length; start += size)
    change(data.subarray(start, start + size), changed.subarray(start, start + size))
  return hostTensor('float32', shape, changed)
}

/** Cuts out a square around a random pixel of ink. */
function cutter(seed: number): Change {
  const random = stream(seed, 'cut out of digits')
  return (from, to) => {
    const ink = Array.from(from.keys()).filter((pixel) => from[pixel]! >= INK)
    const centre = ink[random.integer(ink.length)]!
    const [row, column] = [Math.floor(centre / SIDE), centre % SIDE]
    const reach = (CUT - 1) / 2
    for (let r = Math.max(0, row - reach); r <= Math.min(SIDE - 1, row + reach); r++)
      for (let c = Math.max(0, column - reach); c <= Math.min(SIDE - 1, column + reach); c++)
        to[r * SIDE + c] = 0
  }
}

const shiftedRight: Change = (from, to) => {
  for (let pixel = 0; pixel < from.length; pixel++)
    to[pixel] = pixel % SIDE === 0 ? 0 : from[pixel - 1]!
}
