import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { constant, fill, scalar, Tensor } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const float64 = (shape: number[], ...data: number[]) =>
  hostTensor('float64', shape, Float64Array.from(data))

const value = (y: Tensor, feeds: Parameters<typeof interpret>[1] = {}) => [
  ...interpret([y], feeds)[0]!.data,
]

const x = Tensor.input('x', [3])
const feeds = { x: float64([3], -2, 0.5, 3) }

describe('gradients', () => {
  it('of x³ are 3x², then 6x, then 6', () => {
    const first = gradients(x.mul(x).mul(x).sum(), [x])[0]!
    const second = gradients(first.sum(), [x])[0]!
    const third = gradients(second.sum(), [x])[0]!
    expect(value(first, feeds)).toEqual([12, 0.75, 27])
    expect(value(second, feeds)).toEqual([-12, 3, 18])
    expect(value(third, feeds)).toEqual([6, 6, 6])
  })

  it('have the shapes of their variables', () => {
    const [w, b, s] = [Tensor.input('w', [4, 3]), Tensor.input('b', [1, 3]), Tensor.input('s', [])]
    const y = Tensor.input('x', ['batch', 4]).dot(w).add(b).mul(s).tanh()
    expect(gradients(y.sum(), [w, b, s]).map((g) => g.shape)).toEqual([[4, 3], [1, 3], []])
  })

  it('are zeros for what the loss does not depend on', () => {
    const other = Tensor.input('other', [2, 2])
    const [dOther, dx] = gradients(x.sum(), [other, x])
    expect(dOther!.shape).toEqual([2, 2])
    expect(value(dOther!)).toEqual([0, 0, 0, 0])
    expect(value(dx!)).toEqual([1, 1, 1])
  })

  it('stop at stopGradient, and only there', () => {
    expect(value(gradients(x.square().stopGradient().sum(), [x])[0]!)).toEqual([0, 0, 0])
    const through = x.stopGradient().mul(x).sum()
    expect(value(gradients(through, [x])[0]!, feeds)).toEqual([-2, 0.5, 3])
  })

  it('of integers, comparisons and steps are zero', () => {
    const steps = x
      .floor()
      .add(x.sign())
      .add(x.less(1).select(scalar(3), 0))
    expect(value(gradients(steps.sum(), [x])[0]!)).toEqual([0, 0, 0])
    const counted = x.cast('int64').mul(3).cast('float')
    expect(value(gradients(counted.sum(), [x])[0]!)).toEqual([0, 0, 0])
  })

  it('with respect to an intermediate value take it as the variable', () => {
    const y = x.square()
    expect(value(gradients(y.mul(y).sum(), [y])[0]!, feeds)).toEqual([8, 0.5, 18])
    const scalarLoss = y.sum()
    expect(value(gradients(scalarLoss, [scalarLoss])[0]!)).toEqual([1])
  })

  it('add up over every use of a variable', () => {
    const loss = x.mul(2).sum().add(x.sum()).add(x.square().sum())
    expect(value(gradients(loss, [x])[0]!, feeds)).toEqual([-1, 4, 9])
  })

  it('are refused for what is no float scalar', () => {
    expect(() => gradients(x, [x])).toThrow(
      'only a float scalar can be differentiated, got float [3]',
    )
    expect(() => gradients(scalar(1, 'int64'), [x])).toThrow(
      'only a float scalar can be differentiated, got int64 []',
    )
  })
})

describe('at their kinks', () => {
  const ties = { x: float64([3], 1, 1, 0) }

  it('max and min give half of the gradient to each of two equal operands', () => {
    const y = constant([1, 0, 1], [3])
    expect(value(gradients(x.max(y).sum(), [x])[0]!, ties)).toEqual([0.5, 1, 0])
    expect(value(gradients(x.min(y).sum(), [x])[0]!, ties)).toEqual([0.5, 0, 1])
  })

  it('reduceMax shares its gradient among all that attain the maximum', () => {
    expect(value(gradients(x.reduceMax(), [x])[0]!, ties)).toEqual([0.5, 0.5, 0])
  })

  it('relu and abs have the gradient 0 at 0', () => {
    expect(value(gradients(x.relu().sum(), [x])[0]!, ties)).toEqual([1, 1, 0])
    expect(value(gradients(x.abs().sum(), [x])[0]!, ties)).toEqual([1, 1, 0])
  })

  it('clip passes the gradient inside its bounds and none outside', () => {
    expect(value(gradients(x.clip(-1, 2).sum(), [x])[0]!, feeds)).toEqual([0, 1, 0])
  })
})

describe('logSumExp', () => {
  it('neither overflows at 1000 nor vanishes at -1000', () => {
    const at = (...data: number[]) => value(x.logSumExp(0), { x: float64([3], ...data) })[0]
    expect(at(1000, 1000, 1000)).toBeCloseTo(1000 + Math.log(3), 10)
    expect(at(-1000, -1000, -1000)).toBeCloseTo(-1000 + Math.log(3), 10)
    expect(at(1000, 0, -1000)).toBe(1000)
  })

  it('has the softmax as its gradient, and that is stable too', () => {
    const gradient = gradients(x.logSumExp(0), [x])[0]!
    expect(value(gradient, { x: float64([3], 1000, 1000, -1000) })).toEqual([0.5, 0.5, 0])
    const weights = [-2, 0.5, 3].map(Math.exp)
    const total = weights.reduce((a, b) => a + b)
    value(gradient, feeds).forEach((g, i) => {
      expect(g).toBeCloseTo(weights[i]! / total, 14)
    })
  })

  it('keeps or drops its axis, and logSoftmax sums to one', () => {
    const rows = fill([2, 3], 0)
    expect(rows.logSumExp(1).shape).toEqual([2])
    expect(rows.logSumExp(-1, true).shape).toEqual([2, 1])
    value(x.logSoftmax(0).exp().sum(), feeds).forEach((sum) => {
      expect(sum).toBeCloseTo(1, 14)
    })
  })
})
