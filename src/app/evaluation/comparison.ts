import { pairedInterval } from '../../evaluate/intervals.ts'
import type { Section } from '../../report/html.ts'
import { renderReport } from '../../report/html.ts'
import { formatFigure, intervalOf, type LedgerEntry } from '../../report/ledger.ts'
import { encodePng, imageGrid, stackPictures } from '../../report/pixels.ts'
import { footnoteMark, type Table } from '../../report/table.ts'
import { UserError } from '../../tensor/errors.ts'
import { classLabelsOf } from '../../train/labels.ts'
import type { LoadedRun } from '../load.ts'
import { canSample } from '../report/capabilities.ts'
import {
  isPicture,
  picturesAcross,
  representatives,
  SAMPLE_SEED,
  testExamples,
  testLabels,
} from '../report/source.ts'
import type { Evaluation } from './evaluate.ts'
import { GROUPS, type Group } from './examination.ts'
import type { MeasuredEntry } from './ledger-entries.ts'

/** A run under the name that it is compared by. */
export interface Compared {
  readonly name: string
  /** SHA-256 of its data: single examples can be compared where it is the same. */
  readonly dataHash: string
  readonly evaluation: Evaluation
}

/**
 * What a figure is, but for the run that it is of. Only figures of one identity may stand side by side: the
 * likelihood and the binarisation belong to it where the unit is one of probability.
 */
export function identity(entry: LedgerEntry): string {
  const { figure, unit, kind, split, examples, samples, likelihood, binarize } = entry
  return JSON.stringify([
    figure,
    unit,
    kind,
    split,
    examples,
    samples,
    binarize,
    ...(isOfProbability(unit) ? [likelihood] : []),
  ])
}

/** Whether a figure changes with the likelihood: those in nats and bits do, errors of values do not. */
const isOfProbability = (unit: string): boolean => /nat|bit/.test(unit)

/** The figures of several runs, like beside like, as a table for each group. */
export function comparisonTables(runs: readonly Compared[]): Partial<Record<Group, Table>> {
  const groups = (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const table = groupTable(runs, group)
    return table ? [[group, table] as const] : []
  })
  return Object.fromEntries(groups)
}

function groupTable(runs: readonly Compared[], group: Group): Table | undefined {
  const entries = runs.map(({ evaluation }) =>
    evaluation.ledger.filter((entry) => entry.group === group),
  )
  const rows = new Map<string, (MeasuredEntry | undefined)[]>()
  entries.forEach((ledger, i) => {
    for (const entry of ledger) {
      const key = identity(entry)
      const row = rows.get(key) ?? runs.map(() => undefined)
      row[i] = entry
      rows.set(key, row)
    }
  })
  if (rows.size === 0) return undefined
  const footnotes = [...new Set(entries.flat().flatMap(({ note }) => note ?? []))]
  const pairs = runs.slice(1)
  return {
    caption: '± is half of the 95 % interval. A difference is of the same examples, pair by pair.',
    columns: [
      { title: 'figure' },
      { title: 'unit' },
      ...runs.map(({ name }) => ({ title: name, numeric: true })),
      ...pairs.map(({ name }) => ({
        title: runs.length > 2 ? `${name} − ${runs[0]!.name}` : 'difference',
        numeric: true,
      })),
      { title: 'measured under' },
    ],
    rows: [...rows.values()].map((row) => {
      const entry = row.find((found) => found !== undefined)!
      const mark = entry.note ? footnoteMark(footnotes.indexOf(entry.note) + 1) : ''
      return [
        entry.figure + mark,
        entry.unit,
        ...row.map(cellOf),
        ...row.slice(1).map((other, i) => differenceOf(runs, row[0], other, i + 1)),
        circumstances(entry),
      ]
    }),
    ...(footnotes.length > 0 && { footnotes }),
  }
}

function cellOf(entry: MeasuredEntry | undefined): string {
  if (!entry) return ''
  const interval = intervalOf(entry)
  return interval
    ? `${formatFigure(entry.value)} ± ${formatFigure((interval[1] - interval[0]) / 2)}`
    : formatFigure(entry.value)
}

/** The mean difference over the same examples, with its interval; nothing where there are no such. */
function differenceOf(
  runs: readonly Compared[],
  first: MeasuredEntry | undefined,
  other: MeasuredEntry | undefined,
  i: number,
): string {
  if (!first?.values || !other?.values || runs[0]!.dataHash !== runs[i]!.dataHash) return ''
  const [a, b] = [first.values, other.values]
  if (a.length !== b.length || a.length < 2) return ''
  const { estimate, high } = pairedInterval(b, a)
  const sign = estimate > 0 ? '+' : ''
  return `${sign}${formatFigure(estimate)} ± ${formatFigure(high - estimate)}`
}

