import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Mutation {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly tests: readonly string[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const { mutations, mutated } = (await import(
  /* @vite-ignore */ new URL('../../scripts/mutations/list.js', import.meta.url).href
)) as {
  mutations: readonly Mutation[]
  mutated(text: string, mutation: Mutation): string
}

describe('the mutations', () => {
  it.each(mutations)('$name: stands in the sources once, and changes them', (mutation) => {
    const text = readFileSync(root + mutation.file, 'utf8')
    expect(mutated(text, mutation)).not.toBe(text)
  })

  it('name tests that there are, and have names of their own', () => {
    const tests = new Set(mutations.flatMap((mutation) => mutation.tests))
    expect([...tests].filter((test) => !existsSync(root + test))).toEqual([])
    expect(mutations.every((mutation) => mutation.tests.length > 0)).toBe(true)
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length)
  })
})
