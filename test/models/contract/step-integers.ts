import { expect } from 'vitest'
import { formOf } from '../../../src/data/training-rows.ts'
import type { LoopProgram } from '../../../src/graph/loop.ts'
import { expressionsOf } from '../../../src/graph/loop.ts'
import { topological } from '../../../src/graph/tensor.ts'
import type { Runtime } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { trainConfig } from '../../../src/train/config.ts'
import { initialParameters, initialState } from '../../../src/train/initial-state.ts'
import { trainingProgram } from '../../../src/train/program.ts'
import { onnx } from '../../train/onnx.ts'
import type { Subject } from './subjects.ts'
import { runtimeOf } from './trainings.ts'

const STEPS = 3

/** A step that reports the rows of its batch, and every integer that is computed of integers alone; nothing moves. */
function reporting(loop: LoopProgram): LoopProgram {
  const body = expressionsOf({ ...loop, rows: {}, summary: {} })
  const exact = new Set<unknown>()
  for (const node of topological(body)) {
    const ofIntegers = node.dtype !== 'float' && node.dtype !== 'double' && node.op !== 'constant'
    const isData = node.op === 'input' && node.attributesOf('input').name === 'data'
    const isRows = node.op === 'gather' && exact.has(node.inputs[0])
    const isMade =
      node.op === 'input'
        ? node.dtype === 'int64' || isData
        : isRows || (ofIntegers && node.inputs.every((x) => x.op === 'constant' || exact.has(x)))
    if (isMade) exact.add(node)
  }
  const reported = topological(body).filter((node) => exact.has(node) && node.op !== 'input')
  const state = Object.entries(loop.state).map(([name, { input }]) => [
    name,
    { input, next: input },
  ])
  return {
    ...loop,
    state: Object.fromEntries(state),
    reports: Object.fromEntries(reported.map((node, i) => [`${i} ${node.op}`, node])),
    summary: {},
  }
}

/** What each runtime reports of some steps of every stage must be equal: batches, and the bits of random numbers. */
export async function compareIntegers(subject: Subject): Promise<void> {
  const { model, setting } = subject
  const { batch, data } = setting
  const config = trainConfig.parse({ batch, seed: 2 })
  const at = initialParameters(model, 2)
  const { store, labels } = data.splits.train
  const classes = BigInt64Array.from(labels!, BigInt)
  const rows = Int32Array.from({ length: STEPS * batch }, (_, i) => (i * 5) % store.count)
  for (const stage of model.stages.keys()) {
    const program = trainingProgram(model, formOf(data), config, { stage })
    const loop = reporting(program.loop)
    expect(Object.keys(loop.reports).length).toBeGreaterThan(0)
    const reports = async (runtime: Runtime) => {
      const session = await runtime.compileLoop(loop)
      try {
        await session.bind({
          ...at,
          data: store.array!,
          labels: hostTensor('int64', [classes.length], classes),
        })
        await session.load(initialState(at, program))
        return await session.run(STEPS, program.feeds(7, rows, STEPS))
      } finally {
        await session.close()
      }
    }
    expect(await reports(runtimeOf(subject))).toEqual(await reports(onnx()))
  }
}
