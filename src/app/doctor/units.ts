import { Tensor, topological } from '../../graph/tensor.ts'
import { rowsBetween } from '../../tensor/host.ts'

import { conditions, inferenceMode } from '../../train/trained.ts'
import type { Check, Patient } from './finding.ts'

/** Share of a layer's units that may be dead: on data with empty margins a quarter is usual, and no harm. */
const DEAD = 0.5

/** Examples that a unit must be silent for. */
const EXAMPLES = 1000

/** Rectified units that are 0 for every example, so that no gradient reaches their weights any more. */
export const deadUnits: Check = async (patient) => {
  const layers = await rectifiedLayers(patient)
  const worst = layers
    .map(({ dead, units }, i) => ({ dead, units, layer: i + 1 }))
    .sort((a, b) => b.dead / b.units - a.dead / a.units)[0]
  if (!worst || worst.dead <= DEAD * worst.units) return undefined
  const { config } = patient
  return {
    name: 'dead-units',
    what: 'Units of a hidden layer are dead: they are 0 for every example.',
    evidence: `${worst.dead} of the ${worst.units} units of rectified layer ${worst.layer} of ${layers.length} are 0 for all of ${patient.trained!.specimens.x.shape[0]} test examples`,
    try: `--activation leaky-relu --lr ${Number((config.train.lr / 3).toPrecision(2))}`,
  }
}

/** Units and dead ones of every layer of rectified units, from the input on. */
async function rectifiedLayers({ trained }: Patient): Promise<{ units: number; dead: number }[]> {
  if (!trained) return []
  const { run, specimens } = trained
  const { model, parameters, runtime } = run
  if (!model.restore) return []
  const count = Math.min(EXAMPLES, specimens.x.shape[0]!)
  const x = Tensor.input('x', [count, model.info.dimension])
  const restored = model.restore(x, inferenceMode(model, count)).mean()
  const rectified = topological([restored]).filter(({ op }) => op === 'relu')
  if (rectified.length === 0) return []
  // The largest value of each unit over the examples, and of a channel over its places.
  const largest = rectified.map((layer, i) => {
    const axes = layer.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
    return [`layer ${i}`, layer.greater(0).cast('float').sum(axes)] as const
  })
  const session = await runtime.compile(Object.fromEntries(largest))
  try {
    await session.bind(parameters)
    const results = await session.run({
      x: rowsBetween(specimens.x, 0, count),
      ...conditions(model, { shape: [count] }, specimens.labels?.slice(0, count)),
    })
    return largest.map(([name]) => {
      const values = Array.from(results[name]!.data as Float32Array)
      return { units: values.length, dead: values.filter((value) => value === 0).length }
    })
  } finally {
    await session.close()
  }
}
