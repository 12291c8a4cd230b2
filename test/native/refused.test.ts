import { describe, expect, it } from 'vitest'
import { type Chain, run } from './library.ts'

const right: Chain = {
  space: [2, 3],
  inputs: [
    [1, 0, 3, 1],
    [1, 0, 0, 1],
  ],
  constants: [2],
  code: [
    [20, 2, 0, 1, 0],
    [22, 3, 2, -1, 0],
  ],
  outputs: [
    [0, 3, -1],
    [1, 3, -1],
  ],
  shapes: [[2, 3], [2]],
}
const matrix = Float32Array.of(1, 2, 3, 4, 5, 6)
const row = Float32Array.of(10, 20, 30)
const attempt = (change: Partial<Chain>, data = [matrix, row], sizes = [6, 2]) =>
  run({ ...right, ...change }, data, sizes)

const HUGE = 2 ** 40

describe('a program is refused when its kernel is created', () => {
  it('but not this one', () => {
    const [each, sums] = attempt({})
    expect([...each!]).toEqual([22, 44, 66, 28, 50, 72])
    expect([...sums!]).toEqual([132, 150])
  })
  const wrong: Record<string, readonly [Partial<Chain>, string]> = {
    'without a space': [{ space: [] }, 'space: 1 to 8 sizes'],
    'of nine sizes': [{ space: [1, 1, 1, 1, 1, 1, 1, 1, 1] }, 'space: 1 to 8 sizes'],
    'of a negative size': [{ space: [2, -1] }, 'space: a size is out of range'],
    'of too many elements': [{ space: [HUGE, HUGE] }, 'space: too many elements'],
    'with a stride missing': [{ inputs: [[1, 0, 3]] }, 'inputs: type, offset and one stride'],
    'with an unknown type': [{ inputs: [[11, 0, 3, 1], right.inputs[1]!] }, 'inputs: type is'],
    'with a negative stride': [{ inputs: [[1, 0, -3, 1], right.inputs[1]!] }, 'out of range'],
    'with an inner stride of 2': [{ inputs: [[1, 0, 6, 2], right.inputs[1]!] }, 'the inner stride'],
    'with half an instruction': [{ code: [[20, 2, 0]] }, 'code: instructions of five'],
    'with an unknown instruction': [{ code: [[16, 2, 0, 1, 0]] }, 'code: no such instruction'],
    'that writes an input': [{ code: [[20, 1, 0, 1, 0]] }, 'code: a destination'],
    'with a far register': [{ code: [[20, 5000, 0, 1, 0]] }, 'code: a destination'],
    'that reads an unwritten register': [{ code: [[20, 2, 3, 1, 0]] }, 'read before it is written'],
    'with an unknown constant': [{ code: [[20, 2, -2, 1, 0]] }, 'a constant that is not there'],
    'without results': [{ outputs: [] }, 'outputs: 1 to 32 results'],
    'with an unknown kind': [{ outputs: [[5, 3, -1]] }, 'outputs: kind is 0 to 4'],
    'with two families of reductions': [
      {
        outputs: [
          [1, 3, -1],
          [2, 3, -1],
        ],
      },
      'outputs: reductions of two families',
    ],
    'whose target is no input': [{ outputs: [[0, 3, 2]] }, 'outputs: a target that is no input'],
    'whose target is broadcast': [{ outputs: [[0, 3, 1]] }, 'outputs: a target is a contiguous'],
    'whose target is a sum': [{ outputs: [[1, 3, 0]] }, 'outputs: a target is a contiguous'],
    'with two results of one target': [
      {
        outputs: [
          [0, 3, 0],
          [0, 2, 0],
        ],
      },
      'outputs: two of one target',
    ],
    'with a shape missing': [{ shapes: [[2, 3]] }, 'shapes: a rank of 0 to 8 for each output'],
    'with a shape too many': [{ shapes: [[2, 3], [2], [1]] }, 'shapes: numbers that belong to'],
    'with a shape of another size': [{ shapes: [[2, 4], [2]] }, 'shapes: an output is of another'],
    'with an open shape that does not divide': [{ shapes: [[-1, 4], [2]] }, 'of another size'],
    'of unknown size without a stride': [
      {
        space: [-1, 3],
        inputs: [
          [1, 0, 0, 1],
          [1, 0, 0, 1],
        ],
      },
      'the size -1 needs an input',
    ],
  }
  for (const [name, [change, message]] of Object.entries(wrong))
    it(name, () => expect(() => attempt(change)).toThrow(message))
})

describe('tensors are refused when a kernel runs', () => {
  it('where one is smaller than its strides reach', () => {
    expect(() => attempt({}, [matrix.subarray(0, 5), row])).toThrow(
      'smaller than the program reads',
    )
  })
  it('where strides reach further than 64 bits', () => {
    const inputs = [[1, HUGE, HUGE, 1], right.inputs[1]!]
    expect(() => attempt({ inputs })).toThrow('smaller than the program reads')
  })
  it('where one is of another type', () => {
    expect(() => run(right, [matrix, row], [6, 2], [1, 2])).toThrow('of another type')
  })
  it('where what is overwritten is read through another input, too', () => {
    const inputs = [
      [1, 0, 3, 1],
      [1, 0, 0, 1],
    ]
    const shared = matrix.subarray(0, 3)
    expect(() =>
      run({ ...right, inputs, outputs: [[0, 3, 0]], shapes: [] }, [matrix, shared], [1]),
    ).toThrow('is also another input')
  })
})
