import { expect } from 'vitest'
import { UserError } from '../../src/tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'

/** Eight rows of two numbers. */
export const good = hostTensor(
  'float32',
  [8, 2],
  Float32Array.from({ length: 16 }, (_, i) => Math.sin(i + 1)),
)

export const withNaN: HostTensor<'float32'> = { ...good, data: good.data.slice().fill(NaN, 5, 6) }

/** What a caller without types may give, by a name. */
export const junk: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  text: 'text',
  'empty text': '',
  number: 3,
  fraction: 2.5,
  negative: -1,
  NaN: Number.NaN,
  object: {},
  'empty list': [],
  'list of null': [null],
  'list of text': ['a'],
  'tensor of a plain list': { dtype: 'float32', shape: [2, 2], data: [1, 2, 3, 4] },
  'tensor of another size': { dtype: 'float32', shape: [2, 2], data: new Float32Array(3) },
  'tensor with NaN': withNaN,
  'tensor of one axis': hostTensor('float32', [3], Float32Array.of(1, 2, 3)),
  bigint: 3n,
  'huge bigint': 10n ** 5000n,
  boolean: true,
  function: () => 3,
  date: new Date(0),
  set: new Set([1, 2, 3]),
  map: new Map([[1, 2]]),
  generator: (function* () {
    yield [1, 2]
  })(),
  'text of digits': '3',
  'long text': 'x'.repeat(100_000),
  'list of bigints': [1n, 2n, 3n],
  'list of dates': [new Date(0)],
  'list of digits': ['1', '2'],
  'sparse list': Object.assign(new Array<number>(3), { 2: 1 }),
  'long list of text': new Array<string>(20_000).fill('longer than a message'),
  'long name': { ['n'.repeat(100_000)]: 1 },
  'flat list': [1.5, Number.NaN, 3],
  'flat array': Float32Array.of(1.5, Number.NaN, 3),
}

export type Junk = string

/** What a call does with something: a value, or the error that it throws at once or later. */
export async function outcomeOf(call: () => unknown): Promise<{ value: unknown } | Error> {
  try {
    return { value: await call() }
  } catch (error) {
    return error as Error
  }
}

/** Messages of the engine's own RangeErrors, which name no argument. */
const internal = /^(Invalid|Maximum|Array buffer|offset is|start offset|length too)/

/** Why an outcome is no refusal in one line; undefined where it is one. */
export function unrefused(outcome: { value: unknown } | Error): string | undefined {
  if (!(outcome instanceof Error)) return `accepted: ${typeof outcome.value}`
  const { message } = outcome
  if (message.length > 2000)
    return `a message of ${message.length} characters: ${message.slice(0, 80)}`
  const kind = outcome instanceof UserError || outcome instanceof RangeError
  if (kind && !internal.test(message) && message !== '' && !message.includes('\n')) return undefined
  return `${outcome.constructor.name}: ${message}`
}

/** All of the junk is refused in one line, but for what is named as fit. */
export async function expectRefused(
  call: (given: never) => unknown,
  fit: readonly Junk[] = [],
): Promise<void> {
  const wrong: string[] = []
  for (const [name, value] of Object.entries(junk)) {
    const fault = unrefused(await outcomeOf(() => call(value as never)))
    if (fit.includes(name) ? !fault?.startsWith('accepted') : fault !== undefined)
      wrong.push(`${name}: ${fault ?? 'refused'}`)
  }
  expect(wrong).toEqual([])
}
