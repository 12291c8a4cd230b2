/** Placeholder until merged. */
export interface ExampleSource {
  readonly count: number
  readonly dimension: number
  chunk(start: number, end: number): ArrayLike<number>
}
