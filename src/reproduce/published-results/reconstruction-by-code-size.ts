import { linePlot } from '../../report/line-plot.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atMost, lessThan, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'
import { lecturersVae } from '../models/shared-models.ts'

const SIZES = [2, 5, 10, 20] as const
const EPOCHS = { small: 5, full: 20 } as const
const DIGITS = 10_000
const models = (budget: keyof typeof EPOCHS) => SIZES.map((z) => lecturersVae(z, EPOCHS[budget]))

const STEP = 'largest squared error relative to that with the next smaller code'
const overall = atMost(0.5, 'squared error with z = 20, relative to that with z = 2')
const best = reported('squared error with z = 20', 'per image')

const what = (epochs: number) =>
  `784-500 (ELU)-500 (tanh)-z for z = ${SIZES.join(', ')}, dropout 0.1, batches of 128, Adam at 1e-3, ${epochs} epochs, grey MNIST with a Bernoulli likelihood; the mean codes of all test digits are decoded.`

export const reconstructionByCodeSize = defineExperiment({
  name: 'reconstruction-by-code-size',
  title:
    'With each larger code, from 2 through 5 and 10 to 20 dimensions, a VAE reconstructs digits better',
  chapter: 'Published results',
  claim:
    'From z = 2 through 5 and 10 to 20, a VAE reconstructs digits better with each larger code.',
  source: 'hwalsuklee/tensorflow-mnist-VAE, the lecturer’s repository: results by dim_z',
  settings: {
    small: {
      what: what(EPOCHS.small),
      conditions: { runs: models('small'), digits: DIGITS },
      minutes: 2,
      expects: { step: lessThan(1, STEP), overall, best },
    },
    full: {
      what: what(EPOCHS.full),
      conditions: { runs: models('full'), digits: DIGITS },
      minutes: 8,
      expects: { step: atMost(0.95, STEP), overall, best },
    },
  },
  async run(lab, budget) {
    const runs: TrainedModel[] = []
    for (const options of models(budget === 'full' ? 'full' : 'small'))
      runs.push(await lab.trained(options))
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const few = sampledValues(data, 'test', 14)
    const errors: number[] = []
    for (const run of runs) errors.push(meanOf(await squaredErrors(run, x)))
    const reconstructed = await Promise.all(runs.map((run) => run.reconstruct(few)))
    return {
      numbers: {
        step: Math.max(...errors.slice(1).map((error, i) => error / errors[i]!)),
        overall: errors.at(-1)! / errors[0]!,
        best: errors.at(-1)!,
      },
      remarks: [
        `Squared error per image: ${SIZES.map((z, i) => `${errors[i]!.toFixed(2)} (z = ${z})`).join(', ')}.`,
      ],
      figures: [
        digitRows([few, ...reconstructed], 14, {
          name: 'reconstructions',
          alt: 'Fourteen digits, and below them four rows of reconstructions that come ever closer to them',
          caption: `Test digits, and below them their reconstructions with z = ${SIZES.join(', ')}.`,
        }),
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Squared error falling over the dimensions of the code',
          caption: 'Mean over the test set.',
          svg: linePlot([{ name: 'vae', points: SIZES.map((z, i) => ({ x: z, y: errors[i]! })) }], {
            title: 'Reconstruction of the test set',
            axes: ['dimensions of the code', 'squared error per image'],
          }),
        },
      ],
    }
  },
})
