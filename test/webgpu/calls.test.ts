import { afterAll, describe, expect, it, type MockInstance, vi } from 'vitest'
import { STEPS } from '../../src/graph/loop.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { Arrangement, Fixed } from '../../src/graph/wgsl/arrangement.ts'
import { programOf } from '../../src/graph/wgsl/program.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Gpu } from '../../src/runtime/webgpu/gpu.ts'
import { LoadedProgram } from '../../src/runtime/webgpu/loaded-program.ts'
import { webgpuServices } from '../../src/runtime/webgpu/services.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { differences, loopResults } from '../graph/loop-results.ts'
import type { RandomLoop } from '../graph/random-loops.ts'
import { workgroupsBackwards } from './backwards.ts'
import { webgpuOf } from './runtime.ts'
import { openSoftwareGpu } from './software-device.ts'

const gpu = await openSoftwareGpu()
const missing = 'missing' in gpu ? gpu.missing : undefined
if (missing) console.log(`skipped: calls of WebGPU, since ${missing}`)
afterAll(() => 'destroy' in gpu && gpu.destroy())

const vector = (...values: number[]) =>
  hostTensor('float32', [values.length], Float32Array.from(values))

describe.skipIf(missing)('a loop on WebGPU', () => {
  const device = gpu as Exclude<typeof gpu, { missing: string }>
  const runtime = webgpuOf(device)

  async function loopDifferences(loop: RandomLoop, calls: readonly number[]) {
    const expected = await loopResults(referenceRuntime, loop, calls)
    return differences(await loopResults(runtime, loop, calls), expected, 1e-6)
  }

  it('keeps the constants of its summary apart from what its steps compute', async () => {
    const s = Tensor.input('s', [8])
    const inner = s
      .reshape([8, 1])
      .mul(s.reshape([1, 8]))
      .sum([1]) // [8], read by each element below
    const next = inner
      .reshape([8, 1])
      .mul(s.reshape([1, 8]))
      .sum([0])
      .mul(0.01)
    const weights = constant(Float64Array.of(1, 5, -2, 7, 3, 1, 4, 9), [8])
    const loop = {
      program: {
        state: { s: { input: s, next } },
        reports: { sum: s.sum() },
        rows: {},
        summary: { total: s.mul(weights).sum() },
      },
      state: { s: vector(1, -2, 0.5, 1, 0.3, 2, -1, 0.1) },
      feeds: {},
    }
    expect(await loopDifferences(loop, [1, 2])).toEqual([])
  })

  it('swaps and rotates its state, keeps bytes and empty arrays, in calls of few and many steps, whichever workgroups are first', async () => {
    const [a, b, p, q, r] = ['a', 'b', 'p', 'q', 'r'].map((name) => Tensor.input(name, [4]))
    const empty = Tensor.input('empty', [0, 3])
    const truth = Tensor.input('truth', [4], 'bool')
    const byte = Tensor.input('byte', [4], 'uint8')
    const loop = {
      program: {
        state: {
          a: { input: a!, next: b! },
          b: { input: b!, next: a! },
          p: { input: p!, next: q!.add(1) },
          q: { input: q!, next: r!.mul(0.5) },
          r: { input: r!, next: p!.add(q!).mul(0.5) },
          empty: { input: empty, next: empty.mul(2) },
          truth: { input: truth, next: truth.not() },
          byte: { input: byte, next: truth.cast('uint8') },
        },
        reports: { old: a!, new: b!, both: p!.add(q!), none: empty.sum([0]), truth, byte },
        rows: {},
        summary: { p: p!.sum(), none: empty.sum() },
      },
      state: {
        a: vector(1, 2, 3, 4),
        b: vector(-1, 5, 8, 0),
        p: vector(3, 6, 9, 1),
        q: vector(2, -7, 4, 4),
        r: vector(0.5, 7, -2, 6),
        empty: hostTensor('float32', [0, 3], new Float32Array()),
        truth: hostTensor('bool', [4], Uint8Array.of(1, 0, 0, 1)),
        byte: hostTensor('uint8', [4], Uint8Array.of(1, 255, 7, 0)),
      },
      feeds: {},
    }
    expect(await loopDifferences(loop, [3, 2, 5])).toEqual([])
    const shaders = workgroupsBackwards(device)
    expect(await loopDifferences(loop, [3, 2, 5])).toEqual([])
    expect(shaders).toHaveBeenCalled()
    shaders.mockRestore()
  })

  it('submits more and more steps at a time, so that the device soon has something to do', async () => {
    const s = Tensor.input('s', [2])
    const loop = await runtime.compileLoop({
      state: { s: { input: s, next: s.add(1) } },
      reports: { s },
      rows: {},
      summary: {},
    })
    await loop.load({ s: vector(0, 5) })
    // A step of the first call took a tenth of a millisecond.
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++)
    await loop.run(10, {})
    const encoding = vi.spyOn(LoadedProgram.prototype, 'encode')
    const { s: reported } = await loop.run(150, {})
    const submitted = encoding.mock.calls.map(([, from, to]) => to - from)
    clock.mockRestore()
    encoding.mockRestore()
    expect(submitted).toEqual([4, 8, 16, 32, 64, 26])
    const steps = Array.from({ length: 150 }, (_, k) => [10 + k, 15 + k])
    expect(reported).toEqual(hostTensor('float32', [150, 2], Float32Array.from(steps.flat())))
    await loop.close()
  })

  it('refuses arrays that are missing, or have another shape or type than its inputs', async () => {
    const [s, x, row] = ['s', 'x', 'row'].map((name) => Tensor.input(name, [4]))
    const loop = await runtime.compileLoop({
      state: { s: { input: s!, next: s!.add(x!).mul(row!) } },
      reports: { sum: s!.sum() },
      rows: { row: Tensor.input('rows', [STEPS, 4]) },
      summary: {},
    })
    const rows = hostTensor('float32', [2, 4], new Float32Array(8))
    await loop.load({ s: vector(1, 2, 3, 4) })
    await expect(loop.run(2, { rows })).rejects.toThrow('no value was fed for the input x')
    const refused = (feeds: typeof rows, shape: string) => [
      expect(loop.bind({ x: feeds })).rejects.toThrow(
        `input x takes float32 [4], was fed ${shape}`,
      ),
      expect(loop.load({ s: feeds })).rejects.toThrow(
        `input s takes float32 [4], was fed ${shape}`,
      ),
    ]
    await Promise.all(refused(vector(1, 2), 'float32 [2]'))
    await Promise.all(refused(hostTensor('bool', [4], new Uint8Array(4)) as never, 'bool [4]'))
    await loop.bind({ x: vector(1, 2, 3, 4) })
    await expect(loop.run(2, {})).rejects.toThrow('no value was fed for the input rows')
    await expect(loop.run(3, { rows })).rejects.toThrow(
      'input rows takes float32 [3, 4], was fed float32 [2, 4]',
    )
    expect((await loop.run(2, { rows })).sum!.data).toEqual(Float32Array.of(10, 0))
    await loop.close()
  })
})

