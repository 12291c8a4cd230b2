import { describe, expect, it } from 'vitest'
import { type DataForm, examples } from '../../src/data/training-rows.ts'
import { int64, Tensor } from '../../src/graph/tensor.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { noiseSource } from '../../src/train/noise.ts'
import { numbersOf, onnx } from './onnx.ts'

const [ROWS, DIMENSION] = [2000, 5]
const greys = [0, 32, 128, 250, 255]

const stored = Tensor.input('rows', [ROWS, DIMENSION], 'uint8')
const feeds = {
  rows: hostTensor(
    'uint8',
    [ROWS, DIMENSION],
    Uint8Array.from({ length: ROWS * DIMENSION }, (_, i) => greys[i % DIMENSION]!),
  ),
}

const form = (binarize: DataForm['binarize']): DataForm => ({
  rows: ROWS,
  dimension: DIMENSION,
  storage: 'uint8',
  scale: 1 / 255,
  binarize,
})

const at = (step: bigint, binarize: DataForm['binarize']) =>
  numbersOf(onnx(), examples(stored, form(binarize), noiseSource(0, int64(step)).noise), feeds)

describe('stored bytes', () => {
  it('become values from 0 to 1', async () => {
    const scale = Math.fround(1 / 255)
    const expected = greys.map((grey) => Math.fround(grey * scale))
    expect((await at(0n, 'none')).slice(0, DIMENSION)).toEqual(expected)
    expect(expected.at(-1)).toBe(1)
  })

  it('stay grey where they were binarised once, in the store', async () => {
    expect(await at(0n, 'static')).toEqual(await at(0n, 'none'))
  })

  it('are drawn afresh at each step as 0 or 1, with the grey value as mean', async () => {
    const [first, again, next] = [
      await at(0n, 'dynamic'),
      await at(0n, 'dynamic'),
      await at(1n, 'dynamic'),
    ]
    expect(again).toEqual(first)
    expect(next).not.toEqual(first)
    for (const drawn of [first, next]) {
      expect(new Set(drawn)).toEqual(new Set([0, 1]))
      greys.forEach((grey, d) => {
        const share = drawn.filter((v, i) => i % DIMENSION === d && v === 1).length / ROWS
        const p = grey / 255
        expect(Math.abs(share - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / ROWS))
      })
    }
  })
})
