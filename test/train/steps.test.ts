import { describe, expect, it } from 'vitest'
import type { DataForm } from '../../src/data/training-rows.ts'
import { fedRows, type LoopProgram, STEPS } from '../../src/graph/loop.ts'
import { int64 } from '../../src/graph/tensor.ts'
import { modelNamed } from '../../src/models/registry.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { type BuiltModel, build } from '../../src/train/build.ts'
import { type TrainConfig, trainConfig } from '../../src/train/config.ts'
import { initialParameters, initialState } from '../../src/train/initial-state.ts'
import { noiseSource } from '../../src/train/noise.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { onnx, paths } from './onnx.ts'
import { bitsOf, tinyModel } from './tiny.ts'

const ROWS = 40
const STEP_COUNT = 12

interface Setting {
  readonly model: BuiltModel
  readonly config: TrainConfig
  readonly binarize: DataForm['binarize']
  readonly threads: number
  readonly path?: typeof onnx | undefined
}

/** Trains 12 steps in calls of the given lengths; returns the bits of the state and of all reports. */
async function run(setting: Setting, calls: readonly number[]) {
  const { model, config, binarize, threads, path = onnx } = setting
  const { dimension } = model.info
  const form: DataForm = { rows: ROWS, dimension, storage: 'uint8', scale: 1 / 255, binarize }
  const program = trainingProgram(model, form, config)
  const session = await path(threads).compileLoop(program.loop)
  const random = stream(1, 'window')
  const window = Uint8Array.from({ length: ROWS * dimension }, () => random.integer(256))
  const order = Int32Array.from({ length: STEP_COUNT * config.batch }, () => random.integer(ROWS))
  await session.bind({ data: hostTensor('uint8', [ROWS, dimension], window) })
  await session.load(initialState(initialParameters(model, config.seed), program))
  const reports: Record<string, string> = {}
  let done = 0
  for (const steps of calls) {
    const indices = order.slice(done * config.batch, (done + steps) * config.batch)
    const { finite, ...results } = await session.run(steps, program.feeds(done, indices, 5))
    expect(Number(finite!.data[0])).toBe(0)
    for (const [name, bits] of Object.entries(bitsOf(results)))
      reports[name] = (reports[name] ?? '') + bits
    done += steps
  }
  const state = bitsOf(await session.state())
  await session.close()
  return { state, reports }
}

const everything = {
  batch: 7,
  optimizer: 'adamw',
  weightDecay: 0.01,
  clip: 1,
  schedule: 'cosine',
  warmup: 1,
  epochs: 3,
}

const settings: Record<string, Setting> = {
  'a VAE with dropout, dynamic binarisation, clipping and schedules': {
    model: tinyModel({ beta: '0:1@2', dropout: 0.2 }),
    config: trainConfig.parse(everything),
    binarize: 'dynamic',
    threads: 1,
  },
  'a Gaussian VAE with learned σ under momentum': {
    model: tinyModel({ likelihood: 'gaussian:per-dimension', activation: 'gelu' }),
    config: trainConfig.parse({ batch: 5, optimizer: 'sgd', lr: 0.01, seed: 3 }),
    binarize: 'none',
    threads: 2,
  },
  'a categorical autoencoder': {
    model: tinyModel({ likelihood: 'categorical:5', activation: 'softplus' }, 'ae'),
    config: trainConfig.parse({ batch: 3 }),
    binarize: 'none',
    threads: 2,
  },
}

describe.each(paths)('on %s', (_path, path) => {
  describe.each(Object.entries(settings))('%s', (_name, given) => {
    it('ends in the same bits however its steps are cut into calls', async () => {
      const setting = { ...given, path }
      const single = await run(setting, new Array<number>(STEP_COUNT).fill(1))
      expect(await run(setting, [STEP_COUNT])).toEqual(single)
      expect(await run(setting, [5, 7])).toEqual(single)
    })
  })

  describe('a training large enough to be shared between threads', () => {
    it('ends in the same bits with one thread and with two', async () => {
      const dimension = 301
      const definition = modelNamed('vae')
      const options = definition.config.parse({ hidden: [150], latent: 21 })
      const setting: Setting = {
        model: build(definition, options, { exampleShape: [dimension], dimension }),
        config: trainConfig.parse({ batch: 131 }),
        binarize: 'none',
        threads: 1,
        path,
      }
      const alone = await run(setting, [STEP_COUNT])
      const shared = await run({ ...setting, threads: 2 }, [STEP_COUNT])
      expect(shared.state).toEqual(alone.state)
    })
  })
})

describe('noise', () => {
  /** Draws of four steps: before the loop, and inside it. */
  async function draws(shape: readonly number[]) {
    const step = fedRows('step', [], 'int64')
    const before = noiseSource(5, step.row, step.rows.reshape([STEPS, 1]))
    const inside = noiseSource(5, step.row)
    const kinds = ['normal', 'uniform'] as const
    const drawn = kinds.flatMap((kind) => [
      [`before ${kind}`, before.noise('a')[kind](shape)] as const,
      [`inside ${kind}`, inside.noise('a')[kind](shape)] as const,
    ])
    const loop: LoopProgram = {
      state: {},
      rows: { [step.name]: step.rows, ...before.rows },
      reports: Object.fromEntries(drawn),
      summary: {},
    }
    const session = await onnx().compileLoop(loop)
    const numbers = hostTensor('int64', [4], BigInt64Array.of(100n, 101n, 102n, 103n))
    const results: Arrays = await session.run(4, { step: numbers })
    await session.close()
    return { hoisted: Object.keys(before.rows).length, ...bitsOf(results) } as Record<
      string,
      unknown
    >
  }

  it.each([{ shape: [7, 3] }, { shape: [5, 13] }, { shape: [16_384] }])(
    'drawn before the loop is what is drawn inside it, bit for bit: $shape',
    async ({ shape }) => {
      const found = await draws(shape)
      expect(found.hoisted).toBe(2)
      expect(found['before normal']).toBe(found['inside normal'])
      expect(found['before uniform']).toBe(found['inside uniform'])
    },
  )

  it('differs between streams, kinds and steps', () => {
    const { noise, rows } = noiseSource(0, int64(0n), int64(0n).reshape([1, 1]))
    noise('a').normal([3])
    noise('a').uniform([3])
    noise('b').normal([3])
    noise('a').normal([3])
    expect(Object.keys(rows)).toHaveLength(3)
  })
})
