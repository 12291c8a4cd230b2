import { describe, expect, it } from 'vitest'
import {
  atLeast,
  atMost,
  between,
  type Expectation,
  lessThan,
  moreThan,
  reported,
} from '../../src/reproduce/expectation.ts'
import { defineExperiment, type Setting } from '../../src/reproduce/experiment.ts'

const NONE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const HUGE = Number.MAX_VALUE

describe.each<[string, Expectation, number[], number[]]>([
  ['at most 2', atMost(2, 'x'), [2, -HUGE], [2.0001, HUGE]],
  ['at least 2', atLeast(2, 'x'), [2, HUGE], [1.9999, -HUGE]],
  ['1 to 2', between(1, 2, 'x'), [1, 1.5, 2], [0.9999, 2.0001, HUGE, -HUGE]],
  ['less than 2', lessThan(2, 'x'), [1.9999, -HUGE], [2, HUGE]],
  ['more than 2', moreThan(2, 'x'), [2.0001, HUGE], [2, -HUGE]],
  ['', reported('x'), [0, HUGE, -HUGE], []],
])('a number that must be "%s"', (tolerance, expectation, inside, outside) => {
  it('holds within its limits alone, and never where it is not finite', () => {
    expect(expectation.tolerance).toBe(tolerance)
    expect(inside.filter(expectation.holds)).toEqual(inside)
    expect(outside.filter(expectation.holds)).toEqual([])
    expect(NONE.filter(expectation.holds)).toEqual([])
  })
})

describe('a tolerance', () => {
  it('has finite limits, and numbers between them', () => {
    for (const none of NONE) {
      expect(() => atMost(none, 'x')).toThrow('is not a tolerance')
      expect(() => atLeast(none, 'x')).toThrow('is not a tolerance')
      expect(() => between(0, none, 'x')).toThrow('is not a tolerance')
    }
    expect(() => between(2, 1, 'x')).toThrow('x: "2 to 1" is not a tolerance')
  })
})

describe('an experiment that requires nothing', () => {
  const setting = (expects: Record<string, Expectation>): Setting<string> => ({
    ...{ what: 'Nothing is run.', conditions: {}, minutes: 1, expects },
  })
  const define = (small: Setting<string>, full: Setting<string>) =>
    defineExperiment({
      ...{ name: 'idle', title: 'All is well', chapter: 'Autoencoders' },
      ...{ claim: 'All is well.', source: 'nobody', settings: { small, full } },
      run: async () => ({ numbers: {}, figures: [] }),
    })
  const required = setting({ x: atMost(1, 'x') })

  it('cannot be defined, at any budget', () => {
    expect(() => define(setting({}), required)).toThrow(
      'idle: no number of budget small has a tolerance',
    )
    expect(() => define(required, setting({ x: reported('x') }))).toThrow(
      'idle: no number of budget full has a tolerance',
    )
    expect(define(required, required).name).toBe('idle')
  })
})
