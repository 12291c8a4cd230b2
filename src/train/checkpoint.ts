import { withCurrentTerms } from '../models/former-names.ts'
import type { Arrays } from '../runtime/session.ts'
import { isRecord } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import type { DType, HostTensor } from '../tensor/host.ts'
import {
  LENGTH_BYTES,
  type Metadata,
  openSafetensors,
  placeInOrder,
  readHeader,
  type SafetensorsHeader,
  tensorsIn,
} from '../tensor/safetensors.ts'
import { pause, TURN_BYTES } from '../tensor/turns.ts'

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

/** The same where it is not computed at once, as in a page. */
export type LaterDigest = (bytes: Uint8Array) => Promise<string>

/** Work that yields bytes, and is given their digest each time; nothing, where a page may answer its user meanwhile. */
type Digesting<T> = Generator<Uint8Array, T, string>

function atOnce<T>(work: Digesting<T>, digest: Digest): T {
  let step = work.next()
  while (!step.done) step = work.next(digest(step.value))
  return step.value
}

async function inTurn<T>(work: Digesting<T>, digest: LaterDigest): Promise<T> {
  let step = work.next()
  while (!step.done) {
    const found = await digest(step.value)
    // Browsers may answer in the same turn.
    await pause()
    step = work.next(found)
  }
  return step.value
}

/** The types of arrays that a checkpoint holds. */
const heldTypes: readonly DType[] = ['float32', 'int64', 'uint8']
const FORMAT = 'latentlab checkpoint 2'
/** Its digest is that of the body as a whole, which a page computes in one go. */
const FORMER_FORMAT = 'latentlab checkpoint 1'
const NOTHING = new Uint8Array()

/**
 * Writes a checkpoint in the safetensors format. The header's metadata holds the progress and a digest of the whole.
 * Equal trainings give equal bytes.
 */
export const encodeCheckpoint = (checkpoint: Checkpoint, digest: Digest): Uint8Array =>
  atOnce(encoding(checkpoint), digest)

/** The same with a digest that is computed later. */
export const encodeCheckpointLater = (
  checkpoint: Checkpoint,
  digest: LaterDigest,
): Promise<Uint8Array> => inTurn(encoding(checkpoint), digest)

function* encoding({ progress, model, arrays }: Checkpoint): Digesting<Uint8Array> {
  const entries = Object.entries(arrays)
  const other = entries.find(([, { dtype }]) => !heldTypes.includes(dtype))
  if (other) throw new Error(`a checkpoint cannot hold ${other[1].dtype}`)
  const { seconds: _, ...kept } = progress
  const metadata = { format: FORMAT, model, progress: JSON.stringify(kept) }
  // The digest is not known before the arrays are in place, but its length is.
  const unsealed = { ...metadata, sha256: yield NOTHING }
  const { file, places, body, fill, seal } = placeInOrder(entries, unsealed)
  for (const _ of fill()) yield NOTHING
  seal({ ...metadata, sha256: yield* sealing(metadata, places, body) })
  return file
}

/** The digest of a checkpoint: its header and those of its arrays, a mebibyte at a time. */
function* sealing(
  { format, model, progress }: Metadata,
  places: SafetensorsHeader['places'],
  body: Uint8Array,
): Digesting<string> {
  const header = Object.fromEntries(places)
  const arrays = format === FORMER_FORMAT ? yield body : yield* digestsOf(body)
  const content = JSON.stringify([format, model, progress, header, arrays])
  return yield new TextEncoder().encode(content)
}

function* digestsOf(body: Uint8Array): Digesting<string[]> {
  const digests: string[] = []
  let from = 0
  do {
    digests.push(yield body.subarray(from, from + TURN_BYTES))
    from += TURN_BYTES
  } while (from < body.length)
  return digests
}

const isKnown = ({ format }: Metadata): boolean => format === FORMAT || format === FORMER_FORMAT

/** The progress in the metadata of a checkpoint; undefined if there is none. */
function progressIn({ progress }: Metadata): Progress | undefined {
  try {
    const parsed: unknown = JSON.parse(progress!)
    // Checkpoints of older versions have no stage, or have the seconds.
    return isRecord(parsed)
      ? ({ stage: 0, seconds: 0, ...parsed } as unknown as Progress)
      : undefined
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
export function progressInHeader(header: Uint8Array, size: number): Progress | undefined {
  try {
    const body = size - LENGTH_BYTES - header.length
    const { metadata } = readHeader(header, body, (why) => new UserError(why))
    return isKnown(metadata) ? progressIn(metadata) : undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Reads a checkpoint; throws UserError, naming the file, where it is damaged. */
export const decodeCheckpoint = (file: Uint8Array, name: string, digest: Digest): Checkpoint =>
  atOnce(decoding(file, name), digest)

/** The same with a digest that is computed later. */
export const decodeCheckpointLater = (
  file: Uint8Array,
  name: string,
  digest: LaterDigest,
): Promise<Checkpoint> => inTurn(decoding(file, name), digest)

function* decoding(file: Uint8Array, name: string): Digesting<Checkpoint> {
  const damaged = (why: string) =>
    new UserError(
      `${name}: the checkpoint is damaged (${why}); restore it from a copy, or train again`,
    )
  const { header, body } = openSafetensors(file, damaged)
  const { metadata, places } = header
  const progress = progressIn(metadata)
  if (!progress) throw damaged('its header cannot be read')
  if (!isKnown(metadata)) throw damaged(`its format is '${metadata.format}', not '${FORMAT}'`)
  if (metadata.sha256 !== (yield* sealing(metadata, places, body)))
    throw damaged('its contents do not match their digest')
  const arrays: [string, HostTensor][] = []
  for (const [key, tensor] of tensorsIn(header, body, damaged)) {
    // Each in memory of its own, since memory may be handed to the runtime's worker.
    arrays.push([key, { ...tensor, data: tensor.data.slice() } as HostTensor])
    if (tensor.data.byteLength >= TURN_BYTES) yield NOTHING
  }
  const sums = withCurrentTerms(progress.sums, 'term ')
  return {
    progress: { ...progress, sums },
    model: metadata.model!,
    arrays: Object.fromEntries(arrays),
  }
}
