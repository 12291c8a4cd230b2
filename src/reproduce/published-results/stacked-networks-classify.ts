import { splitValues } from '../../data/rows.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { digitGrid } from '../measures/digit-grids.ts'
import { meanWithError, percentage } from '../measures/statistics.ts'
import { testMistakes } from '../models/encoder-classifier.ts'

const [PLAIN, DENOISING] = ['test error of SAE-3', 'test error of SDAE-3']
const difference = reported('test error of SAE-3 minus that of SDAE-3', 'percentage points')

const SIZES = {
  small: { hidden: [500, 500, 500], latent: 50, pretrainEpochs: 1, epochs: 4 },
  full: {
    hidden: [1000, 1000, 1000],
    latent: 100,
    pretrainEpochs: 15,
    epochs: 60,
    schedule: 'cosine',
  },
} as const

const shared = { finetune: 'labels', validation: 10_000 } as const

/** The plain stack and the denoising one. */
function runs(budget: keyof typeof SIZES) {
  const size = SIZES[budget]
  const corruption = [...size.hidden.map(() => 'masking:0.25'), 'none']
  return [
    { model: 'stacked-ae', ...shared, ...size },
    { model: 'stacked-dae', corruption, ...shared, ...size },
  ] as const
}

const what = ({ hidden, latent, pretrainEpochs, epochs }: (typeof SIZES)[keyof typeof SIZES]) =>
  `784-${hidden.join('-')} of logistic units and a softmax layer on a linear code of ${latent}, which does not limit what the network can distinguish: ${pretrainEpochs === 1 ? 'one pass' : `${pretrainEpochs} passes`} for each layer, plain or with a quarter of its input masked, then ${epochs} passes of the whole network on the labels, Adam; 50 000 digits for training and 10 000 for validation.`

export const stackedNetworksClassify = defineExperiment({
  name: 'stacked-networks-classify',
  title: 'Pretrained as a stack, a classifier of three layers has a test error of at most 3 %',
  chapter: 'Published results',
  claim:
    'Classifiers of three layers of logistic units have a test error of 1.40 % if pretrained as autoencoders, and of 1.28 % if pretrained as denoising ones.',
  source: 'Vincent et al. 2010, JMLR 11, table 3: SAE-3 and SDAE-3 on MNIST',
  settings: {
    small: {
      what: what(SIZES.small),
      conditions: { runs: runs('small') },
      minutes: 1.5,
      expects: {
        plain: atMost(3, PLAIN, '%'),
        denoising: atMost(3, DENOISING, '%'),
        difference,
      },
      found:
        'After these few epochs the test errors are 3.1 and 3.2 %, not 3 %, and the denoising stack is not the better one: the difference of 0.1 points is about one standard error. The published 1.40 and 1.28 % come from long training with tuned sizes and rates, which the small budget does not attempt.',
    },
    full: {
      title:
        'Pretrained as a stack, a classifier of three layers has a test error of at most 1.63 %, and of at most 1.5 % with denoising',
      what: `${what(SIZES.full)} The tolerance is the published error plus the half-width of a 95 % interval for 10 000 digits.`,
      conditions: { runs: runs('full') },
      minutes: 60,
      expects: {
        plain: atMost(1.63, PLAIN, '%'),
        denoising: atMost(1.5, DENOISING, '%'),
        difference,
      },
    },
  },
  async run(lab, budget) {
    const [sae, sdae] = runs(budget === 'full' ? 'full' : 'small')
    const [plain, denoising] = [await lab.trained(sae), await lab.trained(sdae)]
    const data = await plain.data()
    const [mistakes, fewer] = [await testMistakes(plain, data), await testMistakes(denoising, data)]
    const differences = meanWithError(mistakes.map((wrong, i) => wrong - fewer[i]!))
    const mistaken = Array.from(fewer.keys()).filter((i) => fewer[i] === 1)
    return {
      numbers: {
        plain: percentage(mistakes),
        denoising: percentage(fewer),
        difference: { value: 100 * differences.value, error: 100 * differences.error },
      },
      remarks: [
        'Errors are over all 10 000 test digits at the epoch with the least validation cross-entropy. 1.40 % and 1.28 % differ by 12 digits, about one standard error of either, so no order is required.',
      ],
      figures: [
        digitGrid(splitValues(data, 'test', mistaken.slice(0, 60)), 15, {
          name: 'mistakes',
          alt: 'Digits that are hard to read',
          caption: 'The first test digits that the denoising network misclassifies.',
        }),
      ],
    }
  },
})
