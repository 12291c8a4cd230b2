import { describe, expect, it } from 'vitest'
import { int64, Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const of = (...values: number[]) =>
  hostTensor('float32', [values.length], Float32Array.from(values))
const [x, w] = [Tensor.input('x', [2]), Tensor.input('w', [2])]

describe('a session of the reference interpreter', () => {
  it('keeps what was bound, until it is bound again or fed', async () => {
    const session = await referenceRuntime.compile({ y: x.mul(w) })
    await session.bind({ w: of(2, 3) })
    expect((await session.run({ x: of(1, 10) })).y!.data).toEqual(Float64Array.of(2, 30))
    expect((await session.run({ x: of(5, 7) })).y!.data).toEqual(Float64Array.of(10, 21))
    expect((await session.run({ x: of(1, 1), w: of(8, 9) })).y!.data).toEqual(Float64Array.of(8, 9))
    await session.bind({ w: of(-1, 4), other: of(1) })
    expect((await session.run({ x: of(5, 7) })).y!.data).toEqual(Float64Array.of(-5, 28))
  })

  it('gives results that a caller may write to', async () => {
    const session = await referenceRuntime.compile({ same: w, sum: w.add(x) })
    await session.bind({ w: of(2, 3) })
    const first = await session.run({ x: of(1, 1) })
    first.same!.data.fill(0 as never)
    const again = await session.run({ x: of(1, 1) })
    expect([again.same!.data, again.sum!.data]).toEqual([
      Float64Array.of(2, 3),
      Float64Array.of(3, 4),
    ])
  })

  it('takes whole numbers and float64 that are bound as what they are', async () => {
    const [n, d] = [Tensor.input('n', [1], 'int64'), Tensor.input('d', [1], 'double')]
    const session = await referenceRuntime.compile({ n: n.add(int64(1n)), d: d.add(d) })
    await session.bind({
      n: hostTensor('int32', [1], Int32Array.of(41)),
      d: hostTensor('float64', [1], Float64Array.of(0.1)),
    })
    const { n: whole, d: double } = await session.run({})
    expect([whole!.data[0], double!.data[0]]).toEqual([42n, 0.2])
  })
})

it('the reference interpreter refuses an ONNX file in a line', async () => {
  await expect(referenceRuntime.open(new Uint8Array(3))).rejects.toThrow(UserError)
})
