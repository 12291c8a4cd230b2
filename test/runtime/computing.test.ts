import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Tensor } from '../../src/graph/tensor.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { compiled } from '../compiled.ts'
import { data, descent, feedsOf, start } from './native/descent.ts'

const { openRuntime } = (await compiled(
  'runtime/node.js',
)) as typeof import('../../src/runtime/node.ts')

const SIDE = 1500

let runtime: Runtime
beforeAll(() => {
  runtime = openRuntime({ device: 'cpu', threads: 1 })
})
afterAll(() => runtime.close())

const seconds = (since: number) => (performance.now() - since) / 1000

describe('the seconds that a loop has computed', () => {
  it('add up, and are not those in which a call waits for another of the runtime', async () => {
    const loop = await runtime.compileLoop(descent())
    await loop.bind({ data })
    await loop.load(start)
    const factor = Tensor.input('factor', [SIDE, SIDE])
    const product = await runtime.compile({ product: factor.matmul(factor).matmul(factor) })
    const values = hostTensor('float32', [SIDE, SIDE], new Float32Array(SIDE ** 2))
    const { computing } = loop
    expect(computing).toEqual({ seconds: 0 })
    await loop.run(1, feedsOf(0, 1))
    const first = computing!.seconds
    expect(first).toBeGreaterThan(0)

    const began = performance.now()
    const long = product.run({ factor: values })
    await loop.run(1, feedsOf(1, 1))
    const waited = seconds(began)
    await long
    expect(computing!.seconds).toBeGreaterThan(first)
    expect(computing!.seconds - first).toBeLessThan(waited / 4)
    await Promise.all([loop.close(), product.close()])
  })
})
