import { createHash } from 'node:crypto'
import type { Binarize, DataSet } from '../../src/data/dataset.ts'
import { storedForm } from '../../src/data/form.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { formOf } from '../../src/data/training-rows.ts'
import { modelNamed } from '../../src/models/registry.ts'
import type { Arrays } from '../../src/runtime/session.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { type BuiltModel, build } from '../../src/train/build.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts'
import { trainConfig } from '../../src/train/config.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { fit as fitModel } from '../../src/train/trainer.ts'
import type { TrainerOptions, TrainingStore } from '../../src/train/trainer-options.ts'
import { onnx } from './onnx.ts'

export const DIMENSION = 13

export const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A small data set of grey stripes whose place and width vary; rows 0 … examples-1 are for training. */
export function tinyData(examples = 45, binarize: Binarize = 'none'): DataSet {
  const random = stream(0, 'tiny data')
  const rows = examples + 10
  const data = new Uint8Array(rows * DIMENSION)
  for (let i = 0; i < rows; i++) {
    const [middle, width] = [random.integer(DIMENSION), 1 + random.integer(3)]
    for (let j = 0; j < DIMENSION; j++)
      data[i * DIMENSION + j] = Math.max(0, 255 - Math.round((200 * Math.abs(j - middle)) / width))
  }
  const store = arrayStore(hostTensor('uint8', [rows, DIMENSION], data))
  const between = (from: number, to: number) =>
    Int32Array.from({ length: to - from }, (_, i) => from + i)
  return {
    name: 'stripes',
    kind: 'image',
    exampleShape: [1, 1, DIMENSION],
    scale: 1 / 255,
    form: storedForm([1, 1, DIMENSION], store, 1 / 255),
    binarize,
    hash: digest(data),
    splits: {
      train: { name: 'train', store, rows: between(0, examples) },
      validation: { name: 'validation', store, rows: between(examples, examples + 5) },
      test: { name: 'test', store, rows: between(examples + 5, rows) },
    },
  }
}

/** A model with odd sizes, so that no vector register is filled evenly. */
export function tinyModel(options: Record<string, unknown> = {}, name = 'vae'): BuiltModel {
  const definition = modelNamed(name)
  const config = definition.config.parse({ hidden: [9], latent: 3, activation: 'tanh', ...options })
  return build(definition, config, { exampleShape: [1, 1, DIMENSION], dimension: DIMENSION })
}

export interface MemoryStore extends TrainingStore {
  /** Checkpoints as bytes, by kind: what a file would hold. */
  readonly files: Partial<Record<'last' | 'best', Uint8Array>>
  /** Epoch events appended, each with the length of the metrics behind it. */
  readonly lines: { event: TrainingEvent; end: number }[]
  read(kind: 'last' | 'best'): Checkpoint
}

/** A store that keeps the bytes that would go to disk. */
export function memoryStore(): MemoryStore {
  const files: MemoryStore['files'] = {}
  const lines: MemoryStore['lines'] = []
  return {
    files,
    lines,
    read: (kind) => decodeCheckpoint(files[kind]!, kind, digest),
    async save(kind, checkpoint) {
      files[kind] = encodeCheckpoint(checkpoint, digest)
    },
    async append(event) {
      const end = (lines.at(-1)?.end ?? 0) + 100
      lines.push({ event, end })
      return end
    },
  }
}

export interface Training {
  readonly model?: BuiltModel
  readonly data?: DataSet
  readonly config?: Record<string, unknown>
}

/** Fits the tiny model in ONNX Runtime; returns why it ended, the events and the store. */
export async function trained(
  { model = tinyModel(), data = tinyData(), config = {} }: Training,
  options: Partial<TrainerOptions> & { store?: MemoryStore } = {},
) {
  const store = options.store ?? memoryStore()
  const events: TrainingEvent[] = []
  const reason = await fitModel({
    model,
    data,
    form: formOf(data),
    config: trainConfig.parse({ batch: 7, epochs: 3, ...config }),
    runtime: onnx(),
    ...options,
    store,
    onEvent: (event) => {
      events.push(event)
      options.onEvent?.(event)
    },
  })
  return { reason, events, store }
}

/** The bytes of every array, in hexadecimal: equal only where every bit is. */
export const bitsOf = (arrays: Arrays): Record<string, string> =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
    ]),
  )

/** The same data, of which no store says that its rows are in memory; `gathered` is called with the rows that are read. */
export function outOfMemory(data: DataSet, gathered?: (rows: number[]) => void): DataSet {
  const { array, ...store } = data.splits.train.store
  const hidden = {
    ...store,
    gather(rows: ArrayLike<number>) {
      gathered?.(Array.from(rows))
      return store.gather(rows)
    },
  }
  const splits = Object.entries(data.splits).map(([name, split]) => [
    name,
    { ...split, store: hidden },
  ])
  return { ...data, splits: Object.fromEntries(splits) as DataSet['splits'] }
}
