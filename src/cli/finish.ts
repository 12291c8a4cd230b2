import type { TrainHooks, TrainResult } from '../app/run/train.ts'
import { UserError } from '../tensor/errors.ts'
import type { BuiltModel } from '../train/build.ts'
import type { Input } from './command.ts'
import { type Flags, toggle } from './flags.ts'
import { ledgerJson } from './ledger-json.ts'
import { type Progress, trainingProgress } from './progress.ts'
import { jsonFlag, withRun } from './run-command.ts'
import { log, outputWidth, print, printAsIs, printJson } from './terminal.ts'

/** Flags of the verbs that train. */
export const trainingFlags = {
  noReport: toggle('write no report at the end'),
  quiet: toggle('print no progress'),
  json: jsonFlag,
} satisfies Flags

type Training = Pick<Input<typeof trainingFlags>, 'flags' | 'interruption'>

/** The outcome of training, as `--json` prints it. */
interface Outcome {
  readonly folder: string
  readonly reason: TrainResult['reason']
  readonly epochs: number
  readonly checkpoint: 'best' | 'last'
  readonly report?: string | undefined
  readonly ledger: readonly unknown[]
}

/**
 * Trains with progress on standard error. A signal stops training after the current call; everything is saved,
 * a line says so, and the result is undefined.
 */
export async function trainVisibly(
  { flags, interruption }: Training,
  work: (hooks: TrainHooks) => Promise<TrainResult>,
): Promise<TrainResult | undefined> {
  const progress = trainingProgress({ quiet: flags.quiet, plain: flags.json })
  const { onEvent } = progress
  const result = await interruption
    .hold('finishing the step and saving', () => work({ onEvent, signal: interruption.signal }))
    .finally(progress.end)
  if (interruption.exitCode === undefined && result.reason !== 'cancelled') return result
  const next =
    result.reason === 'cancelled'
      ? 'continue with: latentlab resume'
      : 'training is finished; write the report with: latentlab report'
  log(`latentlab: saved in ${result.folder}; ${next} ${result.folder}`)
  return undefined
}

/** After training: figures on the test split, and the report. The figures are printed even if it cannot be written. */
export async function finish(result: TrainResult, training: Training): Promise<void> {
  const { flags, interruption } = training
  const progress = trainingProgress({ quiet: flags.quiet, plain: flags.json })
  const input = {
    subject: result.folder,
    data: result.data,
    flags: { checkpoint: undefined, threads: undefined, device: undefined },
    interruption,
  }
  let length = ''
  let failure: UserError | undefined
  const outcome = await withRun(input, async (run): Promise<Outcome> => {
    length = lengthOf(run.model, result.config)
    progress.onStage('evaluating on the test split')
    const { ledger } = await run.evaluate('test')
    const writing = flags.noReport ? undefined : reportOf(run, progress)
    const report = await writing?.catch((error) => {
      if (!(error instanceof UserError)) throw error
      failure = error
    })
    return {
      folder: result.folder,
      reason: result.reason,
      epochs: run.epoch,
      checkpoint: run.checkpoint,
      report: report ?? undefined,
      ledger: ledgerJson(ledger),
    }
  }).finally(progress.end)
  if (flags.json) printJson(outcome)
  else await printOutcome(outcome, result, length)
  if (failure)
    throw new UserError(
      `${failure.commandLine}; training is finished: write the report with: latentlab report ${result.folder}`,
    )
}

async function reportOf(
  run: Parameters<Parameters<typeof withRun>[1]>[0],
  { onStage }: Progress,
): Promise<string> {
  const { writeReport } = await import('../app/report/report.ts')
  const { report } = await writeReport(run, { onStage: (what) => onStage(`report: ${what}`) })
  return report
}

/** Length of training: `20 epochs`, `3 stages, the last of 20 epochs`, `closed form`. */
function lengthOf({ fit, stages }: BuiltModel, { train }: TrainResult['config']): string {
  if (fit) return 'closed form'
  const epochs = `${train.epochs} ${train.epochs === 1 ? 'epoch' : 'epochs'}`
  return stages.length > 1 ? `${stages.length} stages, the last of ${epochs}` : epochs
}

async function printOutcome(
  outcome: Outcome,
  { config, folder }: TrainResult,
  length: string,
): Promise<void> {
  const { formatLedger } = await import('../report/ledger.ts')
  const stopped = outcome.reason === 'early' ? ', stopped early' : ''
  const which = `the ${outcome.checkpoint} checkpoint`
  print(`run: ${folder} (${config.model}, ${length}${stopped}); figures of ${which}`)
  print('')
  printAsIs(formatLedger(outcome.ledger as Parameters<typeof formatLedger>[0], outputWidth()))
  if (outcome.report) print(`\nreport: ${outcome.report}`)
}
