import type { Arrays, Runtime } from '../../../src/runtime/session.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import type { Checkpoint } from '../../../src/train/checkpoint.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { type TrainedModel, trainedModel } from '../../../src/train/trained.ts'
import type { TrainerOptions } from '../../../src/train/trainer-options.ts'
import { onnx } from '../../train/onnx.ts'
import { memoryStore, type Training, trained } from '../../train/tiny.ts'
import type { Subject } from './subjects.ts'

/** Rows of the training split as the network sees them, with their labels. */
export function examplesOf({ setting, model }: Subject, count: number) {
  const { splits, scale } = setting.data
  const { store, labels } = splits.train
  const { dimension } = model.info
  const values = Float32Array.from(
    store.array!.data.subarray(0, count * dimension),
    (v) => v * scale,
  )
  return {
    x: hostTensor('float32', [count, dimension], values),
    labels: labels!.subarray(0, count),
  }
}

/** What a training of a few epochs is told, apart from where it computes and is kept. */
export const trainingOf = ({ model, setting }: Subject, config: object = {}): Training => ({
  model,
  data: setting.data,
  config: { batch: setting.batch, epochs: 2, ...config },
})

export interface Outcome {
  readonly last: Checkpoint
  /** The last as it was when it had not been through the bytes of a file. */
  readonly unsaved: Checkpoint
  /** Every checkpoint that was saved on the way, in order. */
  readonly saved: readonly Checkpoint[]
  readonly events: Awaited<ReturnType<typeof trained>>['events']
  readonly reason: Awaited<ReturnType<typeof trained>>['reason']
}

/** What computes the subject. */
export const runtimeOf = ({ setting }: Subject): Runtime => (setting.runtime ?? onnx)()

/** Trains a subject, keeping a checkpoint of after every call. */
export async function outcomeOf(
  subject: Subject,
  config: object = {},
  options: Partial<TrainerOptions> = {},
): Promise<Outcome> {
  const store = memoryStore()
  const saved: Checkpoint[] = []
  let unsaved: Checkpoint
  const { reason, events } = await trained(trainingOf(subject, config), {
    runtime: runtimeOf(subject),
    saveEvery: 0,
    stepsPerCall: 2,
    measureTraining: async () => ({ terms: {}, objective: 0 }),
    ...options,
    store: {
      ...store,
      async save(kind, checkpoint) {
        await store.save(kind, checkpoint)
        if (kind !== 'last') return
        saved.push(store.read('last'))
        unsaved = checkpoint
      },
    },
  })
  return { last: saved.at(-1)!, unsaved: unsaved!, saved, events, reason }
}

const undisturbed = new WeakMap<Subject, Promise<Outcome>>()

/** The training of the subject that all others are compared with; done once. */
export function training(subject: Subject): Promise<Outcome> {
  const known = undisturbed.get(subject)
  if (known) return known
  const made = outcomeOf(subject)
  undisturbed.set(subject, made)
  return made
}

/** Runs with a model of some parameters, by default those that it starts with. */
export async function using<T>(
  subject: Subject,
  use: (trained: TrainedModel) => Promise<T>,
  arrays: Arrays = initialParameters(subject.model, 0),
): Promise<T> {
  const { model } = subject
  const parameters = Object.fromEntries(
    [...model.parameters.keys()].map((name) => [name, arrays[name]!]),
  )
  const ready = trainedModel(runtimeOf(subject), model, parameters)
  try {
    return await use(ready)
  } finally {
    await ready.close()
  }
}
