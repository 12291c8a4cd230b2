import { describe, expect, it } from 'vitest'
import { type HostTensor, hostTensor, rowsBetween } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'

const D = 3
const data = tinyData({ shape: [D], classes: 2 })
const COUNT = 4000

/** A VAE whose decoder gives `bias` for every code, however many numbers that takes. */
const constant = (likelihood: string, bias: readonly number[]) =>
  tinyRun({
    data: tinyData({ shape: [D], scale: 1 / 8 }),
    zeros: true,
    options: { latent: 2, likelihood },
    parameters: { 'decoder.1.bias': bias },
  })

const codes = (count: number): HostTensor<'float32'> => {
  const { normal } = stream(1, 'codes')
  return hostTensor('float32', [count, 2], Float32Array.from({ length: 2 * count }, normal))
}

const columns = ({ data: values }: HostTensor<'float32'>) =>
  Array.from({ length: D }, (_, d) => values.filter((_, at) => at % D === d))
const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
const share = (values: Float32Array, of: number) =>
  values.filter((value) => value === Math.fround(of)).length / values.length

/** Four standard errors of a share over the draws. */
const within = (p: number) => 4 * Math.sqrt((p * (1 - p)) / COUNT)

describe('draws from p(x|z)', () => {
  it('of a Bernoulli likelihood are 0 and 1, as often as it says', async () => {
    const drawn = await constant('bernoulli', [-2, 0, 1]).draw(codes(COUNT), 5)
    expect(new Set(drawn.data)).toEqual(new Set([0, 1]))
    for (const [d, logit] of [-2, 0, 1].entries()) {
      const p = 1 / (1 + Math.exp(-logit))
      expect(Math.abs(mean(columns(drawn)[d]!) - p)).toBeLessThan(within(p))
    }
  })

  it('of a Gaussian likelihood have its σ', async () => {
    const drawn = await constant('gaussian:0.5', [-2, 0, 1]).draw(codes(COUNT), 5)
    for (const [d, mu] of [-2, 0, 1].entries()) {
      const column = columns(drawn)[d]!
      expect(Math.abs(mean(column) - mu)).toBeLessThan((4 * 0.5) / Math.sqrt(COUNT))
      const variance = mean(column.map((value) => (value - mu) ** 2))
      expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / COUNT))
    }
  })

  it('of a categorical likelihood are its levels, as often as it says', async () => {
    const logits = [0, 1, 2]
    const run = constant('categorical:3', [...logits, ...logits, ...logits])
    const drawn = await run.draw(codes(COUNT), 5)
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
    for (const column of columns(drawn))
      for (const [level, logit] of logits.entries()) {
        const p = Math.exp(logit) / total
        expect(Math.abs(share(column, level / 2) - p)).toBeLessThan(within(p))
      }
  })

  it('are functions of the seed and the place alone, in however many calls they are computed', async () => {
    const run = tinyRun({ data, options: { latent: 2 } })
    const z = codes(250)
    const all = await run.draw(z, 5)
    expect(await run.draw(z, 5)).toEqual(all)
    expect(await run.draw(rowsBetween(z, 0, 130), 5)).toEqual(rowsBetween(all, 0, 130))
    const other = await run.draw(z, 6)
    expect(all.data.filter((value, at) => value !== other.data[at]).length).toBeGreaterThan(150)
  })

  it('differ between equal codes', async () => {
    const drawn = await constant('bernoulli', [0, 0, 0]).draw(
      hostTensor('float32', [64, 2], new Float32Array(128)),
      5,
    )
    const rows = new Set(
      Array.from({ length: 64 }, (_, i) => drawn.data.slice(3 * i, 3 * i + 3).join()),
    )
    expect(rows.size).toBe(8)
  })

  it('of a conditional model are of the class that is asked for', async () => {
    const run = tinyRun({ data, zeros: true, options: { model: 'cvae', latent: 2 } })
    const floats = (name: string) => run.parameters[name] as HostTensor<'float32'>
    const weights = floats('decoder.0.weight')
    // The last input of the decoder is 1 for class 1, and turns all hidden units on.
    const width = weights.shape[1]!
    weights.data.fill(4, (weights.shape[0]! - 1) * width)
    floats('decoder.1.weight').data.fill(4)
    floats('decoder.1.bias').data.fill(-20)
    const labels = Array.from({ length: 64 }, (_, i) => i % 2)
    const { data: drawn } = await run.draw(codes(64), 5, labels)
    expect(Array.from(drawn)).toEqual(labels.flatMap((label) => [label, label, label]))
  })

  it('need codes of the right width, and a model with a code', async () => {
    const run = tinyRun({ data, options: { latent: 2 } })
    await expect(run.draw(hostTensor('float32', [1, 3], new Float32Array(3)), 0)).rejects.toThrow(
      'codes must have 2 columns',
    )
    const picture = tinyData({ shape: [1, 8, 8] })
    const unet = tinyRun({
      data: picture,
      options: { model: 'dae', network: 'unet', channels: [4] },
    })
    await expect(unet.draw(codes(1), 0)).rejects.toThrow('dae has no code')
  })
})
