import { describe, expect, it } from 'vitest'
import { kinds, settings } from './data.ts'
import { compareWithDifferences } from './gradients.ts'
import { everyChoice, everyMember } from './subjects.ts'

describe.each(Object.values(kinds))('gradients through the whole loss, on $name', (setting) => {
  it.each(everyMember(setting))('$title: agree with finite differences', (subject) => {
    const { moving } = compareWithDifferences(subject)
    const learned = [...subject.model.parameters.values()].filter(({ trained }) => trained)
    expect([...moving].sort()).toEqual(learned.map(({ name }) => name).sort())
  })
})

describe('gradients through the whole loss, for every other choice of a field', () => {
  it.each(everyChoice(settings.binary))('$title: agree with finite differences', (subject) => {
    const { compared } = compareWithDifferences(subject)
    expect(compared > 0).toBe(subject.model.fit === undefined)
  })
})
