import { expect } from 'vitest'
import { formOf } from '../../../src/data/training-rows.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Arrays, Runtime } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { trainConfig } from '../../../src/train/config.ts'
import { initialParameters, initialState } from '../../../src/train/initial-state.ts'
import { type TrainingProgram, trainingProgram } from '../../../src/train/program.ts'
import type { Subject } from './subjects.ts'
import { runtimeOf } from './trainings.ts'

/** float32 has 24 bits, of which sums over pixels and layers lose some. */
const RELATIVE = 1e-4
/** Norm below which a gradient is what is left of larger numbers that cancel. */
const NEAR_ZERO = 1e-2

/** State and reports after the first step of a stage. */
async function firstStep(runtime: Runtime, subject: Subject, program: TrainingProgram, at: Arrays) {
  const { data, batch } = subject.setting
  const { store, labels } = data.splits.train
  const session = await runtime.compileLoop(program.loop)
  try {
    const classes = BigInt64Array.from(labels!, BigInt)
    await session.bind({
      ...at,
      data: store.array!,
      labels: hostTensor('int64', [classes.length], classes),
    })
    await session.load(initialState(at, program))
    const rows = Int32Array.from({ length: batch }, (_, i) => (i * 2) % store.count)
    const { finite, ...reports } = await session.run(1, program.feeds(0, rows, 3))
    expect(Number(finite!.data[0])).toBe(0)
    return { ...(await session.state()), ...reports }
  } finally {
    await session.close()
  }
}

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))

/**
 * Compares the first step of every stage in the subject's runtime with that of the reference in float64. Under
 * gradient descent with momentum, what is kept for a parameter after it is its gradient.
 */
export async function compareWithReference(subject: Subject): Promise<void> {
  const { model, setting } = subject
  const config = trainConfig.parse({ batch: setting.batch, optimizer: 'sgd', lr: 0.05, seed: 2 })
  const form = formOf(setting.data)
  const at = initialParameters(model, 2)
  for (const [stage, { name: called }] of model.stages.entries()) {
    const program = trainingProgram(model, form, config, { stage })
    const exact = await firstStep(referenceRuntime, subject, program, at)
    const computed = await firstStep(runtimeOf(subject), subject, program, at)
    expect(Object.keys(computed).sort()).toEqual(Object.keys(exact).sort())
    for (const [name, { data }] of Object.entries(exact)) {
      const expected = data as Float64Array
      const differences = expected.map((value, i) => value - Number(computed[name]!.data[i]))
      const scale = Math.max(norm(expected), NEAR_ZERO)
      expect(norm(differences) / scale, `${called} ${name}`).toBeLessThan(RELATIVE)
    }
  }
}
