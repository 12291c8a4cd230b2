import { STEPS } from '../../graph/loop-names.ts'
import type { HostTensor } from '../../tensor/host.ts'
import type { Arrays } from '../session.ts'
import type { TypeAndShape } from './tensors.ts'

/** What a loop declares of its inputs. */
export type Declared = ReadonlyMap<string, TypeAndShape>

/**
 * The feeds that are inputs, as the graph takes them: float64 becomes float32.
 *
 * @throws Error for an array of another type or shape than the input's
 */
export function fitting(declared: Declared, feeds: Arrays): Arrays {
  const named = Object.entries(feeds).filter(([name]) => declared.has(name))
  return Object.fromEntries(
    named.map(([name, given]) => {
      const fed = asFed(given)
      const { dtype, shape } = declared.get(name)!
      if (fed.dtype !== dtype || fed.shape.length !== shape.length || !isFilled(fed))
        throw unfit(name, declared.get(name)!, fed)
      if (shape.some((size, i) => typeof size === 'number' && size !== fed.shape[i]))
        throw unfit(name, declared.get(name)!, fed)
      return [name, fed]
    }),
  )
}

/**
 * Throws Error unless arrays `[steps, …]` have a row for each step.
 *
 * @param feeds as `fitting` returns them
 */
export function requireRows(declared: Declared, feeds: Arrays, steps: number): void {
  for (const [name, fed] of Object.entries(feeds)) {
    const at = declared.get(name)!.shape.indexOf(STEPS)
    if (at >= 0 && fed.shape[at] !== steps)
      throw new Error(`input ${name} has ${fed.shape[at]} rows for ${steps} steps`)
  }
}

function asFed({ dtype, shape, data }: HostTensor): HostTensor {
  if (dtype !== 'float64') return { dtype, shape, data } as HostTensor
  return { dtype: 'float32', shape, data: Float32Array.from(data as Float64Array) }
}

/** Whether there is an element for each index: host tensors that came from elsewhere need not be well-made. */
const isFilled = ({ shape, data }: HostTensor): boolean =>
  data.length === shape.reduce((product, size) => product * size, 1)

function unfit(name: string, { dtype, shape }: TypeAndShape, fed: HostTensor): Error {
  const got = `${fed.dtype} [${fed.shape.join(', ')}] of ${fed.data.length} elements`
  return new Error(`input ${name}: expected ${dtype} [${shape.join(', ')}], got ${got}`)
}
