import { describe, expect, it } from 'vitest'
import { gradients } from '../../../src/graph/autodiff.ts'
import { constant, int64, Tensor } from '../../../src/graph/tensor.ts'
import type { Batch } from '../../../src/models/model.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { orthonormalBasis } from '../../../src/tensor/orthonormal-basis.ts'
import { stream } from '../../../src/tensor/random.ts'
import { type BuiltModel, build, lastStage, stageTerms } from '../../../src/train/build.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { noiseSource } from '../../../src/train/noise.ts'
import { numbersOf } from '../../train/onnx.ts'
import { documentedNumbers, documentedTable } from './documented.ts'
import { estimate } from './estimate.ts'

const [EXAMPLES, D, L] = [4, 6, 3]

/** Sections of docs/family.md, whose figures are those of these tests. */
const STOCHASTIC = 'Stochastic contraction tends to the contractive penalty'
const PROJECTIONS = 'Random projections estimate the contractive penalty without bias'

const random = stream(7, 'contraction')
const x = Array.from({ length: EXAMPLES }, () =>
  Array.from({ length: D }, () => 0.5 + 0.3 * random.normal()),
)

/** A deep encoder of sigmoid codes over hyperbolic tangents; `cae` and `scae` have the same parameters. */
function contractive(name: 'cae' | 'scae', options: Record<string, unknown> = {}): BuiltModel {
  const definition = modelNamed(name)
  const config = definition.config.parse({
    hidden: [7, 5],
    activation: 'tanh',
    latent: L,
    tied: false,
    ...options,
  })
  return build(definition, config, { exampleShape: [D], dimension: D })
}

/** Twice what a training starts from, so that the encoder is far from linear. */
const parameters: Arrays = Object.fromEntries(
  Object.entries(initialParameters(contractive('cae'), 1)).map(([name, { shape, data }]) => [
    name,
    hostTensor(
      'float64',
      shape,
      Float64Array.from(data as Float32Array, (v) => 2 * v),
    ),
  ]),
)

/** Every example that many times in turn: `[copies · examples, D]`. */
const repeated = (copies: number, examples = x) =>
  constant(Array.from({ length: copies }, () => examples.flat()).flat(), [
    copies * examples.length,
    D,
  ])

const penalty = (model: BuiltModel, batch: Batch): Tensor =>
  stageTerms(lastStage(model), batch).contraction!.value

const reference = (expression: Tensor, feeds: Arrays = {}) =>
  numbersOf(referenceRuntime, expression, { ...parameters, ...feeds })

const silent = (): never => {
  throw new Error('the exact penalty draws no noise')
}

/** A penalty, and the model that it is of. */
interface Penalty {
  readonly model: BuiltModel
  readonly value: Tensor
}

function exactPenalty(examples = x): Penalty {
  const model = contractive('cae')
  return {
    model,
    value: penalty(model, { x: repeated(1, examples), training: true, noise: silent }),
  }
}

/** A function of the feeds: the gradient by the encoder's weights and biases, one after the other. */
async function slopesOf({ model, value }: Penalty) {
  const encoder = [...model.parameters.values()].filter(({ name }) => name.startsWith('encoder'))
  const symbols = encoder.map(({ symbol }) => symbol)
  const slopes = gradients(value.mean(), symbols).map((slope, i) => [`slope ${i}`, slope] as const)
  const session = await referenceRuntime.compile(Object.fromEntries(slopes))
  return async (feeds: Arrays = {}): Promise<number[]> => {
    const results = await session.run({ ...parameters, ...feeds })
    return slopes.flatMap(([name]) => Array.from(results[name]!.data as Float64Array))
  }
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0)
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((v, i) => v - b[i]!)) / Math.hypot(...b)

