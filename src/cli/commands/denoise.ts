import { type RestorationError, restorationError } from '../../app/answers/restoration-error.ts'
import type { Run } from '../../app/run/load.ts'
import { type Corruption, parseCorruption } from '../../distributions/corruption.ts'
import { SEED } from '../../explore/defaults.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Floats } from '../../tensor/host.ts'
import { counted } from '../../tensor/numbers.ts'
import { defineCommand, type Input } from '../command.ts'
import { type FileLike, fileLike } from '../denoise-files.ts'
import { exampleFlags, givenExamples } from '../examples.ts'
import { integer, text } from '../flags.ts'
import { csv, type Output, openOutput, restoredColumns, writeValues } from '../output-file.ts'
import { drawVersions } from '../picture-rows.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { spreadsheetFlag } from '../table-output.ts'
import { log, print, printJson } from '../terminal.ts'

/** Examples in a picture by default. */
const MOST_DRAWN = 16

/** Where nobody says where to write. */
const PRESET = 'denoised.png'

const flags = {
  ...exampleFlags,
  count: integer(
    { low: 1, high: 1_000_000 },
    `how many, from the first (default ${MOST_DRAWN} in a .png, and all otherwise)`,
  ),
  corruption: text(
    'VALUE',
    'corruption of the examples: masking:P, gaussian:SIGMA, salt-pepper:P, swap:P, or none if they are already noisy (default: as in training, but none for a file)',
  ),
  seed: integer({ low: 0 }, 'seed of the corruption', SEED),
  out: text(
    'FILE',
    'output file: .png, .npy or .csv; of files and folders, one of the same kind',
    PRESET,
  ),
  spreadsheet: spreadsheetFlag,
  ...runFlags,
}

export const denoise = defineCommand({
  subject: runSubject,
  flags,
  notes:
    'For models that are trained to undo a corruption. Of a folder of pictures, --out is a folder with the restored pictures, under the same names and in the same formats; of a picture, a picture; of a table (CSV, Parquet, JSON lines, ARFF), a table of the same rows and columns, in which the columns that the model was trained on are restored; of a .npz or IDX file, one with the restored examples. They are taken as noisy already. Otherwise: a .png file shows each example, below it its corrupted copy (unless the corruption is none), and below that the restored example. A .npy file holds the restored examples, float32 [count, ...shape of an example]. A .csv file has a row for each example, with the input of the model (x0, x1, …) and its output (r0, r1, …).',
  examples: [
    'latentlab denoise runs/dae --count 16 --out denoised.png',
    'latentlab denoise runs/dae --corruption gaussian:0.3 --out denoised.png',
    'latentlab denoise runs/dae --data noisy.npy --out restored.npy',
    'latentlab denoise runs/dae --data noisy/ --out clean/',
    'latentlab denoise runs/sensors --data noisy.csv --out clean.csv',
  ],
  async run(input) {
    const { subject, flags } = input
    const corruption = flags.corruption === undefined ? undefined : corruptionOf(flags.corruption)
    const isNoisy = (corruption?.kind ?? 'none') === 'none' && flags.count === undefined
    const like = isNoisy && flags.out !== PRESET ? fileLike(flags.data, flags.out) : undefined
    if (like) return restoreLike(input, like)
    const output = openOutput(flags.out, ['png', 'npy', 'csv'], PRESET)
    const { count, corrupted, error } = await withRun(input, async (run) => {
      requireDenoiser(run)
      output.fit(run.model.info)
      const most = flags.count ?? (output.format === 'png' ? MOST_DRAWN : undefined)
      const chosen = { ...flags, count: most }
      const { values, labels, ofSplit } = await givenExamples(run, chosen)
      const noisy = corruption ? corruption.kind === 'none' : !ofSplit
      const given = noisy ? values : await run.corrupt(values, flags.seed, corruption)
      const restored = await run.reconstruct(given, labels)
      const versions = noisy ? [values, restored] : [values, given, restored]
      await write(output, run, versions)
      const error = noisy ? undefined : restorationError([values, given, restored], run.model.info)
      return { count: values.shape[0]!, corrupted: !noisy, error }
    })
    const how = corrupted ? (flags.corruption ?? 'as in training') : 'none'
    if (flags.json)
      return printJson({ run: subject, count, corruption: how, error, out: output.path })
    const done = corrupted ? `corrupted (${how}) and restored` : 'taken as they are, restored'
    print(`${count} examples, ${done}: ${output.path}`)
    if (error) print(errorText(error))
  },
})

function errorText({ measure, unit, corrupted, restored }: RestorationError): string {
  if (measure === 'psnr')
    return `PSNR: ${corrupted.toFixed(1)} dB corrupted, ${restored.toFixed(1)} dB restored`
  const [before, after] = [corrupted, restored].map((error) => error.toPrecision(3))
  return `${measure}: ${before} ${unit} corrupted, ${after} restored`
}

/** Restores a file or a folder to one of the same kind, and says what was written. */
async function restoreLike(input: Input<typeof flags>, like: FileLike): Promise<void> {
  const { subject, flags } = input
  const output = await like.open()
  const { count, notes } = await withRun(input, async (run) => {
    requireDenoiser(run)
    return output.write(run, flags)
  })
  for (const note of notes) log(`note: ${flags.data}: ${note}`)
  if (flags.json)
    return printJson({ run: subject, count, corruption: 'none', out: flags.out, kind: like.kind })
  const what = { table: 'row', array: 'example', picture: 'picture', folder: 'picture' }[like.kind]
  print(`${counted(count, what)} restored: ${flags.out}`)
}

function corruptionOf(given: string): Corruption {
  const corruption = parseCorruption(given)
  if (corruption) return corruption
  throw new UserError(
    `--corruption ${given}: expected masking:P, gaussian:SIGMA, salt-pepper:P, swap:P or none`,
  )
}

function requireDenoiser({ model }: Run): void {
  if (model.corrupt) return
  throw new UserError(
    `${model.definition.name} is not trained to undo a corruption; use latentlab reconstruct`,
  )
}

/** @param versions the examples, their corrupted copies if there are any, and the restored examples */
async function write(output: Output, { model }: Run, versions: readonly Floats[]): Promise<void> {
  const { info } = model
  const [given, restored] = versions.slice(-2) as [Floats, Floats]
  if (output.format === 'npy') return writeValues(output, restored, info)
  if (output.format === 'csv') return output.write(csv(restoredColumns(given, restored, info)))
  return output.write(await drawVersions(versions, info.exampleShape))
}
