import { afterAll, describe, expect, it } from 'vitest'
import { vae } from '../../src/models/vae.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Arrays, LoopSession } from '../../src/runtime/session.ts'
import { webgpuLoop } from '../../src/runtime/webgpu/loop.ts'
import { build } from '../../src/train/build.ts'
import { trainConfig } from '../../src/train/config.ts'
import { initialParameters, initialState } from '../../src/train/initial-state.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { workgroupsBackwards } from './backwards.ts'
import { openSoftwareGpu } from './software-device.ts'

const gpu = await openSoftwareGpu()
const missing = 'missing' in gpu ? gpu.missing : undefined
if (missing) console.log(`skipped: trainings on WebGPU, since ${missing}`)
afterAll(() => 'destroy' in gpu && gpu.destroy())

/** 41 pictures of 5 x 7 bytes: rows that do not end with words. */
const [ROWS, WIDTH] = [41, 35]
const pixels = Uint8Array.from({ length: ROWS * WIDTH }, (_, i) => (i * i * 7 + i) % 256)
const batch = 6

const model = build(vae, vae.config.parse({ hidden: [9], latent: 3 }), {
  exampleShape: [1, 5, 7],
  dimension: WIDTH,
})
const config = trainConfig.parse({ batch, seed: 3 })
const form = {
  rows: ROWS,
  dimension: WIDTH,
  storage: 'uint8',
  scale: 1 / 255,
  binarize: 'dynamic',
} as const
const program = trainingProgram(model, form, config)

/** Losses and parameters of 7 steps, in calls of 4, 1 and 2. */
async function trained(session: LoopSession) {
  await session.bind({ data: { dtype: 'uint8', shape: [ROWS, WIDTH], data: pixels } })
  await session.load(initialState(initialParameters(model, config.seed), program))
  const reports: Arrays[] = []
  let first = 0
  for (const steps of [4, 1, 2]) {
    const rows = Int32Array.from(
      { length: steps * batch },
      (_, i) => (first * batch + 11 * i) % ROWS,
    )
    reports.push(await session.run(steps, program.feeds(first, rows, 6)))
    first += steps
  }
  const state = await session.state()
  await session.close()
  return {
    losses: reports.flatMap(({ objective }) => [...(objective!.data as Float32Array)]),
    state,
  }
}

describe.skipIf(missing)('a training on WebGPU', () => {
  const device = gpu as Exclude<typeof gpu, { missing: string }>

  it('is that of the interpreter, batches, binarisation and noise included, to the same bit whichever workgroups are first', async () => {
    const expected = await trained(await referenceRuntime.compileLoop(program.loop))
    const actual = await trained(await webgpuLoop(device, program.loop))
    const differences = actual.losses.map((loss, k) => Math.abs(loss / expected.losses[k]! - 1))
    expect(differences).toHaveLength(7)
    expect(Math.max(...differences)).toBeLessThan(2e-6)
    for (const [name, { data }] of Object.entries(expected.state)) {
      const values = actual.state[name]!.data as Float32Array
      const apart = Array.from(data as Float64Array, (x, i) => Math.abs(x - values[i]!))
      expect(Math.max(...apart), name).toBeLessThan(2e-5)
    }
    const shaders = workgroupsBackwards(device)
    expect(await trained(await webgpuLoop(device, program.loop))).toEqual(actual)
    expect(shaders).toHaveBeenCalled()
    // Some drivers take seconds to compile a shader.
  }, 240_000)
})
