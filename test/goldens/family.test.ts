import { describe, expect, it } from 'vitest'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import { onnx } from '../train/onnx.ts'
import { type FamilyCase, familyCases, familyModel, lossesOf, lossOutputs } from './family.ts'
import { arrays, golden, normError, relativeError, scheduleFeeds } from './golden.ts'

/** Terms, objective and gradients of a loss of a case, from PyTorch's parameters. */
async function computed(runtime: Runtime, written: FamilyCase, name: string) {
  const model = familyModel(written)
  const loss = lossesOf(model).find((candidate) => candidate.name === name)!
  const session = await runtime.compile(lossOutputs(written, loss))
  try {
    return await session.run({ ...arrays(written.parameters), ...scheduleFeeds(model) })
  } finally {
    await session.close()
  }
}

const named = (names: readonly string[], prefix: string) =>
  names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))

describe.each(familyCases)('%s', (file) => {
  const written = golden<FamilyCase>(`family/${file}`)

  it('has the parameters and the losses that PyTorch was given', () => {
    const model = familyModel(written)
    const shapes = (all: Iterable<readonly [string, { shape: readonly number[] }]>) =>
      Object.fromEntries([...all].map(([key, { shape }]) => [key, shape]))
    expect(shapes(model.parameters)).toEqual(shapes(Object.entries(written.parameters)))
    expect(lossesOf(model).map(({ name }) => name)).toEqual(Object.keys(written.losses))
  })

  it.each(Object.entries(written.losses))(
    '%s has the terms and gradients of PyTorch in float64, to 1e-9',
    async (name, loss) => {
      const results = await computed(referenceRuntime, written, name)
      expect(named(Object.keys(results), 'term ')).toEqual(Object.keys(loss.terms))
      expect(named(Object.keys(results), 'gradient ').sort()).toEqual(
        Object.keys(loss.gradients).sort(),
      )
      for (const [term, expected] of Object.entries(loss.terms)) {
        const actual = results[`term ${term}`]!.data as Float64Array
        expected.data.forEach((value, i) => {
          expect(Math.abs(actual[i]! - value), term).toBeLessThanOrEqual(1e-9 * Math.abs(value))
        })
      }
      expect(Math.abs(Number(results.objective!.data[0]) / loss.objective - 1)).toBeLessThan(1e-9)
      for (const [parameter, expected] of Object.entries(loss.gradients)) {
        const slope = results[`gradient ${parameter}`]!
        expect(relativeError(slope, expected), parameter).toBeLessThan(1e-9)
      }
    },
  )

  it.each(Object.entries(written.losses))(
    '%s in ONNX Runtime has the loss to 1e-5, its gradients to 1e-4',
    async (name, loss) => {
      const results = await computed(onnx(), written, name)
      for (const [term, expected] of Object.entries(loss.terms))
        expect(relativeError(results[`term ${term}`]!, expected), term).toBeLessThan(1e-5)
      expect(Math.abs(Number(results.objective!.data[0]) / loss.objective - 1)).toBeLessThan(1e-5)
      for (const [parameter, expected] of Object.entries(arrays(loss.gradients)))
        expect(normError(results[`gradient ${parameter}`]!, expected), parameter).toBeLessThan(1e-4)
    },
  )
})
