import type { Tensor } from '../graph/tensor.ts'
import { fanIn, type Parameters } from './parameters.ts'

export interface DenseOptions {
  readonly inputs: number
  readonly outputs: number
  readonly bias?: boolean | undefined
  /** A weight `[outputs, inputs]` of another layer, whose transpose this one uses. */
  readonly tied?: Tensor | undefined
}

/** x W + b, of `[B, inputs]`. */
export interface Dense {
  /** `[inputs, outputs]`, or the other layer's `[outputs, inputs]` where it is tied. */
  readonly weight: Tensor
  /** `[outputs]`. */
  readonly bias: Tensor | undefined
  readonly apply: (x: Tensor) => Tensor
}

/** A dense layer with the parameters `NAME.weight` and `NAME.bias`, uniform in ±1/√inputs. */
export function dense(to: Parameters, name: string, options: DenseOptions): Dense {
  const { inputs, outputs, tied } = options
  const start = fanIn(inputs)
  const weight = tied ?? to.create(`${name}.weight`, [inputs, outputs], start)
  const bias = (options.bias ?? true) ? to.create(`${name}.bias`, [outputs], start) : undefined
  const apply = (x: Tensor) => {
    const product = x.dot(weight, false, tied !== undefined)
    return bias ? product.add(bias) : product
  }
  return { weight, bias, apply }
}
