import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { renderReport, type Section } from '../../report/html.ts'
import type { Table } from '../../report/table.ts'
import { CHAPTERS, type Chapter } from '../../reproduce/chapters.ts'
import { type Experiment, settingOf, titleAt } from '../../reproduce/experiment.ts'
import { withGroups } from '../../tensor/numbers.ts'
import type { Result, ResultRow } from './results.ts'

/** An experiment and its result. */
export interface Known {
  readonly experiment: Experiment
  readonly result: Result
}

/** Whether it holds, and on how many seeds. */
export function verdict({ holds, seeds }: Pick<Result, 'holds' | 'seeds'>): string {
  return `${holds ? 'holds' : 'does not hold'} (${seedsText(seeds.length)})`
}

/** The verdict on one number; empty if it is only reported and finite. */
export function rowVerdict(row: ResultRow, { seeds }: Pick<Result, 'seeds'>): string {
  if (!row.finite) return `${verdict({ holds: false, seeds })}: not finite`
  return row.tolerance === '' ? '' : verdict({ holds: row.holds, seeds })
}

const seedsText = (count: number) => (count === 1 ? 'one seed' : `mean of ${count} seeds`)

/** How many of several results hold, and on how many seeds: `2 of 3 claims hold (one seed)`. */
export function holdingText(results: readonly Pick<Result, 'holds' | 'seeds'>[]): string {
  const holding = results.filter(({ holds }) => holds).length
  const counts = [...new Set(results.map(({ seeds }) => seeds.length))].sort((a, b) => a - b)
  const seeds = counts.length > 0 ? ` (${counts.map(seedsText).join('; ')})` : ''
  return `${holding} of ${results.length} claims hold${seeds}`
}

/** A number, with its error if it has one. */
export function numberText({ value, error }: Pick<ResultRow, 'value' | 'error'>): string {
  return error === undefined
    ? formatFigure(value)
    : `${formatFigure(value)} ± ${formatFigure(error)}`
}

const titleOf = (row: ResultRow): string =>
  withGroups(row.unit ? `${row.what}, ${row.unit}` : row.what)

/** The numbers of an experiment, each beside its tolerance. */
function numbersTable(result: Result): Table {
  const { rows, seeds } = result
  const several = seeds.length > 1
  return {
    records: true,
    columns: [
      { title: 'number' },
      { title: several ? 'mean' : 'value', numeric: true },
      ...(several ? seeds.map((seed) => ({ title: `seed ${seed}`, numeric: true })) : []),
      { title: 'must be' },
      { title: 'verdict' },
    ],
    rows: rows.map((row) => [
      titleOf(row),
      numberText(row),
      ...(several ? row.values.map(formatFigure) : []),
      row.tolerance,
      rowVerdict(row, result),
    ]),
  }
}

/** All results as one self-contained HTML file. */
export function reproductionPage(known: readonly Known[]): string {
  return renderReport({
    title: 'What the lecture claims, run on this machine',
    subtitle: `${holdingText(known.map(({ result }) => result))}, each as its title states it. Tolerances are part of the experiments and were fixed before their results were seen.`,
    sections: [summary(known), ...CHAPTER_NAMES.flatMap((chapter) => chapterOf(chapter, known))],
  })
}

function summary(known: readonly Known[]): Section {
  return {
    id: 'summary',
    title: 'Claims and verdicts',
    caption:
      'With several seeds, their mean must be within the tolerance, and every value must be finite. ± is a standard error: with one seed, over examples or draws, which says nothing about other seeds; with several, over seeds.',
    figures: [],
    table: {
      records: true,
      columns: [
        { title: 'claim' },
        { title: 'number' },
        { title: 'value', numeric: true },
        { title: 'must be' },
        { title: 'verdict' },
      ],
      rows: known.flatMap(({ experiment, result }) =>
        result.rows
          .filter(({ tolerance, finite }) => tolerance !== '' || !finite)
          .map((row, i) => [
            i === 0 ? titleAt(experiment, result.budget) : '',
            titleOf(row),
            numberText(row),
            row.tolerance,
            rowVerdict(row, result),
          ]),
      ),
    },
  }
}

const CHAPTER_NAMES = Object.keys(CHAPTERS) as Chapter[]

/** A chapter of the lecture, followed by its experiments. */
function chapterOf(chapter: Chapter, known: readonly Known[]): Section[] {
  const own = known.filter(({ experiment }) => experiment.chapter === chapter)
  if (own.length === 0) return []
  const id = chapter.toLowerCase().replace(/\W+/g, '-')
  return [{ id, title: chapter, caption: CHAPTERS[chapter], figures: [] }, ...own.map(section)]
}

function section({ experiment, result }: Known): Section {
  const { what, found } = settingOf(experiment, result.budget)[1]
  const { claim, source } = experiment
  const paragraphs = [
    `The source: ${claim} (${source}.)`,
    `What is run: ${what} (Budget ${result.budget}, ${Math.round(result.seconds)} s.)`,
    `As the title states it, the claim ${verdict(result)}.`,
    ...(result.remarks.length > 0 ? [result.remarks.join(' ')] : []),
    ...(found && !result.holds ? [`What was found: ${found}`] : []),
  ]
  return {
    id: experiment.name,
    minor: true,
    title: `${result.holds ? '✓' : '✗'} ${titleAt(experiment, result.budget)}`,
    caption: withGroups(paragraphs.join('\n')),
    figures: result.figures.map((figure) => ({
      ...figure,
      name: `${experiment.name}-${figure.name}`,
    })),
    table: numbersTable(result),
  }
}

/** The summary as Markdown. */
export function reproductionTable(known: readonly Known[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const chapters = CHAPTER_NAMES.flatMap((chapter) => {
    const own = known.filter(({ experiment }) => experiment.chapter === chapter)
    if (own.length === 0) return []
    const rows = own.flatMap(({ experiment, result }) =>
      result.rows.map((row, i) =>
        [
          i === 0
            ? `**${titleAt(experiment, result.budget)}** (\`${experiment.name}\`, ${result.budget})`
            : '',
          titleOf(row),
          numberText(row),
          row.tolerance,
          rowVerdict(row, result),
        ]
          .map(cell)
          .join(' | '),
      ),
    )
    return [
      `## ${chapter}`,
      '',
      '| claim | number | value | must be | verdict |',
      '|---|---|---|---|---|',
      ...rows.map((row) => `| ${row} |`),
      '',
    ]
  })
  return `${chapters.join('\n')}`
}
