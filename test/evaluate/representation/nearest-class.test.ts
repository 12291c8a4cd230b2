import { describe, expect, it } from 'vitest'
import { nearestNeighbours } from '../../../src/evaluate/neighbours/nearest-neighbours.ts'
import { correctness, votedClasses } from '../../../src/evaluate/representation/nearest-class.ts'
import { onnx } from '../../train/onnx.ts'
import { floats, golden } from '../scikit-learn.ts'

describe('classes by the nearest neighbours', () => {
  it.each(golden.nearestClasses.cases)(
    'are those of scikit-learn for k = $k, where no votes are equal',
    async ({ k, queries, classes }) => {
      const { x, labels, queries: asked } = golden.nearestClasses
      const neighbours = await nearestNeighbours(onnx(), floats(asked), floats(x), { k })
      const found = votedClasses(neighbours, labels)
      expect(found).toHaveLength(60)
      expect(queries.map((i) => found[i])).toEqual(classes)
    },
  )

  it('are that of the nearest among classes of equal votes', () => {
    const squaredDistances = new Float64Array(8)
    const indices = Int32Array.of(3, 0, 1, 2, 2, 0, 1, 3)
    const found = votedClasses({ k: 4, indices, squaredDistances }, [0, 0, 7, 7])
    expect([...found]).toEqual([7, 7])
    const five = { k: 5, indices: Int32Array.of(3, 0, 1, 2, 4), squaredDistances }
    expect([...votedClasses(five, [1, 2, 2, 1, 0])]).toEqual([1]) // 1, 1, 2, 2 and 0
    expect([...votedClasses(five, [1, 2, 2, 1, 2])]).toEqual([2])
  })

  it('are right or not, example by example', () => {
    expect([...correctness([1, 0, 2], [1, 1, 2])]).toEqual([1, 0, 1])
    expect(() => correctness([1], [1, 2])).toThrow(RangeError)
    const none = { k: 0, indices: new Int32Array(0), squaredDistances: new Float64Array(0) }
    expect(() => votedClasses(none, [])).toThrow('1 or more')
  })
})
