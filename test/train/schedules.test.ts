import { describe, expect, it } from 'vitest'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { learningRate, trainConfig } from '../../src/train/config.ts'
import { initialParameters, initialState } from '../../src/train/initial-state.ts'
import { trainingProgram } from '../../src/train/program.ts'
import { onnx } from './onnx.ts'
import { DIMENSION, tinyModel } from './tiny.ts'

const PER_EPOCH = 4

const rates = (options: Record<string, unknown>, steps: readonly number[]) => {
  const config = trainConfig.parse({ lr: 0.1, epochs: 3, ...options })
  return steps.map((step) => learningRate(config, step, PER_EPOCH))
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))

describe('the learning rate', () => {
  it('is constant unless told otherwise', () => {
    expect(rates({}, [0, 5, 11])).toEqual([0.1, 0.1, 0.1])
  })

  it('falls by the factor after every so many epochs', () => {
    const steps = [0, 7, 8, 15, 16]
    expect(rates({ schedule: 'step:2:0.1' }, steps)).toEqual(close([0.1, 0.1, 0.01, 0.01, 0.001]))
    expect(rates({ schedule: 'step:0.5:.5' }, [0, 1, 2, 4])).toEqual(close([0.1, 0.1, 0.05, 0.025]))
  })

  it('falls by the factor when each milestone is reached', () => {
    const steps = [0, 3, 4, 11, 12, 100]
    const found = rates({ schedule: 'milestones:1,3:0.5' }, steps)
    expect(found).toEqual(close([0.1, 0.1, 0.05, 0.05, 0.025, 0.025]))
    expect(rates({ schedule: 'milestones:2:.1' }, [7, 8])).toEqual(close([0.1, 0.01]))
  })

  it('spreads the eight stages of 3^i epochs from 1e-3 to 1e-4 (Burda et al. 2016)', () => {
    const schedule = `milestones:1,4,13,40,121,364,1093:${10 ** (-1 / 7)}`
    const config = trainConfig.parse({ lr: 1e-3, epochs: 3280, schedule })
    const lasts = Array.from({ length: 8 }, (_, i) => (3 ** (i + 1) - 1) / 2 - 1)
    expect(lasts.at(-1)).toBe(3279)
    expect(lasts.map((epoch) => learningRate(config, epoch, 1))).toEqual(
      close(Array.from({ length: 8 }, (_, i) => 1e-3 * 10 ** (-i / 7))),
    )
  })

  it('falls along half a cosine to zero at the end of the last epoch', () => {
    const half = (share: number) => 0.05 * (1 + Math.cos(Math.PI * share))
    const found = rates({ schedule: 'cosine' }, [0, 3, 6, 11, 12])
    expect(found).toEqual(close([0.1, half(0.25), 0.05, half(11 / 12), 0]))
  })

  it('rises linearly during warm-up, reaching itself at its last step', () => {
    expect(rates({ warmup: 1 }, [0, 1, 2, 3, 4])).toEqual(close([0.025, 0.05, 0.075, 0.1, 0.1]))
    const both = rates({ warmup: 1, schedule: 'cosine' }, [1, 6])
    expect(both).toEqual(close([0.5 * 0.05 * (1 + Math.cos(Math.PI / 12)), 0.05]))
  })

  it.each([
    'step',
    'step:0:0.1',
    'step:0.0:0.1',
    'step:10',
    'linear',
    'step:-1:2',
    'cosine ',
    'milestones',
    'milestones:10',
    'milestones::0.1',
    'milestones:0,10:0.1',
    'milestones:20,10:0.1',
    'milestones:10,10:0.1',
    'milestones:1.5:0.1',
    'milestones:10,:0.1',
  ])('cannot follow %j', (schedule) => {
    expect(trainConfig.safeParse({ schedule }).error?.issues[0]?.message).toContain(
      'expected constant, cosine, step:EPOCHS:FACTOR such as step:10:0.1, or milestones:',
    )
  })

  it.each([0, -1, 'NaN', 'Infinity', 'fast', ''])('cannot be %j', (lr) => {
    expect(trainConfig.safeParse({ lr }).error?.issues[0]?.path).toEqual(['lr'])
  })
})

