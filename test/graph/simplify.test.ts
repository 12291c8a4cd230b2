import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { simplify } from '../../src/graph/simplify.ts'
import { concat, constant, fill, scalar, Tensor, topological } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { expressions, inputs, inputValues, largest, programs } from './expressions.ts'
import { runtimeCases } from './runtime-cases.ts'

/** Expects the same values, up to rounding of the largest number that any step computes. */
function expectSameValues(before: readonly Tensor[], feeds: ReturnType<typeof inputValues>) {
  const after = simplify(before)
  expect(after.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    before.map(({ shape, dtype }) => ({ shape, dtype })),
  )
  const scale = largest(before, feeds)
  // Beyond that, one rounding may be multiplied many times over.
  fc.pre(scale < 1e4)
  const expected = interpret(before, feeds)
  interpret(after, feeds).forEach(({ data }, i) => {
    data.forEach((x: number | bigint, j: number) => {
      const difference = Math.abs(Number(x) - Number(expected[i]!.data[j]))
      expect(difference, `output ${i}, element ${j}`).toBeLessThanOrEqual(1e-12 * scale)
    })
  })
}

const ops = (outputs: readonly Tensor[]) =>
  topological(outputs)
    .map((node) => node.op)
    .filter((op) => op !== 'input' && op !== 'constant')

const [x, y] = [Tensor.input('x', [2, 3]), Tensor.input('y', [2, 3])]
const w = Tensor.input('w', [3, 2])

describe('simplify keeps the values', () => {
  const fixed = { seed: 23, numRuns: 600 }

  it('of random expressions', () => {
    const property = fc.property(programs(14), fc.nat(1e6), (program, seed) =>
      expectSameValues(expressions(program), inputValues(seed)),
    )
    fc.assert(property, fixed)
  })

  it('of their gradients, and of the gradients of those', () => {
    const property = fc.property(programs(6), fc.nat(1e6), (program, seed) => {
      const loss = expressions(program)
        .map((tensor) => tensor.sum())
        .reduce((a, b) => a.add(b))
      const first = gradients(loss, inputs)
      const again = gradients(
        first.map((g) => g.square().sum()).reduce((a, b) => a.add(b)),
        inputs,
      )
      expectSameValues([loss, ...first, ...again], inputValues(seed))
    })
    fc.assert(property, fixed)
  })

  it('of every op of the table, and those of its constants folded', () => {
    for (const arbitrary of Object.values(runtimeCases)) {
      const property = fc.property(arbitrary, ({ outputs, feeds }) => {
        const expected = interpret(outputs, feeds)
        expect(interpret(simplify(outputs), feeds)).toEqual(expected)
      })
      fc.assert(property, { seed: 3, numRuns: 10 })
    }
  })

  it('where it is applied twice, and then changes nothing', () => {
    const property = fc.property(programs(14), (program) => {
      const once = simplify(expressions(program))
      const twice = simplify(once)
      expect(ops(twice)).toEqual(ops(once))
    })
    fc.assert(property, { seed: 29, numRuns: 200 })
  })
})

