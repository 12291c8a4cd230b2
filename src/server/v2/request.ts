import type { Arrays } from '../../runtime/session.ts'
import { described } from '../../tensor/described.ts'
import { checked } from '../../tensor/faults.ts'
import { bytesPerElement, hostTensor, sizeOf } from '../../tensor/host.ts'
import { HttpError } from '../http-error.ts'
import { parsedJson } from '../json.ts'
import { datatypeOf, elementsOf } from './datatypes.ts'
import { tensorOfJson } from './json-tensors.ts'
import { type GivenInput, type InferBody, inferSchema } from './schemas.ts'
import type { Port, Signature } from './signature.ts'

/** An output that a client wants, as numbers in JSON or as bytes behind it. */
export interface WantedOutput {
  readonly name: string
  readonly binary: boolean
}

export interface InferRequest {
  readonly id: string | undefined
  readonly feeds: Arrays
  readonly rows: number
  readonly outputs: readonly WantedOutput[]
}

/** The header that says how many bytes of a body are JSON; tensors follow as bytes. */
export const JSON_LENGTH = 'inference-header-content-length'

/**
 * Reads an inference request, whose tensors are in JSON or, as the binary tensor data extension has it, bytes behind it.
 *
 * @param jsonLength the value of the header `Inference-Header-Content-Length`
 * @throws HttpError for what does not fit the protocol or the graph
 */
export function inferRequest(
  body: Uint8Array,
  jsonLength: string | undefined,
  signature: Signature,
): InferRequest {
  const length = jsonLength === undefined ? body.length : lengthIn(jsonLength, body.length)
  const given = parsedJson(body.subarray(0, length))
  const { data: request, fault } = checked<InferBody>(inferSchema, given)
  if (fault) throw refused(`${fault.path.join('.') || 'body'}: ${fault.text}`)
  const feeds = tensors(request.inputs, body.subarray(length), signature)
  return {
    id: request.id,
    feeds,
    rows: rowsOf(feeds, signature),
    outputs: wantedOutputs(request, signature),
  }
}

function lengthIn(header: string, most: number): number {
  const length = /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN
  if (length <= most) return length
  throw refused(
    `Inference-Header-Content-Length: expected the length of the JSON, at most the ${most} bytes of the body, got ${described(header)}`,
  )
}

function tensors(inputs: readonly GivenInput[], bytes: Uint8Array, signature: Signature): Arrays {
  const feeds: Record<string, Arrays[string]> = {}
  let at = 0
  for (const input of inputs) {
    const port = signature.inputs.find(({ name }) => name === input.name)
    if (!port)
      throw refused(
        `inputs: the model has no input ${described(input.name)}; it takes ${signature.inputs.map(({ name }) => name).join(', ')}`,
      )
    if (Object.hasOwn(feeds, port.name)) throw refused(`inputs: ${port.name} is given twice`)
    requireFit(input, port)
    const size = binarySize(input)
    feeds[port.name] =
      size === undefined
        ? tensorOfJson(port, input.shape, input.data!)
        : tensorOfBytes(port, input.shape, bytes.subarray(at, at + size), size)
    at += size ?? 0
  }
  if (at !== bytes.length)
    throw refused(`inputs: ${bytes.length} bytes follow the JSON; expected ${at}`)
  const missing = signature.inputs.find(({ name }) => !Object.hasOwn(feeds, name))
  if (missing) throw refused(`inputs: ${missing.name} is missing`)
  return feeds
}

/** Throws HttpError unless datatype and shape are those of the graph. */
function requireFit({ name, datatype, shape }: GivenInput, port: Port): void {
  const expected = datatypeOf(port.dtype)
  if (datatype !== expected)
    throw refused(`inputs: ${name}: expected the datatype ${expected}, got ${datatype}`)
  const fits =
    shape.length === port.shape.length &&
    port.shape.every((size, axis) => typeof size === 'string' || size === shape[axis])
  if (!fits || shape.includes(0))
    throw refused(
      `inputs: ${name}: expected the shape [${port.shape.join(', ')}], got [${shape.join(', ')}]`,
    )
}

/** How many bytes behind the JSON are an input's; undefined where its values are in the JSON. */
function binarySize({ name, parameters, data }: GivenInput): number | undefined {
  const size = parameters?.binary_data_size
  if (size === undefined && data) return undefined
  if (size === undefined)
    throw refused(`inputs: ${name}: has neither data nor the parameter binary_data_size`)
  if (data) throw refused(`inputs: ${name}: has both data and the parameter binary_data_size`)
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size
  throw refused(
    `inputs: ${name}: binary_data_size: expected a number of bytes, got ${described(size)}`,
  )
}

function tensorOfBytes({ name, dtype }: Port, shape: number[], bytes: Uint8Array, size: number) {
  const expected = sizeOf(shape) * bytesPerElement[dtype]
  if (size !== expected)
    throw refused(
      `inputs: ${name}: a tensor [${shape.join(', ')}] of ${datatypeOf(dtype)} has ${expected} bytes, got a binary_data_size of ${size}`,
    )
  if (bytes.length !== size)
    throw refused(`inputs: ${name}: expected ${size} bytes behind the JSON, got ${bytes.length}`)
  if (dtype === 'bool' && bytes.some((byte) => byte > 1))
    throw refused(`inputs: ${name}: a BOOL is a byte 0 or 1, got ${bytes.find((byte) => byte > 1)}`)
  return hostTensor(dtype, shape, elementsOf(dtype, bytes))
}

/** The number of rows, which all inputs share; 1 where the graph has no rows. */
function rowsOf(feeds: Arrays, { inputs, hasRows }: Signature): number {
  if (!hasRows) return 1
  const [first, ...others] = inputs.map(({ name }) => ({ name, rows: feeds[name]!.shape[0]! }))
  const other = others.find(({ rows }) => rows !== first!.rows)
  if (other)
    throw refused(
      `inputs: ${first!.name} has ${first!.rows} rows and ${other.name} has ${other.rows}; expected as many`,
    )
  return first!.rows
}

function wantedOutputs(request: InferBody, signature: Signature): WantedOutput[] {
  const binary = flag(request.parameters, 'binary_data_output') ?? false
  const names = signature.outputs.map(({ name }) => name)
  if (!request.outputs?.length) return names.map((name) => ({ name, binary }))
  return request.outputs.map(({ name, parameters }) => {
    if (!names.includes(name))
      throw refused(
        `outputs: the model has no output ${described(name)}; it has ${names.join(', ')}`,
      )
    return { name, binary: flag(parameters, 'binary_data') ?? binary }
  })
}

function flag(parameters: Readonly<Record<string, unknown>> | undefined, name: string) {
  const value = parameters && Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (value === undefined || typeof value === 'boolean') return value
  throw refused(`${name}: expected true or false, got ${described(value)}`)
}

const refused = (text: string): HttpError => new HttpError(400, text)
