import { type ExampleForm, widthOf } from '../data/form.ts'
import { classLabelsOf } from '../data/labels.ts'
import { rowsOfCells } from '../data/table/cells-to-rows.ts'
import { hasCategories } from '../data/table/model-cells.ts'
import type { TableColumn } from '../distributions/columns/column.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import { canSample, hasRandomCode } from '../train/capabilities.ts'
import { evenClasses } from '../train/classes.ts'
import type { TrainedModel } from '../train/trained.ts'
import { type GivenRows, packExamples } from './graphs/pack-rows.ts'

/** Rows of the goldens: numbers of an image and of a table, and those of all of them together, at most. */
const MOST = { rows: 16, numbers: 2 ** 18 }
const FEWEST = 3

/** The value of a category that no training row can have. */
const UNSEEN = '(a category that training has not seen)'

/**
 * Rows that a model is tried on when it is exported, and whenever its package is opened. None is of the data: half are made
 * up from what the columns are, with gaps and unseen categories, or are patterns of pixels; where the model draws
 * examples, the other half are drawn.
 */
export async function goldenRows(trained: TrainedModel, form: ExampleForm): Promise<GivenRows> {
  const { model } = trained
  const count = Math.max(FEWEST, Math.min(MOST.rows, Math.floor(MOST.numbers / widthOf(form))))
  const draws = canSample(model) && hasRandomCode(model) ? Math.floor(count / 2) : 0
  const x = draws > 0 ? await drawn(trained, draws) : undefined
  const { table } = form
  if (table && !table.numbers) {
    const sampled = x ? rowsOfCells(table.columns, x) : []
    const made = Array.from({ length: count - draws }, (_, i) => madeRow(table.columns, i))
    // As JSON keeps them, since that is how a package stores them.
    return JSON.parse(JSON.stringify([...sampled, ...made])) as object[]
  }
  const made = table ? madeNumbers(table.columns, count - draws) : madeArray(form, count - draws)
  if (!x) return made
  const [own] = Object.values(packExamples(form, x))
  return joined(own!, made)
}

async function drawn(trained: TrainedModel, count: number) {
  const { model } = trained
  const classes =
    model.labels === 'condition' ? evenClasses(count, classLabelsOf(model.info)) : undefined
  return trained.draw(await trained.samplePrior(count, SEED), SEED, classes)
}

const SEED = 0

/** A row with a value from the range of each column, or a little beyond; some are missing, some categories unseen. */
function madeRow(columns: readonly TableColumn[], row: number): object {
  const { uniform } = stream(SEED, `golden row ${row}`)
  return Object.fromEntries(
    columns.map((column) => {
      const [isMissing, at] = [uniform() < 0.2, uniform()]
      return [column.name, isMissing && column.gaps ? null : madeValue(column, at)]
    }),
  )
}

function madeValue(column: TableColumn, at: number): string | number {
  const { kind, categories = [] } = column
  if (hasCategories(column)) {
    const known = kind === 'binary' ? 1 : 0.9
    return at < known ? categories[Math.floor((at / known) * categories.length)]! : UNSEEN
  }
  const [low, high] = rangeOf(column)
  if (kind === 'count') return Math.round(low + at * (high - low))
  if (kind === 'positive') return low * (high / low) ** at
  const value = low + (1.2 * at - 0.1) * (high - low)
  return kind === 'datetime' ? new Date(Math.round(value * 86_400) * 1000).toISOString() : value
}

/** Of a column of an older version, which did not record it, what a normal distribution mostly gives. */
function rangeOf({ kind, range, centre, scale }: TableColumn): readonly [number, number] {
  if (range) return range
  const [low, high] = [centre - 2 * scale, centre + 2 * scale]
  if (kind === 'positive') return [Math.exp(low), Math.exp(high)]
  return kind === 'count' ? [0, Math.exp(high)] : [low, high]
}

/** Rows of an array whose columns are standardised. */
function madeNumbers(columns: readonly TableColumn[], count: number): HostTensor {
  const rows = Array.from({ length: count }, (_, i) => Object.values(madeRow(columns, i)))
  const numbers = rows.flat().map((value) => (value === null ? Number.NaN : Number(value)))
  return hostTensor('float64', [count, columns.length], Float64Array.from(numbers))
}

/** Waves with noise, in the storage type and the layout of the data. */
function madeArray(form: ExampleForm, count: number): HostTensor {
  const size = sizeOf(form.stored)
  const { normal, uniform } = stream(SEED, 'golden pixels')
  const isImage = form.order !== 'table'
  const [low, high] = isImage || form.range[1] > form.range[0] ? form.range : [-2, 2]
  const waves = Array.from({ length: count }, () => [uniform(), uniform()] as const)
  const value = (at: number) => {
    const [frequency, phase] = waves[Math.floor(at / size)]!
    const wave = Math.sin((at % size) * (0.05 + frequency) + 2 * Math.PI * phase)
    return Math.max(0, Math.min(1, 0.5 + 0.4 * wave + 0.1 * normal()))
  }
  const shape = [count, ...form.stored]
  const values = Array.from({ length: count * size }, (_, at) => low + value(at) * (high - low))
  return form.storage === 'uint8'
    ? hostTensor('uint8', shape, Uint8Array.from(values, Math.round))
    : hostTensor('float32', shape, Float32Array.from(values))
}

/** One array after the other, of one type. */
function joined(first: HostTensor, second: HostTensor): HostTensor {
  const shape = [first.shape[0]! + second.shape[0]!, ...first.shape.slice(1)]
  const data = new (first.data.constructor as Float32ArrayConstructor)(sizeOf(shape))
  data.set(first.data as Float32Array)
  data.set(second.data as Float32Array, first.data.length)
  return hostTensor(first.dtype as 'float32', shape, data)
}