describe('simplify', () => {
  it('makes one node of equal sub-expressions', () => {
    const [a, b] = simplify([x.mul(y).tanh(), x.mul(y).tanh()])
    expect(a).toBe(b)
    expect(ops([a!])).toEqual(['mul', 'tanh'])
  })

  it('makes one of two inputs of one name, and of equal constants', () => {
    const again = Tensor.input('x', [2, 3])
    expect(ops(simplify([x.tanh().mul(again.tanh())]))).toEqual(['tanh', 'mul'])
    const sum = x.mul(constant([1, 2, 3], [3])).dot(w)
    const same = x.mul(constant([1, 2, 3], [3])).dot(w)
    expect(simplify([sum])[0]).not.toBe(simplify([x.mul(constant([1, 2, 4], [3])).dot(w)])[0])
    const [first, second] = simplify([sum, same])
    expect(first).toBe(second)
  })

  it('tells attributes, types and minus zero apart', () => {
    expect(ops(simplify([x.sum([0]), x.sum([1])]))).toEqual(['sum', 'sum'])
    expect(ops(simplify([x.cast('int64'), x.cast('uint8')]))).toEqual(['cast', 'cast'])
    const signed = simplify([x.max(constant([0], [1])), x.max(constant([-0], [1]))])
    expect(signed[0]).not.toBe(signed[1])
  })

  it('drops what no output needs', () => {
    const [output] = simplify([concat([x.exp(), y.exp()], 0).slice(0, 0, 2).stopGradient()])
    expect(ops([output!])).not.toContain('stopGradient')
    const kept = simplify([x.tanh()])
    x.tanh().sin().cos()
    expect(ops(kept)).toEqual(['tanh'])
  })

  it('folds constants', () => {
    const [folded] = simplify([
      scalar(2)
        .add(3)
        .mul(constant([1, 2], [2])),
    ])
    expect(folded!.op).toBe('constant')
    expect([...interpret([folded!], {})[0]!.data]).toEqual([5, 10])
  })

  it('leaves large uniform arrays small', () => {
    const [grown] = simplify([fill([1000, 1000], 2).mul(3).neg()])
    expect(ops([grown!])).toEqual(['expand'])
    expect([...interpret(grown!.inputs, {})[0]!.data]).toEqual([-6])
  })

  it('removes what adds zero, multiplies by one or negates twice', () => {
    for (const same of [x.add(0), scalar(0).add(x), x.sub(0), x.mul(1), x.neg().neg(), x.div(1)])
      expect(simplify([same])[0]).toBe(simplify([x])[0])
  })

  it('makes one factor of several, whichever op they pass', () => {
    const [output] = simplify([x.mul(2).neg().transpose().mul(0.25).reshape([6]).sum()])
    const factors = topological([output!]).filter((node) => node.op === 'mul')
    expect(factors).toHaveLength(1)
    expect(factors[0]!.inputs[1]!.attributesOf('constant').value.data[0]).toBe(-0.5)
    expect(output).toBe(factors[0])
  })

  it('moves factors of both operands behind a product of matrices', () => {
    const [output] = simplify([x.mul(2).dot(w.mul(-3))])
    expect(ops([output!])).toEqual(['dot', 'mul'])
    expect(output!.inputs[1]!.attributesOf('constant').value.data[0]).toBe(-6)
  })

  it('makes a concatenation of the gradients of two slices that lie side by side', () => {
    const heads = Tensor.input('heads', [2, 6])
    const loss = heads
      .slice(1, 0, 2)
      .exp()
      .sum()
      .add(heads.slice(1, 2, 6).sin().sum())
    const [gradient] = simplify(gradients(loss, [heads]))
    expect(ops([gradient!])).toContain('concat')
    expect(ops([gradient!])).not.toContain('pad')
    const feeds = {
      heads: hostTensor('float64', [2, 6], Float64Array.from({ length: 12 }, Math.cos)),
    }
    const expected = Array.from(feeds.heads.data, (v, i) => (i % 6 < 2 ? Math.exp(v) : Math.cos(v)))
    expect([...interpret([gradient!], feeds)[0]!.data]).toEqual(expected)
  })

  it('joins no slices that overlap or leave a gap', () => {
    const heads = Tensor.input('heads', [5])
    const feeds = { heads: hostTensor('float64', [5], Float64Array.of(1, 2, 3, 4, 5)) }
    const gradient = (first: number, second: number) => {
      const loss = heads
        .slice(0, 0, first)
        .square()
        .sum()
        .add(heads.slice(0, second, 5).sum())
      return [...interpret(simplify(gradients(loss, [heads])), feeds)[0]!.data]
    }
    expect(gradient(3, 2)).toEqual([2, 4, 7, 1, 1])
    expect(gradient(1, 3)).toEqual([2, 0, 0, 1, 1])
    expect(gradient(2, 2)).toEqual([2, 4, 1, 1, 1])
  })

  it('ends on a deep expression, without running out of stack', () => {
    let deep: Tensor = x
    for (let i = 0; i < 20_000; i++) deep = i % 2 === 0 ? deep.sin() : deep.mul(-1.5).add(y)
    expect(simplify([deep])).toHaveLength(1)
  })
})
