/** A digest of bytes that come in pieces. */
export interface Digest {
  update(bytes: Uint8Array): void
  /** The digest of all pieces, hexadecimal. Nothing may be added afterwards. */
  finish(): string
}

/** Primes whose roots give the constants. */
const primes = Array.from({ length: 312 }, (_, i) => i).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, i) => i).some((d) => d > 1 && n % d === 0),
)

const fraction = (value: number) => ((value - Math.floor(value)) * 2 ** 32) | 0

/** The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4). */
const K = Int32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime)))

const BLOCK = 64

/**
 * SHA-256 (FIPS 180-4) of bytes that come in pieces: browsers offer it only for bytes that are all there at once.
 */
export function sha256Digest(): Digest {
  const state = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
  const words = new Int32Array(64)
  const rest = new Uint8Array(BLOCK)
  let length = 0

  const take = (bytes: Uint8Array) => {
    let at = 0
    const filled = length % BLOCK
    length += bytes.length
    if (filled > 0) {
      at = Math.min(BLOCK - filled, bytes.length)
      rest.set(bytes.subarray(0, at), filled)
      if (filled + at < BLOCK) return
      compress(state, words, rest, 0)
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) compress(state, words, bytes, at)
    rest.set(bytes.subarray(at))
  }

  return {
    update: take,
    finish() {
      const bits = length * 8
      const end = new Uint8Array(((119 - (length % BLOCK)) % BLOCK) + 9)
      end[0] = 0x80
      new DataView(end.buffer).setBigUint64(end.length - 8, BigInt(bits))
      take(end)
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}

/** One block into the state. */
function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0, p = at; i < 16; i++, p += 4)
    w[i] = (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!
    const y = w[i - 2]!
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = state[0]! + a
  state[1] = state[1]! + b
  state[2] = state[2]! + c
  state[3] = state[3]! + d
  state[4] = state[4]! + e
  state[5] = state[5]! + f
  state[6] = state[6]! + g
  state[7] = state[7]! + h
}
