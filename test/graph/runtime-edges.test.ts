import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { concat, constant, fill, int64, scalar, Tensor } from '../../src/graph/tensor.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { floats } from './arrays.ts'
import { mismatch, runOnnx } from './runtime.ts'

const float32 = (...data: number[]) => hostTensor('float32', [data.length], Float32Array.from(data))
const int64s = (...data: bigint[]) =>
  hostTensor('int64', [data.length], BigInt64Array.from(data, BigInt))
const zeros = (...shape: number[]) => hostTensor('float32', shape, new Float32Array(sizeOf(shape)))

const inputFor = (name: string, { dtype, shape }: HostTensor) =>
  Tensor.input(name, shape, dtype === 'float32' ? 'float' : (dtype as 'int64'))

/** Both runtimes' result of an expression of inputs `a`, `b`, which must agree. */
async function both(y: (...inputs: Tensor[]) => Tensor, ...fed: HostTensor[]) {
  const names = fed.map((_, i) => 'ab'[i]!)
  const output = y(...fed.map((t, i) => inputFor(names[i]!, t)))
  const feeds = Object.fromEntries(fed.map((t, i) => [names[i]!, t]))
  const [reference] = interpret([output], feeds)
  const [runtime] = await runOnnx([output], feeds)
  expect(mismatch(runtime!, reference!, 1e-6)).toBeUndefined()
  return [...reference!.data]
}

describe('special values, in both runtimes', () => {
  const special = float32(Number.NaN, Infinity, -Infinity, 100, -100, 0)

  it.each<[string, (x: Tensor) => Tensor, number[]]>([
    ['relu', (x) => x.relu(), [NaN, Infinity, 0, 100, 0, 0]],
    ['max with 0', (x) => x.max(0), [NaN, Infinity, 0, 100, 0, 0]],
    ['0 max', (x) => scalar(0).max(x), [NaN, Infinity, 0, 100, 0, 0]],
    ['min with 0', (x) => x.min(0), [NaN, 0, -Infinity, 0, -100, 0]],
    ['clip', (x) => x.clip(-2, 3), [NaN, 3, -2, 3, -2, 0]],
    ['sigmoid', (x) => x.sigmoid(), [NaN, 1, 0, 1, Math.exp(-100), 0.5]],
    ['tanh', (x) => x.tanh(), [NaN, 1, -1, 1, -1, 0]],
    ['softplus', (x) => x.softplus(), [NaN, Infinity, 0, 100, Math.exp(-100), Math.LN2]],
    ['erf', (x) => x.erf(), [NaN, 1, -1, 1, -1, 0]],
    ['sign', (x) => x.sign(), [NaN, 1, -1, 1, -1, 0]],
    ['exp', (x) => x.mul(0.5).exp(), [NaN, Infinity, 0, Math.exp(50), Math.exp(-50), 1]],
    ['log', (x) => x.log(), [NaN, Infinity, NaN, Math.log(100), NaN, -Infinity]],
    ['sqrt', (x) => x.sqrt(), [NaN, Infinity, NaN, 10, NaN, 0]],
    ['1 divided by it', (x) => scalar(1).div(x), [NaN, 0, -0, 0.01, -0.01, Infinity]],
    ['less than 0, as a number', (x) => x.less(0).select(scalar(1), 0), [0, 0, 1, 0, 1, 0]],
    ['equal to itself', (x) => x.equal(x).select(scalar(1), 0), [0, 1, 1, 1, 1, 1]],
    ['being other than 0', (x) => x.cast('bool').select(scalar(1), 0), [1, 1, 1, 1, 1, 0]],
  ])('%s', async (_, y, expected) => {
    const values = await both(y as (...inputs: Tensor[]) => Tensor, special)
    values.forEach((value, i) => {
      if (Number.isFinite(expected[i]!)) expect(value).toBeCloseTo(expected[i]!, 12)
      else expect(value).toBe(expected[i])
    })
  })

  it('sums over NaN are NaN, over infinity infinite', async () => {
    const rows = hostTensor('float32', [2, 3], Float32Array.of(1, NaN, Infinity, 1, 1, 1))
    expect(await both((x) => x!.sum([0]), rows)).toEqual([2, NaN, Infinity])
    expect(await both((x) => x!.sum([1]), rows)).toEqual([NaN, 3])
  })

  // Of NaN, ONNX Runtime's maximum says nothing: logSumExp must not lose it.
  it('logSumExp over NaN is NaN', async () => {
    expect(await both((x) => x!.logSumExp(0), float32(1, NaN, 2))).toEqual([NaN])
    expect(await both((x) => x!.logSumExp(0), float32(NaN, 1, Infinity, 1, 1))).toEqual([NaN])
  })

  it('softplus is exact to float32 where exp would overflow', async () => {
    const [high, low] = await both((x) => x!.softplus(), float32(1000, -1000))
    expect([high, low]).toEqual([1000, 0])
  })
})