describe.skipIf(missing)('a session on WebGPU', () => {
  const runtime = webgpuOf(gpu as Exclude<typeof gpu, { missing: string }>)

  it('has what was bound again after a call that has failed', async () => {
    const sum = Tensor.input('a', [2])
      .sum()
      .add(Tensor.input('b', ['n']).sum())
    const session = await runtime.compile({ sum })
    await session.bind({ a: vector(1, 2), b: vector(3, 4) })
    const other = { a: vector(100, 200), b: vector(1, 2, 3) }
    await expect(session.run(other)).rejects.toThrow('b is bound as [2], was fed [3]')
    expect((await session.run({})).sum!.data[0]).toBe(10)
    await session.close()
  })

  it('says in one line that it has no float64', async () => {
    const session = await runtime.compile({ y: Tensor.input('x', [4]).cast('double').mul(3) })
    await expect(session.run({ x: vector(1, 2, 3, 4) })).rejects.toThrow(
      /^WebGPU has no float64, which \w+ computes with; use device: 'cpu'$/,
    )
  })

  it('refuses an array of another type', async () => {
    const session = await runtime.compile({ y: Tensor.input('x', ['n']).mul(2) })
    const bytes = hostTensor('uint8', [4], Uint8Array.of(1, 2, 3, 4))
    await expect(session.run({ x: bytes })).rejects.toThrow(
      'input x takes float32 [n], was fed uint8 [4]',
    )
  })
})

