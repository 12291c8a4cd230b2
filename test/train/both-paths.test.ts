import { describe, expect, it } from 'vitest'
import { formOf } from '../../src/data/training-rows.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import { models } from '../../src/models/registry.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { build } from '../../src/train/build.ts'
import { trainConfig } from '../../src/train/config.ts'
import { initialParameters, initialState } from '../../src/train/initial-state.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { native, onnx } from './onnx.ts'
import { tinyData } from './tiny.ts'

const [SIDE, ROWS, BATCH, STEPS] = [8, 40, 16, 6]
const info = { exampleShape: [1, SIDE, SIDE], dimension: SIDE * SIDE, classes: 3 }

/** Two trainings of few steps differ by the rounding of their sums, which Adam's first steps scale up. */
const TOLERANCE = 2e-4

type Options = Readonly<Record<string, unknown>>

const size = { hidden: [40, 24], latent: 5 }
const variants: readonly Options[] = [
  size,
  { network: 'conv', channels: [8, 16], latent: 5 },
  { ...size, likelihood: 'gaussian' },
  { ...size, activation: 'gelu' },
]

/** Whether a model can be built so: not every one is convolutional, for instance. */
function isPossible(definition: ModelDefinition, options: Options): boolean {
  try {
    return build(definition, definition.config.parse(options), info).stages.length > 0
  } catch {
    return false
  }
}

/** Every member of the family that is trained, on dense and on convolutional networks where it has both. */
const trainings = models
  .filter(({ fit }) => !fit)
  .flatMap((definition) =>
    variants
      .filter((options) => isPossible(definition, options))
      .map((options) => ({ name: definition.name, definition, options })),
  )

/** The state after some steps of a stage, and what they reported. */
async function steps(
  runtime: Runtime,
  { definition, options }: (typeof trainings)[number],
  stage: number,
) {
  const model = build(definition, definition.config.parse(options), info)
  const config = trainConfig.parse({ batch: BATCH, clip: 5, seed: 2 })
  const form = { ...formOf(tinyData()), rows: ROWS, dimension: info.dimension }
  const program = trainingProgram(model, form, config, { stage })
  const random = stream(3, 'both paths')
  const data = Uint8Array.from({ length: ROWS * info.dimension }, () => random.integer(256))
  const labels = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i % 3))
  const all = initialState(initialParameters(model, config.seed), program)
  const session = await runtime.compileLoop(program.loop)
  try {
    await session.bind({
      ...all,
      data: hostTensor('uint8', [ROWS, info.dimension], data),
      ...(model.labels && { labels: hostTensor('int64', [ROWS], labels) }),
    })
    const trained = Object.keys(program.loop.state)
    await session.load(Object.fromEntries(trained.map((name) => [name, all[name]!])))
    const indices = Int32Array.from({ length: STEPS * BATCH }, () => random.integer(ROWS))
    const { finite, ...reports } = await session.run(STEPS, program.feeds(0, indices, STEPS))
    expect(Number(finite!.data[0])).toBe(0)
    const state = await session.state()
    const parameters = trained.filter((name) => model.parameters.has(name))
    return { reports, parameters: Object.fromEntries(parameters.map((n) => [n, state[n]!])) }
  } finally {
    await session.close()
  }
}

/** Euclidean distance of two arrays relative to the size of the first. */
function distance(a: HostTensor, b: HostTensor): number {
  let [difference, size] = [0, 0]
  for (let i = 0; i < a.data.length; i++) {
    difference += (Number(a.data[i]) - Number(b.data[i])) ** 2
    size += Number(a.data[i]) ** 2
  }
  return Math.sqrt(difference / Math.max(size, 1e-12))
}

describe.each(trainings)('$name with $options', (training) => {
  const { stages } = build(
    training.definition,
    training.definition.config.parse(training.options),
    info,
  )

  it.each(stages.map(({ name }, stage) => ({ name, stage })))(
    'trains alike with native kernels and in plain ONNX: stage $stage $name',
    async ({ stage }) => {
      const plain = await steps(onnx(), training, stage)
      const fused = await steps(native(2), training, stage)
      for (const part of ['parameters', 'reports'] as const)
        for (const [name, expected] of Object.entries(plain[part]))
          expect(distance(expected, fused[part][name]!), name).toBeLessThan(TOLERANCE)
    },
  )
})
