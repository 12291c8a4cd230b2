import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { substitute } from '../../src/graph/substitute.ts'
import { scalar, Tensor } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const feeds = {
  x: hostTensor('float64', [2], Float64Array.of(1, 3)),
  y: hostTensor('float64', [2], Float64Array.of(10, 20)),
}
const [x, y] = [Tensor.input('x', [2]), Tensor.input('y', [2])]
const values = (...outputs: Tensor[]) => interpret(outputs, feeds).map(({ data }) => [...data])

describe('substituting nodes of an expression', () => {
  it('gives the expression of what stands in their place', () => {
    const [a, b] = substitute([x.mul(2).add(y), x.square().sum()], new Map([[x, y.sub(9)]]))
    expect(values(a!, b!)).toEqual([[12, 42], [122]])
  })

  it('is done once: what is put in may speak of what it replaces', () => {
    const [moved] = substitute([x.mul(y)], new Map([[x, x.add(1)]]))
    expect(values(moved!)).toEqual([[20, 80]])
    const [exchanged] = substitute(
      [x.sub(y)],
      new Map([
        [x, y],
        [y, x],
      ]),
    )
    expect(values(exchanged!)).toEqual([[9, 17]])
  })

  it('replaces inner nodes, and not what they were made of elsewhere', () => {
    const inner = x.exp()
    const [replaced] = substitute([inner.add(x)], new Map([[inner, y]]))
    expect(values(replaced!)).toEqual([[11, 23]])
  })

  it('leaves what does not depend on them the same node, and shares what does', () => {
    const [same, twice] = [y.square(), x.mul(3)]
    const [a, b, c] = substitute([same, twice, twice.add(same)], new Map([[x, y]]))
    expect(a).toBe(same)
    expect(c!.inputs).toEqual([b, same])
    expect(c!.inputs[0]).toBe(b)
    expect(substitute([twice], new Map())).toEqual([twice])
  })

  it('of a variable moves a gradient to another place', () => {
    // d/dx Σ x³ = 3 x², at x = 2.
    const [slope] = gradients(x.pow(3).sum(), [x])
    const [there] = substitute([slope!], new Map([[x, scalar(2).expand([2])]]))
    expect(values(there!)).toEqual([[12, 12]])
  })
})
