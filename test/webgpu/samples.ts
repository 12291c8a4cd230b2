export const COUNT = 4096
export const LEAST_NORMAL = 2 ** -126
const LARGEST = Math.fround(3.4028234663852886e38)

// The last two are among the floats nearest to multiples of π / 2.
export const edges = [
  ...[0, -0, 1, -1, 0.5, 2, 3, LARGEST, -LARGEST, Infinity, -Infinity, Number.NaN],
  ...[LEAST_NORMAL, -LEAST_NORMAL, 1e-40, -1e-40, 1e-30, -1e-30, 2 ** -24, 1e10, -1e10],
  ...[88.72284, 88.72283, -87.4, -87.3, -103, -104, Math.SQRT1_2, Math.SQRT2, -0.99999994],
  ...[Math.PI / 4, Math.PI / 2, Math.PI, 11, 1.5707964e5, 16367173 * 2 ** 72, 16712125 * 2 ** 100],
]

const floatOf = new DataView(new ArrayBuffer(4))

/** The same random numbers for everyone who asks. */
export function sampler() {
  let state = 2463534242
  /** In [0, 1): xorshift32 (Marsaglia 2003). */
  const random = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const anyFloat = (): number => {
    floatOf.setUint32(0, random() * 2 ** 32)
    return floatOf.getFloat32(0)
  }
  /** Edge cases, a third of floats with random bits, and numbers of the range. */
  const samples = (low: number, high: number): Float32Array =>
    Float32Array.from({ length: COUNT }, (_, i) => {
      if (i < edges.length) return edges[i]!
      return i % 3 === 0 ? anyFloat() : low + (high - low) * random()
    })
  return { random, anyFloat, samples }
}

/** A denormal argument or result may count as zero. */
export const flushed = (x: number) => (Math.abs(x) < LEAST_NORMAL ? 0 : x)
