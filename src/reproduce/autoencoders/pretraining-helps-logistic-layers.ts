import type { TrainedModel } from '../../train/trained.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitRows } from '../measures/digit-grids.ts'
import { squaredErrors } from '../measures/rows.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'
import { deepAutoencoder, type StackBudget } from '../models/shared-models.ts'

const RATIO =
  'squared error on the test set with layer-wise pretraining, relative to end-to-end training'
const relu = reported(`${RATIO}, ReLU`)
const pretrained = reported('squared error, logistic units, pretrained', 'per image')
const direct = reported('squared error, ReLU, end to end', 'per image')

const DIGITS = 10_000
const models = (size: StackBudget) => [
  deepAutoencoder('sigmoid', 'layer by layer', size),
  deepAutoencoder('sigmoid', 'end to end', size),
  deepAutoencoder('relu', 'layer by layer', size),
  deepAutoencoder('relu', 'end to end', size),
]

export const pretrainingHelpsLogisticLayers = defineExperiment({
  name: 'pretraining-helps-logistic-layers',
  title: 'Layer-wise pretraining helps a deep autoencoder of logistic units',
  chapter: 'Autoencoders',
  claim:
    'Pretrained layer by layer with tied weights, a deep autoencoder of logistic units reaches a far smaller error than when it is trained end to end.',
  source: 'Lecture, “Stacking AutoEncoder”; Hinton and Salakhutdinov 2006; Bengio et al. 2007',
  settings: {
    small: {
      what: '784-1000-500-250-30 on MNIST, Adam, 8 passes over the data: one for each of the four layers and 4 for the whole network, or 8 for the whole network. The same with ReLU, which is only reported.',
      conditions: { runs: models('small'), digits: DIGITS },
      minutes: 4.5,
      expects: { logistic: atMost(0.7, `${RATIO}, logistic units`), relu, pretrained, direct },
    },
    medium: {
      what: '784-1000-500-250-30 on MNIST, Adam, 24 passes over the data: 3 for each of the four layers and 12 for the whole network, or 24 for the whole network. The same with ReLU, which is only reported.',
      conditions: { runs: models('medium'), digits: DIGITS },
      minutes: 13,
      expects: { logistic: atMost(0.4, `${RATIO}, logistic units`), relu, pretrained, direct },
    },
  },
  async run(lab, budget) {
    const runs: TrainedModel[] = []
    for (const options of models(budget === 'small' ? 'small' : 'medium'))
      runs.push(await lab.trained(options))
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const errors: number[] = []
    for (const run of runs) errors.push(meanOf(await squaredErrors(run, x)))
    const [layered, endToEnd, reluLayered, reluEndToEnd] = errors as [
      number,
      number,
      number,
      number,
    ]
    const few = sampledValues(data, 'test', 12)
    const reconstructed = await Promise.all(runs.map((run) => run.reconstruct(few)))
    return {
      numbers: {
        logistic: layered / endToEnd,
        relu: reluLayered / reluEndToEnd,
        pretrained: layered,
        direct: reluEndToEnd,
      },
      remarks: [
        `Squared error per image: logistic units ${layered.toFixed(2)} pretrained, ${endToEnd.toFixed(2)} end to end; ReLU ${reluLayered.toFixed(2)} and ${reluEndToEnd.toFixed(2)}.`,
        'A pass over a single layer is cheaper than one over the whole network, so end-to-end training has more compute.',
      ],
      figures: [
        digitRows([few, ...reconstructed], 12, {
          name: 'reconstructions',
          alt: 'Twelve digits, and four rows of reconstructions; those of logistic units trained end to end are blurred',
          caption:
            'Test digits, and their reconstructions by logistic units, pretrained and end to end, and by ReLU, pretrained and end to end. Gradients shrink at every saturated layer, so the layers next to the code hardly learn.',
        }),
      ],
    }
  },
})
