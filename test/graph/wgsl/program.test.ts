import { describe, expect, it } from 'vitest'
import { opTable } from '../../../src/graph/ops/table.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { Arrangement, Fixed } from '../../../src/graph/wgsl/arrangement.ts'
import { elements } from '../../../src/graph/wgsl/elements.ts'
import { programOf } from '../../../src/graph/wgsl/program.ts'

const limits = { words: 2 ** 20, buffers: 8, unrolled: 4 }

describe('the shaders of a graph', () => {
  it('are written for every op of the table, and the compiler names one that has no emitter', () => {
    expect(Object.keys(elements).sort()).toEqual(Object.keys(opTable).sort())
    const { tanh, ...others } = elements
    // @ts-expect-error Property 'tanh' is missing
    const incomplete: typeof elements = others
    expect({ ...incomplete, tanh }).toEqual(elements)
  })

  it('chain at most 127 conditions, as WGSL does, however many parts run side by side', () => {
    const count = 300
    const outputs = Array.from({ length: count }, (_, i) => Tensor.input(`x${i}`, [1 + i]).tanh())
    const arrangement = new Arrangement(limits, new Fixed(limits))
    const { shaders } = programOf(arrangement, Object.fromEntries(outputs.entries()))
    const parts = shaders.map(({ code }) => code.match(/^fn part\d+\(/gm)!.length)
    expect(parts.reduce((sum, n) => sum + n)).toBe(count)
    expect(Math.max(...parts)).toBeLessThanOrEqual(127)
  })
})
