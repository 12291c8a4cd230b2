import { INVOCATIONS } from './part.ts'

/** The numbers of a factor that a workgroup needs at a time: `depth` along k of `length` rows or columns. */
export interface Strip {
  /** Of the function that reads one. */
  readonly name: string
  /** The first row or column. */
  readonly first: string
  readonly length: number
  readonly depth: number
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

/** Statements that bring them into shared memory, where a row for each place along k is followed by one unused number. */
export const shared = (strip: Strip): string[] =>
  placesIn(strip).map(([place, along], i) => {
    const { name, from, length, depth } = strip
    const store = `shared_[${from}u + (${along}) * ${length + 1}u + ${place}] = ${name}_${i};`
    // Where a strip's numbers are not a multiple of the invocations.
    const isWhole = (i + 1) * INVOCATIONS <= length * depth
    return isWhole ? store : `if (l + ${i * INVOCATIONS}u < ${length * depth}u) { ${store} }`
  })
