import { expect, it } from 'vitest'
import { evaluated, golden } from './fixture.ts'

/** Terms that look at a whole batch, on a split of 60 examples: these count, each once, and nothing else does. */

it('free bits are of the mean KL of the examples of the split', async () => {
  const { objective, terms } = await evaluated('vae', ['loss'])
  const expected = golden.smallSplit.vae!['objective less reconstruction']!
  const divergence = objective - terms.reconstruction!
  expect(Math.abs(divergence / expected.value - 1), `${divergence}`).toBeLessThan(1e-5)
})

it("a WAE's discrepancy is of the codes of the split and as many draws of the prior", async () => {
  const { objective, terms } = await evaluated('wae', ['loss'])
  const { discrepancy, 'weighted objective': weighted } = golden.smallSplit.wae!
  const away = Math.abs(terms.discrepancy! - discrepancy!.value)
  expect(away, `${terms.discrepancy}`).toBeLessThan(4 * discrepancy!.error!)
  expect(Math.abs(objective - weighted!.value)).toBeLessThan(4 * weighted!.error!)
})
