import type { ExampleForm } from '../../data/form.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { Arrays } from '../../runtime/session.ts'
import { hostTensor, sizeOf } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import type { BuiltModel } from '../../train/build.ts'
import { codeText } from './encoder.ts'
import { classPorts, graphOf, inputsOf, type PackageGraph, packageMode } from './graph.ts'
import { packedRow } from './packed-row.ts'
import { inputOf, type Port } from './port.ts'

type Kind = 'normal' | 'uniform'

/** Random numbers that a prior asks for. */
interface Draw {
  readonly kind: Kind
  readonly port: Port
  readonly symbol: Tensor
}

export interface SampleGraph extends PackageGraph {
  /**
   * Random numbers for `count` samples: with those of a seed, the codes are the ones that `samplePrior` gives for it.
   */
  noise(count: number, seed: number): Arrays
}

/**
 * `onnx/sample.onnx`: a row for each draw from the prior. It draws nothing itself: its inputs are the random numbers.
 * Undefined for a model without a prior or a decoder.
 */
export function sampleGraph(model: BuiltModel, form: ExampleForm): SampleGraph | undefined {
  const { prior, likelihood, latent } = model
  if (!prior || !likelihood) return undefined
  const draws: Draw[] = []
  const z = prior(['batch', latent] as unknown as number[]).sample(recorded(draws))
  const row = packedRow(form)
  const classes = inputsOf(classPorts(model))
  const inputs = {
    ports: [...draws.map(({ port }) => port), ...classes.ports],
    symbols: {
      ...Object.fromEntries(draws.map(({ port, symbol }) => [port.name, symbol])),
      ...classes.symbols,
    },
  }
  const x = likelihood(z, packageMode(model, inputs)).mean()
  const text = {
    name: 'sample',
    description: 'A row for each draw from the prior: the mean of p(x|z).',
    outputs: { z: codeText(model, 'Code drawn from the prior'), ...row.texts },
  }
  return {
    ...graphOf(text, inputs, { z, ...row.values(x) }),
    noise: (count, seed) => noiseOf(draws, count, seed),
  }
}

const texts: Readonly<Record<Kind, string>> = {
  normal: 'Random numbers from the standard normal distribution.',
  uniform: 'Random numbers from the uniform distribution over (0, 1).',
}

/** Noise whose draws are inputs: `normal`, `uniform`, and from the second of a kind on `normal_2`. */
function recorded(draws: Draw[]) {
  const drawn = (kind: Kind) => (shape: readonly unknown[]) => {
    // As for `samplePrior`, draws of one kind and shape are the same numbers.
    const same = draws.filter((draw) => draw.kind === kind)
    const known = same.find(({ port }) => String(port.shape) === String(shape))
    if (known) return known.symbol
    const name = same.length === 0 ? kind : `${kind}_${same.length + 1}`
    const port: Port = {
      name,
      dtype: 'float32',
      shape: shape as Port['shape'],
      description: texts[kind],
    }
    const symbol = inputOf(port)
    draws.push({ kind, port, symbol })
    return symbol
  }
  return { normal: drawn('normal'), uniform: drawn('uniform') }
}

/** As `samplePrior` of a trained model draws them. */
function noiseOf(draws: readonly Draw[], count: number, seed: number): Arrays {
  const random = stream(seed, 'sample prior')
  return Object.fromEntries(
    draws.map(({ kind, port }) => {
      const shape = port.shape.map((size) => (size === 'batch' ? count : size))
      const numbers = Float32Array.from({ length: sizeOf(shape) }, () => random[kind]())
      return [port.name, hostTensor('float32', shape, numbers)]
    }),
  )
}
