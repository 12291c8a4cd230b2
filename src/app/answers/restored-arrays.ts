import type { FileArrays } from '../../data/files.ts'
import type { ExampleForm } from '../../data/form.ts'
import { idxBytes } from '../../data/idx.ts'
import { channelsLast } from '../../data/layout.ts'
import { writeNpz } from '../../data/npz.ts'
import type { Floats, HostTensor } from '../../tensor/host.ts'

/**
 * Restored values `[n, D]` as an array like the one that they come from: its type, its layout, and its range.
 *
 * @param values as the network has them: scaled, channels first
 */
export function asStored(values: Floats, form: ExampleForm, given: HostTensor): HostTensor {
  const data = channelsLast(values.data, form)
  const [low, high] =
    form.storage === 'uint8' ? form.range : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const isWhole = !given.dtype.startsWith('float')
  const stored = given.data.slice() as HostTensor['data']
  const target = stored as { [at: number]: number | bigint }
  for (let i = 0; i < data.length; i++) {
    const value = Math.min(high, Math.max(low, data[i]! / form.scale))
    const whole = isWhole ? Math.round(value) : value
    target[i] = given.dtype === 'int64' ? BigInt(whole) : whole
  }
  return { ...given, data: stored } as HostTensor
}

/** A file like the one that these arrays come from, with other examples. */
export function fileWith(
  { format, arrays }: Pick<FileArrays, 'format' | 'arrays'>,
  name: string,
  examples: HostTensor,
): Uint8Array {
  if (format === 'idx') return idxBytes(examples)
  return writeNpz(new Map([...arrays]).set(name, examples))
}
