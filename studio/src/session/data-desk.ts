import {
  type DataSet,
  describeTable,
  openDataSet,
  splitLabels,
  splitValues,
  type TableDescription,
  type TableSchema,
  UserError,
} from 'latentlab/browser'
import type { ColumnSummary, DataRequest, DataSummary, Reading } from '../protocol/api.ts'
import { classFacts, splitNames } from './example-set.ts'
import type { GivenData, Host } from './host.ts'
import { likelyLabel } from './likely-label.ts'
import { proposal } from './proposal.ts'
import { pictureOf } from './view.ts'

/** Data that has been read, as it will be trained on. */
export interface OpenedData {
  readonly request: DataRequest
  readonly given: GivenData
  readonly set: DataSet
  readonly summary: DataSummary
}

/** Holds the data of the next training. */
export class DataDesk {
  private opened: OpenedData | undefined

  constructor(private readonly host: Host) {}

  async open(request: DataRequest): Promise<DataSummary> {
    this.opened = await this.read(request)
    return this.opened.summary
  }

  /** What is open, if anything is. */
  get set(): DataSet | undefined {
    return this.opened?.set
  }

  get(): OpenedData {
    if (!this.opened) throw new UserError('no data is open; drop a file, or take a data set')
    return this.opened
  }

  /** Reads data without keeping it as that of the next training. */
  async read(request: DataRequest): Promise<OpenedData> {
    const hooks = {
      onProgress: (share: number) => this.host.send({ type: 'progress', task: 'read', share }),
    }
    const plain = await this.host.data(request, hooks)
    const { reading = {} } = request
    const inferred = await tableOf(plain, reading)
    const given = inferred ? withSchema(plain, inferred, reading) : withReading(plain, reading)
    const table = inferred && (await corrected(inferred, given, reading))
    const { name, source: _, options, ...data } = given
    const set = await openDataSet({ ...options, ...data })
    hooks.onProgress(1)
    return { request, given, set, summary: summaryOf(name, set, table) }
  }
}

/** What a table's columns are; undefined for data without columns. */
async function tableOf(
  { data }: GivenData,
  reading: Reading,
): Promise<TableDescription | undefined> {
  // In the local server, the data may be the path of a file.
  const isFileOrRows = data instanceof Blob || typeof data === 'string' || isRows(data)
  // Who states a layout says that the rows are pictures.
  const mayBeTable = isFileOrRows && reading.layout === undefined
  if (!mayBeTable) return undefined
  try {
    return await describeTable(data, describing(reading))
  } catch (error) {
    // Files of arrays are no tables; what is neither is refused when it is opened.
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** How the file of a table is read, and the column of its labels. */
const describing = ({ label, separator, encoding, decimal, header }: Reading) => ({
  label: label ?? undefined,
  ...{ separator, encoding, decimal, header },
})

const isRows = (data: GivenData['data']): data is readonly object[] =>
  Array.isArray(data) && data.length > 0 && !ArrayBuffer.isView(data[0]) && !Array.isArray(data[0])

/** With the kinds of columns that somebody chose. */
function withSchema(
  given: GivenData,
  { schema }: TableDescription,
  { kinds = {}, label, normal }: Reading,
): GivenData {
  const columns = schema.columns.map((column) => {
    const kind =
      kinds[column.name] ?? (label === null && column.kind === 'label' ? 'ignore' : undefined)
    return kind === undefined ? column : { name: column.name, kind }
  })
  const stated = { ...schema, columns } as TableSchema
  const isCorrected = JSON.stringify(stated) !== JSON.stringify(schema)
  return {
    ...given,
    schema: stated,
    source: { ...given.source, ...(isCorrected && { schema: stated }) },
    options: {
      ...given.options,
      ...(typeof label === 'string' && { label }),
      ...(normal && normal.length > 0 && { normal }),
    },
  }
}

/** Without columns: the order of an array, and the labels of normal examples. */
const withReading = (given: GivenData, { layout, normal }: Reading): GivenData => ({
  ...given,
  options: {
    ...given.options,
    ...(layout !== undefined && { layout }),
    ...(normal && normal.length > 0 && { normal }),
  },
})

/** What the columns are by a schema that differs from the one that was inferred. */
async function corrected(
  inferred: TableDescription,
  { data, source: { schema } }: GivenData,
  reading: Reading,
): Promise<TableDescription> {
  return schema ? describeTable(data as Blob, { schema, ...describing(reading) }) : inferred
}

const PREVIEW = 24

function summaryOf(name: string, set: DataSet, table: TableDescription | undefined): DataSummary {
  const { train, validation, test } = set.splits
  const shown = Array.from({ length: Math.min(PREVIEW, train.rows.length) }, (_, i) => i)
  const picture = pictureOf(set.exampleShape)
  const rows = train.rows.length + validation.rows.length + test.rows.length
  return {
    name,
    kind: picture ? 'images' : set.form.table ? 'table' : 'array',
    rows,
    splits: {
      train: train.rows.length,
      validation: validation.rows.length,
      test: test.rows.length,
    },
    ...(picture && { picture }),
    ...(table && set.form.table && columnsOf(table)),
    ...(table && table.inspected < rows && { inspected: table.inspected }),
    ...(set.classLabels && { classes: classesOf(set) }),
    remarks: set.notes ?? [],
    preview: splitValues(set, 'train', shown).data,
    proposal: proposal(set),
  }
}

function columnsOf(table: TableDescription): Pick<DataSummary, 'columns' | 'likelyLabel'> {
  const { columns } = table
  const isLabelled = columns.some(({ kind }) => kind === 'label')
  const likely = isLabelled
    ? undefined
    : likelyLabel(columns.map((column) => ({ ...column, values: column.examples })))
  return { columns: columns.map(columnOf), ...(likely !== undefined && { likelyLabel: likely }) }
}

function classesOf(set: DataSet): NonNullable<DataSummary['classes']> {
  const labels = splitNames.flatMap((name) => splitLabels(set, name) ?? [])
  return classFacts(set, labels)
}

/** What a column may be in place of what was inferred. */
const kinds = [
  'numeric',
  'positive',
  'count',
  'binary',
  'categorical',
  'ordinal',
  'datetime',
  'label',
  'ignore',
]

function columnOf(column: TableDescription['columns'][number]): ColumnSummary {
  const { name, kind, reason, treatment, missing, distinct, examples, range } = column
  return {
    name,
    kind,
    kinds,
    reason,
    treatment,
    missing,
    distinct,
    examples,
    ...(range && { range }),
  }
}
