import { importanceBound } from '../../evaluate/likelihood/importance-bound.ts'
import { linePlot } from '../../report/line-plot.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atMost, between, moreThan, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory, WithData } from '../laboratory.ts'
import { digitGrid } from '../measures/digit-grids.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf, meanWithError } from '../measures/statistics.ts'

const PUBLISHED = 89.9
const [FEW, MANY] = [200, 5000] as const
/** With 200 samples: the published figure ± 0.7 nats. */
const OF_FEW = { low: 89.2, high: 90.6 } as const
/**
 * How far the estimate with 5000 samples lies below that with 200. More samples tighten the bound; a VAE of one
 * layer of 400 came out 0.78 nats lower at the full budget (92.62, 91.84) and 0.94 at the small one (93.81, 92.87).
 * The allowance of 0.5 to 1 nats was fixed before any network of two layers was measured.
 */
const TIGHTER = { least: 0.5, most: 1 } as const
const OF_MANY = { low: OF_FEW.low - TIGHTER.most, high: OF_FEW.high - TIGHTER.least } as const
/** Within the small budget, with 200 samples. */
const SMALL = 102

const NATS = 'nats per example'
const NLL = (samples: number) => `-log p(x) of the test set with ${samples} importance samples`
const ONE = 'with one hidden layer'
const order = moreThan(
  0,
  `smaller gain of the bound, from the ELBO to ${FEW} samples and from those to ${MANY}`,
  NATS,
)
const elbo = reported('negative ELBO of the same digits', NATS)

const TRAININGS = {
  small: { epochs: 20, lr: 1e-3 },
  full: { epochs: 500, lr: 1e-4, schedule: 'milestones:200,350:0.630957' },
} as const
const DIGITS = { small: 500, full: 10_000 } as const

const model = <H extends readonly number[]>(hidden: H, budget: keyof typeof TRAININGS) => ({
  model: 'vae',
  hidden,
  latent: 40,
  binarize: 'static',
  validation: 10_000,
  batch: 100,
  ...TRAININGS[budget],
})
const twoLayers = (budget: keyof typeof TRAININGS) => model([400, 400], budget)
const ONE_LAYER = model([400], 'full')

const shared = { samples: [FEW, MANY] } as const

export const vaeOf400Units = defineExperiment<string>({
  name: 'vae-of-400-units',
  title: `After 20 epochs the VAE 784-400-400-40 is below ${SMALL} nats`,
  chapter: 'Published results',
  claim:
    'A VAE with 400 ReLU units in each hidden layer and a code of 40 dimensions has a test negative log-likelihood of 89.9 nats on statically binarised MNIST.',
  source:
    'Rezende and Mohamed 2015 (89.9, as reported for 200 importance samples); reproduced at 89.78 by Chadebec et al. 2022, pythae',
  settings: {
    small: {
      what: `Two hidden layers of 400, 20 epochs at a learning rate of 1e-3 instead of 500 at 1e-4, and ${DIGITS.small} test digits. Required are bounds below ${SMALL} nats and in order, not the published figure.`,
      conditions: { runs: [twoLayers('small')], digits: DIGITS.small, ...shared },
      minutes: 2.5,
      expects: {
        few: atMost(SMALL, NLL(FEW), NATS),
        many: atMost(SMALL - TIGHTER.least, NLL(MANY), NATS),
        order,
        elbo,
      },
    },
    full: {
      title: `The VAE 784-400-400-40 has ${OF_FEW.low} to ${OF_FEW.high} nats with ${FEW} importance samples`,
      what: 'Two hidden layers of 400 ReLU units; as published, 500 epochs in batches of 100, Adam at 1e-4, multiplied by 10^(-1/5) at epochs 200 and 350; 50 000 digits for training, 10 000 for validation, 10 000 for the test. The public code of the reproduction has one hidden layer and a second one of 400 commented out in encoder and decoder. PyTorch versions of both end at 92.6 to 92.8 with one layer and 89.9 to 90.2 with two, so the published figure is for two layers. A network with one layer is trained as well, and only reported.',
      conditions: { runs: [twoLayers('full'), ONE_LAYER], digits: DIGITS.full, ...shared },
      minutes: 90,
      expects: {
        few: between(OF_FEW.low, OF_FEW.high, NLL(FEW), NATS),
        many: between(OF_MANY.low, OF_MANY.high, NLL(MANY), NATS),
        order,
        elbo,
        fewOfOne: reported(`${NLL(FEW)}, ${ONE}`, NATS),
        manyOfOne: reported(`${NLL(MANY)}, ${ONE}`, NATS),
        elboOfOne: reported(`negative ELBO of the same digits, ${ONE}`, NATS),
      },
    },
  },
  async run(lab, budget) {
    const size = budget === 'full' ? 'full' : 'small'
    const run = await lab.trained(twoLayers(size))
    const { few, many, at } = await estimates(lab, run, DIGITS[size])
    const one =
      size === 'full' ? await estimates(lab, await lab.trained(ONE_LAYER), DIGITS[size]) : undefined
    const points: { x: number; y: number }[] = []
    for (const samples of [1, 5, 20, 100, 500, 2000])
      points.push({ x: samples, y: -meanOf((await at(samples, 100)).bound) })
    const [bound, wider] = [meanOf(few.bound), meanOf(many.bound)]
    const drawing = (errors: Float64Array) => Math.hypot(...errors) / errors.length
    return {
      numbers: {
        few: negative(few.bound),
        many: negative(many.bound),
        order: Math.min(bound - meanOf(few.elbo), wider - bound),
        elbo: negative(many.elbo),
        ...(one && {
          fewOfOne: negative(one.few.bound),
          manyOfOne: negative(one.many.bound),
          elboOfOne: negative(one.many.elbo),
        }),
      },
      remarks: [
        `Bernoulli likelihood of ${DIGITS[size]} test digits, binarised once (static) by this program from seed ${lab.seed}; the published figure is for Larochelle’s file, another draw from the same grey values.`,
        `± is the standard error over digits; that of drawing codes is ${drawing(few.boundError).toFixed(3)} with ${FEW} samples and ${drawing(many.boundError).toFixed(3)} with ${MANY}, seed ${lab.seed}. The parameters are those of the epoch with the best validation ELBO.`,
      ],
      figures: [
        {
          kind: 'svg',
          name: 'samples',
          alt: 'The estimate falls as the number of importance samples rises, and flattens',
          caption:
            '100 test digits: with more importance samples the bound comes closer to the likelihood, so a figure means nothing without their number.',
          svg: linePlot([{ name: 'importance-weighted bound', points }], {
            title: 'Importance-weighted -log p(x)',
            axes: ['importance samples', NATS],
            logarithmic: { x: true },
            references: [{ value: PUBLISHED, name: 'published, all digits' }],
          }),
        },
        digitGrid(await run.decode(await run.samplePrior(60, lab.seed)), 15, {
          name: 'samples-of-prior',
          alt: 'Sixty digits decoded from draws of the prior',
          caption: 'Probabilities of pixels given codes drawn from the prior.',
        }),
      ],
    }
  },
})

const negative = (values: Float64Array) => meanWithError(values.map((value) => -value))

/** Bounds on log p(x) of test digits under a run. */
async function estimates(lab: Laboratory, run: TrainedModel & WithData, digits: number) {
  const data = await run.data()
  const options = { seed: lab.seed, signal: lab.signal }
  const at = (samples: number, count = digits) => {
    lab.onStage(`${samples} importance samples for ${count} digits`)
    return importanceBound(run, sampledValues(data, 'test', count), { samples, ...options })
  }
  return { few: await at(FEW), many: await at(MANY), at }
}
