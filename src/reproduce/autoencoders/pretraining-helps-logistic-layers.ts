import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { TrainedRun } from '../laboratory.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'
import { deepAutoencoder, type StackBudget } from '../models/shared-models.ts'

const RATIO = 'squared error on the test set, layer by layer, as a ratio to that at once'
const relu = reported(`${RATIO}, ReLU`)
const pretrained = reported('squared error, logistic units, layer by layer', 'per image')
const direct = reported('squared error, ReLU, at once', 'per image')

const DIGITS = 10_000
const models = (size: StackBudget) => [
  deepAutoencoder('sigmoid', 'layer by layer', size),
  deepAutoencoder('sigmoid', 'at once', size),
  deepAutoencoder('relu', 'layer by layer', size),
  deepAutoencoder('relu', 'at once', size),
]

export const pretrainingHelpsLogisticLayers = defineExperiment({
  name: 'pretraining-helps-logistic-layers',
  title: 'Layer-wise pretraining helps a deep autoencoder of logistic units',
  chapter: 'Autoencoders',
  claim:
    'Pretrained layer by layer with tied weights, a deep autoencoder of logistic units reaches a far smaller error than when it is trained at once.',
  source: 'Lecture, “Stacking AutoEncoder”; Hinton and Salakhutdinov 2006; Bengio et al. 2007',
  settings: {
    small: {
      what: '784-1000-500-250-30 on MNIST, Adam, in 8 passes over the data: one for each of the four layers and 4 for the whole, or 8 for the whole. The same with ReLU, of which nothing is required.',
      conditions: { runs: models('small'), digits: DIGITS },
      minutes: 4.5,
      expects: { logistic: atMost(0.7, `${RATIO}, logistic units`), relu, pretrained, direct },
    },
    medium: {
      what: '784-1000-500-250-30 on MNIST, Adam, in 24 passes over the data: 3 for each of the four layers and 12 for the whole, or 24 for the whole. The same with ReLU, of which nothing is required.',
      conditions: { runs: models('medium'), digits: DIGITS },
      minutes: 13,
      expects: { logistic: atMost(0.4, `${RATIO}, logistic units`), relu, pretrained, direct },
    },
  },
  async run(lab, budget) {
    const runs: TrainedRun[] = []
    for (const options of models(budget === 'small' ? 'small' : 'medium'))
      runs.push(await lab.trained(options))
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const errors: number[] = []
    for (const run of runs) errors.push(meanOf(await squaredErrors(run, x)))
    const [layered, atOnce, reluLayered, reluAtOnce] = errors as [number, number, number, number]
    const few = sampledValues(data, 'test', 12)
    const restored = await Promise.all(runs.map((run) => run.reconstruct(few)))
    return {
      numbers: {
        logistic: layered / atOnce,
        relu: reluLayered / reluAtOnce,
        pretrained: layered,
        direct: reluAtOnce,
      },
      remarks: [
        `Squared error per image: logistic units ${layered.toFixed(2)} layer by layer, ${atOnce.toFixed(2)} at once; ReLU ${reluLayered.toFixed(2)} and ${reluAtOnce.toFixed(2)}.`,
        'A pass of a single layer is cheaper than one of the whole, so that training at once is given more computing.',
      ],
      figures: [
        digitRows([few, ...restored], 12, {
          name: 'reconstructions',
          alt: 'Twelve digits, and four rows of what networks restore; those of logistic units at once are blurred',
          caption:
            'Test digits; restored by logistic units trained layer by layer, at once; by ReLU layer by layer, at once. Gradients shrink by every saturated layer, so that the layers next to the code hardly learn.',
        }),
      ],
    }
  },
})
