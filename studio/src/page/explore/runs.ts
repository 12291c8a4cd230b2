export interface ValueRun {
  readonly value: string
  readonly from: number
  readonly length: number
}

/** Equal values in a row, as one: `a a b` is a run of two and a run of one. */
export function runsOf(values: readonly string[]): ValueRun[] {
  const runs: ValueRun[] = []
  for (const [at, value] of values.entries()) {
    const last = runs.at(-1)
    if (last?.value === value) runs[runs.length - 1] = { ...last, length: last.length + 1 }
    else runs.push({ value, from: at, length: 1 })
  }
  return runs
}
