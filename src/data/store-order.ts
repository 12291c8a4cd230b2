/** Rows in ascending order, and the place of each among the given ones. */
export interface StoreOrder {
  readonly rows: Float64Array
  readonly places: Float64Array
}

/** Sorts numbers of rows, all below 2³². There are at most 2²¹, unless they are in order already. */
export function inStoreOrder(given: ArrayLike<number>): StoreOrder {
  const count = given.length
  const rows = new Float64Array(count)
  const places = new Float64Array(count)
  let isAscending = true
  for (let i = 0; i < count; i++) {
    rows[i] = given[i]!
    places[i] = i
    if (i > 0 && rows[i]! < rows[i - 1]!) isAscending = false
  }
  if (isAscending) return { rows, places }
  // Row and place in one number, exact below 2⁵³, sort faster than by a comparison of rows.
  for (let i = 0; i < count; i++) rows[i] = rows[i]! * count + i
  rows.sort()
  for (let i = 0; i < count; i++) {
    const row = Math.floor(rows[i]! / count)
    places[i] = rows[i]! - row * count
    rows[i] = row
  }
  return { rows, places }
}
