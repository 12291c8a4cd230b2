import type { Run } from '../../app/run/load.ts'
import type { Evaluation } from '../../evaluate/evaluate.ts'
import { GROUPS, type Group } from '../../evaluate/ledger/groups.ts'
import type { Compared } from '../../evaluate/ledger/pairing.ts'
import type { EvaluationOptions } from '../../evaluate/options.ts'
import type { Table } from '../../report/table.ts'
import { nearest, UserError } from '../../tensor/errors.ts'
import { defineCommand } from '../command.ts'
import { type Flag, integer, text } from '../flags.ts'
import { ledgerJson, omittedJson } from '../ledger-json.ts'
import { requireWritable } from '../output-file.ts'
import { trainingProgress } from '../progress.ts'
import { dataFlags, dataSource, runFlags, splitFlag, withRun } from '../run-command.ts'
import { log, print, printJson, printTable } from '../terminal.ts'

const groups = Object.keys(GROUPS) as Group[]

/** The groups of figures to measure. */
const measureFlag: Flag<readonly Group[] | undefined> = {
  description: `what to measure: ${groups.map((group) => `${group} (${GROUPS[group]})`).join(', ')}; several separated by commas, or all`,
  value: 'WHAT',
  choices: [...groups, 'all'],
  shown: 'loss,reconstruction; also anomaly of a run that was trained with --normal',
  read(given, name) {
    if (given === 'all') return groups
    return given?.split(',').map((part) => {
      const word = part.trim()
      const found = groups.find((group) => group === word)
      if (found) return found
      const near = nearest(word, [...groups, 'all'])
      throw new UserError(
        `${name}: there is no ${JSON.stringify(word)}${near ? `; did you mean ${near}?` : ''} (known: ${groups.join(', ')}, all)`,
      )
    })
  },
}

const isWhole = (text: string): boolean => /^-?(0|[1-9]\d*)$/.test(text)

/** Classes by label or name, separated by commas. */
const classesFlag: Flag<readonly (number | string)[] | undefined> = {
  description:
    'classes of normal examples, such as 0,1,2; examples of other classes count as anomalies (for anomaly; by default as the run was trained)',
  value: 'CLASSES',
  read(given, name) {
    return given?.split(',').map((part) => {
      const label = part.trim()
      if (label !== '') return isWhole(label) ? Number(label) : label
      throw new UserError(`${name}: expected classes such as 0,1,2, got ${JSON.stringify(given)}`)
    })
  },
}

export const evaluate = defineCommand({
  subject: { name: 'RUN', many: true },
  flags: {
    split: splitFlag,
    measure: measureFlag,
    importanceSamples: integer(
      { low: 2, high: 1_000_000 },
      'codes drawn for each example by the importance-weighted bound (for likelihood)',
    ),
    examples: integer({ low: 10 }, 'how many examples expensive measurements use'),
    normal: classesFlag,
    out: text('FILE', 'also write a page with tables and pictures, such as comparison.html'),
    ...dataFlags,
    ...runFlags,
  },
  notes:
    'Figures of several runs are in one row only if they agree in unit, split, likelihood, binarisation and number of samples. Differences are taken example by example, and only if the hashes of the examples agree: runs with different seeds may have different test rows or binary draws.',
  examples: [
    'latentlab evaluate runs/vae --split test --json',
    'latentlab evaluate runs/vae --measure likelihood --importance-samples 5000',
    'latentlab evaluate runs/ae runs/vae --measure all --out comparison.html',
  ],
  async run(input) {
    const { subjects, flags, interruption } = input
    if (new Set(subjects).size < subjects.length)
      throw new UserError('the same run is given twice; give each once')
    const progress = trainingProgress({ quiet: false, plain: flags.json })
    const options: EvaluationOptions = {
      measure: flags.measure,
      importanceSamples: flags.importanceSamples,
      examples: flags.examples,
      normal: flags.normal,
      signal: interruption.signal,
      ...stages(progress.onStage),
    }
    if (flags.out !== undefined) requireWritable(flags.out)
    const done: Done[] = []
    const all = async (rest: readonly string[], runs: readonly Run[]): Promise<void> => {
      const [subject, ...others] = rest
      if (subject === undefined) return writePage(flags.out, runs, done)
      await withRun({ ...input, subject, source: dataSource(flags) }, async (run) => {
        const { requireComparable } = await import('../../app/report/comparison-page.ts')
        requireComparable([...runs, run])
        const evaluation = await run.evaluate(flags.split, options)
        const { checkpoint, epoch } = run
        done.push({ name: subject, evaluation, checkpoint, epoch })
        await all(others, [...runs, run])
      })
    }
    await all(subjects, []).finally(progress.end)
    if (flags.json) {
      const documents = done.map(({ name, checkpoint, epoch, evaluation }) => ({
        run: name,
        checkpoint,
        epoch,
        ...evaluation,
        ledger: ledgerJson(evaluation.ledger),
        ...(evaluation.omitted && { omitted: omittedJson(evaluation.omitted) }),
      }))
      return printJson(documents.length === 1 ? documents[0] : documents)
    }
    for (const { name, checkpoint, epoch, evaluation } of done) {
      print(`${name}, ${checkpoint} checkpoint, after epoch ${epoch}\n`)
      if (done.length === 1) await printGroups(evaluation)
    }
    if (done.length > 1) await printComparison(done)
    for (const { name, evaluation } of done)
      if (evaluation.omitted)
        log(
          `${name}: left out: ${omittedJson(evaluation.omitted)
            .map(({ group, reason }) => `${group} (${reason})`)
            .join('; ')}`,
        )
    const found = done.flatMap(({ evaluation }) => evaluation.ledger.map(({ group }) => group))
    const measured = flags.measure ?? ['loss', 'reconstruction', ...found]
    const left = groups.filter((group) => !measured.includes(group))
    if (left.length > 0 && (flags.measure === undefined || flags.measure.length < 3))
      log(`not measured: ${left.join(', ')} (add them by name, or --measure all)`)
    if (flags.out) print(`page: ${flags.out}`)
  },
})

interface Done extends Compared {
  readonly checkpoint: string
  readonly epoch: number
}

/** Shows the current work, and how much of it is done. */
function stages(onStage: (what: string) => void) {
  let current = ''
  return {
    onStage(what: string) {
      current = what
      onStage(what)
    },
    onProgress: (share: number) => onStage(`${current} ${Math.round(100 * share)} %`),
  }
}

async function printGroups({ ledger }: Evaluation): Promise<void> {
  const { ledgerTable } = await import('../../report/ledger.ts')
  for (const group of groups) {
    const entries = ledger.filter((entry) => entry.group === group)
    if (entries.length > 0) printGroup(group, ledgerTable(entries))
  }
}

async function printComparison(done: readonly Done[]): Promise<void> {
  const { comparisonTables } = await import('../../report/comparison.ts')
  for (const [group, table] of Object.entries(comparisonTables(done))) printGroup(group, table)
}

/** Prints the figures of a group under its name. */
function printGroup(group: string, table: Table): void {
  const caption = table.caption === undefined ? group : `${group}: ${table.caption}`
  printTable({ ...table, caption })
  print('')
}

async function writePage(
  out: string | undefined,
  runs: readonly Run[],
  done: readonly Done[],
): Promise<void> {
  if (out === undefined) return
  const { comparisonPage, comparisonPictures } = await import('../../app/report/comparison-page.ts')
  const { writeAtomically } = await import('../../data/disk/files.ts')
  const named = runs.map((run, i) => ({ run, name: done[i]!.name }))
  await writeAtomically(out, comparisonPage(done, await comparisonPictures(named)))
}
