import { readFileSync } from 'node:fs'
import { type HostTensor, hostTensor } from '../../../src/tensor/host.ts'

/** What NumPy makes of two sets of features: one number for each of the fake or the real ones. */
export interface Compared {
  readonly k: number
  readonly precision: readonly number[]
  readonly recall: readonly number[]
  readonly density: readonly number[]
  readonly coverage: readonly number[]
}

interface Written {
  readonly real: readonly number[][]
  readonly fake: readonly number[][]
  readonly frechet: number
  readonly compared: readonly Compared[]
}

const written = JSON.parse(
  readFileSync(new URL('./generation.golden.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Written[] }

const features = (rows: readonly number[][]): HostTensor<'float32'> =>
  hostTensor('float32', [rows.length, rows[0]!.length], Float32Array.from(rows.flat()))

/** Two sets of features, and how they compare. */
export const cases = written.cases.map(({ real, fake, ...rest }) => ({
  ...rest,
  real: features(real),
  samples: features(fake),
}))
