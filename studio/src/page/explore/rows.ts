/** Every so-many-th row of `[n, D]`. */
export function everyNth(values: Float32Array, length: number, nth: number): Float32Array {
  const count = Math.ceil(values.length / length / nth)
  const kept = new Float32Array(count * length)
  for (let i = 0; i < count; i++)
    kept.set(values.subarray(i * nth * length, (i * nth + 1) * length), i * length)
  return kept
}

/** Rows, or several of them, one after the other. */
export function joinedRows(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
