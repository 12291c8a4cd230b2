import { describe, expect, it } from 'vitest'
import { interpolate, walkClasses } from '../../src/explore/interpolation.ts'
import { manifoldGrid } from '../../src/explore/manifold.ts'
import { styleTransfer } from '../../src/explore/style-transfer.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { evenClasses } from '../../src/train/classes.ts'
import { conditionalModel, linearModel } from './linear-model.ts'

const examples = (...rows: readonly number[][]) =>
  hostTensor('float32', [rows.length, rows[0]!.length], Float32Array.from(rows.flat()))

describe('style transfer', () => {
  it('decodes the code of each example under every class, example after example', async () => {
    const model = conditionalModel({ latent: 2, classes: 3 })
    const { codes, values, classes } = await styleTransfer(
      model,
      examples([10, 20, 0, 0], [30, 40, 0, 0]),
      [1, 2],
    )
    // A code is the example less its class; decoding adds the class.
    expect([...codes.data]).toEqual([9, 19, 28, 38])
    expect(classes).toBe(3)
    expect(values.shape).toEqual([6, 4])
    const firsts = Array.from({ length: 6 }, (_, row) => values.data[4 * row]!)
    expect(firsts).toEqual([9, 10, 11, 28, 29, 30])
  })

  it('is refused by a model that is not conditioned on labels', async () => {
    const transfer = styleTransfer(linearModel({ latent: 2 }), examples([1, 2, 3, 4]), [0])
    await expect(transfer).rejects.toThrow(UserError)
    await expect(transfer).rejects.toThrow(/is not conditioned on labels/)
  })
})

describe('classes', () => {
  it.each([
    [6, 3, [0, 0, 1, 1, 2, 2]],
    [7, 3, [0, 0, 0, 1, 1, 2, 2]],
    [2, 10, [0, 5]],
    [1, 10, [0]],
  ])('of %i samples of %i classes are as even as can be', (count, classes, expected) => {
    expect([
      ...evenClasses(
        count,
        Array.from({ length: classes }, (_, i) => i),
      ),
    ]).toEqual(expected)
  })

  it.each([
    [4, [7, 7, 2, 2]],
    [5, [7, 7, 7, 2, 2]],
    [2, [7, 2]],
  ])('of a walk of %i steps are those of the nearer end', (steps, expected) => {
    expect([...walkClasses({ from: 7, to: 2 }, steps)]).toEqual(expected)
  })

  it('of a walk are one, where one is chosen', () => {
    expect([...walkClasses({ from: 7, to: 2, along: 5 }, 3)]).toEqual([5, 5, 5])
  })
})

describe('a conditional model', () => {
  const model = conditionalModel({ latent: 2, classes: 3 })
  const one = (...values: number[]) => hostTensor('float32', [4], Float32Array.from(values))

  it('has the reconstructions of both examples at the ends of a walk', async () => {
    const { latent } = await interpolate(model, one(10, 20, 0, 0), one(30, 40, 0, 0), 3, {
      from: 1,
      to: 2,
    })
    // Codes 9 and 28; decoded as class 1, 1 and 2.
    expect([0, 4, 8].map((at) => latent.data[at])).toEqual([10, 18.5 + 1, 30])
  })

  it('keeps the codes of its examples and decodes them as another class along a walk', async () => {
    const labels = { from: 1, to: 2, along: 0 }
    const { latent } = await interpolate(model, one(10, 20, 0, 0), one(30, 40, 0, 0), 2, labels)
    expect([0, 4].map((at) => latent.data[at])).toEqual([9, 28])
  })

  it('decodes a manifold as the class asked for, 0 by default', async () => {
    const { codes, values } = await manifoldGrid(model, 2)
    expect(values.data[0]).toBe(codes.data[0])
    const second = await manifoldGrid(model, 2, 2)
    expect(second.values.data[0]).toBe(Math.fround(codes.data[0]! + 2))
  })
})
