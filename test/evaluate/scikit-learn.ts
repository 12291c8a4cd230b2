import { readFileSync } from 'node:fs'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import type { Written } from '../goldens/golden.ts'

interface Classified {
  readonly x: Written
  readonly labels: readonly number[]
}

interface Probed extends Classified {
  readonly penalty: number
  readonly weights: readonly number[]
  readonly bias: readonly number[]
}

/** What scikit-learn, SciPy and NumPy computed (scikit-learn.golden.py). */
export const golden = JSON.parse(
  readFileSync(new URL('./scikit-learn.golden.json', import.meta.url), 'utf8'),
) as {
  readonly nearestClasses: Classified & {
    readonly queries: Written
    readonly cases: readonly {
      readonly k: number
      readonly queries: readonly number[]
      readonly classes: readonly number[]
    }[]
  }
  readonly logisticRegression: Probed & {
    readonly tests: Written
    readonly classes: readonly number[]
  }
  readonly twoClasses: Probed
  readonly neighbourhoods: {
    readonly x: Written
    readonly z: Written
    readonly cases: readonly {
      readonly k: number
      readonly trustworthiness: number
      readonly continuity: number
    }[]
  }
  readonly detection: readonly {
    readonly name: string
    readonly scores: Written
    readonly anomalous: readonly number[]
    readonly area: number
    readonly standardError: number
    readonly averagePrecision: number
  }[]
  readonly quantiles: {
    readonly normal: readonly (readonly [level: number, z: number])[]
    readonly student: readonly (readonly [level: number, degrees: number, t: number])[]
  }
  readonly proportions: readonly (readonly [
    successes: number,
    count: number,
    level: number,
    low: number,
    high: number,
  ])[]
  readonly means: { readonly values: Written; readonly low: number; readonly high: number }
  readonly codes: { readonly z: Written; readonly singularValues: readonly number[] }
}

/** The golden's numbers are those of float32. */
export const floats = ({ shape, data }: Written): HostTensor<'float32'> =>
  hostTensor('float32', shape, Float32Array.from(data))

export const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
