import { describe, expect, it } from 'vitest'
import { run } from './library.ts'
import { OPERATIONS, unitsApart } from './operations.ts'

const SPECIAL = [0, -0, 1, -1, 0.5, 3, Infinity, -Infinity, NaN, 2 ** -126, -(2 ** -126), 2 ** 127]

const steps = (count: number, from: number, by: number) =>
  Array.from({ length: count }, (_, i) => from + i * by)

/** Every 4096th float32 that is not flushed to zero, dense ranges, and where exp reaches infinity and zero. */
function sweep(): Float32Array {
  const bits = Uint32Array.from({ length: 2 ** 20 }, (_, i) => i * 4096 + 1777)
  const all = [...new Float32Array(bits.buffer)].filter((x) => !(Math.abs(x) < 2 ** -126))
  const edges = steps(40_000, 86, 1e-4)
  const dense = [...steps(200_000, -100, 1e-3), ...steps(200_000, -2, 2e-5)]
  return Float32Array.from([...SPECIAL, ...all, ...dense, ...edges, ...edges.map((x) => -x)])
}

/** One instruction over inputs of `count` floats. */
const single = (operation: number, arity: number, count: number) => ({
  space: [count],
  inputs: Array.from({ length: arity }, () => [1, 0, 1]),
  code: [[operation, arity, 0, Math.min(1, arity - 1), Math.min(2, arity - 1)]],
  outputs: [[0, arity, -1]],
  shapes: [[count]],
})

/** All combinations of the special numbers, as operands of one instruction. */
function grid(arity: number): Float32Array[] {
  const count = SPECIAL.length ** arity
  return Array.from({ length: arity }, (_, k) =>
    Float32Array.from(
      { length: count },
      (_, i) => SPECIAL[Math.floor(i / SPECIAL.length ** k) % SPECIAL.length]!,
    ),
  )
}

const points = sweep()

describe('an instruction agrees with float64', () => {
  for (const [name, [number, kernel, units = 0.5]] of Object.entries(OPERATIONS)) {
    const arity = kernel.length
    const operands = arity === 1 ? [points] : grid(arity)
    it(`${name}, within ${units} units in the last place`, () => {
      const count = operands[0]!.length
      const [y] = run(single(number, arity, count), operands, [count])
      let worst = 0
      let where: number[] = []
      for (let i = 0; i < count; i++) {
        const at = operands.map((values) => values[i]!)
        // ONNX Runtime's clip wants low ≤ high, and so does ours.
        if (name === 'clip' && at[1]! > at[2]!) continue
        const apart = unitsApart(y![i]!, kernel(...at))
        if (apart > worst) [worst, where] = [apart, at]
      }
      expect(worst, `at ${where}`).toBeLessThanOrEqual(units)
    })
  }
})

describe('numbers below the smallest normal one count as zero', () => {
  const tiny = Float32Array.of(2 ** -127, -(2 ** -130), 2 ** -149)
  const cases = { mul: 22, log: 5, less: 26, exp: 4, relu: 11, toBool: 14 }
  const one = Float32Array.of(1, 1, 1)
  const expected = {
    mul: [0, -0, 0],
    log: [-Infinity, -Infinity, -Infinity],
    less: [1, 1, 1],
    exp: [1, 1, 1],
    relu: [0, 0, 0],
    toBool: [0, 0, 0],
  }
  for (const [name, number] of Object.entries(cases)) {
    it(`in ${name}`, () => {
      const arity = OPERATIONS[name]![1].length
      const [y] = run(single(number, arity, 3), [tiny, one].slice(0, arity), [3])
      expect([...y!]).toEqual(expected[name as keyof typeof expected])
    })
  }
})
