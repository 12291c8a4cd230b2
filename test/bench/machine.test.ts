import { expect, it } from 'vitest'
import { module } from './bench.ts'

const { processor } = (await module('machine.js')) as {
  processor(info: Readonly<Record<string, string>>): string
}

it.each([
  ['avx2 avx512f avx512bw avx512dq avx512vl', 'AVX-512'],
  // As on the first processors that had any of it.
  ['avx2 avx512f avx512cd', 'AVX2'],
  ['sse2 avx', 'no AVX2'],
])('a processor is named with its family and its widest instruction set: %s', (flags, widest) => {
  const info = { 'model name': 'AMD EPYC', 'cpu family': '25', model: '17', flags }
  expect(processor(info)).toBe(`AMD EPYC (family 25 model 17, ${widest})`)
})

it('a processor of ARM has NEON', () => {
  expect(processor({ 'model name': 'Neoverse-N1', Features: 'fp asimd' })).toBe(
    'Neoverse-N1 (NEON)',
  )
})
