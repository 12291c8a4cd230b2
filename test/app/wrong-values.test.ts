import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { configFromJson, resolveConfig } from '../../src/app/config.ts'
import { trainingOptions } from '../../src/app/option-list.ts'
import { parseStoredConfig } from '../../src/app/run/stored-config.ts'
import { models } from '../../src/models/registry.ts'
import { checked } from '../../src/tensor/faults.ts'

/** The phrases of zod's own messages. */
const FOREIGN = /Invalid|Too (small|big)|Unrecognized|received|undefined|>=|<=|\bobject Object\b/

const wrong: readonly unknown[] = [
  ...['', 'no such value', '-1', 'NaN', '1e999', ',,', null, true, -1, 1.5, 1e300, Number.NaN],
  ...[[], [null], [-1, 'x'], [[1]], {}, { from: 'a', to: 1, epochs: 1 }, { a: 1 }, new Date(0)],
  ...[() => 1, 10n, Symbol('s'), new Set([1]), new Array(1000).fill('x')],
]

function messageOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    expect((error as Error).name).toBe('UserError')
    return (error as Error).message
  }
  return undefined
}

describe('a value that does not fit', () => {
  it.each(models.map(({ name }) => name))(
    'is described in our words, for every option of %s',
    (model) => {
      let refused = 0
      for (const { name } of trainingOptions(model))
        for (const value of wrong) {
          const message = messageOf(() => resolveConfig({ model, [name]: value }))
          if (message === undefined) continue
          refused++
          expect(message).not.toMatch(FOREIGN)
          expect(message).toMatch(new RegExp(`^${name}: [^\\n]{1,330}$`))
        }
      expect(refused).toBeGreaterThan(100)
    },
  )

  it.each([
    [{ epochs: 'abc' }, 'epochs: expected a whole number from 1 to 1000000, got abc'],
    [{ lr: 0 }, 'lr: expected a number above 0, got 0'],
    [{ dropout: 1 }, 'dropout: expected a number of at least 0 and below 1, got 1'],
    [{ hidden: '4,,4' }, 'hidden: expected a whole number from 1 to 100000, got 4,,4'],
    [{ hidden: [4, 'x'] }, 'hidden: expected a whole number from 1 to 100000, got x'],
    [
      { activation: 'rleu' },
      /^activation: expected one of linear, relu, .*, got rleu; did you mean relu\?$/,
    ],
    [{ beta: {} }, /^beta: expected a number of at least 0, or FROM:TO@EPOCHS .*got a value of/],
    [{ data: 3 }, 'data: expected a text, got 3'],
    [{ model: 'pca', likelihood: 'bernoulli' }, 'likelihood: expected gaussian, got bernoulli'],
    [{ history: [{}] }, 'history.0.stage: is missing; expected a whole number of at least 0'],
    [
      { model: 'gan', likelihood: 'gaussian:global' },
      /^likelihood: no loss of this model depends on σ.* \(got gaussian:global\)$/,
    ],
  ])('%j', (options, message) => {
    expect(() => resolveConfig(options)).toThrow(message)
    expect(messageOf(() => resolveConfig(options))).not.toMatch(FOREIGN)
  })

  it('keeps the words that a schema of the user states', () => {
    const schema = z.strictObject({ a: z.number({ error: 'a is counted in apples' }), b: z.date() })
    expect(checked(schema, { a: 'x', b: new Date(0) }).fault?.text).toBe(
      'a is counted in apples (got x)',
    )
    expect(checked(schema, { a: 1, b: 'x' }).fault?.text).not.toMatch(FOREIGN)
    expect(checked(schema, { a: 1, b: new Date(0), c: 1 }).fault?.text).toMatch(
      /^has fields that do not belong there: c/,
    )
  })

  it('is described in our words in a run’s config.json', () => {
    for (const change of [
      { dataHash: 3 },
      { example: 'x' },
      { example: { exampleShape: [0] } },
      { train: 5 },
      { format: 2 },
      { more: 1 },
    ]) {
      const text = JSON.stringify({ ...resolveConfig({}), ...change })
      const message = messageOf(() => parseStoredConfig(text, 'config.json'))
      expect(message).toMatch(/^config.json: /)
      expect(message).not.toMatch(FOREIGN)
    }
    expect(messageOf(() => configFromJson('[1]', 'x.json'))).toBe(
      'x.json: expected an object of options',
    )
  })
})