const circumstances = (entry: MeasuredEntry): string =>
  [
    `${entry.examples} ${entry.split} examples`,
    isOfProbability(entry.unit) ? entry.likelihood : '',
    entry.binarize === 'none' ? '' : `binarize ${entry.binarize}`,
    entry.samples > 1 ? `${entry.samples} samples` : '',
  ]
    .filter(Boolean)
    .join(', ')

/** @throws UserError where runs are on examples of another shape */
export function requireComparable(runs: readonly LoadedRun[]): void {
  const [first, ...others] = runs
  const shape = String(first?.model.info.exampleShape)
  const wrong = others.find(({ model }) => String(model.info.exampleShape) !== shape)
  if (wrong)
    throw new UserError(
      `${wrong.folder} is on examples of ${wrong.model.info.exampleShape.join(' × ')} values, ${first!.folder} on examples of ${first!.model.info.exampleShape.join(' × ')}; runs can be compared on examples of one shape`,
    )
}

/** What each run makes of the same examples and of draws of its prior, as pictures. */
export async function comparisonPictures(
  runs: readonly { readonly name: string; readonly run: LoadedRun }[],
): Promise<Section[]> {
  const data = await runs[0]!.run.data()
  if (!isPicture(data)) return []
  const { exampleShape } = data
  const across = picturesAcross(exampleShape, 16)
  const places = representatives(data, across)
  const x = testExamples(data, places)
  const labels = testLabels(data, places)
  const grid = (values: Float32Array) => imageGrid(values, exampleShape, { columns: across })
  const restoring = runs.filter(({ run }) => run.model.restore)
  const sampling = runs.filter(({ run }) => canSample(run.model))
  const rows = [grid(x.data)]
  for (const { run } of restoring) rows.push(grid((await run.reconstruct(x, labels)).data))
  const samples = []
  for (const { run, name } of sampling) {
    const codes = await run.samplePrior(4 * across, SAMPLE_SEED)
    const labels = run.model.labels === 'condition' ? classLabelsOf(run.model.info) : undefined
    const under = labels && Array.from({ length: 4 * across }, (_, i) => labels[i % labels.length]!)
    samples.push({ name, picture: grid((await run.decode(codes, under)).data) })
  }
  const names = restoring.map(({ name }) => name).join(', ')
  return [
    ...(restoring.length > 0
      ? [
          {
            id: 'reconstructions',
            title: 'Reconstructions',
            figures: [
              {
                kind: 'png' as const,
                name: 'reconstructions',
                bytes: encodePng(stackPictures(rows, { gap: 6 })),
                alt: `Test examples, and below them what ${names} make of them`,
                caption: `Upper row: test examples, the first of each class. Below, from above: ${names}; nothing sampled.`,
              },
            ],
          },
        ]
      : []),
    ...(samples.length > 0
      ? [
          {
            id: 'samples',
            title: 'Samples',
            figures: samples.map(({ name, picture }, i) => ({
              kind: 'png' as const,
              name: `samples-${i + 1}`,
              bytes: encodePng(picture),
              alt: `Samples of ${name}`,
              caption: `${name}: ${4 * across} draws of the prior with seed ${SAMPLE_SEED}, all of them shown, as means of p(x|z).`,
            })),
          },
        ]
      : []),
  ]
}

/** Tables and pictures as one page that needs nothing beside it. */
export function comparisonPage(runs: readonly Compared[], pictures: readonly Section[]): string {
  const tables = comparisonTables(runs)
  const sections = (Object.keys(GROUPS) as Group[]).flatMap((group): Section[] => {
    const table = tables[group]
    if (!table) return []
    return [
      {
        id: group,
        title: `${group[0]!.toUpperCase()}${group.slice(1)}`,
        caption: `${GROUPS[group][0]!.toUpperCase()}${GROUPS[group].slice(1)}. Only like figures share a row: a run without the figure, or with one that was measured otherwise, has an empty cell there.`,
        figures: [],
        table,
      },
    ]
  })
  return renderReport({
    title: runs.length > 1 ? `${runs.length} runs compared` : `${runs[0]!.name}, evaluated`,
    subtitle: runs.map(({ name }) => name).join(', '),
    sections: [...pictures, ...sections],
  })
}
