import { describe, expect, it } from 'vitest'
import { fedRows, type LoopProgram } from '../../src/graph/loop.ts'
import type { Batch } from '../../src/models/model.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import type { BuiltModel, BuiltStage } from '../../src/train/build.ts'
import { trainConfig } from '../../src/train/config.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { onnx } from '../train/onnx.ts'
import {
  arrays,
  type GoldenConfig,
  golden,
  goldenModel,
  relativeError,
  type Written,
  type WrittenArrays,
} from './golden.ts'

interface Training {
  readonly config: GoldenConfig
  readonly optimiser: { betas: [number, number]; eps: number; learningRate: number }
  readonly initial: WrittenArrays
  readonly steps: readonly {
    readonly x: Written
    readonly epsilon: Written
    readonly terms: WrittenArrays
    readonly objective: number
  }[]
  readonly final: WrittenArrays
}

const written = golden<Training>('training-vae-bernoulli')
const { batch, dimension, latent } = written.config
const steps = written.steps.length

const stacked = (pick: (step: Training['steps'][number]) => Written, shape: readonly number[]) =>
  hostTensor('float64', shape, Float64Array.from(written.steps.flatMap((step) => pick(step).data)))

/** The model with its noise taken from a row that is fed, instead of from a seed. */
function withFedNoise(model: BuiltModel, epsilon: HostTensor) {
  const fed = fedRows('epsilon', [batch, latent])
  const noise = () => ({ normal: () => fed.row, uniform: () => fed.row })
  const [stage] = model.stages as [BuiltStage]
  const phases = stage.phases.map((phase) => ({
    ...phase,
    terms: (b: Batch) => phase.terms({ ...b, noise }),
  }))
  return { model: { ...model, stages: [{ ...stage, phases }] }, fed, feeds: { epsilon } }
}

/** Ten steps of the whole training program over a window that holds the ten batches. */
async function train(runtime: Runtime) {
  const epsilon = stacked((step) => step.epsilon, [steps, batch, latent])
  const { model, fed, feeds } = withFedNoise(goldenModel(written.config), epsilon)
  const { betas, eps, learningRate } = written.optimiser
  const config = trainConfig.parse({
    batch,
    lr: learningRate,
    beta1: betas[0],
    beta2: betas[1],
    epsilon: eps,
  })
  const form = { rows: steps * batch, dimension, storage: 'float32', scale: 1, binarize: 'none' }
  const program = trainingProgram(model, form as never, config)
  const loop: LoopProgram = {
    ...program.loop,
    rows: { ...program.loop.rows, [fed.name]: fed.rows },
  }
  const session = await runtime.compileLoop(loop)
  const slots = program.slots.map(
    ({ name, shape }) =>
      [name, hostTensor('float64', shape, new Float64Array(sizeOf(shape)))] as const,
  )
  await session.bind({ data: stacked((step) => step.x, [steps * batch, dimension]), ...feeds })
  await session.load({ ...arrays(written.initial), ...Object.fromEntries(slots) })
  const indices = Int32Array.from({ length: steps * batch }, (_, i) => i)
  const reports = await session.run(steps, program.feeds(0, indices, steps))
  const state = await session.state()
  await session.close()
  return { reports, state }
}

const meanOf = ({ data }: Written) => data.reduce((a, b) => a + b, 0) / data.length

/** Largest relative error of the reported means and of the final parameters. */
function errors({ reports, state }: Awaited<ReturnType<typeof train>>) {
  const relative = (name: string, expected: readonly number[]) =>
    Math.max(...expected.map((value, i) => Math.abs(Number(reports[name]!.data[i]) / value - 1)))
  const term = (name: string) => written.steps.map((step) => meanOf(step.terms[name]!))
  return {
    reconstruction: relative('term reconstruction', term('reconstruction')),
    kl: relative('term kl', term('kl')),
    objective: relative(
      'objective',
      written.steps.map((step) => step.objective),
    ),
    parameters: Math.max(
      ...Object.entries(written.final).map(([name, value]) => relativeError(state[name]!, value)),
    ),
  }
}

describe('ten steps of the training program', () => {
  it('report the losses of PyTorch and end in its parameters, to 1e-9', async () => {
    const found = errors(await train(referenceRuntime))
    expect(Math.max(...Object.values(found)), JSON.stringify(found)).toBeLessThan(1e-9)
  })

  it('do so in ONNX Runtime, within what float32 allows', async () => {
    const { parameters, ...losses } = errors(await train(onnx()))
    expect(Math.max(...Object.values(losses)), JSON.stringify(losses)).toBeLessThan(1e-5)
    expect(parameters).toBeLessThan(1e-5)
  })
})
