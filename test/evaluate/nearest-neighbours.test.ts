import { describe, expect, it } from 'vitest'
import { nearestNeighbours } from '../../src/evaluate/neighbours/nearest-neighbours.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { type Floats, hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { onnx } from '../train/onnx.ts'

const rows = (count: number, width: number, value: (at: number) => number): Floats =>
  hostTensor(
    'float32',
    [count, width],
    Float32Array.from({ length: count * width }, (_, at) => value(at)),
  )

/** All references by rising distance to each query, of equally near ones the first, looked at one by one. */
function bruteForce(queries: Floats, references: Floats, without = false) {
  const [n, width] = queries.shape as readonly [number, number]
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: references.shape[0]! }, (_, j) => {
      let squared = 0
      for (let d = 0; d < width; d++)
        squared += (queries.data[i * width + d]! - references.data[j * width + d]!) ** 2
      return { j, squared }
    })
      .filter(({ j }) => !without || j !== i)
      .sort((a, b) => a.squared - b.squared || a.j - b.j),
  )
}

async function expectBruteForce(
  queries: Floats,
  references: Floats,
  k: number,
  { withoutSelf = false, runtime = onnx() } = {},
) {
  const found = await nearestNeighbours(runtime, queries, references, { k, withoutSelf })
  const expected = bruteForce(queries, references, withoutSelf).flatMap((all) => all.slice(0, k))
  expect([...found.indices]).toEqual(expected.map(({ j }) => j))
  expect([...found.squaredDistances]).toEqual(expected.map(({ squared }) => squared))
}

describe('the nearest neighbours', () => {
  it.each([
    [1, 1],
    [5, 3],
    [20, 40],
  ])('are those of brute force in float64, %i of them in %i dimensions', async (k, width) => {
    const { normal } = stream(k, 'points')
    const [queries, references] = [rows(70, width, normal), rows(300, width, normal)]
    await expectBruteForce(queries, references, k)
    await expectBruteForce(queries, references, k, { runtime: referenceRuntime })
  })

  it('come in the order of the references where they are equally near', async () => {
    const { integer } = stream(1, 'bits')
    const bits = rows(400, 6, () => integer(2)) // 64 different rows: ties everywhere
    await expectBruteForce(bits, bits, 30)
    await expectBruteForce(bits, bits, 30, { withoutSelf: true })
    const same = rows(50, 3, () => 0.1)
    await expectBruteForce(same, same, 7, { withoutSelf: true })
  })

  it('are told apart where float32 cannot: differences of 1e-6 a thousand away from 0', async () => {
    const { normal } = stream(2, 'points')
    const far = rows(200, 8, () => 1000 + 0.01 * normal())
    await expectBruteForce(far, far, 5, { withoutSelf: true })
    // Two clusters: their mean, which is what is taken off, is far from either.
    const two = rows(200, 8, (at) => (at % 16 < 8 ? 1000 : -1000) + 0.01 * normal())
    await expectBruteForce(two, two, 5)
    const small = rows(100, 4, () => 1e-25 * normal()) // whose products are no float32 at all
    await expectBruteForce(small, small, 3)
  })

  it('are all of them where k is their number', async () => {
    const { normal } = stream(3, 'points')
    const points = rows(60, 2, normal)
    await expectBruteForce(points, points, 60)
    await expectBruteForce(points, points, 59, { withoutSelf: true })
  })

  it('are found in several blocks of queries and references', async () => {
    const { integer } = stream(4, 'points')
    const [queries, references] = [
      rows(1003, 2, () => integer(50)),
      rows(16_500, 2, () => integer(50)),
    ]
    const { indices, squaredDistances } = await nearestNeighbours(onnx(), queries, references, {
      k: 9,
    })
    for (const i of [0, 1, 999, 1000, 1002]) {
      const one = hostTensor('float32', [1, 2], queries.data.slice(2 * i, 2 * i + 2))
      const expected = bruteForce(one, references)[0]!.slice(0, 9)
      expect([...indices.subarray(9 * i, 9 * i + 9)]).toEqual(expected.map(({ j }) => j))
      expect(squaredDistances[9 * i + 8]).toBe(expected[8]!.squared)
    }
  })

  it('of no queries are none, and so are 0 of them', async () => {
    const points = rows(4, 2, (at) => at)
    const none = rows(0, 2, () => 0)
    const found = await nearestNeighbours(onnx(), none, points, { k: 3 })
    expect([...found.indices, ...found.squaredDistances]).toEqual([])
    expect((await nearestNeighbours(onnx(), points, none, { k: 0 })).indices).toHaveLength(0)
  })

  it('are refused where there are too few, widths differ or numbers are no numbers', async () => {
    const points = rows(4, 2, (at) => at)
    const run = (queries: Floats, options: Parameters<typeof nearestNeighbours>[3]) =>
      nearestNeighbours(onnx(), queries, points, options)
    await expect(run(points, { k: 5 })).rejects.toThrow('from 0 to 4 references, got 5')
    await expect(run(points, { k: 4, withoutSelf: true })).rejects.toThrow(RangeError)
    await expect(
      run(
        rows(2, 3, () => 0),
        { k: 1 },
      ),
    ).rejects.toThrow('[2, 3] and [4, 2]')
    await expect(
      run(
        rows(2, 2, () => 0),
        { k: 1, withoutSelf: true },
      ),
    ).rejects.toThrow(RangeError)
    await expect(
      run(
        rows(2, 2, () => Number.NaN),
        { k: 1 },
      ),
    ).rejects.toThrow('finite numbers')
    await expect(
      run(
        rows(2, 2, () => 1e30),
        { k: 1 },
      ),
    ).rejects.toThrow(RangeError)
  })

  it('tell how far they are, and stop where they are told to', async () => {
    const { normal } = stream(5, 'points')
    const points = rows(3500, 2, normal)
    const shares: number[] = []
    await nearestNeighbours(onnx(), points, points, { k: 1, onProgress: (s) => shares.push(s) })
    expect(shares).toHaveLength(5)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    const stop = new AbortController()
    const onProgress = () => stop.abort(new Error('enough'))
    await expect(
      nearestNeighbours(onnx(), points, points, { k: 1, onProgress, signal: stop.signal }),
    ).rejects.toThrow('enough')
  })
})
