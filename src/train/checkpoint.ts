import { withCurrentTerms } from '../models/former-names.ts'
import type { Arrays } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { bytesPerElement, type DType, type HostTensor, sizeOf } from '../tensor/host.ts'

/** How far training has come: with the state's arrays, all that resuming needs. */
export interface Progress {
  /** Index of the current stage. */
  readonly stage: number
  /** Steps done since the start of the stage. */
  readonly step: number
  /** Finished epochs of the stage. */
  readonly epoch: number
  /** Sums of each term and of the objective over the steps of the current epoch, in step order. */
  readonly sums: Readonly<Record<string, number>>
  readonly best: { readonly epoch: number; readonly value: number } | null
  /** Epochs since the monitored figure last improved. */
  readonly sinceBest: number
  /** Length of `metrics.jsonl` in bytes; lines beyond it belong to steps that resuming repeats. */
  readonly metricsBytes: number
  /** Seconds of training so far. They are not in the file of a checkpoint, which is equal for equal trainings. */
  readonly seconds: number
}

export interface Checkpoint {
  readonly progress: Progress
  /** Name of the model that the arrays belong to. */
  readonly model: string
  readonly arrays: Arrays
}

/** SHA-256 of some bytes, hexadecimal. */
export type Digest = (bytes: Uint8Array) => string

const codes: Partial<Record<DType, string>> = { float32: 'F32', int64: 'I64', uint8: 'U8' }
/** Bytes at the beginning of a checkpoint that give the length of its header. */
export const LENGTH_BYTES = 8
const FORMAT = 'latentlab checkpoint 1'

/**
 * Writes a checkpoint in the safetensors format: 8 bytes of header length, a JSON header, the arrays one
 * after the other. The header's metadata holds the progress and a digest of the whole. Equal trainings give equal
 * bytes.
 */
export function encodeCheckpoint(
  { progress, model, arrays }: Checkpoint,
  digest: Digest,
): Uint8Array {
  const entries = Object.entries(arrays)
  let offset = 0
  const described = entries.map(([name, { dtype, shape, data }]) => {
    const code = codes[dtype]
    if (!code) throw new Error(`a checkpoint cannot hold ${dtype}`)
    const begin = offset
    offset += data.byteLength
    return [name, { dtype: code, shape, data_offsets: [begin, offset] }] as const
  })
  const header = Object.fromEntries(described)
  const { seconds: _, ...kept } = progress
  const metadata = { format: FORMAT, model, progress: JSON.stringify(kept) }
  const headed = (sha256: string) => {
    const json = JSON.stringify({ __metadata__: { ...metadata, sha256 }, ...header })
    // Padded so that the arrays are aligned, as the format recommends.
    return new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8))
  }
  // The digest is not known before the arrays are in place, but its length is.
  const length = headed(digest(new Uint8Array())).length
  const file = new Uint8Array(LENGTH_BYTES + length + offset)
  const body = file.subarray(LENGTH_BYTES + length)
  entries.forEach(([, { data }], i) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    body.set(bytes, described[i]![1].data_offsets[0]!)
  })
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true)
  file.set(headed(seal(metadata, header, body, digest)), LENGTH_BYTES)
  return file
}

/** The digest of a checkpoint: its header and its arrays. */
function seal(
  { format, model, progress }: Readonly<Record<string, string>>,
  header: unknown,
  body: Uint8Array,
  digest: Digest,
): string {
  const content = JSON.stringify([format, model, progress, header, digest(body)])
  return digest(new TextEncoder().encode(content))
}

interface Header {
  readonly [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] }
}

/** Length in bytes of a checkpoint's header, from the bytes before it. */
export const headerLength = (first: Uint8Array): number =>
  Number(new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true))

/** The header's text, parsed; undefined if it is not that of a checkpoint. */
function parsedHeader(text: string) {
  try {
    const parsed = JSON.parse(text) as Header & { __metadata__: Record<string, string> }
    const { __metadata__: metadata, ...header } = parsed
    // Checkpoints of older versions have no stage, or have the seconds.
    const progress = { stage: 0, seconds: 0, ...JSON.parse(metadata.progress!) } as Progress
    return { header: header as Header, metadata, progress }
  } catch {
    return undefined
  }
}

/**
 * How far a training had come at a checkpoint, from its header alone.
 *
 * @param size of the whole file, in bytes
 * @returns undefined for a header that cannot be read, and for a file of another size than the header says
 */
export function progressInHeader(text: string, size: number): Progress | undefined {
  const read = parsedHeader(text)
  if (read?.metadata.format !== FORMAT) return undefined
  const ends = Object.values(read.header).map(({ data_offsets }) => data_offsets?.[1] ?? Number.NaN)
  const length = LENGTH_BYTES + new TextEncoder().encode(text).length + Math.max(0, ...ends)
  return length === size ? read.progress : undefined
}

/** Reads a checkpoint; throws UserError, naming the file, where it is damaged. */
export function decodeCheckpoint(file: Uint8Array, name: string, digest: Digest): Checkpoint {
  const damaged = (why: string) =>
    new UserError(
      `${name}: the checkpoint is damaged (${why}); restore it from a copy, or train again`,
    )
  if (file.length < LENGTH_BYTES) throw damaged(`${file.length} bytes are too few`)
  const length = headerLength(file)
  if (length > file.length - LENGTH_BYTES) throw damaged('its header is longer than the file')
  const text = new TextDecoder().decode(file.subarray(LENGTH_BYTES, LENGTH_BYTES + length))
  const body = file.subarray(LENGTH_BYTES + length)
  const read = parsedHeader(text)
  if (!read) throw damaged('its header cannot be read')
  const { header, metadata, progress } = read
  if (metadata.format !== FORMAT)
    throw damaged(`its format is '${metadata.format}', not '${FORMAT}'`)
  if (metadata.sha256 !== seal(metadata, header, body, digest))
    throw damaged('its contents do not match their digest')
  const arrays = Object.entries(header).map(([key, { dtype, shape, data_offsets }]) => {
    const array = arrayAt(body, dtype, shape, data_offsets)
    if (!array) throw damaged(`${key} lies outside the file`)
    return [key, array] as const
  })
  const sums = withCurrentTerms(progress.sums, 'term ')
  return {
    progress: { ...progress, sums },
    model: metadata.model!,
    arrays: Object.fromEntries(arrays),
  }
}

function arrayAt(
  body: Uint8Array,
  code: string,
  shape: number[],
  [begin, end]: [number, number],
): HostTensor | undefined {
  const dtype = (Object.keys(codes) as DType[]).find((key) => codes[key] === code)
  if (!dtype || end > body.length || end - begin !== sizeOf(shape) * bytesPerElement[dtype])
    return undefined
  const buffer = body.buffer.slice(body.byteOffset + begin, body.byteOffset + end)
  const data =
    dtype === 'float32'
      ? new Float32Array(buffer)
      : dtype === 'int64'
        ? new BigInt64Array(buffer)
        : new Uint8Array(buffer)
  return { dtype, shape, data: data as never }
}
