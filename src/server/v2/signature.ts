import { type OnnxValue, requireSafeOnnx } from '../../package/safe-onnx.ts'
import { UserError } from '../../tensor/errors.ts'
import type { DType } from '../../tensor/host.ts'

/** An input or output of a graph. */
export interface Port {
  readonly name: string
  readonly dtype: DType
  /** A number, or the name of a dimension that each call chooses. */
  readonly shape: readonly (number | string)[]
}

export interface Signature {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** Whether each input and output has one row for each example, so that requests can be computed together. */
  readonly hasRows: boolean
}

/**
 * Inputs and outputs of an ONNX file.
 *
 * @throws UserError for what is unsafe, and for inputs and outputs of 16 bits
 */
export function signatureOf(bytes: Uint8Array, file: string): Signature {
  const safe = requireSafeOnnx(bytes, file)
  const inputs = safe.inputs.map((value) => port(value, file))
  const outputs = safe.outputs.map((value) => port(value, file))
  const [batch] = inputs[0]?.shape ?? []
  const hasRows =
    typeof batch === 'string' && [...inputs, ...outputs].every(({ shape }) => shape[0] === batch)
  return { inputs, outputs, hasRows }
}

function port({ name, dtype, shape }: OnnxValue, file: string): Port {
  if (dtype === 'float16') throw new UserError(`${file}: ${name} is float16; expected float32`)
  return { name, dtype, shape }
}
