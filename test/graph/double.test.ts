import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/graph/interpret.ts'
import { simplify } from '../../src/graph/simplify.ts'
import { concat, constant, scalar, Tensor, topological } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { onnx } from '../train/onnx.ts'

const seconds = Tensor.input('seconds', [2], 'double')
/** Two moments of 2024, a millisecond apart: one number in float32. */
const fed = hostTensor('float64', [2], Float64Array.of(1_717_171_717.001, 1_717_171_717.002))

const ops = (...outputs: Tensor[]) =>
  topological(outputs)
    .map(({ op }) => op)
    .filter((op) => op !== 'input' && op !== 'constant')

async function run(outputs: Record<string, Tensor>, feeds: Parameters<typeof interpret>[1]) {
  const session = await onnx().compile(outputs)
  try {
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}

describe('values of type double', () => {
  it('keep the digits of float64 from the feed to the result', async () => {
    const centred = seconds.sub(1_717_171_717)
    const { y, x, z } = await run(
      { y: centred.mul(1000), x: seconds, z: centred.cast('float') },
      { seconds: fed },
    )
    expect(y!.dtype).toBe('float64')
    expect(y!.data[0]).toBeCloseTo(1, 3)
    expect(y!.data[1]).toBeCloseTo(2, 3)
    expect(x).toMatchObject({ dtype: 'float64', data: fed.data })
    expect(z!.dtype).toBe('float32')
    expect(Number(z!.data[1])).toBeCloseTo(0.002, 6)
  })

  it('are fed in float64, while an input of type float takes float64 as well and rounds it', async () => {
    const single = Tensor.input('single', [2])
    const { y } = await run(
      { y: seconds.sub(single.cast('double')) },
      { seconds: fed, single: fed },
    )
    expect([...(y!.data as Float64Array)]).toEqual([...fed.data].map((s) => s - Math.fround(s)))
    const floats = hostTensor('float32', [2], Float32Array.of(1, 2))
    expect(() => interpret([seconds], { seconds: floats })).toThrow(
      'input seconds takes double [2], was fed float [2]',
    )
  })

  it('do not mix with floats, and are for arithmetic only', () => {
    const x = Tensor.input('x', [2])
    expect(() => seconds.add(x)).toThrow('add takes double, got float')
    expect(() => x.less(seconds)).toThrow('less takes float, got double')
    expect(() => concat([x, seconds], 0)).toThrow('cannot concatenate')
    expect(() => seconds.sqrt()).toThrow('sqrt takes float, got double')
    expect(() => seconds.sum()).toThrow('a reduction takes float, got double')
    expect(() => seconds.max(1)).toThrow('max takes float, got double')
  })
})

describe('simplify on doubles', () => {
  it('folds constants in float64, as doubles', () => {
    const [sum] = simplify([scalar(0.1, 'double').add(scalar(0.2, 'double'))])
    expect(sum).toMatchObject({ op: 'constant', dtype: 'double' })
    expect(sum!.attributesOf('constant').value.data[0]).toBe(0.1 + 0.2)
  })

  it('leaves the conversion of a float to the runtime, which rounds it before', async () => {
    const { y } = await run({ y: scalar(0.1).cast('double') }, {})
    expect(y!.data[0]).toBe(Math.fround(0.1))
    const exact = await run({ y: scalar(0.1, 'double') }, {})
    expect(exact.y!.data[0]).toBe(0.1)
  })

  it('divides where a division is written: a reciprocal rounds twice', () => {
    expect(ops(...simplify([seconds.sub(3).div(7)]))).toEqual(['sub', 'div'])
  })

  it('does not take a double for the float of the same value', () => {
    const [a, b] = simplify([constant([1, 2], [2]), constant([1, 2], [2], 'double')])
    expect([a!.dtype, b!.dtype]).toEqual(['float', 'double'])
  })

  it('keeps the values of what it rewrites', () => {
    const x = seconds.sub(1_717_171_717)
    const outputs = [
      x.neg().neg(),
      x.neg().sub(x.neg()),
      x.neg().div(3).neg(),
      x.neg().slice(0, 1, 2),
      x.less(0.0015).select(x.neg(), scalar(0, 'double')),
      scalar(2, 'double').expand([2]).mul(x),
      x.add(scalar(0, 'double').expand([2])),
    ]
    const after = simplify(outputs)
    expect(after.map(({ dtype }) => dtype)).toEqual(outputs.map(() => 'double'))
    const values = (of: readonly Tensor[]) =>
      interpret(of, { seconds: fed }).map(({ data }) => [...data])
    expect(values(after)).toEqual(values(outputs))
  })
})

describe('simplify on sizes that only the run knows', () => {
  const x = Tensor.input('x', ['batch', 3])

  it('compares with a number instead of its expansion, which ONNX cannot write', async () => {
    const half = scalar(0.5).expand(['batch', 3])
    const outputs = { less: half.less(x), equal: x.equal(half) }
    expect(ops(...simplify(Object.values(outputs)))).toEqual(['less', 'equal'])
    const feeds = { x: hostTensor('float32', [2, 3], Float32Array.of(0, 0.5, 1, 2, 0.5, -1)) }
    const { less, equal } = await run(outputs, feeds)
    expect([...less!.data]).toEqual([0, 0, 1, 1, 0, 0])
    expect([...equal!.data]).toEqual([0, 1, 0, 0, 1, 0])
  })

  it('leaves comparisons of known sizes as they were', () => {
    const known = Tensor.input('known', [2, 3])
    expect(ops(...simplify([known.less(scalar(0.5).expand([2, 3]))]))).toEqual(['expand', 'less'])
  })
})
