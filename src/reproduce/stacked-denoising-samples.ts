import { nearestNeighbours } from '../evaluate/neighbours/nearest-neighbours.ts'
import type { HostTensor } from '../tensor/host.ts'
import { digitRows } from './digit-rows.ts'
import { atMost, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { looseInk } from './loose-ink.ts'
import { binarised, meanOf, meanWithError, rowOf, sampledValues } from './measures.ts'
import { drawsOf, layersAlone } from './stacked-draws.ts'

const [DIGITS, NEAR, SIDE] = [1000, 10_000, 28]
const STACK = { hidden: [500, 500, 500], epochs: 4 } as const

export const stackedDenoisingSamples = defineExperiment({
  name: 'stacked-denoising-samples',
  title:
    'Draws of stacked denoising layers have less loose ink than those of plain ones, and are nearer to digits',
  chapter: 'Autoencoders',
  claim:
    'When a digit is sent up a stack and drawn down again as Bernoulli, layer by layer, denoising layers give a cleaner picture than plain ones.',
  source:
    'Lecture, “Stacked denoising AutoEncoder”; Vincent et al. 2010, section 6 and its figures',
  settings: {
    small: {
      what: `784-${STACK.hidden.join('-')}, logistic units, tied weights, ${STACK.epochs} epochs for each layer and none for the whole; plain, and with a quarter of each layer’s input masked. ${DIGITS} test digits go up; the units of the top are drawn, and every layer below given the one above. Measured: which share of the drawn ink lies outside the largest connected piece, and how far the pixels’ probabilities are from the nearest of ${NEAR} training digits.`,
      conditions: { stack: STACK, digits: DIGITS, near: NEAR },
      minutes: 1.5,
      expects: {
        loose: atMost(0.8, 'loose ink of stacked-dae, as a ratio to that of stacked-ae'),
        distance: atMost(
          0.95,
          'distance to the nearest training digit of stacked-dae, as a ratio to that of stacked-ae',
        ),
        plain: reported('share of loose ink of stacked-ae'),
        denoising: reported('share of loose ink of stacked-dae'),
        digits: reported('share of loose ink of the digits themselves, drawn by their grey values'),
      },
    },
  },
  async run(lab) {
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const training = sampledValues(data, 'train', NEAR)
    const plain = await drawsOf(lab, await layersAlone(lab, 'stacked-ae', STACK), x)
    const denoising = await drawsOf(lab, await layersAlone(lab, 'stacked-dae', STACK), x)
    const distance = async (means: HostTensor<'float32'>) => {
      const near = await nearestNeighbours(lab.runtime, means, training, { k: 1 })
      return meanOf(near.squaredDistances.map(Math.sqrt))
    }
    const [loose, denoisedLoose] = [shareLoose(plain.drawn), shareLoose(denoising.drawn)]
    const apart = [await distance(plain.means), await distance(denoising.means)] as const
    return {
      numbers: {
        loose: meanOf(denoisedLoose) / meanOf(loose),
        distance: apart[1] / apart[0],
        plain: meanWithError(loose),
        denoising: meanWithError(denoisedLoose),
        digits: meanWithError(shareLoose(binarised(x, lab.seed))),
      },
      remarks: [
        `Euclidean distance to the nearest training digit: ${apart[0].toFixed(2)} for stacked-ae, ${apart[1].toFixed(2)} for stacked-dae.`,
      ],
      figures: [
        digitRows([x, plain.means, plain.drawn, denoising.means, denoising.drawn], 12, {
          name: 'draws',
          alt: 'Twelve digits, and what two stacks make of them; the plain one’s are full of specks',
          caption:
            'Test digits; what plain layers make of them when every layer is drawn, as probabilities of pixels and drawn; below that the same of denoising layers.',
        }),
      ],
    }
  },
})

const shareLoose = (pictures: HostTensor<'float32'>): Float64Array =>
  Float64Array.from({ length: pictures.shape[0]! }, (_, i) => looseInk(rowOf(pictures, i), SIDE))
