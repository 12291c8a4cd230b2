import { Tensor } from '../graph/tensor.ts'
import { type Floats, hostTensor, sizeOf } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'

/** How a parameter is initialised. */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'constant'; readonly value: number }
  /** Uniform in ±bound. */
  | { readonly kind: 'uniform'; readonly bound: number }

/** Uniform in ±1/√n for a map that sums over n inputs: the default of PyTorch's layers. */
export const fanIn = (n: number): Initializer => ({ kind: 'uniform', bound: 1 / Math.sqrt(n) })

export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly initializer: Initializer
  /** Whether the optimiser moves it; other arrays are kept with the model, too. */
  readonly trained: boolean
  /** The input of the graph that stands for it. */
  readonly symbol: Tensor
}

/** Collects the parameters of a model while its networks are built. */
export interface Parameters {
  create(name: string, shape: readonly number[], initializer: Initializer): Tensor
  /** An array that a network keeps but that is not trained, such as a running mean. */
  keep(name: string, shape: readonly number[], initializer: Initializer): Tensor
  readonly all: ReadonlyMap<string, Parameter>
}

export function parameters(): Parameters {
  const all = new Map<string, Parameter>()
  const adder =
    (trained: boolean): Parameters['create'] =>
    (name, shape, initializer) => {
      if (all.has(name)) throw new Error(`two parameters are called ${name}`)
      const symbol = Tensor.input(name, shape)
      all.set(name, { name, shape, initializer, trained, symbol })
      return symbol
    }
  return { all, create: adder(true), keep: adder(false) }
}

/** The initial value of a parameter: a function of the seed and its name only. */
export function initialValue(parameter: Parameter, seed: number): Floats {
  const { name, shape, initializer } = parameter
  const data = new Float32Array(sizeOf(shape))
  if (initializer.kind === 'constant') data.fill(initializer.value)
  if (initializer.kind === 'uniform') {
    const random = stream(seed, `initial ${name}`)
    for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * initializer.bound
  }
  return hostTensor('float32', shape, data)
}
