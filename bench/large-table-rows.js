// The rows of the large table: 30 numbers, 15 categories, counts, positive numbers, a date and two binary columns that
// depend on six latent factors; 5 % of the cells are missing. The same seed gives the same rows.

const FACTORS = 6

/** sfc32 (Doty-Humphrey's PractRand): 32 random bits a call. */
function bits(seed) {
  let [a, b, c, d] = [seed, 0x9e3779b9, 0x243f6a88, 1]
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 15; i++) next()
  return next
}

/** About normal: the sum of the four bytes of a random integer, with mean 0 and deviation 1. */
const bell = (random) =>
  ((random & 255) + ((random >>> 8) & 255) + ((random >>> 16) & 255) + (random >>> 24) - 510) /
  147.8

/** @typedef {{ name: string, kind: 'decimal' | 'whole' | 'text', texts?: string[], value(z: Float64Array, noise: number): number }} Column */

/** The 50 columns; the first `typed` ones of different kinds where fewer are asked for. */
export function columnsOf(count = 50) {
  const random = bits(7)
  const weight = () => (random() / 2 ** 32) * 2 - 1
  const mixed = () => {
    const weights = Array.from({ length: FACTORS }, weight)
    return (z) => {
      let sum = 0
      for (let k = 0; k < FACTORS; k++) sum += weights[k] * z[k]
      return sum
    }
  }
  /** @type {(i: number) => Column} thousandths, so that every value is a short decimal */
  const decimal = (i) => {
    const factors = mixed()
    const [centre, scale] = [(i % 7) * 40_000, 1000 * (1 + (i % 5))]
    return {
      name: `sensor_${i}`,
      kind: 'decimal',
      value: (z, noise) => Math.round(centre + scale * (factors(z) + 0.5 * noise)),
    }
  }
  /** @type {(i: number) => Column} */
  const category = (i) => {
    const factors = mixed()
    const many = 5 + (i % 16)
    return {
      name: `category_${i}`,
      kind: 'text',
      texts: Array.from({ length: many }, (_, k) => `group ${String.fromCharCode(97 + k)}`),
      value: (z, noise) =>
        Math.max(0, Math.min(many - 1, Math.floor(many * (0.5 + 0.2 * factors(z) + 0.1 * noise)))),
    }
  }
  /** @type {(name: string) => Column} */
  const whole = (name) => {
    const factors = mixed()
    return {
      name,
      kind: 'whole',
      value: (z, noise) => Math.floor(Math.exp(1.5 + 0.4 * factors(z) + 0.3 * noise)),
    }
  }
  /** @type {(name: string) => Column} */
  const positive = (name) => {
    const factors = mixed()
    return {
      name,
      kind: 'decimal',
      value: (z, noise) => 1 + Math.floor(20_000 * Math.exp(0.8 * factors(z) + 0.4 * noise)),
    }
  }
  /** @type {(name: string) => Column} */
  const binary = (name) => {
    const factors = mixed()
    return {
      name,
      kind: 'text',
      texts: ['no', 'yes'],
      value: (z, noise) => (factors(z) + noise > 0 ? 1 : 0),
    }
  }
  /** @type {(name: string) => Column} */
  const date = (name) => {
    const factors = mixed()
    const texts = Array.from({ length: 2000 }, (_, day) =>
      new Date(Date.UTC(2019, 0, 1 + day)).toISOString().slice(0, 10),
    )
    return {
      name,
      kind: 'text',
      texts,
      value: (z, noise) =>
        Math.max(0, Math.min(1999, Math.floor(1000 + 200 * factors(z) + 200 * noise))),
    }
  }
  if (count === 5) return [decimal(1), decimal(2), whole('visits'), category(3), date('day')]
  if (count === 20)
    return [
      ...Array.from({ length: 14 }, (_, i) => decimal(i)),
      ...Array.from({ length: 4 }, (_, i) => category(i)),
      whole('visits'),
      positive('price'),
    ]
  return [
    ...Array.from({ length: 30 }, (_, i) => decimal(i)),
    ...Array.from({ length: 15 }, (_, i) => category(i)),
    whole('visits'),
    positive('price'),
    binary('member'),
    binary('mobile'),
    date('day'),
  ]
}

/** Every twentieth cell is missing. */
const MISSING = Math.floor(2 ** 32 / 20)

/**
 * Calls `cell` for each cell, row by row, with the index of its column and its value, or NaN where it is missing.
 *
 * @param {readonly Column[]} columns
 */
export function* cellsOf(columns, rows, seed, cell) {
  const next = bits(seed)
  const z = new Float64Array(FACTORS)
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < FACTORS; k++) z[k] = bell(next())
    for (let j = 0; j < columns.length; j++)
      cell(j, next() < MISSING ? Number.NaN : columns[j].value(z, bell(next())))
    if ((row + 1) % 1000 === 0 || row + 1 === rows) yield row + 1
  }
}
