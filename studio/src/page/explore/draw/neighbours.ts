/** Places of the `most` codes `[n, L]` nearest to one, by Euclidean distance, the nearest first. */
export function nearestPlaces(codes: Float32Array, code: Float32Array, most: number): number[] {
  const length = code.length
  const places: number[] = []
  const distances: number[] = []
  for (let place = 0; place * length < codes.length; place++) {
    let distance = 0
    for (let i = 0; i < length; i++) distance += (codes[place * length + i]! - code[i]!) ** 2
    if (places.length === most && distance >= distances[most - 1]!) continue
    let rank = places.length
    while (rank > 0 && distance < distances[rank - 1]!) rank--
    places.splice(rank, 0, place)
    distances.splice(rank, 0, distance)
    if (places.length > most) {
      places.pop()
      distances.pop()
    }
  }
  return places
}

/** How often each value occurs, the most frequent first, equal ones in order of appearance. */
export function tally(values: readonly number[]): { value: number; count: number }[] {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
}
