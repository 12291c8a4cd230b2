import { readFileSync } from 'node:fs'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, type Tensor } from '../../src/graph/tensor.ts'
import type { Batch } from '../../src/models/model.ts'
import { modelNamed } from '../../src/models/registry.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { type BuiltModel, build, lastStage, stageTerms } from '../../src/train/build.ts'
import { objective } from '../../src/train/step.ts'

/** A tensor as the golden files write it, row-major. */
export interface Written {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export type WrittenArrays = Readonly<Record<string, Written>>

export interface GoldenConfig {
  readonly model: 'ae' | 'vae'
  readonly likelihood: { name: string; sigma?: number | string; levels?: number }
  readonly activation: string
  readonly batch: number
  readonly dimension: number
  readonly hidden: readonly number[]
  readonly latent: number
  readonly beta?: number
}

/** One model, batch and noise, and what PyTorch computes from them in float64. */
export interface ModelCase {
  readonly config: GoldenConfig
  readonly parameters: WrittenArrays
  readonly x: Written
  readonly epsilon?: Written
  readonly terms: WrittenArrays
  readonly objective: number
  readonly gradients: WrittenArrays
}

export const modelCases = [
  'ae-bernoulli',
  'ae-categorical',
  'ae-gaussian-global',
  'ae-gaussian-per-dimension',
  'ae-gaussian-sigma-0.3',
  'ae-gaussian-sigma-1',
  'ae-gaussian-sigma-floor',
  'vae-bernoulli',
  'vae-categorical',
  'vae-gaussian-global',
  'vae-gaussian-per-dimension',
  'vae-gaussian-sigma-0.3',
  'vae-gaussian-sigma-1',
  'vae-log-var-lower',
  'vae-log-var-upper',
] as const

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./${name}.golden.json`, import.meta.url), 'utf8')) as T
}

export const array = ({ shape, data }: Written): HostTensor<'float64'> =>
  hostTensor('float64', shape, Float64Array.from(data))

export const arrays = (written: WrittenArrays): Arrays =>
  Object.fromEntries(Object.entries(written).map(([name, t]) => [name, array(t)]))

const activationNames: Record<string, string> = { leakyRelu: 'leaky-relu' }

function likelihoodText({ name, sigma, levels }: GoldenConfig['likelihood']): string {
  const detail = sigma === 'perDimension' ? 'per-dimension' : (sigma ?? levels)
  return detail === undefined ? name : `${name}:${detail}`
}

/** The golden's model, built by our definitions. */
export function goldenModel(config: GoldenConfig): BuiltModel {
  const definition = modelNamed(config.model)
  const options = definition.config.parse({
    hidden: config.hidden,
    activation: activationNames[config.activation] ?? config.activation,
    latent: config.latent,
    likelihood: likelihoodText(config.likelihood),
    ...(config.beta === undefined ? {} : { beta: config.beta }),
  })
  return build(definition, options, {
    exampleShape: [config.dimension],
    dimension: config.dimension,
  })
}

/** A batch whose every normal draw is the given noise. */
export function fixedBatch(x: Written, epsilon: Written | undefined): Batch {
  return {
    x: constant(x.data, x.shape),
    training: true,
    noise: () => ({
      normal: () => constant(epsilon!.data, epsilon!.shape),
      uniform: () => {
        throw new Error('the goldens draw no uniform numbers')
      },
    }),
  }
}

/** Values of the model's scheduled numbers, which the goldens keep constant. */
export const scheduleFeeds = (model: BuiltModel): Arrays =>
  Object.fromEntries(
    [...model.schedules].map(([name, symbol]) => [
      symbol.attributesOf('input').name,
      hostTensor('float64', [], Float64Array.of(model.config[name] as number)),
    ]),
  )

/** Terms, objective and the gradient for every parameter, as expressions. */
export function caseOutputs(model: BuiltModel, { x, epsilon }: ModelCase): Record<string, Tensor> {
  const terms = stageTerms(lastStage(model), fixedBatch(x, epsilon))
  const loss = objective(terms)
  const parameters = [...model.parameters.values()]
  const slopes = gradients(
    loss,
    parameters.map((p) => p.symbol),
  )
  return {
    ...Object.fromEntries(Object.entries(terms).map(([name, t]) => [`term ${name}`, t.value])),
    objective: loss,
    ...Object.fromEntries(parameters.map((p, i) => [`gradient ${p.name}`, slopes[i]!])),
  }
}

const numbers = ({ data }: { readonly data: unknown }) => Array.from(data as ArrayLike<number>)

/** Largest |actual - expected|, as a share of the largest |expected|; infinite where the shapes differ. */
export function relativeError(
  actual: HostTensor,
  expected: { shape: readonly number[]; data: unknown },
): number {
  if (String(actual.shape) !== String(expected.shape)) return Number.POSITIVE_INFINITY
  const [a, b] = [numbers(actual), numbers(expected)]
  const largest = (values: number[]) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
  const difference = largest(a.map((v, i) => v - b[i]!))
  return difference === 0 ? 0 : difference / largest(b)
}

/** ‖actual - expected‖ / ‖expected‖. */
export function normError(actual: HostTensor, expected: HostTensor): number {
  const [a, b] = [numbers(actual), numbers(expected)]
  const norm = (values: number[]) => Math.sqrt(values.reduce((s, v) => s + v * v, 0))
  const difference = norm(a.map((v, i) => v - b[i]!))
  return difference === 0 ? 0 : difference / norm(b)
}