/** What some steps report, and how far one step moves the parameters. */
async function steps(
  options: Record<string, unknown>,
  { count = 1, beta = 1 as number | string, dropout = 0 } = {},
) {
  const model = tinyModel({ beta, dropout })
  const config = trainConfig.parse({ batch: 5, optimizer: 'sgd', momentum: 0, lr: 1, ...options })
  const form = {
    rows: 5,
    dimension: DIMENSION,
    storage: 'float32',
    scale: 1,
    binarize: 'none',
  } as const
  const program = trainingProgram(model, form, config)
  const session = await onnx().compileLoop(program.loop)
  const before = initialState(initialParameters(model, 0), program)
  const data = Float32Array.from({ length: 5 * DIMENSION }, (_, i) => ((i * 7) % 11) / 10)
  await session.bind({ data: hostTensor('float32', [5, DIMENSION], data) })
  await session.load(before)
  const indices = Int32Array.from({ length: 5 * count }, (_, i) => i % 5)
  const reports = await session.run(count, program.feeds(0, indices, PER_EPOCH))
  const after = await session.state()
  await session.close()
  const report = (name: string) => Array.from(reports[name]!.data as Float32Array)
  return { before, after, report, names: [...model.parameters.keys()] }
}

/** How far the parameters moved, as one vector. */
function moved(before: Arrays, after: Arrays, names: readonly string[]): number[] {
  return names.flatMap((name) => {
    const [a, b] = [after[name]!.data as Float32Array, before[name]!.data as Float32Array]
    return Array.from({ length: sizeOf(before[name]!.shape) }, (_, i) => a[i]! - b[i]!)
  })
}

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0))

describe('a scheduled weight', () => {
  it('enters the objective of each step with the value of its epoch', async () => {
    const { report } = await steps({ lr: 1e-3 }, { count: 10, beta: '0.2:1@2' })
    const weights = report('objective').map(
      (value, i) => (value - report('term reconstruction')[i]!) / report('term kl')[i]!,
    )
    const expected = Array.from({ length: 10 }, (_, step) => 0.2 + 0.8 * Math.min(1, step / 8))
    weights.forEach((weight, step) => {
      expect(weight).toBeCloseTo(expected[step]!, 3)
    })
  })
})

describe('clipping', () => {
  it('limits the norm of the whole gradient, and keeps its direction', async () => {
    const free = await steps({})
    const limited = await steps({ clip: 0.25 })
    const [a, b] = [free, limited].map(({ before, after, names }) => moved(before, after, names))
    expect(norm(a!)).toBeGreaterThan(1)
    expect(norm(b!)).toBeCloseTo(0.25, 5)
    const cosine = a!.reduce((sum, v, i) => sum + v * b![i]!, 0) / (norm(a!) * norm(b!))
    expect(cosine).toBeCloseTo(1, 6)
  })

  it('leaves a gradient alone that is short enough', async () => {
    const [free, limited] = [await steps({}), await steps({ clip: 100 })]
    expect(limited.after).toEqual(free.after)
  })
})

describe('weight decay', () => {
  it('of SGD adds lr · decay · θ to the step', async () => {
    const [free, decayed] = [await steps({ lr: 0.1 }), await steps({ lr: 0.1, weightDecay: 0.5 })]
    for (const name of free.names) {
      const values = (arrays: Arrays) => Array.from(arrays[name]!.data as Float32Array)
      const difference = values(decayed.after).map((v, i) => v - values(free.after)[i]!)
      values(free.before).forEach((theta, i) => {
        expect(difference[i]).toBeCloseTo(-0.1 * 0.5 * theta, 6)
      })
    }
  })

  it('of AdamW shrinks θ apart from the gradient', async () => {
    const options = { optimizer: 'adamw', lr: 0.01 }
    const [free, decayed] = [await steps(options), await steps({ ...options, weightDecay: 0.5 })]
    const [a, b] = [free, decayed].map(({ before, after, names }) => moved(before, after, names))
    const theta = free.names.flatMap((name) => Array.from(free.before[name]!.data as Float32Array))
    a!.forEach((change, i) => {
      expect(b![i]! - change).toBeCloseTo(-0.01 * 0.5 * theta[i]!, 6)
    })
  })
})

describe('dropout', () => {
  it('changes the loss of a training step', async () => {
    const [free, dropped] = [await steps({}), await steps({}, { dropout: 0.5 })]
    expect(dropped.report('objective')).not.toEqual(free.report('objective'))
  })
})