describe('stochastic contraction over σ²', () => {
  const DRAWS = 512

  /**
   * Normal numbers for as many copies of the examples, the same for all of them. Each comes with its
   * negative, and their covariance is made exactly I, so that what the sum lacks of the limit is due to σ
   * alone and not to the draw.
   */
  function matchedNoise(): Tensor {
    const columns = Array.from({ length: D }, () =>
      Float64Array.from({ length: DRAWS }, () => random.normal()),
    )
    const white = orthonormalBasis(columns) // D vectors of DRAWS numbers
    const rows = Array.from({ length: DRAWS }, (_, i) =>
      white.map((column) => column[i]! * Math.sqrt(DRAWS)),
    )
    const both = [...rows, ...rows.map((row) => row.map((v) => -v))]
    const data = both.flatMap((row) => x.flatMap(() => row))
    return constant(data, [2 * DRAWS * EXAMPLES, D])
  }

  const noise = matchedNoise()
  const stochastic = (sigma: number): Penalty => {
    const model = contractive('scae', { sigma })
    const batch = {
      x: repeated(2 * DRAWS),
      training: true,
      noise: () => ({ normal: () => noise, uniform: silent }),
    }
    return { model, value: penalty(model, batch).mul(1 / sigma ** 2) }
  }

  const sigmas = [1, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3]

  it('converges to the contractive penalty, its error falling as σ²', async () => {
    const limit = estimate(await reference(exactPenalty().value)).mean
    const errors: number[] = []
    for (const sigma of sigmas)
      errors.push(estimate(await reference(stochastic(sigma).value)).mean / limit - 1)
    for (const [i, error] of errors.entries())
      if (i > 0) expect(Math.abs(error)).toBeLessThan(Math.abs(errors[i - 1]!))
    const order = Math.log10(errors[4]! / errors[6]!) / Math.log10(sigmas[4]! / sigmas[6]!)
    expect(order).toBeCloseTo(2, 2)
    expect(Math.abs(errors.at(-1)!)).toBeLessThan(1e-5)
    const [documented] = documentedNumbers(STOCHASTIC, 'the penalty of `cae` is #.')
    expect(limit).toBeCloseTo(documented!, 6)
    const table = documentedTable(STOCHASTIC)
    expect(table.map(([sigma]) => sigma)).toEqual(sigmas.map((sigma) => [sigma]))
    table.forEach(([, error], i) => {
      expect(Math.abs(errors[i]! / error![0]! - 1)).toBeLessThan(0.006)
    })
  })

  it('is near its limit with the noise of a training, within four standard errors', async () => {
    const sigma = 0.01
    const exact = (await reference(exactPenalty([x[0]!]).value))[0]!
    const drawn = penalty(contractive('scae', { sigma }), {
      x: repeated(8000, [x[0]!]),
      training: true,
      noise: noiseSource(5, int64(0n)).noise,
    }).mul(1 / sigma ** 2)
    const { mean, error } = estimate(await reference(drawn))
    expect(Math.abs(mean - exact)).toBeLessThan(4 * error)
    expect(4 * error).toBeLessThan(0.1 * exact)
  })

  it('has the gradient of the contractive penalty in the limit', async () => {
    const limit = await (await slopesOf(exactPenalty()))()
    const at = async (sigma: number) => distance(await (await slopesOf(stochastic(sigma)))(), limit)
    expect(await at(1)).toBeGreaterThan(0.1)
    expect(await at(1e-3)).toBeLessThan(1e-4)
  })
})

describe.each([1, 4])('the contractive penalty by %i random projections', (count) => {
  const model = contractive('cae', { contraction: `projections:${count}` })
  const step = Tensor.input('step', [], 'int64')
  const { noise } = noiseSource(3, step)
  const at = (n: number): Arrays => ({ step: hostTensor('int64', [], BigInt64Array.of(BigInt(n))) })

  it.each(x.map((_, i) => i))('is on average that of the whole Jacobian, example %i', async (i) => {
    const exact = (await reference(exactPenalty([x[i]!]).value))[0]!
    const drawn = penalty(model, { x: repeated(8000, [x[i]!]), training: true, noise })
    const { mean, error } = estimate(await reference(drawn, at(i)))
    expect(Math.abs(mean - exact)).toBeLessThan(4 * error)
    // Twice or half the penalty, or one that sums over the draws, would be far outside.
    expect(4 * error).toBeLessThan(0.1 * exact)
    const [whole, ...drawnBy] = documentedTable(PROJECTIONS)[i]!
    expect(exact).toBeCloseTo(whole![0]!, 4)
    const [documented, deviation] = drawnBy[count === 1 ? 0 : 1]!
    expect(mean).toBeCloseTo(documented!, 4)
    expect(error).toBeCloseTo(deviation!, 4)
  })

  it('has a gradient that is on average that of the exact one', async () => {
    const exact = await (await slopesOf(exactPenalty()))()
    const value = penalty(model, { x: repeated(50), training: true, noise })
    const slopes = await slopesOf({ model, value })
    const along: number[] = []
    for (let draw = 0; draw < 60; draw++)
      along.push(dot(await slopes(at(draw)), exact) / dot(exact, exact))
    const { mean, error } = estimate(along)
    expect(Math.abs(mean - 1)).toBeLessThan(4 * error)
    expect(4 * error).toBeLessThan(0.1)
    const [one, oneError, four, fourError] = documentedNumbers(
      PROJECTIONS,
      'is # ± # and # ± # of it',
    )
    expect(mean).toBeCloseTo(count === 1 ? one! : four!, 2)
    expect(error).toBeCloseTo(count === 1 ? oneError! : fourError!, 2)
  })
})
