import { splitLabels, splitValues } from '../../data/rows.ts'
import { priorFit } from '../../explore/prior-fit.ts'
import { codeScatter } from '../../report/code-scatter.ts'
import { type Floats, rowsBetween } from '../../tensor/host.ts'
import { initialParameters } from '../../train/initial-state.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { trainedModel } from '../../train/trained.ts'
import { atLeast, atMost } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { sampledIndices } from '../measures/samples.ts'
import { planarCodes } from './planar-codes.ts'

const [CODES, SHOWN] = [500, 2000]
const PRIORS = {
  normal: { title: 'Normal', options: { prior: 'normal' } },
  mixture: { title: 'Mixture of ten Gaussians', options: { prior: 'mixture' } },
  roll: { title: 'Swiss roll, by class', options: { prior: 'swiss-roll', labelInformed: true } },
} as const
type PriorKey = keyof typeof PRIORS
const KEYS = Object.keys(PRIORS) as PriorKey[]

const SIZES = {
  small: {},
  full: { hidden: [1000, 1000], discriminatorHidden: [1000, 1000], epochs: 50 },
} as const

const model = (key: PriorKey, budget: keyof typeof SIZES) => ({
  model: 'aae',
  ...PRIORS[key].options,
  ...SIZES[budget],
})
const modelsOf = (budget: keyof typeof SIZES) => ({
  normal: model('normal', budget),
  mixture: model('mixture', budget),
  roll: model('roll', budget),
})
const conditions = (budget: keyof typeof SIZES) => ({
  runs: Object.values(modelsOf(budget)),
  codes: CODES,
})

const fits = (what: string) =>
  atMost(3, `energy distance of codes from the prior, relative to its own draws, ${what}`)
const expects = {
  normal: fits('normal'),
  mixture: fits('mixture'),
  roll: fits('swiss roll with labels'),
  untrained: atLeast(10, 'smallest of these ratios for untrained encoders'),
}
const MEASURED = `Energy distance (Székely and Rizzo 2013) between the codes of ${CODES} test digits and as many draws of the prior, divided by the 95 % quantile of that distance between two sets of ${CODES} draws of the prior.`

export const adversarialPriors = defineExperiment({
  name: 'adversarial-priors',
  title:
    'Codes of an adversarial autoencoder come close to a normal prior, a mixture and a swiss roll',
  chapter: 'Published results',
  claim:
    'With a discriminator, codes follow a normal prior, a mixture of ten Gaussians on a ring, and, by class, a swiss roll.',
  source:
    'Makhzani et al. 2016, figures 2 and 4; hwalsuklee/tensorflow-mnist-AAE, the lecturer’s repository',
  settings: {
    small: {
      what: `aae with its defaults (784-500-500-2, 12 epochs), with labels for the swiss roll. ${MEASURED}`,
      conditions: conditions('small'),
      minutes: 5.5,
      expects,
    },
    full: {
      what: `784-1000-1000-2 and a discriminator of the same width, as published, 50 epochs, with labels for the swiss roll. ${MEASURED}`,
      conditions: conditions('full'),
      minutes: 90,
      expects,
    },
  },
  async run(lab, budget) {
    const models = modelsOf(budget === 'full' ? 'full' : 'small')
    const data = await lab.data()
    const indices = sampledIndices(data, 'test', SHOWN)
    const many = splitValues(data, 'test', indices)
    const labels = splitLabels(data, 'test', indices)!
    const x = rowsBetween(many, 0, Math.min(CODES, indices.length))
    const ratios = {} as Record<PriorKey, number>
    const untrainedRatios: number[] = []
    const scatters: Record<'name' | 'title' | 'svg', string>[] = []
    for (const key of KEYS) {
      const { title } = PRIORS[key]
      const run = await lab.trained(models[key])
      ratios[key] = await ratioOf(run, await run.encode(x), lab.seed)
      untrainedRatios.push(await ratioOf(run, await untrainedCodes(lab, run, x), lab.seed))
      const behind = { name: 'prior', points: planarCodes(await run.samplePrior(SHOWN, lab.seed)) }
      const codes = planarCodes(await run.encode(many), labels)
      scatters.push({ name: key, title, svg: codeScatter(codes, { title, behind }) })
    }
    return {
      numbers: { ...ratios, untrained: Math.min(...untrainedRatios) },
      remarks: [
        `Without training the ratios are ${KEYS.map((key, i) => `${untrainedRatios[i]!.toFixed(0)} (${key})`).join(', ')}.`,
      ],
      figures: scatters.map(({ name, title, svg }) => ({
        kind: 'svg',
        name,
        alt: `Codes of test digits in the plane, coloured by class, over draws of the prior: ${title}`,
        caption: `${title}: codes of ${SHOWN} test digits over as many draws of the prior.`,
        svg,
      })),
    }
  },
})

async function ratioOf(run: TrainedModel, codes: Floats, seed: number) {
  const { distance, chance } = await priorFit(run, codes, seed)
  return distance / chance
}

/** The codes of the same encoder before training. */
async function untrainedCodes(
  { runtime, seed }: Laboratory,
  { model }: TrainedModel,
  x: Floats,
): Promise<Floats> {
  const untrained = trainedModel(runtime, model, initialParameters(model, seed))
  try {
    return await untrained.encode(x)
  } finally {
    await untrained.close()
  }
}
