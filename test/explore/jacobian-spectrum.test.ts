import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { splitValues } from '../../src/data/rows.ts'
import { jacobianSpectrum } from '../../src/evaluate/manifold/jacobian-spectrum.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'

const falling = (jacobian: Matrix): number[] =>
  [...new SingularValueDecomposition(jacobian, { autoTranspose: true }).diagonal].sort(
    (a, b) => b - a,
  )

const meaned = (spectra: readonly number[][]): number[] =>
  spectra[0]!.map((_, k) => spectra.reduce((sum, one) => sum + one[k]!, 0) / spectra.length)

function expectClose(values: Float64Array, expected: readonly number[], digits: number): void {
  expect(values).toHaveLength(expected.length)
  for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[k]!, digits)
}

describe("the spectrum of an encoder's Jacobian", () => {
  it.each([3, 9])(
    'is that of diag(s′) Wᵀ for one sigmoid layer, %i units on 7 values',
    async (latent) => {
      const data = tinyData({ shape: [7] })
      const run = tinyRun({
        data,
        options: { model: 'cae', likelihood: 'gaussian', hidden: [], latent },
      })
      const x = splitValues(data, 'test', [0, 1, 2, 3, 4])
      const codes = await run.encode(x) // h = s(xW + b), s′ = h (1 - h)
      const w = run.parameters['encoder.0.weight']!.data as Float32Array // [7, L]
      const spectra = Array.from({ length: 5 }, (_, i) => {
        const jacobian = Matrix.zeros(latent, 7)
        for (let l = 0; l < latent; l++)
          for (let d = 0; d < 7; d++) {
            const h = codes.data[i * latent + l]!
            jacobian.set(l, d, h * (1 - h) * w[d * latent + l]!)
          }
        return falling(jacobian)
      })
      expectClose(await jacobianSpectrum(run, x), meaned(spectra), 5)
      await run.close()
    },
  )

  it('agrees with finite differences through a deep encoder that sees labels', async () => {
    const data = tinyData({ shape: [1, 2, 3], classes: 3 })
    const options = { model: 'cvae', latent: 3, activation: 'tanh' }
    const run = tinyRun({ data, options })
    const x = splitValues(data, 'test', [0, 1, 2, 3])
    const labels = [2, 0, 1, 1]
    const step = 0.01
    const moved = async (d: number, by: number) => {
      const values = Float32Array.from(x.data, (value, at) => (at % 6 === d ? value + by : value))
      return (await run.encode(hostTensor('float32', [4, 6], values), labels)).data
    }
    const slopes = await Promise.all(
      Array.from({ length: 6 }, async (_, d) => {
        const [up, down] = [await moved(d, step), await moved(d, -step)]
        return Float64Array.from(up, (value, at) => (value - down[at]!) / (2 * step))
      }),
    )
    const spectra = labels.map((_, i) => {
      const jacobian = Matrix.zeros(3, 6)
      for (let l = 0; l < 3; l++)
        for (let d = 0; d < 6; d++) jacobian.set(l, d, slopes[d]![i * 3 + l]!)
      return falling(jacobian)
    })
    const expected = meaned(spectra)
    expect(expected[0]).toBeGreaterThan(0.05)
    expectClose(await jacobianSpectrum(run, x, labels), expected, 4)
    await run.close()
  })

  it('is of one example at a time under batch normalisation, by the running moments', async () => {
    const data = tinyData({ shape: [7] })
    const widths = { hidden: [5], latent: 3, activation: 'tanh', normalization: 'batch' }
    const run = tinyRun({
      data,
      options: { model: 'ae', likelihood: 'gaussian', ...widths },
      parameters: {
        'encoder.0.norm.mean': [0.3, -0.2, 0.1, 0, 0.5],
        'encoder.0.norm.variance': [0.5, 1.5, 0.2, 1, 0.7],
      },
    })
    const x = splitValues(data, 'test', [0, 1, 2, 3])
    const [w, v] = ['encoder.0.weight', 'encoder.1.weight'].map(
      (name) => run.parameters[name]!.data as Float32Array, // [7, 5] and [5, 3]
    )
    const [mean, variance] = ['mean', 'variance'].map(
      (name) => run.parameters[`encoder.0.norm.${name}`]!.data as Float32Array,
    )
    const spectra = [0, 1, 2, 3].map((i) => {
      const jacobian = Matrix.zeros(3, 7)
      for (let k = 0; k < 5; k++) {
        const sigma = Math.sqrt(variance![k]! + 1e-5)
        let linear = 0
        for (let d = 0; d < 7; d++) linear += x.data[i * 7 + d]! * w![d * 5 + k]!
        const slope = (1 - Math.tanh((linear - mean![k]!) / sigma) ** 2) / sigma
        for (let l = 0; l < 3; l++)
          for (let d = 0; d < 7; d++)
            jacobian.set(l, d, jacobian.get(l, d) + v![k * 3 + l]! * slope * w![d * 5 + k]!)
      }
      return falling(jacobian)
    })
    expectClose(await jacobianSpectrum(run, x), meaned(spectra), 5)
    await run.close()
  })

  it('counts every example once where they take several calls', async () => {
    // 3 × 300 000 numbers a Jacobian: 8 examples a call, of 11.
    const data = tinyData({ shape: [1, 500, 600], sizes: { train: 1, validation: 1, test: 11 } })
    const run = tinyRun({ data, options: { model: 'linear-ae', latent: 3 } })
    const one = await jacobianSpectrum(run, splitValues(data, 'test', [0]))
    const all = await jacobianSpectrum(
      run,
      splitValues(
        data,
        'test',
        Array.from({ length: 11 }, (_, i) => i),
      ),
    )
    for (const [k, value] of all.entries()) expect(value).toBeCloseTo(one[k]!, 4)
    expect(one[2]!).toBeGreaterThan(0.1)
    await run.close()
  })

  it('is refused where there is no encoder', async () => {
    const data = tinyData({ shape: [1, 4, 4] })
    const run = tinyRun({ data, options: { model: 'gan' } })
    await expect(jacobianSpectrum(run, splitValues(data, 'test', [0]))).rejects.toThrow(UserError)
    await run.close()
  })
})
