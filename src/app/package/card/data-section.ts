import type { DataSet } from '../../../data/dataset.ts'
import { formText } from '../../../data/form.ts'
import { classLabelsOf } from '../../../data/labels.ts'
import type { TableColumn } from '../../../distributions/columns/column.ts'
import { lastName } from '../../../tensor/described.ts'
import { counted, grouped } from '../../../tensor/numbers.ts'
import type { CardFacts } from './facts.ts'
import { markdownTable, span } from './markdown.ts'

export function dataSection(facts: CardFacts): string {
  const { source, form, data, trainingExamples } = facts
  const { data: named, dataHash } = source.config
  const file = lastName(named.data)
  const hash = dataHash ? ` Its values have the SHA-256 \`${dataHash}\`.` : ''
  const splits = data
    ? `${splitsText(data)}.`
    : 'The data was not at hand when the package was exported, so its splits are not counted here.'
  const { table } = form
  const isTable = table !== undefined && !table.numbers
  const kept =
    trainingExamples > 0
      ? `**${counted(trainingExamples, 'training example')} can be read from this package**: \`scoring.safetensors\` and \`onnx/score.onnx\` hold them, because the score compares with them. Give it only to those who may see the data.`
      : `No training example is in this package.${isTable ? ' It does hold the names of the columns, their categories, and the smallest and largest training value of each (`config.json`).' : ''}`
  return `## Data

Trained on ${span(file)}: ${formText(form)}.${hash} ${splits}

${isTable ? `${columnsTable(table.columns)}\n` : ''}${classesText(facts)}${kept}
`
}

/** The classes of a model that is conditioned on them, in the order of their indices. */
function classesText({ source: { trained } }: CardFacts): string {
  const { labels, info } = trained.model
  if (labels !== 'condition') return ''
  return `The model is conditioned on labels. Graphs take the index of the label in this list, counted from 0: ${classLabelsOf(info).join(', ')}.\n\n`
}

function splitsText({ splits }: DataSet): string {
  const sizes = Object.values(splits)
    .filter(({ rows }) => rows.length > 0)
    .map(({ name, rows, anomalies }) => {
      const beside = anomalies ? ` and ${grouped(anomalies.rows.length)} anomalies beside them` : ''
      return `${grouped(rows.length)} ${name}${beside}`
    })
  return `Examples: ${sizes.join(', ')}`
}

function columnsTable(columns: readonly TableColumn[]): string {
  return markdownTable(
    ['column', 'kind', 'distribution', 'values', 'gaps'],
    columns.map((column) => [
      column.name,
      column.kind,
      column.distribution,
      valuesText(column),
      column.gaps ? 'yes' : 'no',
    ]),
  )
}

const MOST_CATEGORIES = 8

function valuesText(column: TableColumn): string {
  const { categories, range } = column
  if (categories) {
    const shown = categories.slice(0, MOST_CATEGORIES).join(', ')
    return categories.length > MOST_CATEGORIES ? `${shown}, … (${categories.length})` : shown
  }
  return range ? range.map((value) => valueText(column, value)).join(' to ') : ''
}

/** A value to a thousandth of what the column varies by: 1700000012.5 where that is 20. */
function valueText({ kind, scale }: TableColumn, value: number): string {
  if (kind === 'datetime') return new Date(value * 86_400_000).toISOString().slice(0, 10)
  if (kind === 'count') return String(value)
  const relative = kind === 'positive' ? scale : scale / Math.abs(value)
  const needed = 3 + Math.ceil(-Math.log10(relative))
  return String(Number(value.toPrecision(Math.min(17, Math.max(6, needed)))))
}
