import type { DataSet, SplitName } from '../data/dataset.ts'
import { evaluatedValues } from '../data/evaluated.ts'
import { wholeNumbers } from '../data/indices.ts'
import { splitLabels, splitValues } from '../data/rows.ts'
import { sha256 } from '../tensor/digest.ts'
import type { HostTensor } from '../tensor/host.ts'

/**
 * Hashes that identify the examples of a split: SHA-256 in hexadecimal. Equal values in the same order have equal
 * hashes, whatever file, storage type or row numbers they came from. The same values in another order have
 * different ones, because figures of single examples are paired by index.
 */
export interface ExampleHashes {
  /** Of the number of examples and their values as evaluated: binary draws if they are binarised. */
  readonly examples: string
  /** The same before the draws of dynamic binarisation; equal to `examples` for all other data. */
  readonly stored: string
  /** Of the labels in the same order; absent if there are none. */
  readonly labels?: string
  /** Of the numbers of their rows in the data, before anything is drawn. */
  readonly rows: string
  /** Of the whole data set. */
  readonly data: string
}

/** Rows digested at once. The number is part of the definition: the hash is that of the digests of these parts. */
const ROWS_AT_ONCE = 1000

/** The hashes of a split, with its binary draws made from a seed. */
export async function exampleHashes(
  data: DataSet,
  split: SplitName,
  seed: number,
): Promise<ExampleHashes> {
  const { store, rows, labels } = data.splits[split]
  const examples = await valuesHash(data, split, (indices) =>
    evaluatedValues(data, split, indices, seed),
  )
  const stored =
    data.binarize === 'dynamic'
      ? await valuesHash(data, split, (indices) => splitValues(data, split, indices))
      : examples
  const part = store === data.splits.train.store ? 'main' : 'test'
  return {
    examples,
    stored,
    ...(labels && { labels: await sha256([bytesOf(Int32Array.from(splitLabels(data, split)!))]) }),
    rows: await sha256([text(`${data.hash} ${part}\n`), bytesOf(rows)]),
    data: data.hash,
  }
}

async function valuesHash(
  data: DataSet,
  split: SplitName,
  valuesAt: (indices: Int32Array) => HostTensor<'float32'>,
): Promise<string> {
  const { length } = data.splits[split].rows
  const parts: string[] = [JSON.stringify([length, ...data.exampleShape])]
  for (let start = 0; start < length; start += ROWS_AT_ONCE) {
    const end = Math.min(length, start + ROWS_AT_ONCE)
    const { data: values } = valuesAt(wholeNumbers(start, end))
    // -0 equals 0 but has other bytes.
    for (let i = 0; i < values.length; i++) values[i]! += 0
    parts.push(await sha256([bytesOf(values)]))
  }
  return sha256([text(parts.join('\n'))])
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
