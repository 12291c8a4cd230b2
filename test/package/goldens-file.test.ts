import { expect, it } from 'vitest'
import { goldensIn, goldenTensors } from '../../src/package/goldens-file.ts'

it('keeps the rows of a table with a column that is called __proto__', () => {
  const rows = JSON.parse(
    '[{"__proto__": 1.5, "constructor": "a"}, {"__proto__": null}]',
  ) as object[]
  const found = goldensIn(goldenTensors({ rows, graphs: {} }), 'goldens.safetensors')
  expect(JSON.stringify(found.rows)).toBe(
    '[{"__proto__":1.5,"constructor":"a"},{"__proto__":null}]',
  )
})
