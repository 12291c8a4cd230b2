import { simplify } from '../../graph/simplify.ts'
import { Tensor } from '../../graph/tensor.ts'
import { modelNamed } from '../../models/registry.ts'
import { linePlot } from '../../report/line-plot.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import { orthonormalBasis } from '../../tensor/orthonormal-basis.ts'
import { stream } from '../../tensor/random.ts'
import { build, lastStage, stageTerms } from '../../train/build.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atMost, between, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import type { Laboratory } from '../laboratory.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf } from '../measures/statistics.ts'
import { SIGMOID_AE } from '../models/shared-models.ts'

const DIGITS = 3
const SIGMAS = [0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3]
/** The default σ of `scae`. */
const USUAL = 0.1

export const contractionIsSmallNoise = defineExperiment({
  name: 'contraction-is-small-noise',
  title: 'The contractive penalty is the small-noise limit of the stochastic one',
  chapter: 'Autoencoders',
  claim:
    'By Taylor expansion, E‖h(x + σε) - h(x)‖² / σ² tends to the contractive penalty ‖∂h/∂x‖² as σ goes to 0, with an error that falls as σ².',
  source: 'Lecture, “CAE”, the Taylor approximation of the stochastic term; Rifai et al. 2011',
  settings: {
    small: {
      what: `The penalties of scae and cae, as used in training, for the encoder of an autoencoder trained on MNIST (784-120, sigmoid, tied) and ${DIGITS} test digits in float64. The covariance of the noise is exactly I (784 orthogonal directions, randomly rotated, each with its opposite), so no sampling error hides the Taylor error.`,
      conditions: { runs: [SIGMOID_AE], digits: DIGITS, sigmas: SIGMAS },
      minutes: 1,
      expects: {
        order: between(1.9, 2.1, 'exponent of σ with which the error falls from σ = 0.01 to 0.001'),
        near: atMost(1e-3, 'relative error at σ = 0.001'),
        usual: reported(`relative error at σ = ${USUAL}, the default of scae`),
      },
    },
  },
  async run(lab) {
    const run = await lab.trained(SIGMOID_AE)
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const errors = await relativeErrors(lab, run, x)
    const at = (sigma: number) => errors[SIGMAS.indexOf(sigma)]!
    return {
      numbers: {
        order: Math.log10(at(0.01) / at(1e-3)),
        near: at(1e-3),
        usual: at(USUAL),
      },
      figures: [
        {
          kind: 'svg',
          name: 'errors',
          alt: 'Relative error over σ, both logarithmic, along a straight line of slope 2',
          caption:
            'A tenth of the noise gives a hundredth of the error: along the line of slope 2, the stochastic penalty over σ² approaches the contractive one.',
          svg: linePlot(
            [
              {
                name: 'relative error',
                points: SIGMAS.map((sigma, i) => ({ x: sigma, y: errors[i]! })),
              },
              {
                name: 'slope 2',
                points: [0.1, 1e-3].map((x) => ({ x, y: at(1e-3) * (x / 1e-3) ** 2 })),
              },
            ],
            {
              title: 'E‖h(x + σε) - h(x)‖² / σ² against ‖∂h/∂x‖²',
              axes: ['σ', 'relative error'],
              logarithmic: { x: true, y: true },
            },
          ),
        },
      ],
    }
  },
})

/** Mean over the digits of |scae's penalty / σ² over cae's - 1|, for each σ. */
async function relativeErrors(
  { reference, seed }: Laboratory,
  { model, parameters }: TrainedModel,
  x: Floats,
): Promise<number[]> {
  const D = model.info.dimension
  const epsilon = Tensor.input('epsilon', [2 * D, D])
  const digit = Tensor.input('x', [1, D])
  const noise = () => ({
    normal: () => epsilon,
    uniform(): never {
      throw new Error('a penalty draws no uniform numbers')
    },
  })
  const penalty = (name: 'cae' | 'scae', options: object, examples: Tensor) => {
    const definition = modelNamed(name)
    const built = build(definition, definition.config.parse(options), model.info)
    const batch = { x: examples, training: true, noise }
    return stageTerms(lastStage(built), batch).contraction!.value.mean()
  }
  const noisy = digit.expand([2 * D, D])
  const penalties = [
    penalty('cae', {}, digit),
    ...SIGMAS.map((sigma) => penalty('scae', { sigma }, noisy).mul(1 / sigma ** 2)),
  ]
  // Simplified, because every σ needs the codes of the same digit.
  const named = simplify(penalties).map((value, i) => [`penalty ${i}`, value] as const)
  const session = await reference.compile(Object.fromEntries(named))
  await session.bind({ ...parameters, epsilon: whiteNoise(D, seed) })
  const errors: number[][] = SIGMAS.map(() => [])
  for (let i = 0; i < x.shape[0]!; i++) {
    const row = hostTensor('float32', [1, D], x.data.slice(i * D, (i + 1) * D))
    const results = await session.run({ x: row })
    const [exact, ...stochastic] = named.map(([name]) => Number(results[name]!.data[0]))
    stochastic.forEach((value, k) => {
      errors[k]!.push(Math.abs(value / exact! - 1))
    })
  }
  return errors.map(meanOf)
}

/** Noise `[2D, D]` whose mean is exactly 0 and whose covariance is exactly I. */
function whiteNoise(D: number, seed: number): HostTensor<'float64'> {
  const random = stream(seed, 'white noise')
  const directions = orthonormalBasis(
    Array.from({ length: D }, () => Float64Array.from({ length: D }, () => random.normal())),
  )
  const data = new Float64Array(2 * D * D)
  directions.forEach((direction, k) => {
    for (let d = 0; d < D; d++) {
      data[k * D + d] = Math.sqrt(D) * direction[d]!
      data[(D + k) * D + d] = -Math.sqrt(D) * direction[d]!
    }
  })
  return hostTensor('float64', [2 * D, D], data)
}
