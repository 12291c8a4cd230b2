import { jacobianSpectrum } from '../../evaluate/manifold/jacobian-spectrum.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { sampledValues } from '../measures/samples.ts'
import { SIGMOID_AE } from '../models/shared-models.ts'

const DIGITS = 200
const CAE = { model: 'cae' } as const

export const contractionFlattensSpectrum = defineExperiment({
  name: 'contraction-flattens-spectrum',
  title:
    'The contractive penalty at least halves the norm of the code’s Jacobian, and fewer directions change the code',
  chapter: 'Autoencoders',
  claim:
    'With the contractive penalty, few directions around an example change its code, and the others hardly do.',
  source: 'Lecture, “CAE”; Rifai et al. 2011, figure 3',
  settings: {
    small: {
      what: `cae with its defaults (784-120, sigmoid, tied, λ = 1), and an autoencoder with the same networks and no penalty: singular values of ∂h/∂x, each averaged over ${DIGITS} test digits.`,
      conditions: { runs: [SIGMOID_AE, CAE], digits: DIGITS },
      minutes: 2,
      expects: {
        norm: atMost(0.5, 'root of the sum of squared singular values, relative to ae'),
        directions: atMost(
          0.8,
          'number of singular values above a tenth of the largest of ae, relative to ae',
        ),
        cost: reported('reconstruction loss on the test set, cae minus ae', 'nats per example'),
      },
    },
  },
  async run(lab) {
    const [ae, cae] = [await lab.trained(SIGMOID_AE), await lab.trained(CAE)]
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const [free, contracted] = [await jacobianSpectrum(ae, x), await jacobianSpectrum(cae, x)]
    const reconstruction = async (run: typeof ae) =>
      (await run.evaluate('test')).terms.reconstruction!
    const directions = (spectrum: Float64Array) =>
      spectrum.filter((value) => value > free[0]! / 10).length
    return {
      numbers: {
        norm: Math.hypot(...contracted) / Math.hypot(...free),
        directions: directions(contracted) / directions(free),
        cost: (await reconstruction(cae)) - (await reconstruction(ae)),
      },
      remarks: [
        `Singular values above a tenth of the largest of ae: ${directions(contracted)} for cae, ${directions(free)} for ae.`,
      ],
      figures: [
        {
          kind: 'svg',
          name: 'spectrum',
          alt: 'Singular values falling over their index; those of cae lie below those of ae',
          caption:
            'How far the code moves along its most sensitive direction, the next one, and so on. With the penalty it moves less along each, and along most of them hardly at all.',
          svg: indexPlot(
            [
              { name: 'ae', values: free },
              { name: 'cae', values: contracted },
            ],
            {
              title: 'Singular values of ∂h/∂x',
              axes: ['singular value', 'size'],
              reference: { value: free[0]! / 10, name: 'a tenth of the largest' },
            },
          ),
        },
      ],
    }
  },
})
