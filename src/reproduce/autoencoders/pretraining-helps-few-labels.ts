import { linePlot } from '../../report/line-plot.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory, WithData } from '../laboratory.ts'
import { meanOf, percentage } from '../measures/statistics.ts'
import { classifierMistakes } from '../models/encoder-classifier.ts'
import { deepAutoencoder, type StackBudget } from '../models/shared-models.ts'

const LABELS = [100, 1000] as const
const [STEPS, BATCH] = [1000, 100]
const RATIO = `test error with pretraining, relative to that without, ${LABELS[1]} labels`
const relu = reported(`${RATIO}, ReLU`)
const pretrained = reported('test error with pretraining, logistic units', '%')
const random = reported('test error without pretraining, logistic units', '%')
const best = reported('test error without pretraining, ReLU', '%')

const setting = (size: StackBudget, minutes: number, passes: number) => ({
  what: `The encoder 784-1000-500-250-30 and a softmax layer on its codes, trained together on the labels of ${LABELS.join(' or ')} digits (${STEPS} steps of ${BATCH}, Adam). The encoder starts from an autoencoder that was trained on all 55 000 training images without their labels (layer by layer, ${passes} passes), or from random weights. The same with ReLU, which is only reported.`,
  conditions: {
    runs: [
      deepAutoencoder('sigmoid', 'layer by layer', size),
      deepAutoencoder('relu', 'layer by layer', size),
    ],
    ...{ labels: LABELS, steps: STEPS, batch: BATCH },
  },
  minutes,
  expects: {
    logistic: atMost(0.8, `${RATIO}, logistic units`),
    relu,
    pretrained,
    random,
    best,
  },
})

export const pretrainingHelpsFewLabels = defineExperiment({
  name: 'pretraining-helps-few-labels',
  title:
    'With 1000 labels, pretraining lowers the test error of a deep classifier of logistic units',
  chapter: 'Autoencoders',
  claim:
    'Trained on few labels, a deep classifier of logistic units makes fewer errors when it starts from an autoencoder of unlabelled digits.',
  source:
    'Lecture, “Stacking AutoEncoder”: autoencoders as initialisation; Hinton and Salakhutdinov 2006; Erhan et al. 2010',
  settings: { small: setting('small', 1.5, 8), medium: setting('medium', 1.5, 24) },
  async run(lab, budget) {
    const size = budget === 'small' ? 'small' : 'medium'
    const logistic = await fromBothStarts(lab, 'sigmoid', size)
    const rectified = await fromBothStarts(lab, 'relu', size)
    const line = (name: string, errors: readonly Float64Array[]) => ({
      name,
      points: errors.map((wrong, i) => {
        const { value, error } = percentage(wrong)
        return { x: LABELS[i]!, y: value, band: [value - error, value + error] as const }
      }),
    })
    const last = (errors: readonly Float64Array[]) => errors.at(-1)!
    const ratio = ({ pretrained, random }: Mistakes) =>
      meanOf(last(pretrained)) / meanOf(last(random))
    const plot = (name: string, starts: Mistakes) =>
      linePlot([line('pretrained', starts.pretrained), line('random weights', starts.random)], {
        title: `Classifiers with ${name}`,
        axes: ['labels', 'test error, %'],
        logarithmic: { x: true },
      })
    return {
      numbers: {
        logistic: ratio(logistic),
        relu: ratio(rectified),
        pretrained: percentage(last(logistic.pretrained)),
        random: percentage(last(logistic.random)),
        best: percentage(last(rectified.random)),
      },
      remarks: [
        'Errors are over all 10 000 test digits after the last step: no labels are held out to choose a better one.',
      ],
      figures: [
        {
          kind: 'svg',
          name: 'logistic',
          alt: 'Test error over the number of labels: the pretrained network lies below',
          caption: 'Logistic units, ± one standard error.',
          svg: plot('logistic units', logistic),
        },
        {
          kind: 'svg',
          name: 'relu',
          alt: 'Test error over the number of labels for ReLU networks',
          caption: 'The same for ReLU.',
          svg: plot('ReLU', rectified),
        },
      ],
    }
  },
})

/** The mistakes of classifiers from either start, for each number of labels. */
interface Mistakes {
  readonly pretrained: readonly Float64Array[]
  readonly random: readonly Float64Array[]
}

async function fromBothStarts(
  lab: Laboratory,
  activation: 'sigmoid' | 'relu',
  size: StackBudget,
): Promise<Mistakes> {
  const run = await lab.trained(deepAutoencoder(activation, 'layer by layer', size))
  const mistakes = async (pretrained: boolean) => {
    const all: Float64Array[] = []
    for (const labels of LABELS) all.push(await withLabels(lab, run, labels, pretrained))
    return all
  }
  return { pretrained: await mistakes(true), random: await mistakes(false) }
}

function withLabels(
  lab: Laboratory,
  run: TrainedModel & WithData,
  labels: number,
  pretrained: boolean,
) {
  const batch = Math.min(BATCH, labels)
  lab.onStage(
    `a classifier on ${labels} labels, ${pretrained ? 'pretrained' : 'from random weights'}`,
  )
  const training = { epochs: Math.round((STEPS * batch) / labels), batch, schedule: 'cosine' }
  return classifierMistakes(lab, run, { training, pretrained, labels })
}
