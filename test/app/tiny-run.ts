import { resolveConfig } from '../../src/app/config.ts'
import { evaluationOf } from '../../src/app/evaluation.ts'
import { cachedFeatureSpace } from '../../src/app/feature-cache.ts'
import { trainingOptions } from '../../src/app/option-list.ts'
import type { Run } from '../../src/app/run/load.ts'
import type { DataSet, SplitName } from '../../src/data/dataset.ts'
import { storedForm } from '../../src/data/form.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { modelNamed } from '../../src/models/registry.ts'
import { initialValue } from '../../src/nn/parameters.ts'
import { localRuntime } from '../../src/runtime/local.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { build } from '../../src/train/build.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { keeping } from '../train/kept-sessions.ts'

interface TinyData {
  readonly shape: readonly number[]
  /** Values of the whole store, by default random ones: bytes for images, floats for tables. */
  readonly values?: Uint8Array | Float32Array
  readonly scale?: number
  readonly binarize?: DataSet['binarize']
  readonly classes?: number
  readonly sizes?: Readonly<Record<SplitName, number>>
}

/** A data set in memory: train, validation and test rows one after the other in one store. */
export function tinyData(given: TinyData): DataSet {
  const { shape, classes, sizes = { train: 20, validation: 30, test: 50 } } = given
  const rows = sizes.train + sizes.validation + sizes.test
  const width = sizeOf(shape)
  const kind = shape.length > 1 ? 'image' : 'table'
  const values = given.values ?? randomValues(kind, rows * width)
  const store = arrayStore(
    values instanceof Uint8Array
      ? hostTensor('uint8', [rows, width], values)
      : hostTensor('float32', [rows, width], values),
  )
  const labels = classes
    ? Int32Array.from({ length: rows }, (_, i) => (i * 7) % classes)
    : undefined
  const split = (name: SplitName, start: number) => ({
    name,
    store,
    rows: Int32Array.from({ length: sizes[name] }, (_, i) => start + i),
    ...(labels && { labels }),
  })
  return {
    name: kind === 'image' ? 'tiny' : 'tiny.npy',
    kind,
    exampleShape: shape,
    scale: given.scale ?? (values instanceof Uint8Array ? 1 / 255 : 1),
    form: storedForm(shape, store, given.scale ?? (values instanceof Uint8Array ? 1 / 255 : 1)),
    binarize: given.binarize ?? 'none',
    ...(classes && { classes }),
    hash: 'f00d',
    splits: {
      train: split('train', 0),
      validation: split('validation', sizes.train),
      test: split('test', sizes.train + sizes.validation),
    },
  }
}

function randomValues(kind: 'image' | 'table', size: number): Uint8Array | Float32Array {
  const { uniform, normal } = stream(0, 'tiny data')
  return kind === 'image'
    ? Uint8Array.from({ length: size }, () => Math.floor(256 * uniform()))
    : Float32Array.from({ length: size }, normal)
}

export interface TinyRun {
  readonly data: DataSet
  readonly options?: Readonly<Record<string, unknown>>
  readonly folder?: string
  /** Values of parameters instead of the initial ones, by name; `zeros` for all others. */
  readonly parameters?: Readonly<Record<string, readonly number[]>>
  readonly zeros?: boolean
}

/** A run that was never trained, over a data set in memory. */
export function tinyRun({ data, options = {}, folder = 'runs/tiny', ...given }: TinyRun): Run {
  const validation = data.splits.validation.rows.length
  const known = trainingOptions(String(options.model ?? 'vae')).map(({ name }) => name)
  const hidden = known.includes('hidden') && { hidden: [5] }
  const resolved = resolveConfig({ data: data.name, ...hidden, validation, ...options })
  const config = { ...resolved, dataHash: data.hash }
  const { exampleShape, classes, classLabels } = data
  const info = {
    exampleShape,
    dimension: sizeOf(exampleShape),
    ...(classes && { classes }),
    ...(classLabels && { classLabels }),
  }
  const model = build(modelNamed(config.model), config.options, info)
  const parameters = Object.fromEntries(
    [...model.parameters.values()].map((parameter): [string, HostTensor] => {
      const start = initialValue(parameter, 0)
      const set = given.parameters?.[parameter.name]
      if (set) start.data.set(set)
      else if (given.zeros) start.data.fill(0)
      return [parameter.name, start]
    }),
  )
  const runtime = localRuntime(keeping, 'onnxruntime-node', { device: 'cpu', threads: 1 })
  const trained = trainedModel(runtime, model, parameters)
  return {
    ...trained,
    folder,
    config,
    epoch: 2,
    step: 20,
    checkpoint: 'best',
    data: async () => data,
    form: async () => data.form,
    evaluate: evaluationOf(trained, config, async () => data, cachedFeatureSpace),
    close: () => trained.close(),
  }
}
