import { fill, type Tensor } from '../graph/tensor.ts'
import { sizeOf } from '../tensor/host.ts'
import type { Noise } from './distribution.ts'

type Kind = keyof Noise
type Shape = readonly number[]

/**
 * Draws with independent numbers for each of its requests. A `Noise` is one stream, which gives the same numbers to equal
 * requests: what is asked for is counted first, drawn at once, and divided.
 *
 * @param draw called twice; asks for shapes `[B, …]` of one B
 */
export function apart(noise: Noise, draw: (noise: Noise) => Tensor): Tensor {
  const asked: Record<Kind, Shape[]> = { normal: [], uniform: [] }
  const ask = (kind: Kind) => (shape: Shape) => {
    asked[kind].push(shape)
    return fill(shape, 0.5)
  }
  draw({ normal: ask('normal'), uniform: ask('uniform') })
  const width = (shape: Shape) => sizeOf(shape.slice(1))
  const give = (kind: Kind) => {
    const shapes = asked[kind]
    if (shapes.length === 0) return noise[kind]
    const total = shapes.reduce((sum, shape) => sum + width(shape), 0)
    const parts = noise[kind]([shapes[0]![0]!, total]).split(1, shapes.map(width))
    let next = 0
    return (shape: Shape) => parts[next++]!.reshape(shape)
  }
  return draw({ normal: give('normal'), uniform: give('uniform') })
}
