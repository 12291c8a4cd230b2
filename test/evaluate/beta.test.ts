import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { betaProbability, betaQuantile } from '../../src/evaluate/statistics/beta.ts'
import { betaBinomialQuantile } from '../../src/evaluate/statistics/beta-binomial.ts'

/** What SciPy computed (beta.golden.py). */
const golden = JSON.parse(readFileSync(new URL('./beta.golden.json', import.meta.url), 'utf8')) as {
  readonly beta: readonly {
    readonly a: number
    readonly b: number
    readonly probabilities: readonly (readonly [x: number, probability: number])[]
    readonly quantiles: readonly (readonly [p: number, x: number])[]
  }[]
  readonly betaBinomial: readonly (readonly [
    m: number,
    k: number,
    n: number,
    p: number,
    count: number,
  ])[]
}

/** The error in units of the value. */
const relative = (value: number, expected: number) =>
  expected === 0 ? Math.abs(value) : Math.abs(value / expected - 1)

describe('the Beta distribution', () => {
  it.each(golden.beta)('has the probabilities of SciPy to 1e-10, for a = $a and b = $b', (one) => {
    for (const [x, probability] of one.probabilities) {
      const value = betaProbability(x, one.a, one.b)
      expect(relative(value, probability), `x = ${x}: ${value}`).toBeLessThan(1e-10)
    }
  })

  it.each(golden.beta)('has the quantiles of SciPy to 1e-10, for a = $a and b = $b', (one) => {
    for (const [p, x] of one.quantiles) {
      const value = betaQuantile(p, one.a, one.b)
      expect(relative(value, x), `p = ${p}: ${value}`).toBeLessThan(1e-10)
    }
  })

  it('is a polynomial for whole numbers: 3x² - 2x³ for a = b = 2, xᵃ for b = 1', () => {
    for (const x of [0, 1e-9, 0.1, 0.5, 0.77, 1]) {
      expect(betaProbability(x, 2, 2)).toBeCloseTo(3 * x ** 2 - 2 * x ** 3, 14)
      expect(betaProbability(x, 7, 1)).toBeCloseTo(x ** 7, 14)
    }
    expect(relative(betaProbability(1e-9, 2, 2), 3e-18 - 2e-27)).toBeLessThan(1e-12)
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1])
  })

  it('is refused outside its range', () => {
    expect(() => betaProbability(1.1, 2, 2)).toThrow('x: expected a number from 0 to 1, got 1.1')
    expect(() => betaProbability(Number.NaN, 2, 2)).toThrow(RangeError)
    expect(() => betaProbability(0.5, 0, 2)).toThrow('a: expected a positive number, got 0')
    expect(() => betaQuantile(0.5, 2, Infinity)).toThrow('b: expected a positive number')
    expect(() => betaQuantile(-1, 2, 2)).toThrow('p: expected a probability from 0 to 1, got -1')
  })
})

describe('the beta-binomial distribution', () => {
  it('has the quantiles of SciPy', () => {
    expect(golden.betaBinomial).toHaveLength(60)
    for (const [m, k, n, p, count] of golden.betaBinomial)
      expect(betaBinomialQuantile(p, m, k, n + 1 - k), `${p} of ${m}, ${k}, ${n}`).toBe(count)
  })

  it('is that of a uniform number for a = b = 1, and never above m', () => {
    // P(X ≤ c) = (c + 1) / (m + 1)
    expect(betaBinomialQuantile(0.49, 9, 1, 1)).toBe(4)
    expect(betaBinomialQuantile(0.51, 9, 1, 1)).toBe(5)
    expect(betaBinomialQuantile(1 - 1e-16, 9, 1, 1)).toBe(9)
    expect(betaBinomialQuantile(0.9, 0, 1, 1)).toBe(0)
  })

  it('is refused outside its range', () => {
    expect(() => betaBinomialQuantile(1, 9, 1, 1)).toThrow('p: expected a probability between')
    expect(() => betaBinomialQuantile(0.5, 9.5, 1, 1)).toThrow('m: expected a whole number')
    expect(() => betaBinomialQuantile(0.5, 9, 0, 1)).toThrow('a: expected a whole number from 1')
    expect(() => betaBinomialQuantile(0.5, 9, 1, 0.5)).toThrow('b: expected a whole number from 1')
  })
})
