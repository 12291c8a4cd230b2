import { describe, expect, it } from 'vitest'
import { defineCommand } from '../../src/cli/command.ts'
import { integer, oneOf, text, toggle } from '../../src/cli/flags.ts'
import { parseArguments } from '../../src/cli/parse.ts'
import { UserError } from '../../src/tensor/errors.ts'

const command = defineCommand({
  subject: { name: 'RUN' },
  flags: {
    count: integer({ low: 1, high: 99 }, '', 16),
    size: integer({ low: 0 }, ''),
    testData: text('FILE', ''),
    out: text('FILE', '', 'out.png'),
    split: oneOf(['train', 'test'], '', 'test'),
    json: toggle(''),
  },
  examples: [],
  async run() {},
})

const parse = (...args: string[]) => parseArguments('verb', command, args)
const refusal = (...args: string[]) => {
  try {
    parse(...args)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  return 'accepted'
}

describe('arguments', () => {
  it('have defaults, also where nothing is given', () => {
    expect(parse('run').flags).toEqual({
      count: 16,
      size: undefined,
      testData: undefined,
      out: 'out.png',
      split: 'test',
      json: false,
    })
  })

  it('take a value after a space or an equals sign', () => {
    expect(parse('run', '--count', '3', '--test-data=a=b.npy').flags).toMatchObject({
      count: 3,
      testData: 'a=b.npy',
    })
  })

  it('may stand before or after the run', () => {
    for (const args of [
      ['--json', 'run', '--count', '3'],
      ['run', '--count', '3', '--json'],
    ])
      expect(parse(...args)).toMatchObject({ subject: 'run', flags: { count: 3, json: true } })
  })

  it('keep a value that begins with a dash, so that it can be judged', () => {
    expect(refusal('run', '--count', '-1')).toBe(
      '--count: expected a whole number from 1 to 99, got "-1"',
    )
    expect(parse('run', '--out', '-').flags).toMatchObject({ out: '-' })
  })

  it('end at two dashes', () => {
    expect(parse('--json', '--', '--count').subject).toBe('--count')
  })

  it('may take a switch back', () => {
    expect(parse('run', '--no-json').flags).toMatchObject({ json: false })
    expect(parse('run', '--json=false').flags).toMatchObject({ json: false })
    expect(refusal('run', '--no-out')).toMatch('unknown flag --no-out')
  })
})

describe('arguments are refused', () => {
  it.each([
    [
      'an unknown flag, with the nearest',
      ['run', '--cuont', '3'],
      /unknown flag --cuont; did you mean --count\?/,
    ],
    [
      'an unknown flag that nothing is near to',
      ['run', '--zzzzzzzzzz'],
      /^unknown flag --zzzzzzzzzz \(see/,
    ],
    ['a flag of an object', ['run', '--__proto__', '1'], /unknown flag --__proto__/],
    ['a short flag', ['run', '-c', '3'], /unknown flag -c/],
    ['a flag given twice', ['run', '--count', '3', '--count=4'], /--count: is given twice/],
    ['a missing value', ['run', '--count'], /--count: its value is missing; expected --count N/],
    [
      'a flag in place of a value',
      ['run', '--count', '--json'],
      /--count: its value is missing before --json/,
    ],
    ['an empty value', ['run', '--out='], /--out: expected FILE, got an empty text/],
    ['a value for a switch', ['run', '--json=3'], /--json: takes no value, got "3"/],
    [
      'a name that is none of the choices',
      ['run', '--split', 'tset'],
      /--split: expected train or test, got "tset"/,
    ],
    ['a missing run', ['--json'], /RUN is missing: expected latentlab verb RUN/],
    ['an argument too many', ['run', 'walk'], /unexpected argument "walk"/],
  ])('for %s', (_, args, message) => {
    expect(refusal(...args)).toMatch(message)
  })

  it.each(['0', '100', '1.5', '', ' ', 'three', 'NaN', 'Infinity', '1e400'])(
    'for the number %j',
    (given) => {
      expect(refusal('run', `--count=${given}`)).toMatch('expected a whole number from 1 to 99')
    },
  )
})
