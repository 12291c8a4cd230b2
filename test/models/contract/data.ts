import type { DataSet } from '../../../src/data/dataset.ts'
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
}

interface Shape {
  readonly name: string
  readonly exampleShape: readonly number[]
  readonly values: (size: number) => Uint8Array | Float32Array
  readonly scale: number
}

/** Examples for three steps of an epoch and a rest that fills no batch, all with classes. */
function dataOf({ name, exampleShape, values, scale }: Shape, rows: number): DataSet {
  const dimension = sizeOf(exampleShape)
  const data = values(rows * dimension)
  const store =
    data instanceof Uint8Array
      ? hostTensor('uint8', [rows, dimension], data)
      : hostTensor('float32', [rows, dimension], data)
  const labels = Int32Array.from({ length: rows }, (_, i) => i % CLASSES)
  const all = Int32Array.from({ length: rows }, (_, i) => i)
  const split = (of: 'train' | 'validation' | 'test') => ({ name: of, store, rows: all, labels })
  return {
    name,
    kind: exampleShape.length > 1 ? 'image' : 'table',
    exampleShape,
    scale,
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
  values: (size) => Uint8Array.from(random('uniform', size), (u) => Number(u < 0.4)),
  scale: 1,
}

const colour: Shape = {
  name: 'colour images of 20 by 36',
  exampleShape: [3, 20, 36],
  values: (size) => Uint8Array.from(random('uniform', size), (u) => Math.floor(256 * u)),
  scale: 1 / 255,
}

const table: Shape = {
  name: 'a table of 7 columns',
  exampleShape: [7],
  values: (size) => Float32Array.from(random('normal', size)),
  scale: 1,
}

const setting = (shape: Shape, batch: number, options: Setting['options'] = {}): Setting => ({
  name: `${shape.name}, ${batch} a batch`,
  data: dataOf(shape, 3 * batch + 2),
  batch,
  options,
})

export const settings = {
  binary: setting(binary, 7),
  colour: setting(colour, 5),
  table: setting(table, 7, { likelihood: 'gaussian', corruption: 'swap:0.2' }),
  large: setting(binary, 100),
} as const

/**
 * One batch, of four examples that fill it again and again: they span three dimensions, which is as many
 * as the codes have.
 */
export function oneBatch({ data, batch }: Setting): DataSet {
  const { train } = data.splits
  const rows = Int32Array.from({ length: batch }, (_, i) => i % 4)
  return { ...data, splits: { ...data.splits, train: { ...train, rows } } }
}