describe('int64, in both runtimes', () => {
  const max = 2n ** 63n - 1n

  it('wraps around at 64 bits in sums, differences and products', async () => {
    expect(await both((a, b) => a!.add(b!), int64s(max, -1n), int64s(1n, 1n))).toEqual([
      -(2n ** 63n),
      0n,
    ])
    expect(await both((a, b) => a!.sub(b!), int64s(-max), int64s(2n))).toEqual([max])
    const golden = 0x9e3779b97f4a7c15n
    const product = BigInt.asIntN(64, golden * 0x123456789abcdefn)
    const multiply = (a: Tensor | undefined) => a!.mul(int64(golden))
    expect(await both(multiply, int64s(0x123456789abcdefn))).toEqual([product])
  })

  it('shifts zeros in from the left, also into negative numbers', async () => {
    const shift = (bits: number) => both((x) => x!.shiftRight(bits), int64s(-1n, -(2n ** 63n), 5n))
    expect(await shift(1)).toEqual([max, 2n ** 62n, 2n])
    expect(await shift(63)).toEqual([1n, 1n, 0n])
    expect(await shift(0)).toEqual([-1n, -(2n ** 63n), 5n])
  })

  it('truncates floats towards zero', async () => {
    const given = float32(1.9, -1.9, 0.5, -0.5, -0, 2 ** 40)
    expect(await both((x) => x!.cast('int64'), given)).toEqual([1n, -1n, 0n, 0n, 0n, 2n ** 40n])
  })

  it('makes flags of what is not zero, and numbers of flags', async () => {
    expect(await both((x) => x!.cast('bool').cast('int64'), int64s(-3n, 0n, 7n))).toEqual([
      1n,
      0n,
      1n,
    ])
    expect(await both((x) => x!.cast('bool').cast('float'), float32(0.25, 0, -0))).toEqual([
      1, 0, 0,
    ])
  })

  it('keeps the bits of a constant beyond 2^53', async () => {
    const exact = 2n ** 53n + 1n
    expect(await both((x) => x!.xor(int64(exact)), int64s(0n))).toEqual([exact])
  })
})

describe('axes of no length, in both runtimes', () => {
  it('sum to 0 and have the maximum -Infinity', async () => {
    expect(await both((x) => x!.sum([1]), zeros(2, 0))).toEqual([0, 0])
    expect(await both((x) => x!.sum([0]), zeros(0, 2))).toEqual([0, 0])
    expect(await both((x) => x!.reduceMax([1]), zeros(2, 0))).toEqual([-Infinity, -Infinity])
  })

  it('make products of matrices zero where they are the inner one', async () => {
    const dot = (a: Tensor | undefined, b: Tensor | undefined) => a!.dot(b!)
    expect(await both(dot, zeros(2, 0), zeros(0, 1))).toEqual([0, 0])
    expect(await both((a, b) => a!.dot(b!).add(3), zeros(2, 0), zeros(0, 1))).toEqual([3, 3])
    const bias = constant([1, 2], [2])
    const fused = (a: Tensor | undefined, b: Tensor | undefined) => a!.dot(b!).mul(2).add(bias)
    expect(await both(fused, zeros(1, 0), zeros(0, 2))).toEqual([1, 2])
    expect(await both((a, b) => a!.matmul(b!), zeros(2, 1, 0), zeros(1, 0, 1))).toEqual([0, 0])
  })

  it('leave a concatenation, a padding and a scattering to the rest', async () => {
    expect(await both((a, b) => concat([a!, b!], 0), zeros(0), float32(1))).toEqual([1])
    expect(await both((x) => x!.pad(0, 1, 1), zeros(0))).toEqual([0, 0])
    const none = constant([], [0], 'int64')
    expect(await both((x) => x!.scatterAdd(none, 0, 2), zeros(0))).toEqual([0, 0])
    expect(await both((x) => x!.gather(none), floats(1, [3, 2]))).toEqual([])
  })

  it('give a loss over an empty batch the gradient zero', async () => {
    const gradient = (y: (x: Tensor, w: Tensor) => Tensor) => (x?: Tensor, w?: Tensor) =>
      gradients(y(x!, w!).square().sum(), [w!])[0]!
    const dense = gradient((x, w) => x.dot(w).tanh())
    expect(await both(dense, zeros(0, 2), floats(1, [2, 1]))).toEqual([0, 0])
    const convolved = gradient((x, w) => x.conv2d(w))
    expect(await both(convolved, zeros(0, 1, 3, 3), floats(1, [1, 1, 1, 2]))).toEqual([0, 0])
    const transposed = gradient((x, w) => x.convTranspose2d(w, { strides: [2, 2] }))
    expect(await both(transposed, zeros(0, 1, 2, 2), floats(1, [1, 1, 1, 2]))).toEqual([0, 0])
  })

  it('are refused where there is no answer', () => {
    expect(() => fill([2, 0], 1).argMax(1)).toThrow(
      'argMax needs at least one element along axis 1 of [2, 0]',
    )
    const image = fill([1, 1, 3, 3], 1)
    expect(() => fill([1, 1, 0, 3], 1).conv2d(fill([1, 1, 1, 1], 1))).toThrow(
      'conv2d is empty: [1, 1, 0, 3]',
    )
    expect(() => image.conv2d(fill([1, 1, 0, 2], 1))).toThrow("conv2d's kernel is empty")
    expect(() => image.conv2d(fill([0, 1, 2, 2], 1))).toThrow('there is no kernel in [0, 1, 2, 2]')
    expect(() => image.conv2d(fill([1, 1, 4, 4], 1))).toThrow(
      'a kernel that reaches over 4 does not fit into 3',
    )
    expect(() => fill([1, 0, 2, 2], 1).convTranspose2d(fill([0, 1, 2, 2], 1))).toThrow(
      'convTranspose2d needs a channel, got [1, 0, 2, 2]',
    )
    const crop = { padding: [2, 2, 2, 2] as const }
    expect(() => image.convTranspose2d(fill([1, 1, 2, 2], 1), crop)).toThrow(
      'padding 4 leaves nothing of 4',
    )
    expect(() => image.convTranspose2d(fill([1, 1, 2, 2], 1), { outputPadding: [0, 1] })).toThrow(
      'outputPadding 1 is not below the stride 1',
    )
  })
})
