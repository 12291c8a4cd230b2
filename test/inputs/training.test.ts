import { afterAll, describe, it } from 'vitest'
import { started } from '../library/controlled.ts'
import { expectRefused, type Junk } from './junk.ts'

const training = await started({ model: 'vae' }, { paused: true })
afterAll(() => training.stop())

const methods: Readonly<Record<string, readonly [(given: never) => unknown, ...Junk[]]>> = {
  'adjust(changes)': [(j) => training.adjust(j)],
  'adjust(beta)': [(j) => training.adjust({ beta: j }), 'number', 'fraction', 'text of digits'],
  'adjust(lr)': [(j) => training.adjust({ lr: j }), 'number', 'fraction', 'text of digits'],
  'step(count)': [(j) => training.step(j), 'undefined', 'number'],
}

describe('a method of a training', () => {
  it.each(Object.entries(methods))('%s refuses junk in one line', (_name, [call, ...fit]) =>
    expectRefused(call, fit),
  )
})
