import { createRequire } from 'node:module'
import { afterAll, describe, expect, it } from 'vitest'
import { formOf } from '../../../src/data/training-rows.ts'
import { writeLoop } from '../../../src/graph/loop.ts'
import { type OrtModule, onnxLoop } from '../../../src/runtime/onnx.ts'
import type { Arrays, Runtime } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { trainConfig } from '../../../src/train/config.ts'
import { initialParameters, initialState } from '../../../src/train/initial-state.ts'
import { trainingProgram } from '../../../src/train/program.ts'
import { kinds } from '../../models/contract/data.ts'
import { everyMember, type Subject } from '../../models/contract/subjects.ts'
import { native } from '../../train/onnx.ts'
import { webgpuOf } from '../runtime.ts'
import { requireSoftwareGpu } from '../software-device.ts'
import { line, table } from './table.ts'

/** Steps of each stage, and of one call. */
const STEPS = 300
const PER_CALL = 50

const gpu = await requireSoftwareGpu()
afterAll(() => gpu.destroy())

type Loops = Pick<Runtime, 'compileLoop'>

/** ONNX Runtime in WebAssembly, on the test's own thread. */
const web = createRequire(import.meta.url)('onnxruntime-web') as OrtModule
const wasm: Loops = {
  async compileLoop(program) {
    const { model } = writeLoop(program)
    const engine = { ort: web, preallocates: false }
    return onnxLoop(engine, model, Object.keys(program.state), { device: 'cpu', threads: 1 })
  },
}

const paths: Readonly<Record<string, Loops>> = { webgpu: webgpuOf(gpu), wasm, native: native() }

/** What is minimised at each step of each stage, one stage after the other. */
async function losses(runtime: Loops, { model, setting }: Subject): Promise<number[]> {
  const { batch, data } = setting
  const config = trainConfig.parse({ batch, seed: 1 })
  const { store, labels } = data.splits.train
  const classes = BigInt64Array.from(labels!, BigInt)
  const fixed = { data: store.array!, labels: hostTensor('int64', [classes.length], classes) }
  let parameters: Arrays = initialParameters(model, 1)
  const found: number[] = []
  for (const stage of model.stages.keys()) {
    const program = trainingProgram(model, formOf(data), config, { stage })
    const session = await runtime.compileLoop(program.loop)
    await session.bind({ ...parameters, ...fixed })
    await session.load(initialState(parameters, program))
    for (let step = 0; step < STEPS; step += PER_CALL) {
      const rows = Int32Array.from(
        { length: PER_CALL * batch },
        (_, i) => ((step * batch + i) * 5) % store.count,
      )
      const { objective } = await session.run(PER_CALL, program.feeds(step, rows, 3))
      found.push(...(objective!.data as Float32Array))
    }
    const state = await session.state()
    parameters = Object.fromEntries(
      Object.entries(parameters).map(([name, array]) => [name, state[name] ?? array]),
    )
    await session.close()
  }
  return found
}

/** |a - b| relative to the larger of both; near the step where a loss passes zero, it is large. */
const relative = (a: number, b: number) =>
  a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))

/** The largest relative difference of two runs, the step where it is, and the largest as a share of the largest loss. */
function largest(a: readonly number[], b: readonly number[]) {
  const all = a.map((x, i) => relative(x, b[i]!))
  const most = Math.max(...all)
  const apart = Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))
  return { most, step: all.indexOf(most) + 1, share: apart / Math.max(...b.map(Math.abs)) }
}

const pairs = [
  ['webgpu', 'native'],
  ['webgpu', 'wasm'],
  ['wasm', 'native'],
] as const

const rows: string[][] = []
const overall = pairs.map(() => 0)
const subjects = [kinds.table, kinds.binary]
  .flatMap(everyMember)
  .filter(({ model }) => !model.fit)
  .map((subject) => ({ subject, title: `${subject.setting.data.kind}: ${subject.title}` }))

describe(`losses of ${STEPS} steps on WebGPU, WebAssembly and native kernels`, () => {
  afterAll(() => {
    const heading = pairs.map(([a, b]) => `${a}, ${b}`)
    const all = overall.map((most) => most.toExponential(1))
    table([
      [
        'largest relative difference',
        ...heading,
        'webgpu, native, of the largest loss',
        'native loss',
        'time',
      ],
      ...rows,
      ['overall', ...all, '', '', ''],
    ])
  })

  it.each(subjects)('$title', async ({ subject, title }) => {
    const began = performance.now()
    const runs: Record<string, number[]> = {}
    for (const [name, runtime] of Object.entries(paths)) runs[name] = await losses(runtime, subject)
    const found = pairs.map(([a, b]) => largest(runs[a]!, runs[b]!))
    for (const [i, { most }] of found.entries()) overall[i] = Math.max(overall[i]!, most)
    const [first, last] = [runs.native![0]!, runs.native!.at(-1)!]
    rows.push([
      title,
      ...found.map(({ most, step }) => `${most.toExponential(1)} at ${step}`),
      found[0]!.share.toExponential(1),
      `${first.toPrecision(4)} to ${last.toPrecision(4)}`,
      `${((performance.now() - began) / 1000).toFixed(1)} s`,
    ])
    line(rows.at(-1)!.join('  '))
    expect(Object.values(runs).flat().every(Number.isFinite)).toBe(true)
  })
})
