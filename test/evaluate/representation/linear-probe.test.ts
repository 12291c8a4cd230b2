import { describe, expect, it } from 'vitest'
import {
  fitLinearProbe,
  type LinearProbe,
  probedClasses,
} from '../../../src/evaluate/representation/linear-probe.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { onnx } from '../../train/onnx.ts'
import { floats, golden } from '../scikit-learn.ts'

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
    : Number.POSITIVE_INFINITY

const { x, labels, penalty, ...theirs } = golden.logisticRegression

describe('the linear probe', () => {
  it('has the coefficients of scikit-learn with C = 1 / (λ n) to 1e-6 in float64', async () => {
    const options = { penalty, tolerance: 1e-9 }
    const probe = await fitLinearProbe(referenceRuntime, floats(x), labels, options)
    expect(probe.converged).toBe(true)
    expect(largestDifference(probe.weights, theirs.weights)).toBeLessThan(1e-6)
    expect(largestDifference(probe.bias, theirs.bias)).toBeLessThan(1e-6)
  })

  it('has them to 1e-4 in ONNX Runtime with the tolerance that it comes with', async () => {
    const probe = await fitLinearProbe(onnx(), floats(x), labels, { penalty })
    expect(probe.converged).toBe(true)
    expect(largestDifference(probe.weights, theirs.weights)).toBeLessThan(1e-4)
    const found = await probedClasses(onnx(), probe, floats(theirs.tests))
    expect([...found]).toEqual(theirs.classes)
  })

  it('has for two classes the difference of weights that C = 2 / (λ n) gives there', async () => {
    const two = golden.twoClasses
    const options = { penalty: two.penalty, tolerance: 1e-9 }
    const probe = await fitLinearProbe(referenceRuntime, floats(two.x), two.labels, options)
    const differences = (all: Float64Array) =>
      Array.from({ length: all.length / 2 }, (_, d) => all[2 * d + 1]! - all[2 * d]!)
    expect(largestDifference(differences(probe.weights), two.weights)).toBeLessThan(1e-6)
    expect(largestDifference(differences(probe.bias), two.bias)).toBeLessThan(1e-6)
  })

  it('is where the gradient is none: Wᵀ is the mean of (label - p) x over λ', async () => {
    const probe = await fitLinearProbe(onnx(), floats(x), labels, { penalty, tolerance: 1e-6 })
    const { weights, bias, losses } = stationary(probe)
    expect(largestDifference(probe.weights, weights)).toBeLessThan(1e-6 / penalty)
    expect(largestDifference(bias, [0, 0, 0, 0])).toBeLessThan(1e-6)
    expect(probe.bias.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5)
    expect(probe.crossEntropy).toBeCloseTo(losses, 6)
  })

  it('is the same whenever it is fitted', async () => {
    const [one, other] = [
      await fitLinearProbe(onnx(), floats(x), labels),
      await fitLinearProbe(onnx(), floats(x), labels),
    ]
    expect(one).toEqual(other)
  })

  it('separates what is far apart, and learns the shares where features say nothing', async () => {
    const { normal, integer } = stream(1, 'features')
    const classes = Array.from({ length: 300 }, () => integer(3))
    const far = Float32Array.from(classes, (label) => 100 * label + normal())
    const column = hostTensor('float32', [300, 1], far)
    const probe = await fitLinearProbe(onnx(), column, classes)
    expect([...(await probedClasses(onnx(), probe, column))]).toEqual(classes)
    const constant = hostTensor('float32', [4, 1], new Float32Array(4).fill(0.1))
    const blind = await fitLinearProbe(onnx(), constant, [0, 1, 1, 1], { tolerance: 1e-7 })
    expect([...blind.weights]).toEqual([0, 0])
    expect(blind.bias[1]! - blind.bias[0]!).toBeCloseTo(Math.log(3), 5)
    expect(blind.crossEntropy).toBeCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 6)
  })

  it('says so where it ends before it has converged', async () => {
    const probe = await fitLinearProbe(onnx(), floats(x), labels, { mostIterations: 2 })
    expect(probe).toMatchObject({ iterations: 2, converged: false })
    expect(probe.steepness).toBeGreaterThan(1e-5)
  })

  it('refuses labels that are no classes, and no examples', async () => {
    const probe = (given: readonly number[], classes?: number) =>
      fitLinearProbe(onnx(), floats(x), given, classes === undefined ? {} : { classes })
    await expect(probe(labels.slice(1))).rejects.toThrow('[90, 5] and 89')
    await expect(probe(labels, 3)).rejects.toThrow('below 3, got 3')
    await expect(probe(labels.map((label) => label - 0.5))).rejects.toThrow('got ')
    const none = hostTensor('float32', [0, 5], new Float32Array(0))
    await expect(fitLinearProbe(onnx(), none, [])).rejects.toThrow(RangeError)
  })

  it('ends where it is told to', async () => {
    const stop = new AbortController()
    const shares: number[] = []
    const onProgress = (share: number) => {
      shares.push(share)
      if (shares.length === 3) stop.abort(new Error('enough'))
    }
    const options = { onProgress, signal: stop.signal }
    await expect(fitLinearProbe(onnx(), floats(x), labels, options)).rejects.toThrow('enough')
    expect(shares.every((share) => share >= 0 && share < 1)).toBe(true)
  })
})

/** In float64: the weights that the residuals of a probe's own classes ask for, and the bias's gradient. */
function stationary({ scale, weights, bias, classes }: LinearProbe) {
  const [n, width] = x.shape as readonly [number, number]
  const { data } = floats(x)
  const asked = new Float64Array(width * classes)
  const gradient = new Float64Array(classes)
  let losses = 0
  for (let i = 0; i < n; i++) {
    const features = Array.from({ length: width }, (_, d) =>
      scale.deviation[d]! > 0 ? (data[i * width + d]! - scale.mean[d]!) / scale.deviation[d]! : 0,
    )
    const powers = Array.from({ length: classes }, (_, c) =>
      Math.exp(features.reduce((sum, f, d) => sum + f * weights[d * classes + c]!, bias[c]!)),
    )
    const total = powers.reduce((a, b) => a + b, 0)
    losses -= Math.log(powers[labels[i]!]! / total) / n
    for (let c = 0; c < classes; c++) {
      const residual = (Number(c === labels[i]) - powers[c]! / total) / n
      gradient[c]! -= residual
      for (let d = 0; d < width; d++) asked[d * classes + c]! += (residual * features[d]!) / penalty
    }
  }
  return { weights: asked, bias: gradient, losses }
}
