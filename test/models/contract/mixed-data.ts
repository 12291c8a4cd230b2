import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataSet } from '../../../src/data/dataset.ts'
import { openDataSet } from '../../../src/data/open.ts'
import { stream } from '../../../src/tensor/random.ts'

/** 80 rows that follow one hidden number, with a gap in every fifth cell of three columns. */
function rowsOf() {
  const random = stream(5, 'mixed table')
  const gap = <V>(value: V) => (random.uniform() < 0.2 ? null : value)
  return Array.from({ length: 80 }, (_, i) => {
    const z = random.normal()
    return {
      length: gap(3 + 2 * z + 0.1 * random.normal()),
      price: Math.exp(z + 0.1 * random.normal()),
      visits: gap(Math.round(Math.exp(2 + z))),
      open: z > 0 ? 'yes' : 'no',
      colour: gap(['red', 'green', 'blue'][Math.floor(1.5 + Math.tanh(z) * 1.4)]),
      size: ['S', 'M', 'L'][z < -0.5 ? 0 : z < 0.5 ? 1 : 2],
      day: new Date(Date.UTC(2020, 0, 1 + i)),
      kind: i % 2 === 0 ? 'a' : 'b',
    }
  })
}

const kinds = {
  length: 'numeric',
  price: 'positive',
  visits: 'count',
  open: 'binary',
  colour: 'categorical',
  size: 'ordinal',
  day: 'datetime',
  kind: 'label',
}
const split = { seed: 0, validation: 10, test: 10, binarize: 'none', standardise: true } as const
/** A table with a column of each kind, and with gaps; and one of real numbers in every cell. */
export async function mixedData(): Promise<{ mixed: DataSet; plain: DataSet }> {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-mixed-'))
  const schema = join(folder, 'schema.json')
  const columns = Object.entries(kinds).map(([name, kind]) => ({
    name,
    kind,
    ...(name === 'size' && { categories: ['S', 'M', 'L'] }),
  }))
  writeFileSync(schema, JSON.stringify({ format: 1, missing: [], columns }))
  const mixed = await openDataSet({ data: rowsOf(), schema, ...split })
  const numbers = rowsOf().map(({ length, price }) => ({ length: length ?? 3, price }))
  const plain = await openDataSet({ data: numbers, ...split })
  rmSync(folder, { recursive: true })
  return { mixed, plain }
}
