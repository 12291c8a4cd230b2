import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Computer } from './compute.ts'
import { evaluateFloats, evaluateIntegers, evaluateTruths } from './evaluate.ts'
import { COUNT, sampler } from './samples.ts'
import { softwareDevice } from './software-device.ts'

const device = softwareDevice()
const missing = 'missing' in device ? device.missing : undefined
if (missing) console.log(`skipped: the integers of WGSL on a device, since ${missing}`)

let computer: Computer
beforeAll(() => {
  if (!('missing' in device)) computer = new Computer(device)
})
afterAll(() => computer?.close())

describe.skipIf(missing)('64-bit integers of WGSL on a software device', () => {
  const LIMIT = 2n ** 63n
  const wrap = (x: bigint) => BigInt.asIntN(64, x)
  const integerEdges = [
    0n,
    1n,
    -1n,
    2n,
    LIMIT - 1n,
    -LIMIT,
    2n ** 32n,
    2n ** 32n - 1n,
    -(2n ** 32n),
  ]

  const { random } = sampler()
  /** Random bits, of random lengths so that small ones occur. */
  const integer = () => {
    const bits =
      (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32))
    return BigInt.asIntN(64, bits) >> BigInt(Math.floor(random() * 64))
  }
  const integers = (turn: (i: number) => number) =>
    BigInt64Array.from({ length: COUNT }, (_, i) => {
      return i < integerEdges.length ** 2 ? integerEdges[turn(i)]! : integer()
    })
  const a = integers((i) => i % integerEdges.length)
  const b = integers((i) => Math.floor(i / integerEdges.length))
  for (let i = COUNT - 50; i < COUNT; i++) b[i] = a[i]!

  it.each([
    ['i64_add', (x: bigint, y: bigint) => x + y],
    ['i64_sub', (x: bigint, y: bigint) => x - y],
    ['i64_mul', (x: bigint, y: bigint) => x * y],
  ] as const)('%s wraps to 64 bits', async (name, truth) => {
    const result = await evaluateIntegers(computer, name, a, b)
    expect(result).toEqual(a.map((x, i) => wrap(truth(x, b[i]!))))
  })

  it('negates and compares', async () => {
    expect(await evaluateIntegers(computer, 'i64_neg', a)).toEqual(a.map((x) => wrap(-x)))
    const less = await evaluateTruths(computer, 'i64_less', a, b)
    expect(less).toEqual(Array.from(a, (x, i) => x < b[i]!))
    const equal = await evaluateTruths(computer, 'i64_equal', a, b)
    expect(equal).toEqual(Array.from(a, (x, i) => x === b[i]))
    expect(equal.filter(Boolean).length).toBeGreaterThan(50)
  })

  it('shifts by 0 to 63 bits, filling with zeros', async () => {
    const bits = Uint32Array.from(a, (_, i) => i % 64)
    const right = await evaluateIntegers(computer, 'i64_shift_right', a, bits)
    const shifted = (x: bigint, i: number) => wrap(BigInt.asUintN(64, x) >> BigInt(bits[i]!))
    expect(right).toEqual(a.map(shifted))
    const left = await evaluateIntegers(computer, 'i64_shift_left', a, bits)
    expect(left).toEqual(a.map((x, i) => wrap(x << BigInt(bits[i]!))))
  })

  it('converts to the nearest float, ties to even', async () => {
    const ties = Array.from({ length: 40 }, (_, k) => ((2n ** 24n + BigInt(k)) << 30n) + 2n ** 29n)
    const x = a.map((value, i) => ties[i - 2000] ?? value)
    const floats = await evaluateFloats(computer, 'i64_to_f32', x)
    expect(floats).toEqual(Float32Array.from(x, nearestFloat))
  })

  it('converts from floats towards zero', async () => {
    const { random, samples } = sampler()
    const x = Float32Array.from(samples(-1000, 1000), (v, i) => {
      const fits = Math.abs(v) < 2 ** 63 ? v : 0
      return i % 3 === 1 ? (2 * random() - 1) * 2 ** (63 * random()) : fits
    })
    x[0] = -(2 ** 63)
    const whole = await evaluateIntegers(computer, 'i64_from_f32', x)
    expect(whole).toEqual(BigInt64Array.from(x, (v) => BigInt(Math.trunc(v))))
  })
})

/** Rounded once; Number(x) first rounds to float64. */
function nearestFloat(x: bigint): number {
  const size = x < 0n ? -x : x
  const dropped = Math.max(size.toString(2).length - 24, 0)
  const unit = 1n << BigInt(dropped)
  const [kept, rest] = [size / unit, (size % unit) * 2n]
  const up = rest > unit || (rest === unit && kept % 2n === 1n)
  const rounded = Number(kept + (up ? 1n : 0n)) * 2 ** dropped
  return x < 0n ? -rounded : rounded
}
