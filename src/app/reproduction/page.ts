import { renderReport, type Section } from '../../report/html.ts'
import { formatFigure } from '../../report/ledger.ts'
import type { Table } from '../../report/table.ts'
import { CHAPTERS, type Chapter } from '../../reproduce/chapters.ts'
import { type Experiment, settingOf } from '../../reproduce/experiment.ts'
import type { Result, ResultRow } from './results.ts'

/** An experiment and what came of it. */
export interface Known {
  readonly experiment: Experiment
  readonly result: Result
}

export const verdict = ({ holds }: Pick<Result, 'holds'>): string =>
  holds ? 'holds' : 'does not hold'

/** A number with its error, where it has one. */
export function numberText({ value, error }: Pick<ResultRow, 'value' | 'error'>): string {
  return error === undefined
    ? formatFigure(value)
    : `${formatFigure(value)} ± ${formatFigure(error)}`
}

const titleOf = (row: ResultRow): string => (row.unit ? `${row.what}, ${row.unit}` : row.what)

/** The numbers of an experiment, each with what it must be. */
function numbersTable({ rows, seeds }: Result): Table {
  const several = seeds.length > 1
  return {
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
      row.tolerance === '' ? '' : verdict(row),
    ]),
  }
}

/** All results as one HTML file that needs nothing beside it. */
export function reproductionPage(known: readonly Known[]): string {
  const holding = known.filter(({ result }) => result.holds).length
  return renderReport({
    title: 'What the lecture claims, run on this machine',
    subtitle: `${holding} of ${known.length} claims hold. Tolerances stand in the files of the experiments and were written down before their results were seen.`,
    sections: [summary(known), ...CHAPTER_NAMES.flatMap((chapter) => chapterOf(chapter, known))],
  })
}

function summary(known: readonly Known[]): Section {
  return {
    id: 'summary',
    title: 'Claims and verdicts',
    caption:
      '± is a standard error: over examples or draws, or over seeds where there are several.',
    figures: [],
    table: {
      columns: [
        { title: 'claim' },
        { title: 'number' },
        { title: 'value', numeric: true },
        { title: 'must be' },
        { title: 'verdict' },
      ],
      rows: known.flatMap(({ experiment, result }) =>
        result.rows
          .filter(({ tolerance }) => tolerance !== '')
          .map((row, i) => [
            i === 0 ? experiment.title : '',
            titleOf(row),
            numberText(row),
            row.tolerance,
            verdict(row),
          ]),
      ),
    },
  }
}

const CHAPTER_NAMES = Object.keys(CHAPTERS) as Chapter[]

/** A chapter of the lecture, and its experiments below it. */
function chapterOf(chapter: Chapter, known: readonly Known[]): Section[] {
  const own = known.filter(({ experiment }) => experiment.chapter === chapter)
  if (own.length === 0) return []
  const id = chapter.toLowerCase().replace(/\W+/g, '-')
  return [{ id, title: chapter, caption: CHAPTERS[chapter], figures: [] }, ...own.map(section)]
}

function section({ experiment, result }: Known): Section {
  const { what } = settingOf(experiment, result.budget)[1]
  const { claim, source, found } = experiment
  const paragraphs = [
    `${claim} (${source}.)`,
    `What is run: ${what} (Budget ${result.budget}, ${Math.round(result.seconds)} s.)`,
    ...(result.remarks.length > 0 ? [result.remarks.join(' ')] : []),
    ...(found && !result.holds ? [`What was found: ${found}`] : []),
  ]
  return {
    id: experiment.name,
    minor: true,
    title: `${result.holds ? '✓' : '✗'} ${experiment.title}`,
    caption: paragraphs.join('\n'),
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
          i === 0 ? `**${experiment.title}** (\`${experiment.name}\`, ${result.budget})` : '',
          titleOf(row),
          numberText(row),
          row.tolerance,
          row.tolerance === '' ? '' : verdict(row),
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
