import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import type { Examples, Model } from '../../src/app/library/model.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { openDataSet } from '../../src/data/open.ts'
import { splitValues } from '../../src/data/rows.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { png } from '../data/pictures/files.ts'
import { settings } from '../models/contract/data.ts'
import { everyMember } from '../models/contract/subjects.ts'
import { onnx } from '../train/onnx.ts'
import { mixedRows, mixedTable, unlikeRows } from './graphs/mixed-table.ts'

/** A model to train, and new examples to try it on. */
export interface ToTrain {
  readonly title: string
  readonly data: () => Promise<DataSet>
  readonly options: object
  /** By default some of the test split. */
  readonly examples?: () => Examples
}

const small = { batch: 7, epochs: 1, lr: 0.01, seed: 5 }

/** Trains a model for an epoch, in this thread. */
export async function trainedOn({ data, options }: ToTrain) {
  const opened = await data()
  const model = await trainInMemory(resolveConfig({ ...small, ...options }), opened, onnx(), {})
  return { model, data: opened }
}

/** New examples for a model, with labels for one that is conditioned on them. */
export function triedOn({ examples }: ToTrain, { config }: Model, data: DataSet) {
  const given = examples?.() ?? splitValues(data, 'test', [0, 1, 2, 3])
  const count = 'shape' in given ? Number(given.shape[0]) : (given as readonly object[]).length
  const { classes = 1, classLabels } = config.example!
  const label = (i: number) => classLabels?.[i % classes] ?? i % classes
  return { given, count, labels: Array.from({ length: count }, (_, i) => label(i)) }
}

/** Every member of the family with each of its networks, over binary images of 5 by 7 pixels. */
export const ofImages: readonly ToTrain[] = everyMember(settings.binary).map(
  ({ title, definition, config }) => ({
    title,
    data: async () => settings.binary.data,
    options: { model: definition.name, ...config },
  }),
)

/** Over a table with columns of every kind and gaps; a row has categories that training has not seen. */
export const ofTables: readonly ToTrain[] = ['pca', 'dae', 'vae', 'cvae'].map((model) => ({
  title: `${model}, mixed table`,
  data: mixedTable,
  options: {
    model,
    latent: 3,
    ...(model !== 'pca' && { hidden: [8] }),
    likelihood: model === 'pca' ? 'gaussian' : 'columns',
  },
  examples: () => [...mixedRows(5, 9), unlikeRows()[0]!],
}))

const pixels = (shape: readonly number[], seed = 4) => {
  const { uniform } = stream(seed, 'pixels of packages')
  const size = shape.reduce((a, b) => a * b)
  return hostTensor(
    'uint8',
    shape,
    Uint8Array.from({ length: size }, () => Math.floor(256 * uniform())),
  )
}

const split = { seed: 0, validation: 8, test: 8, binarize: 'none', standardise: true } as const

/** Other kinds of examples. */
export const ofOthers: readonly ToTrain[] = [
  {
    title: 'vae, conv, RGB pictures with channels last',
    data: () => openDataSet({ ...split, data: pixels([40, 8, 12, 3]), layout: 'hwc' }),
    options: { model: 'vae', network: 'conv', channels: [4, 6], latent: 3 },
    examples: () => pixels([3, 8, 12, 3]),
  },
  {
    title: 'vae, grey bytes',
    data: () =>
      openDataSet({
        ...split,
        data: pixels([40, 12, 12]),
        labels: hostTensor(
          'int32',
          [40],
          Int32Array.from({ length: 40 }, (_, i) => i % 10),
        ),
        binarize: 'dynamic',
      }),
    options: { model: 'vae', hidden: [12], latent: 2, batch: 8 },
    examples: () => pixels([3, 12, 12]),
  },
  {
    title: 'vae, standardised numbers',
    data: () =>
      openDataSet({
        ...split,
        data: numbers(40),
        likelihood: { name: 'gaussian', isChosen: true },
      }),
    options: { model: 'vae', hidden: [6], latent: 2, likelihood: 'gaussian' },
    examples: () => numbers(4),
  },
]

function numbers(count: number) {
  const { normal } = stream(6, 'numbers of packages')
  return hostTensor(
    'float64',
    [count, 5],
    Float64Array.from({ length: 5 * count }, () => 1e6 + 50 * normal()),
  )
}

/** A conditional model of a folder of pictures, a folder a class, which are cut to 6 by 6 pixels. */
export function ofFolder(folder: string): ToTrain {
  for (const [at, label] of ['cats', 'dogs'].entries()) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < 16; i++) {
      const data = pixels([8, 7 + at], i + 16 * at).data as Uint8Array
      const file = png({ width: 7 + at, height: 8, channels: 1, data })
      writeFileSync(join(folder, label, `${i}.png`), file)
    }
  }
  return {
    title: 'cvae, conv, a folder of pictures',
    data: () => openDataSet({ ...split, data: folder, size: '6', validation: 6, test: 6 }),
    options: { model: 'cvae', network: 'conv', channels: [3], latent: 2 },
    examples: () => pixels([4, 6, 6]),
  }
}
