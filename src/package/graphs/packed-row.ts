import { type ExampleForm, kindOf } from '../../data/form.ts'
import type { TableForm } from '../../data/table/form.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { counted } from '../../tensor/numbers.ts'
import { type Port, type PortColumn, type PortText, portColumn } from './port.ts'
import { positionsOf } from './positions.ts'
import { cellsOfRow, type RowTensors, rowOfCells } from './table-cells.ts'

type Named = Readonly<Record<string, Tensor>>

/** How the rows of a form go into a graph, and out of it. */
export interface PackedRow {
  /** The graph's inputs, in order. */
  readonly inputs: readonly Port[]
  /** Examples `[batch, D]` as the network sees them, `float`. */
  examples(inputs: Named): Tensor
  /** What examples `[batch, D]` are in the units of the data, by the names that a decoder's outputs have. */
  values(examples: Tensor): Named
  /** What these outputs are, by their names. */
  readonly texts: Readonly<Record<string, PortText>>
}

/**
 * The packed row of a form: of a table `numbers`, `categories` and `mask`; of images `pixels`; of arrays of numbers
 * `values`.
 */
export function packedRow(form: ExampleForm): PackedRow {
  if (form.table) return form.table.numbers ? numbersRow(form.table) : tableRow(form.table)
  return arrayRow(form)
}

const UNITS = 'as in the data that the model was trained on'

function tableRow({ columns }: TableForm): PackedRow {
  const positions = positionsOf(columns)
  const of = (indices: readonly number[]) => indices.map((i) => portColumn(columns[i]!))
  const [numeric, categorical] = [of(positions.numbers), of(positions.categories)]
  const ports: Port[] = []
  const texts: Record<string, PortText> = {}
  if (numeric.length > 0) {
    const description =
      'Numbers of the row; dates are days since 1970. One that is missing does not matter, also NaN.'
    ports.push(port('numbers', 'float64', numeric, { description, unit: UNITS }))
    texts.numbers = {
      description: 'Numbers; dates are days since 1970.',
      unit: UNITS,
      columns: numeric,
    }
  }
  if (categorical.length > 0) {
    const description =
      'Indices of categories, from 0. Any other index stands for a category that training has not seen; in a binary column such a value counts as missing.'
    ports.push(port('categories', 'int64', categorical, { description }))
    texts.categories = {
      description: 'Indices of the most likely categories.',
      columns: categorical,
    }
  }
  const description = 'Whether the row has a value in each column.'
  ports.push(port('mask', 'bool', columns.map(portColumn), { description }))
  return {
    inputs: ports,
    examples: ({ numbers, categories, mask }) =>
      cellsOfRow(columns, { numbers, categories }, mask!),
    values: (examples) => defined(rowOfCells(columns, examples)),
    texts,
  }
}

const port = (
  name: string,
  dtype: Port['dtype'],
  columns: readonly PortColumn[],
  text: PortText,
): Port => ({ name, dtype, shape: ['batch', columns.length], ...text, columns })

const defined = (row: RowTensors): Named =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))

/** An array of numbers whose columns are standardised: float64, so that no digit is lost before that; NaN is a gap. */
function numbersRow({ columns }: TableForm): PackedRow {
  const of = columns.map(portColumn)
  const description = 'Numbers of the row; NaN is a missing value.'
  return {
    inputs: [port('values', 'float64', of, { description, unit: UNITS })],
    examples: ({ values }) => cellsOfRow(columns, { numbers: values }, values!.equal(values!)),
    values: (examples) => ({ values: rowOfCells(columns, examples).numbers! }),
    texts: { values: { description: 'Numbers of the row.', unit: UNITS, columns: of } },
  }
}

function arrayRow(form: ExampleForm): PackedRow {
  const { stored, storage, scale } = form
  const isImage = kindOf(form) === 'image'
  const name = isImage ? 'pixels' : 'values'
  const range = storage === 'uint8' ? `from 0 to ${form.range[1]}` : UNITS
  const text = {
    description: isImage ? `Pixels, ${axesText(form)}.` : 'Numbers of the row.',
    unit: range,
  }
  return {
    inputs: [{ name, dtype: storage, shape: ['batch', ...stored], ...text }],
    examples(inputs) {
      const x = channelsFirst(inputs[name]!.cast('float'), form)
      return scale === 1 ? x : x.mul(scale)
    },
    values(examples) {
      const x = scale === 1 ? examples : examples.div(scale)
      return { [name]: asStored(x, form) }
    },
    texts: { [name]: text },
  }
}

/** Whether stored values are in another order than a network's. */
const isMoved = ({ order, exampleShape }: ExampleForm) => order === 'hwc' && exampleShape[0] !== 1

/** `[batch, …stored]` as `[batch, D]`, channels first. */
function channelsFirst(x: Tensor, form: ExampleForm): Tensor {
  const [channels = 1, height = 1, width = 1] = form.exampleShape
  const flat = (y: Tensor) => y.reshape(['batch', channels * height * width])
  if (!isMoved(form)) return flat(x)
  return flat(x.reshape(['batch', height, width, channels]).transpose([0, 3, 1, 2]))
}

/** The inverse of `channelsFirst`. */
function asStored(x: Tensor, form: ExampleForm): Tensor {
  const [channels = 1, height = 1, width = 1] = form.exampleShape
  const shape = ['batch', ...form.stored]
  if (!isMoved(form)) return x.reshape(shape)
  return x.reshape(['batch', channels, height, width]).transpose([0, 2, 3, 1]).reshape(shape)
}

function axesText({ order, stored, exampleShape }: ExampleForm): string {
  const [channels = 1, height = 1, width = 1] = exampleShape
  const flat = stored.length === 1 ? ' in flat rows' : ''
  const size = `${height} high and ${width} wide`
  if (order === 'hw') return `${size}, row by row${flat}`
  return `${size}, ${counted(channels, 'channel')} ${order === 'chw' ? 'first' : 'last'}${flat}`
}
