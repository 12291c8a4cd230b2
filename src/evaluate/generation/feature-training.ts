import type { DataSet } from '../../data/dataset.ts'
import { chunksOf } from '../../data/row-store.ts'
import { formOf } from '../../data/training-rows.ts'
import type { Arrays, Runtime } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { option, worded } from '../../tensor/wording.ts'
import { type BuiltModel, parametersIn } from '../../train/build.ts'
import { type TrainConfig, trainConfig } from '../../train/config.ts'
import { memoryStore } from '../../train/memory-store.ts'
import { fit } from '../../train/trainer.ts'
import { featureConfigFor } from './feature-classifier.ts'

/** A few epochs; for small data, as many as this number of steps takes. */
const [EPOCHS, FEWEST_STEPS] = [5, 300]

/** The classifier is the same for every run on the data, whatever the seed of the run. */
export const SEED = 0

function trainingOf({ splits }: DataSet): TrainConfig {
  const { length } = splits.train.rows
  const batch = Math.min(128, length)
  const epochs = Math.max(EPOCHS, Math.ceil(FEWEST_STEPS / Math.floor(length / batch)))
  const settings = { epochs, batch, seed: SEED, lr: 2e-3, schedule: 'cosine', monitor: 'none' }
  return trainConfig.parse(settings)
}

/**
 * The parameters of the feature classifier after its last epoch.
 *
 * @throws the signal's reason if it is aborted
 */
export async function trainedParameters(
  runtime: Runtime,
  model: BuiltModel,
  data: DataSet,
  { onProgress, signal }: ReadOptions,
): Promise<Arrays> {
  const store = memoryStore()
  await fit({
    model,
    data,
    runtime,
    form: formOf(data),
    config: trainingOf(data),
    store,
    onEvent(event) {
      if (event.type === 'progress')
        onProgress?.((event.epoch - 1 + event.step / event.stepsPerEpoch) / event.epochs)
    },
    signal,
  })
  signal?.throwIfAborted()
  return parametersIn(model, store.checkpoints.last!.arrays)
}

/** Incremented when the network or its training changes in ways that their settings do not show. */
const REVISION = 1

/**
 * Identifies a feature space: a function of the network, of its training, and of the training examples and their
 * labels in order. Two spaces with the same key are equal up to rounding.
 *
 * @throws UserError as `featureSpace`
 */
export function featureKey(data: DataSet): string {
  requireClasses(data)
  const { store, rows, labels } = data.splits.train
  const config = featureConfigFor(data.exampleShape)
  const settings = JSON.stringify([
    REVISION,
    config,
    trainingOf(data),
    data.exampleShape,
    data.classes,
    data.scale,
    // Binarised at every step, which stored values do not show; for other data the key is that of older versions.
    ...(data.binarize === 'dynamic' ? [data.binarize] : []),
  ])
  let hash = hashed(FNV_OFFSET, new TextEncoder().encode(settings))
  for (const chunk of chunksOf(store, rows)) {
    const { buffer, byteOffset, byteLength } = chunk.values
    const bytes = new Uint8Array(buffer, byteOffset, byteLength)
    const width = byteLength / chunk.rows.length
    chunk.rows.forEach((row, i) => {
      hash = hashed(hash, bytes.subarray(i * width, (i + 1) * width))
      hash = hashed(hash, Uint8Array.of(labels![row]! & 255, labels![row]! >> 8))
    })
  }
  return `${data.hash.slice(0, 16)}-${(hash >>> 0).toString(16).padStart(8, '0')}`
}

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** 32-bit FNV-1a (Fowler, Noll and Vo), continued from the hash of the preceding bytes. */
function hashed(hash: number, bytes: Uint8Array): number {
  let h = hash
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, FNV_PRIME)
  return h
}

/** Throws UserError unless the training split has labels of at least two classes. */
export function requireClasses({ name, classes, splits }: DataSet): void {
  if (classes === undefined || !splits.train.labels)
    throw new UserError(
      worded`features: ${name} has no labels, and the features are those of a classifier; give ${option('labels')}, or compare the values themselves`,
    )
  if (classes < 2)
    throw new UserError(
      `features: all examples of ${name} are of one class, and the features are those of a classifier; give other labels, or compare the values themselves`,
    )
}
