import type { HostTensor } from '../tensor/host.ts'

/** Name of the symbolic number of steps. */
export const STEPS = 'steps'

/** Name of the feed with the number of steps. */
export const TRIP_COUNT = 'tripCount'

/** Feeds that every call of a loop takes in addition to those of the program. */
export function tripCount(steps: number): Record<string, HostTensor> {
  return { [TRIP_COUNT]: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) } }
}

/** The names under which a loop's model returns what it computes. */
export const loopOutput = { state: (name: string) => `next ${name}` }
