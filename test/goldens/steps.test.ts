import { describe, expect, it } from 'vitest'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import type { BuiltModel, BuiltStage } from '../../src/train/build.ts'
import { trainConfig } from '../../src/train/config.ts'
import { initialState } from '../../src/train/initial-state.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { paths } from '../train/onnx.ts'
import {
  type FamilyCase,
  familyCases,
  familyModel,
  givenNoise,
  type WrittenSteps,
} from './family.ts'
import { array, arrays, golden, relativeError, type Written } from './golden.ts'

/** Whether the phases of a stage act together. */
type Together = (stage: BuiltStage) => boolean

/** The model, drawing what PyTorch was given. */
function withGivenNoise(
  model: BuiltModel,
  noise: FamilyCase['noise'],
  together: Together,
): BuiltModel {
  const stages = model.stages.map((stage) => ({
    ...stage,
    together: together(stage),
    phases: stage.phases.map((phase) => ({
      ...phase,
      terms: (b: Parameters<typeof phase.terms>[0]) =>
        phase.terms({ ...b, noise: givenNoise(noise, stage.name) }),
    })),
  }))
  return { ...model, stages }
}

/** Class of each row of a one-hot array. */
function classes({ shape, data }: Written) {
  const [rows, count] = shape as [number, number]
  const found = Array.from({ length: rows }, (_, i) => data.indexOf(1, i * count) - i * count)
  return hostTensor('int64', [rows], BigInt64Array.from(found, BigInt))
}

/** The parameters after whole steps of the training program, all on the case's one batch. */
async function after(
  runtime: Runtime,
  written: FamilyCase,
  { count, train }: WrittenSteps,
  together: Together,
) {
  const [batch, dimension] = written.x.shape as [number, number]
  const model = withGivenNoise(familyModel(written), written.noise, together)
  const form = { rows: batch, dimension, storage: 'float32', scale: 1, binarize: 'none' } as const
  const program = trainingProgram(model, form, trainConfig.parse({ batch, ...train }))
  const session = await runtime.compileLoop(program.loop)
  try {
    await session.bind({
      data: array(written.x),
      ...(written.labels && { labels: classes(written.labels) }),
    })
    await session.load(initialState(arrays(written.parameters), program))
    const indices = Int32Array.from({ length: count * batch }, (_, i) => i % batch)
    await session.run(count, program.feeds(0, indices, count))
    return await session.state()
  } finally {
    await session.close()
  }
}

const cases = familyCases.flatMap((file) => {
  const written = golden<FamilyCase>(`family/${file}`)
  return Object.entries(written.steps ?? {}).map(
    ([optimiser, steps]) => ({ file, optimiser, written, steps }) as const,
  )
})

/** The largest relative error among the parameters. */
async function error(
  runtime: Runtime,
  { written, steps }: (typeof cases)[number],
  together: Together = (stage) => stage.together,
) {
  const found = await after(runtime, written, steps, together)
  return Math.max(
    ...Object.entries(steps.after).map(([name, value]) => relativeError(found[name]!, value)),
  )
}

describe.each(cases)('steps of $file by $optimiser', (each) => {
  it('end in the parameters of PyTorch, to 1e-9', async () => {
    expect(await error(referenceRuntime, each)).toBeLessThan(1e-9)
  })

  it.each(paths)('do so on %s, within what float32 allows', async (_path, runtime) => {
    expect(await error(runtime(), each)).toBeLessThan(1e-5)
  })

  it('end elsewhere where its phases act together that should not, or the reverse', async () => {
    expect(await error(referenceRuntime, each, (stage) => !stage.together)).toBeGreaterThan(1e-4)
  })
})
