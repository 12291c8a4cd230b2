import { beforeAll, describe, expect, it } from 'vitest'
import { infoOf } from '../../../src/app/model-for-data.ts'
import type { DataSet } from '../../../src/data/dataset.ts'
import { rowsOf, splitValues } from '../../../src/data/rows.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { evaluate } from '../../../src/evaluate/evaluate.ts'
import { constant } from '../../../src/graph/tensor.ts'
import { pca } from '../../../src/models/pca.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { arrayRows } from '../../../src/tensor/row-source.ts'
import { build } from '../../../src/train/build.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { mixedData } from '../contract/mixed-data.ts'

let mixed: DataSet
let plain: DataSet
beforeAll(async () => {
  ;({ mixed, plain } = await mixedData())
})

async function fitted(data: DataSet, latent: number) {
  const model = build(pca, pca.config.parse({ latent }), infoOf(data))
  const { train } = data.splits
  return trainedModel(
    referenceRuntime,
    model,
    await model.fit!(rowsOf(train, data.scale), { seed: 0 }),
  )
}

const all = ({ splits }: DataSet) =>
  Int32Array.from({ length: splits.train.rows.length }, (_, i) => i)

describe('principal components of a table', () => {
  it('are those of its standardised values where all of them are real numbers', async () => {
    const cells = splitValues(plain, 'train', all(plain))
    const info = { exampleShape: [2], dimension: 2 }
    const arrays = build(pca, pca.config.parse({ latent: 1 }), info)
    const expected = await arrays.fit!(arrayRows(cells), { seed: 0 })
    const { parameters } = await fitted(plain, 1)
    for (const name of ['mean', 'components', 'scale'])
      expect(parameters[name]!.data).toEqual(expected[name]!.data)
  })

  it('restore cells of every kind', async () => {
    const ready = await fitted(mixed, 12)
    const cells = splitValues(mixed, 'train', all(mixed))
    const restored = await ready.reconstruct(cells)
    const { columns } = mixed.form.table!
    expect(columns.map(({ kind }) => kind)).toHaveLength(7)
    cells.data.forEach((cell, at) => {
      const own = restored.data[at]!
      expect(own).not.toBeNaN()
      if (Number.isNaN(cell)) return
      const { kind } = columns[at % 7]!
      // Counts pass through a logarithm, others are as they were.
      if (kind === 'count') expect(Math.abs(own - cell)).toBeLessThan(1e-3 * (1 + cell))
      else expect(Math.abs(own - cell)).toBeLessThan(1e-4)
    })
  })

  it('take a missing value for the mean of those that are known', async () => {
    const columns = (['numeric', 'categorical'] as const).map(
      (kind): TableColumn => ({
        name: kind,
        kind,
        distribution: kind === 'numeric' ? 'gaussian' : 'categorical',
        gaps: true,
        centre: 0,
        scale: 1,
        ...(kind === 'categorical' && { categories: ['a', 'b'] }),
      }),
    )
    const cells = Float32Array.of(1, 0, 3, 1, Number.NaN, 0, 2, Number.NaN)
    const info = { exampleShape: [2], dimension: 2, columns }
    const model = build(pca, pca.config.parse({ latent: 2 }), info)
    const found = await model.fit!(arrayRows(hostTensor('float32', [4, 2], cells)), { seed: 0 })
    // The number, and the places of a, b and unseen: 2 of 3 known categories are a.
    const mean = Array.from(found.mean!.data)
    const expected = [2, 2 / 3, 1 / 3, 0]
    mean.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6)
    })
    const ready = trainedModel(referenceRuntime, model, found)
    const blank = await ready.encode(
      hostTensor('float32', [1, 2], Float32Array.of(Number.NaN, Number.NaN)),
    )
    expect(Array.from(blank.data)).toEqual([0, 0])
    expect(Array.from((await ready.decode(blank)).data)).toEqual([2, 0])
    // Half the squared error: 1² / 2 of the number 3, and (2/3)² of the category b, twice.
    const p = model.likelihood!(constant([0, 0], [1, 2]), {
      training: false,
      noise: () => {
        throw new Error('nothing is drawn')
      },
    })
    const session = await referenceRuntime.compile({ value: p.logProb(constant([3, 1], [1, 2])) })
    await session.bind(found)
    const { value } = await session.run({})
    expect(Number(value!.data[0])).toBeCloseTo(-(1 + 2 * (2 / 3) ** 2) / 2, 5)
  })

  it('have a likelihood in the units of the file only where there are no categories and counts', async () => {
    const [first] = (await evaluate(await fitted(mixed, 3), mixed, 'test', 0)).ledger
    expect(first).toMatchObject({
      figure: 'half the squared error of what the encoder sees',
      unit: 'half the squared error',
      likelihood: 'none',
      kind: 'error',
    })
    const [density] = (await evaluate(await fitted(plain, 2), plain, 'test', 0)).ledger
    expect(density!.figure).toBe('reconstruction −log p(x|z)')
    // All errors are 0: log 2π of two columns, and their Jacobians.
    const [length, price] = plain.form.table!.columns
    const prices = splitValues(
      plain,
      'test',
      Int32Array.from({ length: 10 }, (_, i) => i),
    ).data
    let logs = 0
    for (let i = 1; i < 20; i += 2) logs += price!.centre + price!.scale * prices[i]!
    const jacobian = price!.kind === 'positive' ? logs / 10 : 0
    const expected = Math.log(2 * Math.PI) + Math.log(length!.scale * price!.scale) + jacobian
    expect(density!.value).toBeCloseTo(expected, 4)
  })
})