describe.skipIf(missing)('what cannot be compiled', () => {
  const [s, x] = [Tensor.input('s', [4]), Tensor.input('x', [4])]
  const loop = { state: { s: { input: s, next: s.add(x) } }, reports: {}, rows: {}, summary: {} }

  /** How often each buffer was destroyed that was made by `work`, which fails. */
  async function destroyed(of: Gpu, work: () => Promise<unknown>, message: string) {
    const made: MockInstance[] = []
    const { buffer } = of
    const making = vi.spyOn(of, 'buffer').mockImplementation(async (bytes, flags) => {
      const one = await buffer.call(of, bytes, flags)
      made.push(vi.spyOn(one, 'destroy'))
      return one
    })
    await expect(work()).rejects.toThrow(message)
    making.mockRestore()
    return made.map((destroy) => destroy.mock.calls.length)
  }

  it('frees its buffers where the device has no memory for the next', async () => {
    const { device } = gpu as Gpu
    const create = device.createBuffer.bind(device)
    let asked = 0
    const creating = vi.spyOn(device, 'createBuffer').mockImplementation((descriptor) => {
      if (asked++ === 2) throw new Error('no memory')
      return create(descriptor)
    })
    const open = () => webgpuOf(gpu as Gpu).compileLoop(loop)
    expect(await destroyed(gpu as Gpu, open, 'the GPU has no memory')).toEqual([1, 1])
    creating.mockRestore()
  })

  it.each([
    ['a loop', () => webgpuOf(gpu as Gpu).compileLoop(loop), [1, 1, 1]],
    [
      'a session',
      async () => {
        const session = await webgpuOf(gpu as Gpu).compile({ y: x.tanh().sum().mul(x) })
        await session.run({ x: vector(1, 2, 3, 4) })
      },
      [1],
    ],
  ])('frees the buffers of %s whose shader is refused', async (_, open, freed) => {
    const refusing = vi.spyOn(gpu as Gpu, 'pipeline').mockRejectedValue(new Error('refused'))
    expect(await destroyed(gpu as Gpu, open, 'refused')).toEqual(freed)
    refusing.mockRestore()
  })
})

it('says in one line that a package for the GPU cannot be loaded', async () => {
  const { open } = webgpuServices(async () => {
    throw new Error('libdawn.so: wrong ELF class\nRequire stack: ...')
  })
  const args = { names: [], nodes: [], outputs: [] }
  await expect(open({ id: 1, method: 'compileGraph', args })).rejects.toThrow(
    "device 'webgpu' cannot be used on this machine (libdawn.so: wrong ELF class); use device: 'cpu'",
  )
})

it('refuses an expression with more elements than an index of 32 bits counts', () => {
  const limits = { words: 2 ** 30, buffers: 8, unrolled: 1 }
  const arrangement = new Arrangement(limits, new Fixed(limits))
  const [a, b] = [Tensor.input('a', [3000, 1, 600]), Tensor.input('b', [1, 3000, 600])]
  const distances = a.sub(b).abs().sum([2])
  expect(() => programOf(arrangement, { distances })).toThrow(
    /\[3000, 3000, 600\] has more elements than 32-bit indices can count/,
  )
})
