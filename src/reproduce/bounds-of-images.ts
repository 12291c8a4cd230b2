import { importanceBound } from '../evaluate/likelihood/importance-bound.ts'
import { linePlot } from '../report/line-plot.ts'
import { type Floats, rowsBetween } from '../tensor/host.ts'
import type { Laboratory, TrainedRun } from './laboratory.ts'
import { drawnAnew, shuffled } from './manifold-learning/spoilt-pixels.ts'
import { meanOf } from './measures/statistics.ts'

/** How many pixels are changed, and codes and digits for each point. */
const COUNTS = [1, 2, 5, 10, 20, 39, 80, 160, 320, 784]
const [DIGITS, SAMPLES] = [100, 200]

/** Importance-weighted bounds on log p(x), in nats, with `samples` codes for each of the images. */
export async function bounds(
  { seed, signal }: Laboratory,
  run: TrainedRun,
  x: Floats,
  samples: number,
) {
  return (await importanceBound(run, x, { samples, seed, ...(signal && { signal }) })).bound
}

/** Mean bounds of some digits with more and more of their pixels changed, and that of a black image. */
export async function fallPlot(
  lab: Laboratory,
  run: TrainedRun,
  digits: Floats,
  black: number,
): Promise<string> {
  const some = rowsBetween(digits, 0, Math.min(DIGITS, digits.shape[0]!))
  const line = async (spoil: typeof shuffled) => {
    const points: { x: number; y: number }[] = []
    for (const x of COUNTS) {
      const spoilt = await bounds(lab, run, spoil(some, x, lab.seed), SAMPLES)
      points.push({ x, y: meanOf(spoilt) })
    }
    return points
  }
  const unchanged = meanOf(await bounds(lab, run, some, SAMPLES))
  return linePlot(
    [
      { name: 'drawn anew', points: await line(drawnAnew) },
      { name: 'shuffled', points: await line(shuffled) },
    ],
    {
      title: 'Bounds of digits with some pixels changed',
      axes: ['pixels', 'nats per example'],
      logarithmic: { x: true },
      references: [
        { value: unchanged, name: 'digits' },
        { value: black, name: 'black image' },
      ],
    },
  )
}
