import { describe, expect, it } from 'vitest'
import { importanceBound } from '../../../src/evaluate/likelihood/importance-bound.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { build } from '../../../src/train/build.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { inferenceMode } from '../../../src/train/trained.ts'
import { moments, numbersOf, onnx } from '../../train/onnx.ts'
import {
  built,
  drawn,
  gap,
  type LinearGaussian,
  logEvidence,
  misspecified,
  rows,
  withTruePosterior,
} from './linear-gaussian.ts'

/** Means over examples of estimates, of what they estimate, and of the errors of the former. */
function compared(estimates: Float64Array, errors: Float64Array, exact: readonly number[]) {
  const n = exact.length
  const difference = exact.reduce((sum, value, i) => sum + estimates[i]! - value, 0) / n
  return { difference, error: Math.hypot(...errors) / n }
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

const conditional: LinearGaussian = {
  ...misspecified,
  shifts: [
    [0, 0, 0, 0],
    [1, 2, -1, 0],
    [-2, 0.5, 0, 1],
  ],
}

describe('importance weights under a mis-specified posterior of probabilistic PCA', () => {
  const x = drawn(misspecified, 8, 1)
  const exact = x.map((one) => logEvidence(misspecified, one))

  it('reach log p(x) = log N(x; m, WᵀW + σ²I) within their 95 % interval', async () => {
    const options = { samples: 4000, seed: 1 }
    const { bound, boundError, effectiveSamples } = await importanceBound(
      built(misspecified),
      rows(x),
      options,
    )
    const { difference, error } = compared(bound, boundError, exact)
    expect(Math.abs(difference)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.01)
    exact.forEach((value, i) => {
      expect(Math.abs(bound[i]! - value)).toBeLessThan(4 * boundError[i]!)
      expect(effectiveSamples[i]).toBeLessThan(0.95 * 4000)
    })
  })

  it('are on average of their logarithms log p(x) - KL(q(z|x) ‖ p(z|x))', async () => {
    const { elbo, elboError } = await importanceBound(built(misspecified), rows(x), {
      samples: 4000,
      seed: 2,
    })
    const expected = x.map((one, i) => exact[i]! - gap(misspecified, one))
    const { difference, error } = compared(elbo, elboError, expected)
    expect(Math.abs(difference)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.01)
    expect(Math.min(...x.map((one) => gap(misspecified, one)))).toBeGreaterThan(0.1)
  })

  it('have intervals that hold the truth in 93.5 to 96.5 % of 2000 repetitions, k = 500', async () => {
    const repetitions = 2000
    const one = x[0]!
    const same = rows(Array.from({ length: repetitions }, () => one))
    const model = built(misspecified, onnx())
    const found = await importanceBound(model, same, { samples: 500, seed: 3 })
    const held = (estimates: Float64Array, errors: Float64Array, truth: number) =>
      estimates.filter((value, i) => Math.abs(value - truth) < 1.96 * errors[i]!).length
    for (const share of [
      held(found.bound, found.boundError, exact[0]!),
      held(found.elbo, found.elboError, exact[0]! - gap(misspecified, one)),
    ]) {
      expect(share).toBeGreaterThan(0.935 * repetitions)
      expect(share).toBeLessThan(0.965 * repetitions)
    }
  })

  it('give a bound that rises with their number, and stays below log p(x)', async () => {
    const repetitions = 2000
    const same = rows(Array.from({ length: repetitions }, () => x[1]!))
    const model = built(misspecified, onnx())
    const bounds: Float64Array[] = []
    for (const samples of [1, 2, 5, 20])
      bounds.push((await importanceBound(model, same, { samples, seed: 4 })).bound)
    bounds.slice(1).forEach((bound, i) => {
      const risen = moments(Array.from(bound, (value, j) => value - bounds[i]![j]!))
      expect(risen.mean).toBeGreaterThan(4 * Math.sqrt(risen.variance / repetitions))
    })
    expect(mean(bounds[3]!)).toBeLessThan(exact[1]!)
    expect(mean(bounds[0]!)).toBeCloseTo(exact[1]! - gap(misspecified, x[1]!), 1)
  })

  it('are the ELBO itself where there is one of them, whose error nothing tells', async () => {
    const found = await importanceBound(built(misspecified), rows(x), { samples: 1, seed: 5 })
    expect(found.bound).toEqual(found.elbo)
    expect(found.effectiveSamples).toEqual(new Float64Array(8).fill(1))
    expect(found.boundError.every(Number.isNaN) && found.elboError.every(Number.isNaN)).toBe(true)
  })

  it('are the same whatever is computed in one call, and whatever other examples there are', async () => {
    const model = built(misspecified)
    const options = { samples: 10, seed: 6 }
    const whole = await importanceBound(model, rows(x), options)
    for (const rowsPerCall of [1, 3, 7, 25, 1000])
      expect(await importanceBound(model, rows(x), { ...options, rowsPerCall })).toEqual(whole)
    const some = await importanceBound(model, rows(x.slice(0, 3)), options)
    expect(some.bound).toEqual(whole.bound.slice(0, 3))
    const other = await importanceBound(model, rows(x), { ...options, seed: 7 })
    expect(other.bound).not.toEqual(whole.bound)
  })

  it('agree in float32 with the reference in float64', async () => {
    const options = { samples: 50, seed: 8 }
    const single = await importanceBound(built(misspecified, onnx()), rows(x), options)
    const double = await importanceBound(built(misspecified), rows(x), options)
    double.bound.forEach((value, i) => {
      expect(single.bound[i]).toBeCloseTo(value, 4)
      expect(single.boundError[i]).toBeCloseTo(double.boundError[i]!, 4)
    })
  })
})

describe('importance weights under the true posterior', () => {
  const orthogonal = withTruePosterior({
    ...misspecified,
    weight: [
      [1, 0.5, -0.5, 0],
      [0.5, -1, 0, 0.8],
    ],
  })

  it('are all p(x): no variance, and every figure is log p(x)', async () => {
    const x = drawn(orthogonal, 5, 2)
    const found = await importanceBound(built(orthogonal), rows(x), { samples: 30, seed: 1 })
    x.forEach((one, i) => {
      expect(gap(orthogonal, one)).toBeCloseTo(0, 12)
      expect(found.elbo[i]).toBeCloseTo(logEvidence(orthogonal, one), 10)
      expect(found.bound[i]).toBeCloseTo(logEvidence(orthogonal, one), 10)
      expect(found.elboError[i]).toBeLessThan(1e-13)
      expect(found.boundError[i]).toBeLessThan(1e-8)
      expect(found.effectiveSamples[i]).toBeCloseTo(30, 8)
    })
  })
})

describe('importance weights of a conditional model', () => {
  const labels = [2, 0, 1, 1, 2, 0]
  const x = drawn(conditional, 6, 3, labels)

  it('reach log p(x|y) of the class that is given', async () => {
    // Calls of 700 rows hold one example, calls of 9000 four of them: two blocks, the second padded.
    for (const rowsPerCall of [700, 9000]) {
      const options = { samples: 2000, seed: 1, labels, rowsPerCall }
      const { bound, boundError } = await importanceBound(built(conditional), rows(x), options)
      const exact = x.map((one, i) => logEvidence(conditional, one, labels[i]))
      const { difference, error } = compared(bound, boundError, exact)
      expect(Math.abs(difference)).toBeLessThan(1.96 * error)
      expect(error).toBeLessThan(0.02)
    }
  })

  it('are refused without a class for each example', async () => {
    const bound = (given?: number[]) =>
      importanceBound(built(conditional), rows(x), {
        samples: 2,
        seed: 1,
        ...(given && { labels: given }),
      })
    await expect(bound()).rejects.toThrow('conditioned on labels')
    await expect(bound([0, 1])).rejects.toThrow('one for each of 6 rows')
    await expect(bound([0, 1, 2, 3, 0, 0])).rejects.toThrow(
      'labels: the label of row 3 (counted from 0) is 3, which is not a class of the training data (0, 1, 2)',
    )
  })
})

describe('importance weights of binary codes', () => {
  const config = { prior: 'bernoulli', latent: 3, hidden: [4], activation: 'tanh' }
  const vae = modelNamed('vae')
  const model = build(vae, vae.config.parse(config), { exampleShape: [6], dimension: 6 })
  const parameters = initialParameters(model, 3)
  // Three times the initial weights, so that codes matter.
  const strong = Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      { dtype: 'float64', shape, data: Float64Array.from(data as Float32Array, (w) => 3 * w) },
    ]),
  ) as unknown as typeof parameters

  it('reach the sum over all eight codes', async () => {
    const x = [
      [1, 0, 0, 1, 1, 0],
      [0, 1, 1, 0, 0, 1],
      [1, 1, 1, 1, 1, 1],
    ]
    const codes = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1])
    const z = Tensor.input('z', [8, 3])
    const likelihood = model.likelihood!(z, inferenceMode(model, 8))
    const joint = likelihood
      .logProb(Tensor.input('x', [1, 6]))
      .add(model.prior!([8, 3]).logProb(z))
      .logSumExp(0)
    const exact: number[] = []
    for (const one of x)
      exact.push(
        ...(await numbersOf(referenceRuntime, joint, {
          ...strong,
          z: rows(codes),
          x: rows([one]),
        })),
      )
    const latent = { model, parameters: strong, runtime: referenceRuntime }
    const found = await importanceBound(latent, rows(x), { samples: 5000, seed: 1 })
    const { difference, error } = compared(found.bound, found.boundError, exact)
    expect(Math.abs(difference)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.02)
    expect(Math.max(...exact.map((value, i) => value - found.elbo[i]!))).toBeGreaterThan(0.1)
  })
})

