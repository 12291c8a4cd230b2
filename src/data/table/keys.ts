import type { PackedTable } from './packed.ts'

/** The columns of a table that name its rows and that no model sees. */
export interface Keys {
  readonly names: readonly string[]
  /** The texts of some rows, `[n][names]`; null where there is none. */
  of(rows: ArrayLike<number>): readonly (readonly (string | null)[])[]
}

/** The key columns of a table; undefined if it has none. */
export function keysOf(table: PackedTable): Keys | undefined {
  const width = table.columns.length
  const columns = table.columns.flatMap(({ name, kind, dictionary = [] }, at) =>
    kind === 'text' ? [{ name, dictionary, at }] : [],
  )
  if (columns.length === 0) return undefined
  return {
    names: columns.map(({ name }) => name),
    of(rows) {
      const values = table.read(rows)
      return Array.from({ length: rows.length }, (_, i) =>
        columns.map(({ dictionary, at }) => dictionary[values[i * width + at]!] ?? null),
      )
    },
  }
}
