import { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import type { Arrays } from '../runtime/session.ts'
import { hostTensor, sizeOf } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import type { BuiltModel } from './build.ts'

type Kind = 'normal' | 'uniform'

/** Draws from p(x|z) as a graph over codes `z` `[batch, L]`, with random numbers from the host. */
export interface ExampleDraws {
  /** `x` `[batch, D]`. */
  readonly outputs: { readonly x: Tensor }
  /**
   * Random numbers for codes `start` to `end`. Each code has its own stream, so that its draw is a function
   * of the seed and its index, however the codes are divided into calls.
   */
  feeds(seed: number, start: number, end: number): Arrays
}

/** The graph of draws from the likelihood p(x|z) of a model whose codes have `latent` dimensions. */
export function exampleDraws(
  { latent }: Pick<BuiltModel, 'latent'>,
  likelihood: NonNullable<BuiltModel['likelihood']>,
  mode: Mode,
): ExampleDraws {
  const inputs: { readonly name: string; readonly kind: Kind; readonly shape: number[] }[] = []
  const fed = (kind: Kind) => (shape: readonly number[]) => {
    const name = `${kind} ${inputs.length}`
    inputs.push({ name, kind, shape: shape.slice(1) })
    return Tensor.input(name, shape)
  }
  const z = Tensor.input('z', ['batch', latent])
  const distribution = likelihood(z, mode)
  const x = distribution.sample({ normal: fed('normal'), uniform: fed('uniform') })
  return {
    outputs: { x },
    feeds: (seed, start, end) =>
      Object.fromEntries(
        inputs.map(({ name, kind, shape }) => {
          const size = sizeOf(shape)
          const numbers = new Float32Array((end - start) * size)
          for (let row = start; row < end; row++) {
            const random = stream(seed, `draw of p(x|z), ${name}`, row)
            const from = (row - start) * size
            for (let i = 0; i < size; i++) numbers[from + i] = random[kind]()
          }
          return [name, hostTensor('float32', [end - start, ...shape], numbers)]
        }),
      ),
  }
}
