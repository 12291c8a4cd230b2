import type { PlanarCode } from '../../report/code-scatter.ts'
import type { Floats } from '../../tensor/host.ts'
import { rowOf } from '../measures/rows.ts'

/** Codes `[n, 2]` as points of a scatter plot, with their classes if given. */
export const planarCodes = (codes: Floats, labels?: readonly number[]): PlanarCode[] =>
  Array.from({ length: codes.shape[0]! }, (_, i) => {
    const [x, y] = rowOf(codes, i) as unknown as [number, number]
    return { x, y, ...(labels && { label: labels[i]! }) }
  })
