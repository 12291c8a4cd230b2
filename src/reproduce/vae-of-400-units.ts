import { importanceBound } from '../evaluate/likelihood/importance-bound.ts'
import { linePlot } from '../report/line-plot.ts'
import { digitGrid } from './digit-rows.ts'
import { atLeast, atMost, between, told } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { meanOf, meanWithError, sampledValues } from './measures.ts'

const PUBLISHED = 89.9
/** 0.7 nats to either side. */
const WITHIN = [89.2, 90.6] as const
const [FEW, MANY] = [200, 5000] as const
const NATS = 'nats per example'
const NLL = (samples: number) => `-log p(x) of the test set by ${samples} importance samples`
const order = atLeast(
  0,
  `smaller of the steps from the ELBO to ${FEW} and on to ${MANY} samples`,
  NATS,
)
const elbo = told('negative ELBO of the same digits', NATS)

const MODEL = {
  model: 'vae',
  hidden: [400],
  latent: 40,
  binarize: 'static',
  validation: 10_000,
  batch: 100,
} as const

const BUDGETS = {
  small: { training: { epochs: 20, lr: 1e-3 }, digits: 500 },
  full: {
    training: { epochs: 500, lr: 1e-4, schedule: 'milestones:200,350:0.630957' },
    digits: 10_000,
  },
} as const

export const vaeOf400Units = defineExperiment({
  name: 'vae-of-400-units',
  title: 'The VAE 784-400-40 reaches 89.9 nats',
  chapter: 'Published results',
  claim:
    'A VAE of one hidden layer of 400 ReLU and 40 dimensions has a test negative log-likelihood of 89.9 nats on statically binarised MNIST.',
  source:
    'Rezende and Mohamed 2015 (89.9, as reported for 200 importance samples); reproduced at 89.78 by Chadebec et al. 2022, pythae',
  found:
    'At the published setting the estimate is 91.8 nats with 5000 samples and 92.6 with 200, not 89.9. A program of that setting in PyTorch 2.13, run for the 500 epochs on the same binary digits, ends at 92.8 with 200 samples and a negative ELBO of 98.0 (here 97.8), so neither the training nor the estimate differs. The published network, optimiser, schedule and choice of the epoch are the same too, by the program of the reproduction; what is left is the data, one draw of binary pixels against another.',
  settings: {
    small: {
      what: `20 epochs at a learning rate of 1e-3 instead of 500 at 1e-4, and ${BUDGETS.small.digits} test digits: near the published figure, and bounds in their order.`,
      minutes: 1.6,
      expects: {
        few: atMost(102, NLL(FEW), NATS),
        many: atMost(102, NLL(MANY), NATS),
        order,
        elbo,
      },
    },
    full: {
      what: `As published: 500 epochs in batches of 100, Adam at 1e-4, times 10^(-1/5) at epochs 200 and 350; 50 000 digits for training, 10 000 for validation, 10 000 for the test.`,
      minutes: 36,
      expects: {
        few: between(...WITHIN, NLL(FEW), NATS),
        many: between(...WITHIN, NLL(MANY), NATS),
        order,
        elbo,
      },
    },
  },
  async run(lab, budget) {
    const { training, digits } = BUDGETS[budget === 'full' ? 'full' : 'small']
    const run = await lab.trained({ ...MODEL, ...training })
    const data = await run.data()
    const x = sampledValues(data, 'test', digits)
    const few = sampledValues(data, 'test', 100)
    const shared = { seed: lab.seed, ...(lab.signal && { signal: lab.signal }) }
    const estimate = (samples: number, examples = x) => {
      lab.tell(`${samples} importance samples for ${examples.shape[0]} digits`)
      return importanceBound(run, examples, { samples, ...shared })
    }
    const [some, more] = [await estimate(FEW), await estimate(MANY)]
    const negative = (values: Float64Array) => meanWithError(values.map((value) => -value))
    const points: { x: number; y: number }[] = []
    for (const samples of [1, 5, 20, 100, 500, 2000])
      points.push({ x: samples, y: -meanOf((await estimate(samples, few)).bound) })
    const [bound, wider] = [meanOf(some.bound), meanOf(more.bound)]
    const drawing = (errors: Float64Array) => Math.hypot(...errors) / errors.length
    return {
      numbers: {
        few: negative(some.bound),
        many: negative(more.bound),
        order: Math.min(bound - meanOf(some.elbo), wider - bound),
        elbo: negative(more.elbo),
      },
      remarks: [
        `Bernoulli likelihood of ${digits} test digits, binarised once (static) by this program from seed ${lab.seed}: the published figure is of Larochelle’s file, another draw of the same grey values.`,
        `± is over digits; that of the drawing of codes is ${drawing(some.boundError).toFixed(3)} with ${FEW} samples and ${drawing(more.boundError).toFixed(3)} with ${MANY}, seed ${lab.seed}. The epoch is that of the best validation ELBO.`,
      ],
      figures: [
        {
          kind: 'svg',
          name: 'samples',
          alt: 'The estimate falls as the number of importance samples rises, and flattens',
          caption:
            '100 test digits: with more importance samples the bound comes nearer to the likelihood, so that a figure means nothing without their number.',
          svg: linePlot([{ name: 'importance-weighted bound', points }], {
            title: '-log p(x) by importance weights',
            axes: ['importance samples', NATS],
            logarithmic: { x: true },
            references: [{ value: PUBLISHED, name: 'published, of all digits' }],
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
