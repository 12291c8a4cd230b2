import { beforeAll, describe, expect, it } from 'vitest'
import { infoOf } from '../../src/app/model-for-data.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { evaluate } from '../../src/evaluate/evaluate.ts'
import { observedCells, perCell } from '../../src/evaluate/loss/observed-cells.ts'
import { vae } from '../../src/models/vae.ts'
import { build } from '../../src/train/build.ts'
import { initialParameters } from '../../src/train/initial-state.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { mixedData } from '../models/contract/mixed-data.ts'
import { onnx } from '../train/onnx.ts'

let mixed: DataSet
beforeAll(async () => {
  ;({ mixed } = await mixedData())
})

describe('figures per observed cell', () => {
  it('divide the sum over rows by the number of cells, with the error of a ratio', () => {
    const { value, values, standardError } = perCell(
      Float64Array.of(6, 12, 3),
      Float64Array.of(2, 4, 1),
    )
    expect(value).toBe(3)
    // Rows with more cells cost more: no row is off the ratio.
    expect(Array.from(values)).toEqual([3, 3, 3])
    expect(standardError).toBe(0)
    const other = perCell(Float64Array.of(2, 6), Float64Array.of(1, 3))
    expect(other.value).toBe(2)
    const uneven = perCell(Float64Array.of(4, 4), Float64Array.of(1, 3))
    expect(uneven.value).toBe(2)
    expect(Array.from(uneven.values)).toEqual([3, 1])
    expect(uneven.standardError).toBeCloseTo(1, 12)
  })

  it('count the cells that have a value of a category that training has seen', () => {
    const { columns } = mixed.form.table!
    const cells = [
      [1, 1, 3, 0, 0, 0, 1],
      [Number.NaN, 1, Number.NaN, 1, 3, 2, 0],
    ]
    expect(columns[4]!.categories).toHaveLength(3)
    const data = {
      ...mixed,
      splits: {
        ...mixed.splits,
        test: {
          name: 'test' as const,
          rows: Int32Array.of(1, 0),
          store: {
            ...mixed.splits.test.store,
            gather: (rows: ArrayLike<number>) =>
              Float32Array.from(Array.from(rows).flatMap((row) => cells[row]!)),
          },
        },
      },
    }
    expect(Array.from(observedCells(data, 'test')!)).toEqual([4, 7])
  })

  it('stand beside the bound per row, with the mean number of cells', async () => {
    const options = vae.config.parse({ hidden: [4], latent: 2, likelihood: 'columns' })
    const model = build(vae, options, infoOf(mixed))
    const ready = trainedModel(onnx(), model, initialParameters(model, 0))
    const { ledger, bound } = await evaluate(ready, mixed, 'test', 0, { measure: ['loss'] })
    await ready.close()
    const cells = observedCells(mixed, 'test')!.reduce((a, b) => a + b) / 10
    expect(cells).toBeGreaterThan(5)
    expect(cells).toBeLessThan(7)
    const [row, cell] = ledger
    expect([row!.figure, cell!.figure]).toEqual([
      'negative ELBO',
      'negative ELBO per observed cell',
    ])
    expect(bound).toBe(row!.value)
    expect(cell).toMatchObject({
      unit: 'nats per observed cell',
      kind: 'bound',
      note: `the same bound, divided by the number of cells with a value: ${cells.toFixed(4)} in a row on average`,
    })
    expect(cell!.value).toBeCloseTo(row!.value / cells, 10)
    expect(ledger.some(({ unit }) => unit === 'bits per dimension')).toBe(false)
  })
})
