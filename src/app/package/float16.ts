import type { Arrays } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { fromFloat16, toFloat16s } from '../../tensor/float16.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { option, worded } from '../../tensor/wording.ts'

/** Parameters as 16 bits hold them, in float32. Throws UserError for one that is too large for them. */
export function rounded(parameters: Arrays): Arrays {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, array]) => [name, roundedArray(array, name)]),
  )
}

function roundedArray(array: HostTensor, name: string): HostTensor {
  if (array.dtype !== 'float32') return array
  const values = Float32Array.from(toFloat16s(array.data as Float32Array), fromFloat16)
  if (!values.every(Number.isFinite))
    throw new UserError(
      worded`${option('precision')}: the parameter ${name} has a value beyond 65504, the largest of float16; use ${option('precision', 'float32')}`,
    )
  return hostTensor('float32', array.shape, values)
}
