import type { DataSet } from '../../../src/data/dataset.ts'
import { storedForm } from '../../../src/data/form.ts'
import { arrayStore } from '../../../src/data/row-store.ts'
import type { Runtime } from '../../../src/runtime/session.ts'
import { hostTensor, sizeOf } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'

export const CLASSES = 3

/** What every member is tried on: examples, how many make a batch, and the options that suit them. */
export interface Setting {
  readonly name: string
  readonly data: DataSet
  readonly batch: number
  /** For models that have such a field. */
  readonly options: Readonly<Record<string, unknown>>
  /** What computes it; ONNX Runtime by default. */
  readonly runtime?: () => Runtime
}

interface Shape {
  readonly name: string
  readonly exampleShape: readonly number[]
  /** Of so many examples. */
  readonly values: (rows: number) => Uint8Array | Float32Array
  readonly scale: number
}

/** Examples for three steps of an epoch and a rest that fills no batch, all with classes. */
function dataOf({ name, exampleShape, values, scale }: Shape, rows: number): DataSet {
  const dimension = sizeOf(exampleShape)
  const data = values(rows)
  const store = arrayStore(
    data instanceof Uint8Array
      ? hostTensor('uint8', [rows, dimension], data)
      : hostTensor('float32', [rows, dimension], data),
  )
  const labels = Int32Array.from({ length: rows }, (_, i) => i % CLASSES)
  const all = Int32Array.from({ length: rows }, (_, i) => i)
  const split = (of: 'train' | 'validation' | 'test') => ({ name: of, store, rows: all, labels })
  return {
    name,
    kind: exampleShape.length > 1 ? 'image' : 'table',
    exampleShape,
    scale,
    form: storedForm(exampleShape, store, scale),
    binarize: 'none',
    classes: CLASSES,
    hash: 'f00d',
    splits: { train: split('train'), validation: split('validation'), test: split('test') },
  }
}

const random = (kind: 'uniform' | 'normal', size: number) => {
  const source = stream(3, `contract ${kind}`)
  return Array.from({ length: size }, () => source[kind]())
}

const binary: Shape = {
  name: 'binary images of 5 by 7',
  exampleShape: [1, 5, 7],
  values: (rows) => Uint8Array.from(random('uniform', 35 * rows), (u) => Number(u < 0.4)),
  scale: 1,
}

/** Waves of another length and direction in each channel. */
const colour: Shape = {
  name: 'colour images of 20 by 36',
  exampleShape: [3, 20, 36],
  values(rows) {
    const [channels, height, width] = [3, 20, 36]
    const waves = random('uniform', 3 * channels * rows)
    return Uint8Array.from({ length: rows * channels * height * width }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width) % height]
      const plane = 3 * Math.floor(i / (width * height))
      const [across, down, phase] = waves.slice(plane, plane + 3) as [number, number, number]
      const angle = 2 * Math.PI * ((across * x) / 12 + (down * y) / 8 + phase)
      return Math.round(255 * Math.max(0, Math.sin(angle)) ** 4)
    })
  },
  scale: 1 / 255,
}

const table: Shape = {
  name: 'a table of 7 columns',
  exampleShape: [7],
  values: (rows) => Float32Array.from(random('normal', 7 * rows)),
  scale: 1,
}

const setting = (shape: Shape, batch: number, options: Setting['options'] = {}): Setting => ({
  name: `${shape.name}, ${batch} a batch`,
  data: dataOf(shape, 3 * batch + 2),
  batch,
  options,
})

/** One for each kind of examples. */
export const kinds = {
  binary: setting(binary, 7),
  colour: setting(colour, 5),
  table: setting(table, 7, { likelihood: 'gaussian', corruption: 'swap:0.2' }),
} as const

export const settings = { ...kinds, large: setting(binary, 100) } as const

/** Four examples span three dimensions, which is as many as a tiny code has at most. */
export const DISTINCT = 4

/** A few examples, which fill the batches of an epoch again and again. */
export function fewExamples({ data, batch }: Setting, batches: number): DataSet {
  const { train } = data.splits
  const rows = Int32Array.from({ length: batches * batch }, (_, i) => i % DISTINCT)
  return { ...data, splits: { ...data.splits, train: { ...train, rows } } }
}
