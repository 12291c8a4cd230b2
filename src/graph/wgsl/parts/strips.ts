import { INVOCATIONS } from './part.ts'

/** The numbers of a factor that a workgroup needs at a time: `depth` along k of `length` rows or columns. */
export interface Strip {
  /** Of the function that reads one. */
  readonly name: string
  /** The first row or column. */
  readonly first: string
  readonly length: number
  readonly depth: number
  /** How many neighbours along `length` an invocation multiplies: 1, 2 or 4, which a device may read at once. */
  readonly neighbours: number
  /** Where the strip begins in shared memory. */
  readonly from: number
  /** Whether neighbours along k are neighbours in memory. */
  readonly alongK: boolean
}

/**
 * The numbers of a strip that an invocation brings: the texts of each one's row or column and its place along k. Neighbouring
 * invocations read neighbouring numbers.
 */
function placesIn({ alongK, length, depth }: Strip): [place: string, along: string][] {
  const count = Math.ceil((length * depth) / INVOCATIONS)
  return Array.from({ length: count }, (_, i) => {
    const at = i === 0 ? 'l' : `(l + ${i * INVOCATIONS}u)`
    return alongK
      ? [`${at} / ${depth}u`, `${at} % ${depth}u`]
      : [`${at} % ${length}u`, `${at} / ${length}u`]
  })
}

/** Statements that read an invocation's numbers of the strip at `k`. Behind the last one, a strip is all zeros. */
export const loaded = (strip: Strip, declaration: '' | 'var ', k: string): string[] =>
  placesIn(strip).map(
    ([place, along], i) =>
      `${declaration}${strip.name}_${i} = ${strip.name}(z, ${strip.first} + ${place}, ${k} + ${along}, end);`,
  )

/**
 * Numbers from one place along k to the next, in shared memory: a few are unused, so that writes along k fall to different banks.
 */
export const pitchOf = ({ length, neighbours }: Pick<Strip, 'length' | 'neighbours'>): number =>
  length + neighbours

/** Statements that bring them into shared memory. */
export const shared = (strip: Strip): string[] =>
  placesIn(strip).map(([place, along], i) => {
    const { name, from, length, depth } = strip
    const store = `shared_[${from}u + (${along}) * ${pitchOf(strip)}u + ${place}] = ${name}_${i};`
    // Where a strip's numbers are not a multiple of the invocations.
    const isWhole = (i + 1) * INVOCATIONS <= length * depth
    return isWhole ? store : `if (l + ${i * INVOCATIONS}u < ${length * depth}u) { ${store} }`
  })
