import { bernoulli } from '../../distributions/bernoulli.ts'
import { gaussian } from '../../distributions/gaussian.ts'
import { gradients } from '../../graph/autodiff.ts'
import { scalar, Tensor } from '../../graph/tensor.ts'
import { linePlot } from '../../report/line-plot.ts'
import type { Runtime } from '../../runtime/session.ts'
import { hostTensor } from '../../tensor/host.ts'
import { atLeast, atMost } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'

/** A logit at which a sigmoid with target 0 outputs 0.99995. */
const SATURATED = 10
/** Gradient descent of one unit σ(w + b) towards 0, from σ(4) = 0.982. */
const START = { weight: 2, bias: 2 } as const
const [RATE, STEPS] = [0.15, 500]

export const crossEntropyDoesNotVanish = defineExperiment({
  name: 'cross-entropy-does-not-vanish',
  title: 'Through a saturated sigmoid, the gradient of cross-entropy does not vanish',
  chapter: 'Maximum likelihood',
  claim:
    'Where a sigmoid is saturated on the wrong side, the gradient of squared error vanishes and that of cross-entropy does not.',
  source: 'Lecture, “revisit DNN”, the view of backpropagation; Nielsen 2015, chapter 3',
  settings: {
    small: {
      what: `One sigmoid unit with target 0, in float64: gradients with respect to its logit at ${SATURATED}, and gradient descent (rate ${RATE}) on weight and bias from an output of 0.982 until it is below one half. The differential equation of the descent predicts about 17 steps with cross-entropy and 230 with half the squared error.`,
      conditions: { saturated: SATURATED, start: START, rate: RATE, steps: STEPS },
      minutes: 0.05,
      expects: {
        crossEntropy: atLeast(0.99, `gradient of cross-entropy at a logit of ${SATURATED}`),
        squaredError: atMost(1e-4, 'gradient of half the squared error at the same logit'),
        steps: atLeast(10, 'steps needed with half the squared error, relative to cross-entropy'),
      },
    },
  },
  async run({ reference }) {
    const grid = Array.from({ length: 97 }, (_, i) => -12 + i / 4)
    const entropy = await lossGradient(reference, 'cross-entropy')
    const error = await lossGradient(reference, 'squared error')
    const slopes = [await entropy(grid), await error(grid)] as const
    const descents = [await descended(entropy), await descended(error)] as const
    const [fast, slow] = descents.map((outputs) => firstBelow(outputs, 0.5)) as [number, number]
    const names = ['cross-entropy', 'half the squared error'] as const
    return {
      numbers: {
        crossEntropy: (await entropy([SATURATED]))[0]!,
        squaredError: (await error([SATURATED]))[0]!,
        steps: slow / fast,
      },
      remarks: [`Cross-entropy needs ${fast} steps, half the squared error ${slow}.`],
      figures: [
        {
          kind: 'svg',
          name: 'gradients',
          alt: 'The gradient of cross-entropy rises to 1 with the logit; that of squared error rises to 0.15 and falls back to 0',
          caption:
            'The target is 0, so the output is worse the further right it is. The gradient of cross-entropy approaches 1; that of squared error falls back to 0.',
          svg: linePlot(
            names.map((name, i) => ({ name, points: paired(grid, slopes[i]!) })),
            { title: 'Gradient with respect to the logit', axes: ['logit', 'gradient'] },
          ),
        },
        {
          kind: 'svg',
          name: 'descent',
          alt: 'Output over steps: it falls at once with cross-entropy, and only after a long plateau with squared error',
          caption: 'The same unit at the same rate: squared error starts on a plateau.',
          svg: linePlot(
            names.map((name, i) => ({ name, points: descents[i]!.map((y, x) => ({ x, y })) })),
            { title: 'Output of the unit, which should be 0', axes: ['step', 'output'] },
          ),
        },
      ],
    }
  },
})

type Slopes = (logits: readonly number[]) => Promise<number[]>

/** The gradient of a loss of σ(logit) with respect to the logit, for target 0; both are negative log-likelihoods. */
async function lossGradient(
  runtime: Runtime,
  loss: 'cross-entropy' | 'squared error',
): Promise<Slopes> {
  const logits = Tensor.input('logits', ['count', 1])
  const p = loss === 'cross-entropy' ? bernoulli(logits) : gaussian(logits.sigmoid(), scalar(0))
  const slope = gradients(p.logProb(logits.mul(0)).neg().sum(), [logits])[0]!
  const session = await runtime.compile({ slope })
  return async (values) => {
    const fed = hostTensor('float64', [values.length, 1], Float64Array.from(values))
    const results = await session.run({ logits: fed })
    return Array.from(results.slope!.data as Float64Array)
  }
}

/** Outputs of the unit before each step. */
async function descended(slopes: Slopes): Promise<number[]> {
  const outputs: number[] = []
  let { weight, bias }: { weight: number; bias: number } = START
  for (let step = 0; step < STEPS; step++) {
    const logit = weight + bias // of an input of 1
    outputs.push(1 / (1 + Math.exp(-logit)))
    const [slope] = await slopes([logit])
    weight -= RATE * slope!
    bias -= RATE * slope!
  }
  return outputs
}

const paired = (xs: readonly number[], ys: readonly number[]) =>
  xs.map((x, i) => ({ x, y: ys[i]! }))

/** The index of the first value below a limit, or the length if there is none. */
function firstBelow(values: readonly number[], limit: number): number {
  const index = values.findIndex((value) => value < limit)
  return index < 0 ? values.length : index
}