describe('the importance-weighted bound', () => {
  const x = rows(drawn(misspecified, 4, 4))
  const info = { exampleShape: [4], dimension: 4 }
  const untrained = (name: string) => {
    const definition = modelNamed(name)
    const model = build(definition, definition.config.parse({ hidden: [3], latent: 2 }), info)
    return { model, parameters: initialParameters(model, 0), runtime: referenceRuntime }
  }
  const options = { samples: 6, seed: 0 }

  it.each([
    ['ae', 'no prior over codes'],
    ['wae', 'gives each example a single code'],
    ['gan', 'has no encoder'],
  ])('is refused to %s, which lacks a density', async (name, reason) => {
    await expect(importanceBound(untrained(name), x, options)).rejects.toThrow(reason)
    await expect(importanceBound(untrained(name), x, options)).rejects.toThrow(UserError)
  })

  it('refuses fractions of a code, and examples of another width', async () => {
    const model = built(misspecified)
    const wrong = importanceBound(model, x, { samples: 1.5, seed: 0 })
    await expect(wrong).rejects.toThrow('whole number, 1 or more, got 1.5')
    await expect(importanceBound(model, rows([[1, 2]]), options)).rejects.toThrow('4 columns')
  })

  it('says how far it is, and stops when asked to', async () => {
    const shares: number[] = []
    const stop = new AbortController()
    const model = built(misspecified)
    const watched = { ...options, rowsPerCall: 3, signal: stop.signal }
    await importanceBound(model, x, { ...watched, onProgress: (share) => shares.push(share) })
    expect(shares).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((call) => call / 8))
    const stopped = importanceBound(model, x, {
      ...watched,
      onProgress: (share) => share > 0.5 && stop.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })
})
