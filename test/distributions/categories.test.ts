import { describe, expect, it } from 'vitest'
import { choices } from '../../src/distributions/choices.ts'
import { ordinal } from '../../src/distributions/ordinal.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { expectDerivative, weighted } from '../graph/central-differences.ts'
import { numbersOf, onnx } from '../train/onnx.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)
const row = (values: readonly number[]) => constant(values, [1, values.length])
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe('ordinal variables', () => {
  it('begin with equally probable categories', async () => {
    const p = await exactly(
      ordinal(row([0, 0]), row([0, 0, 0, 0, 0]).reshape([5]), [2, 5]).probabilities(),
    )
    expect(p).toEqual(
      [0.5, 0.5, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2].map((x) => expect.closeTo(x, 12)),
    )
  })

  it('have more of the higher categories for higher locations, between cut points in order', async () => {
    const steps = constant([0.5, 1, -2], [3])
    // logit ¼ + 0.5, and distances of log 3 times e and e⁻².
    const first = Math.log(1 / 3) + 0.5
    const cuts = [
      first,
      first + Math.log(3) * Math.E,
      first + Math.log(3) * (Math.E + Math.exp(-2)),
    ]
    for (const eta of [-2, 0, 1.5]) {
      const below = [0, ...cuts.map((cut) => sigmoid(cut - eta)), 1]
      const found = await exactly(ordinal(row([eta]), steps, [4]).probabilities())
      found.forEach((p, k) => {
        expect(p).toBeCloseTo(below[k + 1]! - below[k]!, 12)
      })
    }
  })

  it('stay finite in float32 where locations and distances are extreme, with their gradients', async () => {
    const eta = row([-300, 300, 0, 0])
    const steps = constant([0, -90, 0, 90, 0, -90, 0, 90], [8])
    const log = ordinal(eta, steps, [3, 3, 3, 3]).logProbPerDimension(row([2, 0, 1, 1]))
    const found = await numbersOf(onnx(), log)
    const expected = await exactly(log)
    found.forEach((value, i) => {
      expect(Math.abs(value / expected[i]! - 1) * Math.min(1, Math.abs(expected[i]!))).toBeLessThan(
        1e-5,
      )
    })
    expect(expected[0]).toBeLessThan(-290)
    const slopes = gradients(log.sum(), [eta, steps])
    for (const slope of slopes)
      expect((await numbersOf(onnx(), slope)).every(Number.isFinite)).toBe(true)
  })

  it('have the gradient of their gradient that finite differences find', () => {
    const inputs = [Tensor.input('x0', [1, 2]), Tensor.input('x1', [3])]
    const loss = weighted(
      ordinal(inputs[0]!, inputs[1]!, [3, 2]).logProbPerDimension(row([1, 0])),
      3,
    )
    const second = gradients(loss, inputs).map((slope, i) => weighted(slope, 4 + i))
    expectDerivative(
      second.reduce((a, b) => a.add(b)),
      inputs,
      [
        [0.4, -1],
        [0.2, 0.5, -0.3],
      ],
    )
  })
})

describe('choices among several numbers of categories', () => {
  it('stay finite and exact for logits of any size, each variable by itself', async () => {
    const logits = row([1e4, 0, -3, -1e4, -1e4 + 1])
    const p = choices(logits, [3, 2])
    const found = p.logProbPerDimension(row([1, 0]))
    expect(await numbersOf(onnx(), found)).toEqual([-1e4, expect.closeTo(-Math.log1p(Math.E), 5)])
    const [slope] = gradients(found.sum(), [logits])
    const second = 1 / (1 + Math.E)
    expect(await numbersOf(onnx(), slope!)).toEqual(
      [-1, 1, 0, 1 - second, second - 1].map((x) => expect.closeTo(x, 6)),
    )
  })

  it('are most probable where a logit is the largest, the first among equals', async () => {
    const logits = row([0, 2, 2, 5, 5, -1, -2, -3, -1])
    for (const runtime of [referenceRuntime, onnx()])
      expect(await numbersOf(runtime, choices(logits, [3, 2, 1, 3]).mean())).toEqual([1, 0, 0, 2])
  })
})
