import { bernoulli } from '../../distributions/bernoulli.ts'
import { gaussian } from '../../distributions/gaussian.ts'
import { gradients } from '../../graph/autodiff.ts'
import { scalar, Tensor } from '../../graph/tensor.ts'
import { linePlot } from '../../report/line-plot.ts'
import { hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import { atMost } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { largestDifference } from '../measures/statistics.ts'

const [EXAMPLES, DIMENSION] = [200, 20]
const SHAPE = [EXAMPLES, DIMENSION] as const
const LOG_2PI = Math.log(2 * Math.PI)

export const lossesAreLikelihoods = defineExperiment({
  name: 'losses-are-likelihoods',
  title: 'Half the squared error and cross-entropy are negative log-likelihoods, up to a constant',
  chapter: 'Maximum likelihood',
  claim:
    'The negative log-likelihood of a Gaussian with σ = 1 is half the squared error plus a constant, and that of a Bernoulli is the cross-entropy.',
  source: 'Lecture, “revisit DNN”, two views of a loss',
  settings: {
    small: {
      what: 'The distributions that models are built from are compared with the textbook formulas in float64, on 200 random examples of 20 values: their values, and their gradients with respect to the network’s output. Also the example of the lecture: the mean of a Gaussian moves from 3 to 5 where 6 was observed.',
      conditions: { examples: EXAMPLES, dimension: DIMENSION },
      minutes: 0.05,
      expects: {
        gaussian: atMost(1e-10, 'largest |-log N(x; μ, 1) - ½‖x - μ‖² - D/2 log 2π|', 'nats'),
        gaussianSlope: atMost(
          1e-12,
          'largest difference between the gradients of these two with respect to μ',
        ),
        bernoulli: atMost(1e-10, 'largest |-log B(x; p) - cross-entropy|', 'nats'),
        bernoulliSlope: atMost(
          1e-12,
          'largest difference between its gradient with respect to the logit and p - x',
        ),
        lecture: atMost(1e-12, '|log N(6; 5, 1) - log N(6; 3, 1) - (9 - 1) / 2|', 'nats'),
      },
    },
  },
  async run(lab) {
    const random = stream(lab.seed, 'losses')
    const array = (draw: () => number) =>
      hostTensor('float64', SHAPE, Float64Array.from({ length: EXAMPLES * DIMENSION }, draw))
    const feeds = {
      x: array(() => 2 * random.normal()),
      bits: array(() => random.integer(2)),
      output: array(() => 2 * random.normal()),
    }
    const input = (name: string) => Tensor.input(name, SHAPE)
    const [x, bits, output] = [input('x'), input('bits'), input('output')]
    const normal = gaussian(output, scalar(0)).logProb(x).neg()
    const squared = output.sub(x).square().sum([1]).mul(0.5)
    const coin = bernoulli(output).logProb(bits).neg()
    const p = scalar(1).div(output.neg().exp().add(1))
    const crossEntropy = bits
      .mul(p.log())
      .add(scalar(1).sub(bits).mul(scalar(1).sub(p).log()))
      .sum([1])
      .neg()
    const one = (value: number) => scalar(value).expand([1, 1])
    const at = (mu: number, y: number) => gaussian(one(mu), scalar(0)).logProb(one(y))
    const slope = (loss: Tensor) => gradients(loss.sum(), [output])[0]!
    const session = await lab.reference.compile({
      gaussian: normal.sub(squared).sub((DIMENSION / 2) * LOG_2PI),
      gaussianSlope: slope(normal).sub(slope(squared)),
      bernoulli: coin.sub(crossEntropy),
      bernoulliSlope: slope(coin).sub(p.sub(bits)),
      lecture: at(5, 6)
        .sub(at(3, 6))
        .sub((9 - 1) / 2),
    })
    const results = await session.run(feeds)
    const differences = (name: string) => largestDifference(results[name]!.data as Float64Array)
    return {
      numbers: {
        gaussian: differences('gaussian'),
        gaussianSlope: differences('gaussianSlope'),
        bernoulli: differences('bernoulli'),
        bernoulliSlope: differences('bernoulliSlope'),
        lecture: differences('lecture'),
      },
      figures: [figure()],
    }
  },
})

/** The figure of the lecture: the observed value under the densities before and after a step. */
function figure() {
  const density = (mu: number) => (x: number) =>
    Math.exp(-((x - mu) ** 2) / 2) / Math.sqrt(2 * Math.PI)
  const line = (mu: number) => ({
    name: `N(${mu}, 1)`,
    points: Array.from({ length: 181 }, (_, i) => ({ x: i / 20, y: density(mu)(i / 20) })),
  })
  const observed = {
    name: 'observed: 6',
    points: [
      { x: 6, y: 0 },
      { x: 6, y: density(5)(6) },
    ],
  }
  return {
    kind: 'svg' as const,
    name: 'densities',
    alt: 'Two bell curves around 3 and 5; the observed value 6 lies under the second',
    caption:
      'When the output of the network moves from 3 to 5, so does the mean of its distribution: the observed 6 becomes e⁴ times as likely.',
    svg: linePlot([line(3), line(5), observed], {
      title: 'The output is a parameter',
      axes: ['y', 'density'],
    }),
  }
}
