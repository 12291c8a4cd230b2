import { requireSeed, requireText, requireWhole } from './checks.ts'

/**
 * Named random streams. Every random number of a run is a function of (seed, stream name, counter) and
 * never of the order of calls, so that a resumed run draws the same numbers as one that was not interrupted.
 */

const MASK = (1n << 64n) - 1n
const GOLDEN = 0x9e3779b97f4a7c15n

/** SplitMix64's finaliser (Steele, Lea and Flood 2014): a bijection of 64-bit integers. */
export function mix64(value: bigint): bigint {
  let z = value & MASK
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK
  return z ^ (z >> 31n)
}

/** The 64-bit key of a named stream, as a signed integer that fits an int64 tensor. */
export function streamKey(seed: number, name: string): bigint {
  let hash = mix64(BigInt(seed) + GOLDEN)
  for (const byte of new TextEncoder().encode(name)) hash = mix64(hash ^ (BigInt(byte) + GOLDEN))
  return BigInt.asIntN(64, hash)
}

/** Sequential generator of one stream (sfc32, Doty-Humphrey's PractRand), for host-side draws. */
export interface Stream {
  /** Uniform in (0, 1), 53 bits. */
  uniform(): number
  /** Standard normal, by Box and Muller. */
  normal(): number
  /** Uniform integer in [0, n). */
  integer(n: number): number
  /** A permutation of 0 … n-1, by Fisher and Yates. */
  permutation(n: number): Int32Array
}

/** The generator of stream `name` under `seed`; `counter` separates draws, such as epochs. */
export function stream(seed: number, name: string, counter = 0): Stream {
  requireSeed(seed)
  requireText(name, 'name', "the name of a stream, such as 'shuffle'")
  requireWhole(counter, 'counter', { low: Number.MIN_SAFE_INTEGER })
  return streams(seed, name)(counter)
}

/** The generators of one stream by counter; the name is hashed once. */
export function streams(seed: number, name: string): (counter: number) => Stream {
  const all = BigInt.asUintN(64, streamKey(seed, name))
  return (counter) => generator(mix64(all + BigInt(counter) * GOLDEN))
}

function generator(key: bigint): Stream {
  let a = Number(key & 0xffffffffn) | 0
  let b = Number((key >> 32n) & 0xffffffffn) | 0
  const third = mix64(key ^ GOLDEN)
  let c = Number(third & 0xffffffffn) | 0
  let d = 1

  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 15; i++) next()

  const uniform = () => ((next() >>> 6) * 134217728 + (next() >>> 5) + 0.5) / 9007199254740992
  const integer = (n: number) => Math.floor(uniform() * n)
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i)
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1)
        const swapped = order[i]!
        order[i] = order[j]!
        order[j] = swapped
      }
      return order
    },
  }
}
