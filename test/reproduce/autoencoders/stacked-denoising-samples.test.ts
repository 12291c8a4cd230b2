import { describe, expect, it } from 'vitest'
import { strayInk } from '../../../src/reproduce/autoencoders/stacked-denoising-samples.ts'
import { drawsOf, layersAlone } from '../../../src/reproduce/autoencoders/stacked-draws.ts'
import { meanOf } from '../../../src/reproduce/measures/statistics.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { bitsOf, tinyData } from '../../train/tiny.ts'
import { bareLaboratory } from '../laboratory.ts'

describe('stray ink', () => {
  const of = (...rows: string[]) =>
    strayInk(
      [...rows.join('')].map((c) => (c === '#' ? 1 : 0)),
      rows[0]!.length,
    )

  it('is none where everything is connected, by sides or corners, or where there is no ink', () => {
    expect(of('....', '....')).toBe(0)
    expect(of('##..', '..##', '...#')).toBe(0)
  })

  it('is the share outside the largest piece', () => {
    expect(of('###.', '....', '#..#')).toBeCloseTo(2 / 5, 12)
    expect(of('#.#', '...', '#.#')).toBeCloseTo(3 / 4, 12)
  })

  it('does not go around the edge from one row to the next', () => {
    expect(of('...#', '#...')).toBeCloseTo(1 / 2, 12)
    expect(of('...#', '....', '#...')).toBeCloseTo(1 / 2, 12)
  })
})

describe('stacked layers', () => {
  const data = tinyData(256)
  const lab = bareLaboratory({ data: async () => data })

  it('are trained one by one, and nothing else is', async () => {
    const of = (epochs: number) => layersAlone(lab, 'stacked-ae', { hidden: [6, 4], epochs })
    const [{ parameters: before }, { parameters: after }] = [await of(1), await of(3)]
    const [one, other] = [bitsOf(before), bitsOf(after)]
    const moved = Object.keys(one).filter((name) => one[name] !== other[name])
    expect(moved.sort()).toEqual([
      'decoder.1.bias',
      'decoder.2.bias',
      'encoder.0.bias',
      'encoder.0.weight',
      'encoder.1.bias',
      'encoder.1.weight',
    ])
  })

  it('draw every layer with its probability on the way down', async () => {
    const [D, H, n] = [2, 3, 20_000]
    const array = (shape: readonly number[], values: readonly number[]) =>
      hostTensor('float32', shape, Float32Array.from(values))
    const weight = [1, -0.5, 0.3, 0.2, 0.7, -1]
    const [up, down] = [
      [0.1, -0.2, 0.4],
      [-0.3, 0.2],
    ]
    const parameters = {
      'encoder.0.weight': array([D, H], weight),
      'encoder.0.bias': array([H], up),
      'decoder.1.bias': array([D], down),
    }
    const x = hostTensor('float32', [n, D], new Float32Array(n * D).fill(1))
    const { means, drawn } = await drawsOf(lab, { layers: 1, parameters }, x)
    // The mean over all 2³ draws of the hidden layer, by hand.
    const sigmoid = (a: number) => 1 / (1 + Math.exp(-a))
    const p = up.map((bias, h) => sigmoid(weight[h]! + weight[H + h]! + bias))
    for (let d = 0; d < D; d++) {
      let expected = 0
      for (let bits = 0; bits < 8; bits++) {
        const on = p.map((_, h) => (bits >> h) & 1)
        const chance = p.reduce((all, q, h) => all * (on[h] ? q : 1 - q), 1)
        const logit = on.reduce((sum, bit, h) => sum + bit * weight[d * H + h]!, down[d]!)
        expected += chance * sigmoid(logit)
      }
      const column = (values: Float32Array) => values.filter((_, i) => i % D === d)
      const error = 4 * Math.sqrt(0.25 / n)
      expect(Math.abs(meanOf(column(means.data)) - expected)).toBeLessThan(error)
      expect(Math.abs(meanOf(column(drawn.data)) - expected)).toBeLessThan(error)
      expect(new Set(column(means.data)).size).toBe(8)
      expect(new Set(column(drawn.data))).toEqual(new Set([0, 1]))
    }
  })

  it('go down by the mirror of the layers that they go up by', async () => {
    // A layer that copies each unit, saturated, gives binary examples back whatever is drawn.
    const [D, n] = [3, 8]
    const copy = Float32Array.from({ length: D * D }, (_, i) => (i % (D + 1) === 0 ? 100 : 0))
    const bias = hostTensor('float32', [D], new Float32Array(D).fill(-50))
    const layer = hostTensor('float32', [D, D], copy)
    const parameters = {
      'encoder.0.weight': layer,
      'encoder.0.bias': bias,
      'encoder.1.weight': layer,
      'encoder.1.bias': bias,
      'decoder.1.bias': bias,
      'decoder.2.bias': bias,
    }
    const bits = Float32Array.from({ length: n * D }, (_, i) => (Math.floor(i / D) >> (i % D)) & 1)
    const x = hostTensor('float32', [n, D], bits)
    const { drawn } = await drawsOf(lab, { layers: 2, parameters }, x)
    expect(drawn.data).toEqual(x.data)
  })
})
