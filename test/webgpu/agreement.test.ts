import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { opTable } from '../../src/graph/ops/table.ts'
import type { OpName } from '../../src/graph/rule.ts'
import { concat, Tensor } from '../../src/graph/tensor.ts'
import { elements } from '../../src/graph/wgsl/elements.ts'
import type { Factors } from '../../src/graph/wgsl/parts/factors.ts'
import { divisionOf } from '../../src/graph/wgsl/parts/tiles.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { between } from '../graph/arrays.ts'
import { largest } from '../graph/expressions.ts'
import { runtimeCases } from '../graph/runtime-cases.ts'
import {
  isSingle,
  loopDifferences,
  randomLoops,
  randomTrials,
  trialDifferences,
} from './agreement.ts'
import { indicesChecked } from './checked-indices.ts'
import { openSoftwareGpu } from './software-device.ts'

// Two steps of a product written out, so that odd sums end within them.
const gpu = await openSoftwareGpu({ unrolled: 2 })
const missing = 'missing' in gpu ? gpu.missing : undefined
if (missing) console.log(`skipped: agreement of WebGPU with the interpreter, since ${missing}`)
const marks = 'missing' in gpu ? () => 0 : indicesChecked(gpu)
afterEach(() => expect(marks(), 'indices beyond an array').toBe(0))
afterAll(() => 'destroy' in gpu && gpu.destroy())

describe.skipIf(missing)('WebGPU agrees with the reference interpreter', () => {
  const device = gpu as Exclude<typeof gpu, { missing: string }>
  const ops = Object.keys(opTable) as OpName[]

  it.each(ops)('on %s, over shapes with broadcasting, scalars and sizes of zero', async (op) => {
    // Parts of their own take a device in software long to compile.
    const numRuns = elements[op] === 'kernel' ? 2 : 4
    const cases = fc.sample(runtimeCases[op].filter(isSingle), { seed: 17, numRuns })
    const trials = cases.map((value) => ({ value, scale: 1 }))
    expect(await trialDifferences(device, trials)).toEqual([])
  })

  it('on convolutions with strides, dilations and paddings, and their gradients', async () => {
    const [x, w, u] = [
      Tensor.input('x', [2, 3, 8, 7]),
      Tensor.input('w', [4, 3, 3, 2]),
      Tensor.input('u', [4, 2, 4, 3]),
    ]
    const padding = [1, 0, 2, 1] as const
    const y = x.conv2d(w, { strides: [2, 1], dilations: [1, 2], padding }).relu()
    const up = y.convTranspose2d(u, { strides: [3, 2], padding, outputPadding: [2, 1] })
    const wide = y.convTranspose2d(u, { strides: [2, 1], dilations: [2, 1] })
    const loss = up.square().sum().add(wide.square().sum())
    const outputs = [up, wide, ...gradients(loss, [x, w, u])]
    const feeds = Object.fromEntries(
      [x, w, u].map((input, i) => [
        input.attributesOf('input').name,
        between(i, input.shape as number[], -1, 1),
      ]),
    )
    const trial = { value: { outputs, feeds }, scale: largest(outputs, feeds) }
    expect(await trialDifferences(device, [trial])).toEqual([])
  })

  it('on sums over padding, and over nothing', async () => {
    const [x, none] = [Tensor.input('x', [3, 4]), Tensor.input('none', [2, 3, 0])]
    const padded = x.pad(1, 1, 2)
    const outputs = [padded.sum([1]), padded.pad(0, 1, 1).sum(), concat([none, none], 1).sum([2])]
    const feeds = { x: between(1, [3, 4], 1, 2), none: between(2, [2, 3, 0], 0, 1) }
    expect(await trialDifferences(device, [{ value: { outputs, feeds }, scale: 1 }])).toEqual([])
  })

  it('on numbers that are no bytes, which wrap around', async () => {
    const x = Tensor.input('x', [6])
    const outputs = [x.cast('uint8'), x.cast('uint8').cast('float'), x.cast('int64').cast('uint8')]
    const values = Float32Array.of(255.9, 256, 300, -1, -300.7, 1e6)
    const feeds = { x: hostTensor('float32', [6], values) }
    expect(await trialDifferences(device, [{ value: { outputs, feeds }, scale: 1 }])).toEqual([])
  })

  it('on values of which one is made of another, elsewhere among as many', async () => {
    const x = Tensor.input('x', [40, 40])
    const outputs = [x.exp(), x.exp().transpose().sub(x), x.exp().sum([1]), x.dot(x.exp()).relu()]
    const feeds = { x: between(1, [40, 40], -1, 1) }
    expect(await trialDifferences(device, [{ value: { outputs, feeds }, scale: 20 }])).toEqual([])
  })

  it('on sums and products that are computed in parts, with what is made of them', async () => {
    const [a, b] = [Tensor.input('a', [3, 20_001]), Tensor.input('b', [20_001, 2])]
    const outputs = [a.dot(b).relu().add(1), a.sum().tanh(), b.reduceMax([0]), a.square().sum([1])]
    const feeds = { a: between(1, [3, 20_001], -1, 1), b: between(2, [20_001, 2], -1, 1) }
    const trial = { value: { outputs, feeds }, scale: 20 }
    expect(await trialDifferences(device, [trial])).toEqual([])
  })

  it('on a product in the largest tiles', async () => {
    const [m, k, n] = [1030, 4, 1600]
    expect(divisionOf({ z: 1, m, k, n } as Factors)).toMatchObject({
      tile: { rows: 8, columns: 8 },
    })
    const outputs = [Tensor.input('a', [m, k]).dot(Tensor.input('b', [k, n]))]
    const feeds = { a: between(1, [m, k], -1, 1), b: between(2, [k, n], -1, 1) }
    expect(await trialDifferences(device, [{ value: { outputs, feeds }, scale: 2 }])).toEqual([])
  })

  it('on random expressions and their gradients', async () => {
    const trials = fc.sample(randomTrials(8), { seed: 32, numRuns: 8 })
    expect(await trialDifferences(device, trials)).toEqual([])
  })

  it('on random loops: reports and state of two calls, and the state before the second', async () => {
    const loops = fc.sample(randomLoops, { seed: 7, numRuns: 4 })
    expect(await loopDifferences(device, loops)).toEqual([])
  })
})
