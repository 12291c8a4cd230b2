import { decode } from 'fast-png'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { scorePage } from '../../../src/app/answers/score-page/page.ts'
import { tinyData, tinyRun } from '../tiny-run.ts'
import { madeUpScores } from './made-up-scores.ts'

describe('the page of the oddest pictures', () => {
  it('shows each beside its reconstruction and a map of what it adds beyond the usual', async () => {
    const data = tinyData({ shape: [1, 3, 4] })
    // A decoder of zeros: every reconstruction is the logistic of 0, a middle grey.
    const run = tinyRun({ data, options: { model: 'ae', latent: 2, batch: 4 }, zeros: true })
    try {
      const values = Float32Array.from({ length: 12 }, (_, i) => i / 11)
      const typical = new Float64Array(12).fill(1)
      // Pixel 5, in row 1 and column 1, adds 8 more than usual; pixel 0 adds less.
      const shares = Float64Array.from({ length: 12 }, (_, i) => (i === 5 ? 9 : i === 0 ? 0 : 1))
      const { material } = madeUpScores()
      const html = await scorePage(
        madeUpScores({
          trained: run,
          columns: undefined,
          worst: [{ row: 41, score: 95.5, values, shares }],
          material: { ...material, typical: { distance: typical } },
          namesOf: () => ({ keys: ['<img>.png'], label: 'label 3' }),
        }),
      )
      const { document } = parseHTML(html)
      const figure = document.querySelector('#oddest figure')!
      expect(figure.querySelector('figcaption')!.textContent).toBe(
        'picture 42, <img>.png, label 3: score 95.5, alarm',
      )
      expect(document.querySelector('#oddest p')!.textContent).toBe(
        '2 pictures of 4 are above the threshold of 0.9. Here is the one with the highest score. The other alarms are in scored.csv.',
      )
      const uri = figure.querySelector('img')!.getAttribute('src')!
      const png = decode(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))
      expect([png.width, png.height, png.channels]).toEqual([3 * 4 + 2 * 2, 3, 3])
      const pixel = (x: number, y: number) =>
        Array.from(png.data.slice(3 * (y * png.width + x), 3 * (y * png.width + x) + 3))
      expect(pixel(3, 2)).toEqual([255, 255, 255])
      expect(pixel(6, 0)).toEqual([128, 128, 128])
      expect(pixel(12 + 1, 1)).toEqual([255, 250, 190])
      expect(pixel(12, 0)).toEqual([0, 0, 0])
      expect(pixel(12 + 2, 1)).toEqual([0, 0, 0])
    } finally {
      await run.close()
    }
  })
})
