import { describe, expect, it } from 'vitest'
import { pathSmoothness } from '../../../src/evaluate/manifold/path-smoothness.ts'
import { type Floats, hostTensor } from '../../../src/tensor/host.ts'

const codes = (...rows: readonly (readonly number[])[]): Floats =>
  hostTensor('float32', [rows.length, rows[0]!.length], Float32Array.from(rows.flat()))

/** A decoder of one number to two. */
const curve =
  (point: (t: number) => readonly [number, number]) =>
  async ({ data }: Floats): Promise<Floats> =>
    codes(...Array.from(data, point))

describe('the smoothness of decoded paths', () => {
  it('is 1 on straight lines that are walked evenly', async () => {
    const line = curve((t) => [3 * t, 1 - 4 * t])
    const { detour, jump } = await pathSmoothness(line, codes([0], [2]), codes([1], [-5]))
    for (const value of [...detour, ...jump]) expect(value).toBeCloseTo(1, 5)
  })

  it('is π/2 on half a circle', async () => {
    const circle = curve((t) => [Math.cos(t), Math.sin(t)])
    const half = await pathSmoothness(circle, codes([0]), codes([Math.PI]), { steps: 200 })
    expect(half.detour[0]).toBeCloseTo(200 * Math.sin(Math.PI / 400), 5)
    expect(half.jump[0]).toBeCloseTo(1, 3)
  })

  it('is the number of steps where one step makes the whole way', async () => {
    const stair = curve((t) => [t < 0.45 ? 0 : 2, 0])
    const { detour, jump } = await pathSmoothness(stair, codes([0]), codes([1]), { steps: 10 })
    expect([detour[0], jump[0]]).toEqual([1, 10])
  })

  it('is infinitely long where it comes back, and 1 where it stays', async () => {
    const back = curve((t) => [t * (1 - t), 0])
    const there = await pathSmoothness(back, codes([0], [0.25]), codes([1], [0.25]), { steps: 4 })
    expect([...there.detour]).toEqual([Number.POSITIVE_INFINITY, 1])
    // Steps of 3, 1, 1 and 3 sixteenths.
    expect([...there.jump]).toEqual([1.5, 1])
  })

  it('is of each pair by itself, in however many calls, with both ends', async () => {
    const calls: number[] = []
    const seen: number[] = []
    const shares: number[] = []
    const from = codes(...Array.from({ length: 250 }, (_, i) => [i, 0]))
    const to = codes(...Array.from({ length: 250 }, (_, i) => [i, 1 + i]))
    const identity = async (z: Floats) => {
      calls.push(z.shape[0]!)
      seen.push(z.data[0]!, z.data.at(-1)!)
      return z
    }
    const { detour } = await pathSmoothness(identity, from, to, {
      steps: 9,
      onProgress: (share) => shares.push(share),
    })
    expect(calls).toEqual([1000, 1000, 500])
    expect(seen).toEqual([0, 100, 100, 200, 200, 250])
    expect(shares).toEqual([0.4, 0.8, 1])
    for (const value of detour) expect(value).toBeCloseTo(1, 5)
  })

  it('is refused for ends that do not fit and for one step', async () => {
    const same = async (z: Floats) => z
    await expect(pathSmoothness(same, codes([0]), codes([0], [1]))).rejects.toThrow('[1, 1]')
    await expect(pathSmoothness(same, codes([0]), codes([1]), { steps: 1 })).rejects.toThrow(
      'got 1',
    )
  })
})
