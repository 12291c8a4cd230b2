import type { Result } from '../../app/reproduction/results.ts'
import { UserError } from '../../tensor/errors.ts'
import { columns } from '../columns.ts'
import { defineCommand } from '../command.ts'
import { integer, oneOf, text, toggle } from '../flags.ts'
import { trainingProgress } from '../progress.ts'
import { computeFlags, jsonFlag } from '../run-command.ts'
import { log, pageWidth, print, printAsIs, printJson } from '../terminal.ts'

/** The exit code if a claim does not hold. */
const REFUTED = 3

export const reproduce = defineCommand({
  subject: {
    name: 'NAME',
    optional: true,
    many: true,
    choices: async () =>
      (await import('../../reproduce/registry.ts')).experiments.map(({ name }) => name),
  },
  flags: {
    list: toggle('list the experiments and run none'),
    all: toggle('run all of them'),
    budget: oneOf(
      ['small', 'medium', 'full'],
      'small: minutes for each; medium: longer, with a weaker claim where the published setting takes a day; full: the published setting',
      'small',
    ),
    seeds: integer({ low: 1, high: 100 }, 'how many seeds, from --seed on', 1),
    seed: integer({ low: 0 }, 'the first seed', 0),
    out: text('FOLDER', 'folder of trained runs, results and the page', 'reproduction'),
    threads: computeFlags.threads,
    json: jsonFlag,
  },
  notes:
    'Trained runs are kept in the folder under a hash of their configuration and the version of the program: experiments share them, and an interrupted run continues. With several seeds, the mean is compared with the tolerance. The exit code is 3 if a claim does not hold.',
  examples: [
    'latentlab reproduce --list',
    'latentlab reproduce linear-ae-spans-pca',
    'latentlab reproduce --all --budget small',
  ],
  async run({ subjects, flags, interruption }) {
    const { experiments, experimentNamed } = await import('../../reproduce/registry.ts')
    const { settingOf, titleAt } = await import('../../reproduce/experiment.ts')
    const { budget } = flags
    const describe = (experiment: (typeof experiments)[number]) => {
      const [used, { minutes }] = settingOf(experiment, budget)
      const { name, claim, source, chapter } = experiment
      const title = titleAt(experiment, used)
      return { name, title, chapter, claim, source, budget: used, minutes }
    }
    if (flags.list) {
      if (flags.json) return printJson(experiments.map(describe))
      const rows = experiments
        .map(describe)
        .map(({ name, title, minutes }) => [name, `${title} (${duration(minutes)})`] as const)
      return printAsIs(columns(rows, pageWidth()))
    }
    if (flags.all === subjects.length > 0)
      throw new UserError(
        'give the names of experiments, or --all (see latentlab reproduce --list)',
      )
    const chosen = flags.all ? experiments : subjects.map(experimentNamed)
    const total = chosen.reduce((sum, experiment) => sum + describe(experiment).minutes, 0)
    const time = duration(total * flags.seeds)
    log(
      chosen.length === 1
        ? `one experiment, about ${time} on two cores; less if its runs are already trained`
        : `${chosen.length} experiments, ${time} on two cores if each trains its own runs; less if they share runs or have them already`,
    )
    const { reproduce: run } = await import('../../app/reproduction/reproduce.ts')
    const { holdingText, numberText, rowVerdict, verdict } = await import(
      '../../app/reproduction/page.ts'
    )
    const { plainNumber } = await import('../../app/reproduction/stored-results.ts')
    const document = ({ figures: _, ...result }: Result) => ({
      ...result,
      verdict: verdict(result),
    })
    const progress = trainingProgress({ quiet: false, plain: flags.json })
    const { results, page } = await interruption
      .hold('finishing the current call', () =>
        run({
          experiments: chosen,
          budget,
          seeds: Array.from({ length: flags.seeds }, (_, i) => flags.seed + i),
          out: flags.out,
          threads: flags.threads ?? 0,
          signal: interruption.signal,
          onEvent: (event) => event.type === 'progress' && progress.onEvent(event),
          onStage: progress.onStage,
          onBegin: ({ name }, number) => progress.onStage(`${number}/${chosen.length} ${name}`),
          onBroken: ({ name }) => log(`${name}: failed; continuing with the others`),
          onResult(result) {
            log(`${result.name}: ${verdict(result)}, ${Math.round(result.seconds)} s`)
            for (const row of result.rows) {
              const must = row.tolerance === '' ? '' : `, must be ${row.tolerance}`
              const fault = row.finite ? '' : `; ${rowVerdict(row, result)}`
              const unit = row.unit ? ` ${row.unit}` : ''
              log(`  ${row.what}: ${numberText(row)}${unit}${must}${fault}`)
            }
          },
        }),
      )
      .finally(progress.end)
    const failing = results.filter(({ holds }) => !holds)
    if (flags.json)
      printAsIs(JSON.stringify({ page, results: results.map(document) }, plainNumber, 2))
    else {
      const names = failing.map(({ name }) => name).join(', ')
      print(`${holdingText(results)}${names && `; not: ${names}`}`)
      print(`page: ${page}`)
    }
    if (failing.length > 0) process.exitCode = REFUTED
  },
})

const duration = (minutes: number): string =>
  minutes < 1
    ? 'less than a minute'
    : minutes < 120
      ? `${Math.round(minutes)} min`
      : `${(minutes / 60).toFixed(1)} hours`
