import { describe, expect, it } from 'vitest'
import { Tensor } from '../../../src/graph/tensor.ts'
import { writeModel } from '../../../src/graph/write-model.ts'
import { openSession } from '../../../src/runtime/native/session.ts'
import { alignedTensor, copyOf, tensorOver } from '../../../src/runtime/native/tensors.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { floats, indices } from '../../graph/arrays.ts'
import { capi } from './native.ts'

const { api, memory } = capi

/** y = x + x for x of shape [n, 3]. */
function doubling() {
  const x = Tensor.input('x', ['n', 3])
  return openSession(capi, writeModel({ y: x.add(x) }, 18), { threads: 1 })
}

describe('the C API', () => {
  it('declares inputs and outputs with their types and shapes', () => {
    const session = doubling()
    expect(session.inputs).toEqual(new Map([['x', { dtype: 'float32', shape: ['n', 3] }]]))
    expect(session.outputs).toEqual(new Map([['y', { dtype: 'float32', shape: ['n', 3] }]]))
    session.release()
  })

  it.each([
    [0, []],
    [1, [2, 4, 6]],
    [2, [2, 4, 6, 8, 10, 12]],
  ])('doubles %s rows', (rows, expected) => {
    const session = doubling()
    const data = Float32Array.from({ length: 3 * rows }, (_, i) => i + 1)
    const x = tensorOver(api, memory, hostTensor('float32', [rows, 3], data))
    const y = session.run(new Map([['x', x.value]]), new Map()).get('y')!
    expect(copyOf(api, y)).toEqual(hostTensor('float32', [rows, 3], Float32Array.from(expected)))
    for (const value of [x.value, y]) api.release('Value', value)
    session.release()
  })

  it('answers another type or shape, a missing input, and too little memory with an error', () => {
    const session = doubling()
    const refused = (host: Parameters<typeof tensorOver>[2], name = 'x') => {
      const x = tensorOver(api, memory, host)
      try {
        session.run(new Map([[name, x.value]]), new Map())
        return 'nothing was refused'
      } catch (error) {
        return (error as Error).message
      } finally {
        api.release('Value', x.value)
      }
    }
    expect(refused(indices(1, [2, 3], 9))).toMatch(/Unexpected input data type/)
    expect(refused(floats(1, [2, 4]))).toMatch(/Got invalid dimensions for input: x/)
    expect(refused(floats(1, [6]))).toMatch(/Invalid rank for input: x/)
    expect(refused(floats(1, [2, 3]), 'z')).toMatch(/Missing Input: x|Invalid input name: z/i)
    const short = { dtype: 'float32', shape: [1000, 3], data: new Float32Array(2999) } as const
    expect(() => tensorOver(api, memory, short)).toThrow(/not enough|too small/i)
    session.release()
  })

  it('refuses to write a result into memory of another shape', () => {
    const session = doubling()
    const x = alignedTensor(api, memory, floats(1, [2, 3]))
    const y = alignedTensor(api, memory, floats(1, [1, 3]))
    const run = () => session.run(new Map([['x', x.value]]), new Map([['y', y.value]]))
    expect(run).toThrow(/shape/i)
    expect(y.host.data).toEqual(floats(1, [1, 3]).data)
    for (const { value } of [x, y]) api.release('Value', value)
    session.release()
  })

  it('places arrays of its own at multiples of 64 bytes', () => {
    for (const length of [0, 1, 15, 16, 17, 1000]) {
      const { host, value } = alignedTensor(api, memory, floats(1, [length]))
      const address = api.koffi.address(host.data.buffer) + BigInt(host.data.byteOffset)
      expect(address % 64n).toBe(0n)
      expect(host.data).toEqual(floats(1, [length]).data)
      api.release('Value', value)
    }
  })
})
