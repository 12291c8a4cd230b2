import type { TableColumn, TrainedKind } from '../../distributions/columns/column.ts'
import type { GraphDType } from '../../graph/rule.ts'
import { Tensor } from '../../graph/tensor.ts'
import type { DType } from '../../tensor/host.ts'

/** What stands at one position of an input or output. */
export interface PortColumn {
  readonly name: string
  readonly kind: TrainedKind
  /** Of dates; other numbers are in the units of the file. */
  readonly unit?: string | undefined
  /** Texts by index. */
  readonly categories?: readonly string[] | undefined
}

/** An input or output of a graph of a package. */
export interface Port {
  readonly name: string
  readonly dtype: DType
  /** The first axis has a row for each example. */
  readonly shape: readonly (number | 'batch')[]
  readonly description: string
  readonly unit?: string | undefined
  /** What stands at each position of the second axis. */
  readonly columns?: readonly PortColumn[] | undefined
}

/** What a port says besides its name, type and shape. */
export type PortText = Omit<Port, 'name' | 'dtype' | 'shape'>

/** Dates are numbers in this unit. */
export const DAYS = 'days since 1970-01-01, UTC'

export const portColumn = ({ name, kind, categories }: TableColumn): PortColumn => ({
  name,
  kind,
  ...(kind === 'datetime' && { unit: DAYS }),
  ...(categories && { categories }),
})

const hostTypes: Readonly<Record<GraphDType, DType>> = {
  float: 'float32',
  double: 'float64',
  int64: 'int64',
  bool: 'bool',
  uint8: 'uint8',
}

const graphTypes = Object.fromEntries(
  Object.entries(hostTypes).map(([graph, host]) => [host, graph]),
) as Readonly<Record<Exclude<DType, 'int32'>, GraphDType>>

/** The port of an expression `[batch, …]`. */
export function portOf(name: string, { dtype, shape }: Tensor, text: PortText): Port {
  const other = shape.find((size, i) => typeof size === 'string' && !(i === 0 && size === 'batch'))
  if (shape[0] !== 'batch' || other !== undefined)
    throw new Error(`${name}: expected rows of a batch, got [${shape.join(', ')}]`)
  return { name, dtype: hostTypes[dtype], shape: shape as Port['shape'], ...text }
}

/** The input of a graph that a port describes. */
export const inputOf = ({ name, dtype, shape }: Port): Tensor =>
  Tensor.input(name, shape, graphTypes[dtype as keyof typeof graphTypes])
