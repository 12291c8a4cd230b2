import { describe, expect, it } from 'vitest'
import { randomised, shuffled } from '../../../src/reproduce/manifold-learning/changed-pixels.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'

describe('changed pixels', () => {
  const { uniform } = stream(3, 'images')
  const x = hostTensor(
    'float32',
    [50, 784],
    Float32Array.from({ length: 50 * 784 }, () => (uniform() < 0.2 ? 1 : 0)),
  )
  const changes = (to: typeof x) => to.data.filter((value, i) => value !== x.data[i]!).length / 50
  const ink = (of: typeof x, i: number) =>
    of.data.subarray(784 * i, 784 * (i + 1)).reduce((a, b) => a + b)

  it('are as many as are asked for, and a coin leaves half of them', () => {
    // 100 pixels, each another one with probability 1/2.
    expect(Math.abs(changes(randomised(x, 100, 0)) - 50)).toBeLessThan(4)
    expect(Math.abs(ink(randomised(x, 784, 0), 7) - 392)).toBeLessThan(60)
    expect(changes(randomised(x, 0, 0))).toBe(0)
  })

  it('keep their ink where they are shuffled', () => {
    const all = shuffled(x, 784, 0)
    for (let i = 0; i < 50; i++) expect(ink(all, i)).toBe(ink(x, i))
    // Two pixels differ with probability 2 · 0.2 · 0.8.
    expect(Math.abs(changes(all) / 784 - 0.32)).toBeLessThan(0.03)
    expect(changes(shuffled(x, 100, 0))).toBeLessThan(60)
  })
})
