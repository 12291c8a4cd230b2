import { expect, it } from 'vitest'
import { tinyData, tinyRun } from './tiny-run.ts'

/** Wide enough for principal components to be computed from more than one piece of the rows. */
const [D, TRAIN, TEST, PIECE] = [8192, 160, 40, 2 ** 20 / 8192]

it('principal components are of all training examples', async () => {
  expect(TRAIN).toBeGreaterThan(PIECE)
  const values = new Float32Array((TRAIN + TEST) * D)
  for (let row = 0; row < TRAIN + TEST; row++) {
    // Column 0 moves a little and says nothing; column 1 says the class, and moves beyond the first piece alone.
    const side = (row * 7) % 2 === 0 ? -1 : 1
    values[row * D] = Math.floor(row / 2) % 2
    if (row >= PIECE) values[row * D + 1] = 9 * side
  }
  const data = tinyData({
    shape: [D],
    values,
    classes: 2,
    sizes: { train: TRAIN, validation: 0, test: TEST },
  })
  const run = tinyRun({ data, options: { model: 'ae', likelihood: 'gaussian', latent: 1 } })
  const { ledger } = await run.evaluate('test', { measure: ['representation'] })
  const accuracy = ledger.find(({ figure }) =>
    /nearest-neighbour accuracy, from 1 principal/.test(figure),
  )!
  expect(accuracy.value).toBe(1)
})
