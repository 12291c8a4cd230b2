import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { concat, constant, Tensor } from '../../src/graph/tensor.ts'
import {
  type ConvDecoderOptions,
  type ConvEncoderOptions,
  convDecoder,
  convEncoder,
} from '../../src/nn/conv.ts'
import { type HourglassOptions, stackedHourglass } from '../../src/nn/hourglass.ts'
import { type MlpOptions, mlp } from '../../src/nn/mlp.ts'
import type { Mode, Network } from '../../src/nn/network.ts'
import { batchNorm } from '../../src/nn/normalization.ts'
import { type Parameters, parameters } from '../../src/nn/parameters.ts'
import { type UnetOptions, unet } from '../../src/nn/unet.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Arrays, Runtime } from '../../src/runtime/session.ts'
import {
  array,
  arrays,
  relativeError,
  type Written,
  type WrittenArrays,
} from '../goldens/golden.ts'
import { onnx } from '../train/onnx.ts'
import { evaluating, initial, recorded, shapesOf } from './passes.ts'

interface Case {
  readonly name: string
  readonly network: keyof typeof builders
  readonly options: Record<string, unknown>
  readonly parameters: WrittenArrays
  readonly kept: WrittenArrays
  readonly x: Written
  readonly evaluated: readonly Written[]
  readonly trained: readonly Written[]
  readonly keptAfter: WrittenArrays
  readonly loss: number
  readonly gradients: WrittenArrays
}

interface Running {
  readonly shape: readonly number[]
  readonly batches: readonly Written[]
  readonly after: readonly { readonly mean: Written; readonly variance: Written }[]
}

/** What PyTorch computes (networks.golden.py). */
const golden = JSON.parse(
  readFileSync(new URL('./networks.golden.json', import.meta.url), 'utf8'),
) as { running: readonly Running[]; cases: readonly Case[] }

const one =
  (network: Network) =>
  (x: Tensor, mode: Mode): readonly Tensor[] => [network(x, mode)]

const builders = {
  mlp: (to: Parameters, options: unknown) => one(mlp(to, 'net', options as MlpOptions)),
  encoder: (to: Parameters, options: unknown) =>
    one(convEncoder(to, 'net', options as ConvEncoderOptions)),
  decoder: (to: Parameters, options: unknown) =>
    one(convDecoder(to, 'net', options as ConvDecoderOptions)),
  unet: (to: Parameters, options: unknown) => one(unet(to, 'net', options as UnetOptions)),
  hourglass: (to: Parameters, options: unknown) =>
    stackedHourglass(to, 'net', options as HourglassOptions),
}

/** The network of a case by our builders, with its layers all tanh, and what it takes besides. */
function built({ network, options, x }: Case) {
  const to = parameters()
  const widths = (options.channels ?? options.hidden) as readonly number[]
  const all = { ...options, activations: widths.map(() => 'tanh'), dropout: 0, inputs: x.shape[1] }
  return { to, apply: builders[network](to, all) }
}

/** Everything that a case says, as expressions. */
function expressions(written: Case): Record<string, Tensor> {
  const { to, apply } = built(written)
  const x = Tensor.input('x', written.x.shape)
  const { mode, moved } = recorded()
  const trained = apply(x, mode)
  const flat = concat(
    trained.map((y) => y.reshape([y.size])),
    0,
  )
  const cosines = constant(
    Array.from({ length: flat.size }, (_, i) => Math.cos(i)),
    [flat.size],
  )
  const loss = flat.square().mul(0.5).add(flat.mul(cosines)).sum()
  const variables = [x, ...[...to.all.values()].filter((p) => p.trained).map((p) => p.symbol)]
  const slopes = gradients(loss, variables)
  const named = (prefix: string, list: Iterable<readonly [unknown, Tensor]>) =>
    [...list].map(([key, value]) => [`${prefix} ${key}`, value] as const)
  return Object.fromEntries([
    ['loss', loss],
    ...named('evaluated', apply(x, evaluating).entries()),
    ...named('trained', trained.entries()),
    ...named('kept', moved),
    ...named(
      'gradient',
      variables.map((v, i) => [v.attributesOf('input').name, slopes[i]!] as const),
    ),
  ])
}

/** The same, as PyTorch has it. */
function expected(written: Case): Record<string, Written> {
  const named = (prefix: string, all: object): Record<string, Written> =>
    Object.fromEntries(Object.entries(all).map(([key, value]) => [`${prefix} ${key}`, value]))
  return {
    loss: { shape: [], data: [written.loss] },
    ...named('evaluated', written.evaluated),
    ...named('trained', written.trained),
    ...named('kept', written.keptAfter),
    ...named('gradient', written.gradients),
  }
}

async function computed(runtime: Runtime, written: Case): Promise<Arrays> {
  const session = await runtime.compile(expressions(written))
  try {
    const values = { ...arrays(written.parameters), ...arrays(written.kept) }
    return await session.run({ ...values, x: array(written.x) })
  } finally {
    await session.close()
  }
}

describe.each(golden.cases.map((written) => [written.name, written] as const))(
  '%s',
  (_, written) => {
    it('has the parameters that PyTorch was given, trained and kept', () => {
      const { to } = built(written)
      const all = { ...written.parameters, ...written.kept }
      expect(shapesOf(to)).toEqual(
        Object.fromEntries(Object.entries(all).map(([name, { shape }]) => [name, shape])),
      )
      const kept = [...to.all.values()].filter((p) => !p.trained).map((p) => p.name)
      expect(kept.sort()).toEqual(Object.keys(written.kept).sort())
    })

    it("has PyTorch's outputs, moments and gradients in float64, to 1e-9", async () => {
      const found = await computed(referenceRuntime, written)
      const wanted = expected(written)
      expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort())
      for (const [name, value] of Object.entries(wanted))
        expect(relativeError(found[name]!, value), name).toBeLessThan(1e-9)
    })

    it('has them in ONNX Runtime to 1e-4', async () => {
      const found = await computed(onnx(), written)
      for (const [name, value] of Object.entries(expected(written)))
        expect(relativeError(found[name]!, value), name).toBeLessThan(1e-4)
    })
  },
)

describe.each(golden.running)('batch normalisation of $shape', ({ batches, after }) => {
  it('has the running moments of PyTorch after every batch', async () => {
    const to = parameters()
    const network = batchNorm(to, 'norm', batches[0]!.shape[1]!)
    let state = initial(to)
    for (const [i, batch] of batches.entries()) {
      const { mode, moved } = recorded()
      network(constant(batch.data, batch.shape), mode)
      const session = await referenceRuntime.compile(Object.fromEntries(moved))
      state = { ...state, ...(await session.run(state)) }
      expect(relativeError(state['norm.mean']!, after[i]!.mean)).toBeLessThan(1e-9)
      expect(relativeError(state['norm.variance']!, after[i]!.variance)).toBeLessThan(1e-9)
    }
  })
})
