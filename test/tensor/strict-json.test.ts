import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strictJson } from '../../src/tensor/strict-json.ts'

const read = (text: string, deepest?: number) => strictJson(new TextEncoder().encode(text), deepest)

describe('strict JSON', () => {
  it('is what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.boolean(), (text, spaced) => {
        const value = JSON.parse(text)
        fc.pre(!text.includes('__proto__'))
        expect(read(spaced ? JSON.stringify(value, null, 2) : text)).toEqual({ value })
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('is refused where an object has a name twice, however it is spelled and wherever it is', () => {
    const twice = (name: string) => ({ fault: `has the name ${name} twice` })
    expect(read('{"a":1,"b":2,"a":1}')).toEqual(twice('"a"'))
    expect(read('{"a":1, "\\u0061" : 1}')).toEqual(twice('"a"'))
    expect(read('[{"x":[{"é":1,"\\u00e9":2}]}]')).toEqual(twice('"é"'))
    expect(read('{"":1,"":1}')).toEqual(twice('""'))
    expect(read('{"\\\\":1,"\\"":{},"\\\\":1}')).toEqual(twice('"\\\\"'))
    expect(read(`{"${'n'.repeat(99)}":1,"${'n'.repeat(99)}":1}`)).toEqual(
      twice(`"${'n'.repeat(40)}…"`),
    )
  })

  it('may have a name in several objects, and texts that look like names or brackets', () => {
    for (const text of [
      '{"a":{"a":["a","a","a"]},"b":{"a":"a"}}',
      '{"a":"{[\\"a\\":1,"}',
      '["a:","a"]',
    ])
      expect(read(text, 3)).toEqual({ value: JSON.parse(text) })
  })

  it('is refused with __proto__ as a name, not as a text', () => {
    const fault = 'uses the name "__proto__"'
    expect(read('{"__proto__":{}}')).toEqual({ fault })
    expect(read('{"a":{"\\u005f_proto__":1}}')).toEqual({ fault })
    expect(read('{"a":"__proto__"}')).toEqual({ value: { a: '__proto__' } })
  })

  it('is refused beyond a depth, before anything is built', () => {
    expect(read('[[[1]]]', 3)).toEqual({ value: [[[1]]] })
    expect(read('{"a":[{"b":[]}]}', 3)).toEqual({ fault: 'nests deeper than 3 levels' })
    expect(read('['.repeat(2_000_000))).toEqual({ fault: 'nests deeper than 20 levels' })
  })

  it('is refused where it is not JSON, or not UTF-8', () => {
    for (const text of [
      '',
      ' ',
      '{',
      '{"a":1}}',
      '{"a',
      '{"a\\',
      '{"a":1,}',
      "{'a':1}",
      '\ufeff{}',
      '01',
      '"\\x":',
    ])
      expect(read(text), text).toEqual({ fault: 'is not JSON' })
    expect(strictJson(Uint8Array.of(0x22, 0xff, 0x22))).toEqual({ fault: 'is not UTF-8' })
    expect(strictJson(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toEqual({
      fault: 'is not UTF-8',
    })
  })
})
