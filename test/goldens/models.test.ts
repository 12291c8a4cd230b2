import { describe, expect, it } from 'vitest'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { onnx } from '../train/onnx.ts'
import {
  arrays,
  caseOutputs,
  golden,
  goldenModel,
  type ModelCase,
  modelCases,
  normError,
  relativeError,
  scheduleFeeds,
} from './golden.ts'

/** Terms, objective and gradients of a case, as a runtime computes them from PyTorch's parameters. */
async function computed(runtime: Runtime, written: ModelCase) {
  const model = goldenModel(written.config)
  const session = await runtime.compile(caseOutputs(model, written))
  try {
    return await session.run({ ...arrays(written.parameters), ...scheduleFeeds(model) })
  } finally {
    await session.close()
  }
}

describe.each(modelCases)('%s', (name) => {
  const written = golden<ModelCase>(name)

  it('has the parameters that PyTorch was given', () => {
    const { parameters } = goldenModel(written.config)
    const shapes = (all: Iterable<readonly [string, { shape: readonly number[] }]>) =>
      Object.fromEntries([...all].map(([key, { shape }]) => [key, shape]))
    expect(shapes(parameters)).toEqual(shapes(Object.entries(written.parameters)))
  })

  it('has the loss terms and gradients of PyTorch in float64, to 1e-9', async () => {
    const results = await computed(referenceRuntime, written)
    expect(Object.keys(results).filter((key) => key.startsWith('term'))).toEqual(
      Object.keys(written.terms).map((term) => `term ${term}`),
    )
    for (const [term, expected] of Object.entries(written.terms)) {
      const actual = results[`term ${term}`]!.data as Float64Array
      expected.data.forEach((value, i) => {
        expect(Math.abs(actual[i]! - value) / Math.abs(value)).toBeLessThan(1e-9)
      })
    }
    expect(Number(results.objective!.data[0]) / written.objective - 1).toBeCloseTo(0, 9)
    for (const [parameter, expected] of Object.entries(written.gradients)) {
      const slope = results[`gradient ${parameter}`]!
      expect(relativeError(slope, expected), parameter).toBeLessThan(1e-9)
      // Outside a bound, and behind a ReLU that is off, there is no gradient at all.
      expected.data.forEach((value, i) => {
        if (value === 0) expect(Math.abs(Number(slope.data[i])), `${parameter} ${i}`).toBe(0)
      })
    }
  })

  it('in ONNX Runtime has the loss of the reference to 1e-5, its gradients to 1e-4', async () => {
    const reference = await computed(referenceRuntime, written)
    const results = await computed(onnx(), written)
    for (const term of ['objective', ...Object.keys(written.terms).map((t) => `term ${t}`)]) {
      expect(relativeError(results[term]!, reference[term]!), term).toBeLessThan(1e-5)
    }
    for (const parameter of Object.keys(written.gradients)) {
      const slope = `gradient ${parameter}`
      expect(normError(results[slope]!, reference[slope]!), parameter).toBeLessThan(1e-4)
    }
  })
})
