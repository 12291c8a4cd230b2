import { Tensor, topological } from '../../graph/tensor.ts'
import { rowsBetween } from '../../tensor/host.ts'
import { conditions, inferenceMode } from '../../train/trained.ts'
import { advice, isRateOff, rounded, usualRate } from './advice.ts'
import type { Check, ExaminedRun, Options } from './finding.ts'
import { isWellLearned } from './learned.ts'

/** Share of a layer's units that may be dead: on data with empty margins a quarter is usual and harmless. */
const DEAD = 0.5

/** Examples for which a dead unit must be 0. */
const EXAMPLES = 1000

/**
 * ReLU units that are 0 for every example, so that their weights get no gradient. They do no harm if the others
 * reconstruct the data.
 */
export const deadUnits: Check = async (examined) => {
  if (isWellLearned(examined.trained?.outputs)) return undefined
  const layers = await rectifiedLayers(examined)
  const worst = layers
    .map(({ dead, units }, i) => ({ dead, units, layer: i + 1 }))
    .sort((a, b) => b.dead / b.units - a.dead / a.units)[0]
  if (!worst || worst.dead <= DEAD * worst.units) return undefined
  return {
    name: 'dead-units',
    what: 'Units of a hidden layer are dead: they are 0 for every example.',
    evidence: `${worst.dead} of the ${worst.units} units of rectified layer ${worst.layer} of ${layers.length} are 0 for all of ${examined.trained!.outputs.x.shape[0]} test examples`,
    ...advice(
      examined,
      [
        // At a lower rate alone, a training of the same length may learn less than with dead units.
        { ...leaky(examined), ...(isRateOff(examined) && { lr: usualRate(examined) }) },
        { lr: rounded(examined.config.train.lr / 3) },
      ],
      'use an activation that is not 0 for negative numbers, such as leaky-relu',
    ),
  }
}

/** The options that chose ReLU, with an activation whose gradient is never 0. */
function leaky({ config }: ExaminedRun): Options {
  const names = ['activation', 'codeActivation'] as const
  const rectified = names.filter((name) => String(config.options[name]).split(',').includes('relu'))
  return Object.fromEntries(rectified.map((name) => [name, 'leaky-relu']))
}

/** Units and dead units of every ReLU layer, from the input on. */
async function rectifiedLayers({
  trained,
}: ExaminedRun): Promise<{ units: number; dead: number }[]> {
  if (!trained) return []
  const { run, outputs } = trained
  const { model, parameters, runtime } = run
  if (!model.restore) return []
  const count = Math.min(EXAMPLES, outputs.x.shape[0]!)
  const x = Tensor.input('x', [count, model.info.dimension])
  const restored = model.restore(x, inferenceMode(model, count)).mean()
  const rectified = topological([restored]).filter(({ op }) => op === 'relu')
  if (rectified.length === 0) return []
  // How often each unit is positive over the examples, and each channel over all positions.
  const largest = rectified.map((layer, i) => {
    const axes = layer.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
    return [`layer ${i}`, layer.greater(0).cast('float').sum(axes)] as const
  })
  const session = await runtime.compile(Object.fromEntries(largest))
  try {
    await session.bind(parameters)
    const results = await session.run({
      x: rowsBetween(outputs.cells ?? outputs.x, 0, count),
      ...conditions(model, { shape: [count] }, outputs.labels?.slice(0, count)),
    })
    return largest.map(([name]) => {
      const values = Array.from(results[name]!.data as Float32Array)
      return { units: values.length, dead: values.filter((value) => value === 0).length }
    })
  } finally {
    await session.close()
  }
}
