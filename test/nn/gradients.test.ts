import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { Tensor } from '../../src/graph/tensor.ts'
import { convDecoder, convEncoder } from '../../src/nn/conv.ts'
import { stackedHourglass } from '../../src/nn/hourglass.ts'
import { mlp, mlpLayers } from '../../src/nn/mlp.ts'
import type { Mode } from '../../src/nn/network.ts'
import { type Normalization, normalizationNames } from '../../src/nn/normalization.ts'
import { type Parameters, parameters } from '../../src/nn/parameters.ts'
import { unet } from '../../src/nn/unet.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { numbers } from '../graph/arrays.ts'
import { disturbed, evaluating, training } from './passes.ts'

const BATCH = 4

/** Central differences err by h²/6 · f''' and by rounding, 1e-16 · f / h: both are below the tolerance. */
const STEP = 1e-5
const TOLERANCE = 1e-6

const dense = (normalization: Normalization) => ({
  hidden: [5, 4],
  activations: ['tanh', 'softplus'] as const,
  dropout: 0,
  normalization,
})

const conv = (normalization: Normalization) => ({
  exampleShape: [2, 5, 3],
  channels: [2, 3],
  activations: ['tanh', 'softplus'] as const,
  dropout: 0,
  residual: true,
  normalization,
})

type Apply = (x: Tensor, mode: Mode) => readonly Tensor[]

/**
 * Networks with all activations smooth, of examples `[B, 30]`. A code is bent by a sine, because batch
 * normalisation right after it would take the encoder's last bias away and leave it no gradient.
 */
const networks: Record<string, (to: Parameters, normalization: Normalization) => Apply> = {
  mlp(to, normalization) {
    const network = mlp(to, 'net', { ...dense(normalization), inputs: 30, outputs: 2 })
    return (x, mode) => [network(x, mode)]
  },
  'tied autoencoder'(to, normalization) {
    const options = dense(normalization)
    const encoder = mlpLayers(to, 'encoder', { ...options, inputs: 30, outputs: 2 })
    const decoder = mlp(to, 'decoder', {
      ...options,
      inputs: 2,
      hidden: [4, 5],
      outputs: 30,
      tied: encoder.map(({ weight }) => weight),
    })
    return (x, mode) => {
      const code = encoder.reduce((h, { network }) => network(h, mode), x)
      return [decoder(code.sin(), mode)]
    }
  },
  'convolutional autoencoder'(to, normalization) {
    const options = conv(normalization)
    const encoder = convEncoder(to, 'encoder', { ...options, outputs: 4 })
    const decoder = convDecoder(to, 'decoder', { ...options, inputs: 4, outputsPerValue: 2 })
    return (x, mode) => [decoder(encoder(x, mode).sin(), mode)]
  },
  unet(to, normalization) {
    const network = unet(to, 'net', { ...conv(normalization), outputsPerValue: 2 })
    return (x, mode) => [network(x, mode)]
  },
  hourglass: (to, normalization) =>
    stackedHourglass(to, 'net', { ...conv(normalization), outputsPerValue: 2, stacks: 2 }),
}

const evaluate = (scalar: Tensor, feeds: Arrays): number =>
  (interpret([scalar], feeds)[0]!.data as Float64Array)[0]!

const moved = (array: HostTensor, direction: readonly number[], by: number) =>
  hostTensor(
    'float64',
    array.shape,
    Float64Array.from(array.data as Float64Array, (v, i) => v + by * direction[i]!),
  )

describe.each(Object.entries(networks))('the gradient of a whole %s', (_, build) => {
  const cases = normalizationNames.flatMap((kind) => [
    [kind, 'training', training(0)] as const,
    [kind, 'evaluation', evaluating] as const,
  ])

  it.each(cases)(
    'agrees with finite differences in every array, normalization %s in %s',
    (kind, _pass, mode) => {
      const to = parameters()
      const apply = build(to, kind)
      const x = Tensor.input('x', [BATCH, 30])
      const loss = apply(x, mode)
        .map((y) => y.add(0.3).square().mean())
        .reduce((sum, part) => sum.add(part))
      const trained = [...to.all.values()].filter((p) => p.trained)
      const variables = [x, ...trained.map((p) => p.symbol)]
      const at: Arrays = {
        ...disturbed(to, 6),
        x: hostTensor('float64', [BATCH, 30], Float64Array.from(numbers(7, BATCH * 30))),
      }
      const slopes = interpret(gradients(loss, variables), at)
      variables.forEach((variable, i) => {
        const { name } = variable.attributesOf('input')
        const direction = numbers(100 + i, sizeOf(variable.shape as number[]))
        const along = (by: number) =>
          evaluate(loss, { ...at, [name]: moved(at[name]!, direction, by) })
        const numeric = (along(STEP) - along(-STEP)) / (2 * STEP)
        const slope = slopes[i]!.data as Float64Array
        const derivative = direction.reduce((sum, d, j) => sum + d * slope[j]!, 0)
        const largest = Math.max(1e-3, Math.abs(numeric))
        expect(Math.abs(derivative - numeric), name).toBeLessThan(TOLERANCE * largest)
        // A parameter that moves nothing would agree with anything.
        expect(
          slope.some((v) => Math.abs(v) > 1e-9),
          name,
        ).toBe(true)
      })
    },
  )
})
