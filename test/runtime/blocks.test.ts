import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import type { LoopProgram } from '../../src/graph/loop.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { blockSize } from '../../src/runtime/blocks.ts'
import { localRuntime } from '../../src/runtime/local.ts'
import type { Engine, OrtModule } from '../../src/runtime/onnx.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Arrays, Runtime } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { compiled } from '../compiled.ts'
import { floats } from '../graph/arrays.ts'

const native = ort as unknown as OrtModule
const engine = (changed: Partial<OrtModule>): Engine => ({
  ort: { ...native, Tensor: ort.Tensor, ...changed } as OrtModule,
  preallocates: true,
})
const size = await blockSize(engine({}))
const lowering = size === 0 ? {} : { blocks: size }

describe('the size of channel blocks', () => {
  it('is none where sessions cannot be made of such ops', async () => {
    const create = async () => {
      throw new Error('com.microsoft.nchwc.Conv is not a registered op')
    }
    expect(await blockSize(engine({ InferenceSession: { create } as never }))).toBe(0)
  })

  it('is none where they compute something else than ONNX’s convolution', async () => {
    const create = async (...given: Parameters<typeof ort.InferenceSession.create>) => {
      const session = await ort.InferenceSession.create(...given)
      return {
        inputNames: session.inputNames,
        release: () => session.release(),
        async run(feeds: ort.InferenceSession.FeedsType) {
          const results = await session.run(feeds)
          const blocked = results.blocked?.data as Float32Array | undefined
          if (blocked) blocked[5]! += 1
          return results
        },
      }
    }
    expect(await blockSize(engine({ InferenceSession: { create } as never }))).toBe(0)
  })

  it('is found once', async () => {
    let sessions = 0
    const counted = engine({
      InferenceSession: {
        create: (...given: Parameters<typeof ort.InferenceSession.create>) => {
          sessions++
          return ort.InferenceSession.create(...given)
        },
      } as never,
    })
    expect(await blockSize(counted)).toBe(size)
    const before = sessions
    expect(await blockSize(counted)).toBe(size)
    expect(sessions).toBe(before)
  })
})

/** A convolutional autoencoder of one layer each way, trained by gradient descent, in batches of 20. */
function training(): LoopProgram {
  const x = Tensor.input('x', [20, 3, 9, 6])
  const parameters = {
    encode: Tensor.input('encode', [16, 3, 3, 3]),
    bias: Tensor.input('bias', [16, 1, 1]),
    narrow: Tensor.input('narrow', [32, 16, 3, 3]),
    widen: Tensor.input('widen', [32, 16, 3, 3]),
    decode: Tensor.input('decode', [16, 3, 3, 2]),
  }
  const options = { strides: [2, 2], padding: [1, 1, 1, 1] } as const
  const h = x.conv2d(parameters.encode, options).add(parameters.bias).relu() // [20, 16, 5, 3]
  const code = h.conv2d(parameters.narrow, options).tanh() // [20, 32, 3, 2]
  const wide = code.convTranspose2d(parameters.widen, options).relu() // [20, 16, 5, 3]
  const y = wide.convTranspose2d(parameters.decode, { ...options, outputPadding: [0, 0] })
  const padded = y.pad(3, 0, 2)
  const loss = padded.sub(x).square().mean()
  const names = Object.keys(parameters) as (keyof typeof parameters)[]
  const slopes = gradients(loss, Object.values(parameters))
  const state = names.map((name, i) => {
    const input = parameters[name]
    return [name, { input, next: input.sub(slopes[i]!.mul(0.5)) }] as const
  })
  return { state: Object.fromEntries(state), reports: { loss }, rows: {}, summary: {} }
}

/** The parameters after calls of the given numbers of steps, and the losses of all steps. */
async function trained(runtime: Runtime, calls: readonly number[]) {
  const program = training()
  const session = await runtime.compileLoop(program)
  const start: Arrays = Object.fromEntries(
    Object.entries(program.state).map(([name, { input }], i) => {
      const { shape, data } = floats(i, input.shape as number[])
      return [
        name,
        hostTensor(
          'float32',
          shape,
          data.map((v) => 0.2 * v),
        ),
      ]
    }),
  )
  await session.bind({ x: floats(9, [20, 3, 9, 6]) })
  await session.load(start)
  const losses: number[] = []
  for (const steps of calls)
    losses.push(...Array.from((await session.run(steps, {})).loss!.data, Number))
  const state = await session.state()
  await session.close()
  return { state, losses }
}

describe('training with convolutions in blocks', () => {
  const blocked = (threads: number) =>
    localRuntime(native, 'onnxruntime-node', { device: 'cpu', threads }, lowering)

  it('follows the float64 reference', async () => {
    const expected = await trained(referenceRuntime, [6])
    const actual = await trained(blocked(1), [6])
    actual.losses.forEach((loss, i) => {
      expect(Math.abs(loss - expected.losses[i]!)).toBeLessThan(1e-5 * expected.losses[i]!)
    })
    expect(actual.losses[5]).toBeLessThan(0.9 * actual.losses[0]!)
    for (const [name, { data }] of Object.entries(actual.state))
      data.forEach((v, i) => {
        expect(Math.abs(Number(v) - Number(expected.state[name]!.data[i]))).toBeLessThan(1e-5)
      })
  })

  it('comes to the same bits however the steps are cut into calls, on one thread or two', async () => {
    const whole = await trained(blocked(1), [6])
    expect(await trained(blocked(1), [1, 3, 2])).toEqual(whole)
    expect(await trained(blocked(2), [4, 2])).toEqual(whole)
  })
})

describe('the runtime in Node', () => {
  it.skipIf(size === 0)('convolves in blocks', async () => {
    const { openRuntime } = (await compiled(
      'runtime/node.js',
    )) as typeof import('../../src/runtime/node.ts')
    const { Tensor: Built } = (await compiled(
      'graph/tensor.js',
    )) as typeof import('../../src/graph/tensor.ts')
    const computed = async (runtime: Runtime, of: typeof Tensor) => {
      const x = of.input('x', [4, 32, 12, 12])
      const y = x.conv2d(of.input('w', [32, 32, 5, 5])).relu()
      const session = await runtime.compile({ y })
      const feeds = { x: floats(1, [4, 32, 12, 12]), w: floats(2, [32, 32, 5, 5]) }
      const { data } = (await session.run(feeds)).y!
      await session.close()
      await runtime.close()
      return Array.from(data as Float32Array)
    }
    const options = { device: 'cpu', threads: 1 } as const
    const actual = await computed(openRuntime(options), Built)
    // The order of its additions tells a convolution in blocks from a plain one.
    expect(actual).toEqual(await computed(localRuntime(native, '', options, lowering), Tensor))
    expect(actual).not.toEqual(await computed(localRuntime(native, '', options), Tensor))
  })
})
