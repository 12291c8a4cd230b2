import { describe, expect, it } from 'vitest'
import { rowsOfSteadyCategories, rowsOfSteadyNeighbours } from '../../src/package/steady.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'

/** An autoencoder that gives 0 for everything, so that positions are the examples themselves. */
const zero = () =>
  tinyRun({
    data: tinyData({ shape: [2] }),
    options: { model: 'ae', likelihood: 'gaussian', latent: 1 },
    zeros: true,
  })

const rows = (values: readonly (readonly number[])[]) => ({
  values: hostTensor('float32', [values.length, 2], Float32Array.from(values.flat())),
})

describe('rows for goldens', () => {
  const near = [1, 2, 3, 4].map((x) => [x / 100, 0] as const)

  it('have no two training examples as their fifth neighbour', async () => {
    const run = zero()
    // From [0, 0], [0, 1] and [1, 0] are equally far; from [0, 0.1], [0, 1] is nearer.
    const training = rows([...near, [0, 1], [1, 0], [3, 3]])
    const examples = rows([
      [0, 0],
      [0, 0.1],
      [0.1, 0],
    ])
    expect(await rowsOfSteadyNeighbours(run, training, examples)).toEqual([1, 2])
    // Twice the same example is no choice, nor are two that are both among the five.
    const twice = rows([...near, [0, 1], [0, 1], [3, 3]])
    expect(await rowsOfSteadyNeighbours(run, twice, examples)).toEqual([0, 1, 2])
    const within = rows([...near.slice(1), [0, 1], [1, 0], [3, 3]])
    expect(await rowsOfSteadyNeighbours(run, within, examples)).toEqual([0, 1, 2])
    const few = rows([
      [0, 1],
      [1, 0],
    ])
    expect(await rowsOfSteadyNeighbours(run, few, examples)).toEqual([0, 1, 2])
    await run.close()
  })

  it('have no two categories that are nearly as likely', async () => {
    const z = hostTensor('float32', [4, 1], Float32Array.of(0.5, 1.00001, 0.99999, 2))
    const decode = async ({ data }: typeof z) => ({
      categories: hostTensor(
        'int64',
        [4, 2],
        BigInt64Array.from(Array.from(data, (x) => [0n, x > 1 ? 1n : 0n]).flat()),
      ),
    })
    expect(await rowsOfSteadyCategories(z, decode)).toEqual([0, 3])
    expect(await rowsOfSteadyCategories(z, async () => ({}))).toEqual([0, 1, 2, 3])
  })
})
