import type { Arrays } from '../../runtime/session.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { datatypeOf } from './datatypes.ts'
import type { InferRequest } from './request.ts'

/** An answer to an inference request. */
export interface InferAnswer {
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Bytes of JSON at the head of the body, where tensors follow. */
  readonly jsonLength?: number | undefined
}

/** Writes the outputs that were asked for, in that order, as JSON or as bytes behind it. */
export function inferAnswer(
  { name, version }: { readonly name: string; readonly version: string },
  { id, outputs }: Pick<InferRequest, 'id' | 'outputs'>,
  arrays: Arrays,
): InferAnswer {
  const binary: Uint8Array[] = []
  const described = outputs.map((wanted) => {
    const tensor = arrays[wanted.name]!
    const head = {
      name: wanted.name,
      datatype: datatypeOf(tensor.dtype),
      shape: tensor.shape,
    }
    if (!wanted.binary) return { ...head, data: jsonValues(tensor) }
    const { buffer, byteOffset, byteLength } = tensor.data
    binary.push(new Uint8Array(buffer, byteOffset, byteLength))
    return { ...head, parameters: { binary_data_size: byteLength } }
  })
  const document = {
    model_name: name,
    model_version: version,
    ...(id !== undefined && { id }),
    outputs: described,
  }
  const json = JSON.stringify(document)
  if (binary.length === 0) return { body: json }
  const head = new TextEncoder().encode(json)
  return { body: joined([head, ...binary]), jsonLength: head.length }
}

/** Elements as JSON has them: null for what is no number. */
function jsonValues({ dtype, data }: HostTensor): (number | boolean)[] {
  if (dtype === 'bool') return Array.from(data as Uint8Array, (value) => value === 1)
  return Array.from(data as Float64Array, Number)
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
