import { describe, expect, it } from 'vitest'
import { evaluationOf } from '../../src/app/evaluation.ts'
import type { Run } from '../../src/app/run/load.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { splitValues } from '../../src/data/rows.ts'
import { densityAndCoverage } from '../../src/evaluate/generation/density-coverage.ts'
import { featureMoments, frechetDistance } from '../../src/evaluate/generation/frechet.ts'
import { UserError } from '../../src/tensor/errors.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { arrayRows } from '../../src/tensor/row-source.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const [D, COUNT, SEED] = [6, 30, 3]
/** Twice as many training examples as test ones. */
const sizes = { train: 2 * COUNT, validation: 0, test: COUNT }
const table = tinyData({ shape: [D], sizes })
const bits = Uint8Array.from({ length: 3 * COUNT * D }, (_, i) => (i * i + Math.floor(i / 7)) % 2)
const binary = tinyData({ shape: [1, 2, 3], values: bits, scale: 1, sizes })

type Rows = HostTensor<'float32'>

const measured = async (run: Run) => {
  const { ledger } = await run.evaluate('test', { measure: ['generation'] })
  return (figure: string) => ledger.find((one) => one.figure === figure)!
}

const evenly = (data: DataSet, split: 'train' | 'test', step: number) =>
  splitValues(
    data,
    split,
    Array.from({ length: COUNT }, (_, i) => step * i),
  )

const frechet = async (a: Rows, b: Rows) =>
  frechetDistance(await featureMoments(arrayRows(a)), await featureMoments(arrayRows(b)))

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length

/** Of each row to the nearest of others. */
function nearest(rows: Rows, others: Rows): number[] {
  const row = ({ data }: Rows, i: number) => data.subarray(i * D, (i + 1) * D)
  return Array.from({ length: rows.shape[0]! }, (_, i) =>
    Math.min(
      ...Array.from({ length: others.shape[0]! }, (_, j) =>
        Math.hypot(...row(rows, i).map((value, d) => value - row(others, j)[d]!)),
      ),
    ),
  )
}

describe('figures of samples', () => {
  const options = { model: 'vae', likelihood: 'gaussian', latent: 2, seed: SEED }
  const run = tinyRun({ data: table, options })
  const [real, training] = [evenly(table, 'test', 1), evenly(table, 'train', 2)]

  it('are of codes by the seed of the run, and stand beside those of as many training examples', async () => {
    const of = await measured(run)
    const samples = await run.decode(await run.samplePrior(COUNT, SEED))
    const distance = of('Fréchet distance (values)')
    expect(distance.value).toBeCloseTo(await frechet(real, samples), 8)
    const floor = (await frechet(real, training)).toPrecision(3)
    expect(floor).not.toBe(distance.value.toPrecision(3))
    expect(distance.note).toContain(`for as many training examples it is ${floor};`)
    const near = await densityAndCoverage(run.runtime, { real, samples: training })
    for (const [name, values] of Object.entries({ density: near.density, coverage: near.coverage }))
      expect(of(`${name} (values)`).note).toContain(
        `for training examples ${mean(values).toFixed(3)}`,
      )
    expect(mean(near.density)).not.toBeCloseTo(mean(near.coverage), 2)
  })

  it('have their distance to the nearest of all training examples', async () => {
    const of = await measured(run)
    const samples = await run.decode(await run.samplePrior(COUNT, SEED))
    const known = splitValues(table, 'train', [...table.splits.train.rows.keys()])
    const told = of('distance of samples to training')
    const [distances, usual] = [nearest(samples, known), nearest(real, known)]
    expect(told.value).toBeCloseTo(mean(distances), 5)
    expect(told.note).toContain(`for test examples it is ${mean(usual).toPrecision(4)}`)
    const nearer = distances.flatMap((distance) => usual.map((other) => Number(distance < other)))
    expect(of('samples nearer than examples').value).toBeCloseTo(mean(nearer), 10)
  })

  it('are draws by the seed of the run where the data are draws', async () => {
    const drawing = tinyRun({ data: binary, options: { model: 'vae', latent: 2, seed: SEED } })
    const samples = await drawing.draw(await drawing.samplePrior(COUNT, SEED), SEED)
    const told = (await measured(drawing))('Fréchet distance (values)')
    expect(told.samplesAre).toBe('draws')
    expect(told.value).toBeCloseTo(await frechet(evenly(binary, 'test', 1), samples), 8)
  })
})

describe('the feature space', () => {
  const data = tinyData({ shape: [D], sizes, classes: 2 })
  const run = tinyRun({ data, options: { model: 'vae', likelihood: 'gaussian', latent: 2 } })
  const spaceOf = (reason: string) => async () => {
    throw new UserError(reason)
  }

  it.each([
    ['nothing', {}, 'the usual one'],
    ['undefined', { featureSpace: undefined }, 'the usual one'],
    ['another', { featureSpace: spaceOf('another') }, 'another'],
  ])('is the usual one unless another is chosen: %s', async (_, chosen, reason) => {
    const evaluate = evaluationOf(run, run.config, async () => data, spaceOf('the usual one'))
    const { omitted } = await evaluate('test', { measure: ['generation'], ...chosen })
    expect(omitted).toEqual([
      {
        group: 'generation',
        reason: `the features of a classifier: ${reason}`,
        commandLine: `the features of a classifier: ${reason}`,
      },
    ])
  })
})
