import { describe, expect, it } from 'vitest'
import { inputsOf } from '../../../src/graph/lower.ts'
import { opTable } from '../../../src/graph/ops/table.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { Arrangement, Fixed } from '../../../src/graph/wgsl/arrangement.ts'
import { elements } from '../../../src/graph/wgsl/elements.ts'
import { programOf } from '../../../src/graph/wgsl/program.ts'

const limits = { words: 2 ** 24, buffers: 8, unrolled: 4 }

const shadersOf = (outputs: Readonly<Record<string, Tensor>>) =>
  programOf(new Arrangement(limits, new Fixed(limits)), outputs).shaders

/** The text of the shaders of outputs. */
function textOf(outputs: Readonly<Record<string, Tensor>>): string {
  const fixed = new Fixed(limits)
  for (const [name, { dtype, shape }] of inputsOf(Object.values(outputs)))
    fixed.add(name, dtype, shape as number[])
  const { shaders } = programOf(new Arrangement(limits, fixed), outputs)
  return shaders.map(({ code }) => code).join('\n')
}

describe('the shaders of a graph', () => {
  it('are written for every op of the table, and the compiler names one that has no emitter', () => {
    expect(Object.keys(elements).sort()).toEqual(Object.keys(opTable).sort())
    const { tanh, ...others } = elements
    // @ts-expect-error Property 'tanh' is missing
    const incomplete: typeof elements = others
    expect({ ...incomplete, tanh }).toEqual(elements)
  })

  // Devices of our tests know NaN; Metal, in its fast mathematics, takes x == x for true.
  it('compare floats by functions that look at the bits of NaN', () => {
    const [x, y] = [Tensor.input('x', [8]), Tensor.input('y', [8])]
    const text = textOf({ known: x.equal(x), less: x.less(y), some: x.cast('bool') })
    const [functions, part] = text.split('fn part0')
    for (const name of ['op_equal', 'op_less']) expect(functions).toContain(`fn ${name}(`)
    expect(part!.match(/op_(equal|less)\(v\d+, (v\d+|0\.0)\)/g)).toHaveLength(3)
    expect(part).not.toMatch(/v\d+ (==|<)/)
  })

  it('hold no difference of constants below zero, which naga refuses', () => {
    const [x, w] = [Tensor.input('x', [2, 1, 1, 1]), Tensor.input('w', [3, 1, 1, 1])]
    const small = Tensor.input('small', [1, 1])
    const text = textOf({
      y: x.conv2d(w, { strides: [3, 3], padding: [1, 1, 1, 1] }),
      padded: small.slice(0, 0, 0).pad(0, 1, 0),
    })
    expect(text).toContain('4294967295u')
    expect(text).not.toMatch(/(?<![\w%/] *)\b\d+u - \d+u/)
  })

  it('chain at most 127 conditions, as WGSL does, however many parts run side by side', () => {
    const count = 300
    const outputs = Array.from({ length: count }, (_, i) => Tensor.input(`x${i}`, [1 + i]).tanh())
    const shaders = shadersOf(Object.fromEntries(outputs.entries()))
    const parts = shaders.map(({ code }) => code.match(/^fn part\d+\(/gm)!.length)
    expect(parts.reduce((sum, n) => sum + n)).toBe(count)
    expect(Math.max(...parts)).toBeLessThanOrEqual(127)
  })

  it.each([100, 1024, 20_000])(
    'let eight neighbouring invocations read neighbours where %d rows are added up',
    (rows) => {
      const x = Tensor.input('x', [rows, 500])
      const [sum] = shadersOf({ sum: x.sum([0]) })
      const [, neighbours] = /let lane = l \/ (\d+)u;/.exec(sum!.code)!
      expect(Number(neighbours)).toBeGreaterThanOrEqual(8)
      expect(sum!.workgroups[0]).toBeGreaterThanOrEqual(Math.min(500 / 8, (rows * 500) / 8192))
      const [along] = shadersOf({ sum: x.sum([1]) })
      expect(along!.code).toMatch(/let lane = l % \d+u;/)
    },
  )

  it('grow with a chain of shifted sums by its links, not twofold with each', () => {
    const width = 2 ** 17
    const textOf = (links: number) => {
      const x = Array.from({ length: links }).reduce<Tensor>(
        (sum) => sum.add(sum.slice(1, 0, width - 1).pad(1, 1, 0)),
        Tensor.input('x', [1, width]),
      )
      return shadersOf({ x }).reduce((length, { code }) => length + code.length, 0)
    }
    expect(textOf(18)).toBeLessThan(3 * textOf(9))
  })
})
