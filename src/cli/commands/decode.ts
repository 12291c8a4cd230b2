import type { Run } from '../../app/run/load.ts'
import { UserError } from '../../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { defineCommand } from '../command.ts'
import { text } from '../flags.ts'
import { isConditional, labelFlag, labelOf } from '../label-flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

/** Where nobody says where to write. */
const PRESET = 'decoded.npy'

export const decode = defineCommand({
  subject: runSubject,
  flags: {
    codes: text('FILE', '.npy file of codes: [n, latent], or [latent] for one'),
    labels: text('FILE', 'class of each code, in a file (models that are conditioned on labels)'),
    label: labelFlag('class that all codes are decoded as, instead of --labels'),
    out: text('FILE', 'output file: .png, .npy or .csv', PRESET),
    ...runFlags,
  },
  notes: 'Writes the means of p(x|z). A .npy file holds float32 [n, ...shape of an example].',
  examples: [
    'latentlab decode runs/vae --codes codes.npy --out images.npy',
    'latentlab decode runs/vae --codes codes.npy --out images.png',
  ],
  async run(input) {
    const { subject, flags } = input
    const path = flags.codes
    if (path === undefined)
      throw new UserError(
        '--codes is missing: expected --codes FILE, a .npy file as latentlab encode writes it',
      )
    const output = openOutput(flags.out, ['png', 'npy', 'csv'], PRESET)
    const count = await withRun(input, async (run) => {
      const label = labelOf(run, flags.label)
      const codes = await readCodes(path, run.model)
      const values = await run.decode(
        codes,
        await classesOf(run, codes.shape[0]!, { ...flags, label }),
      )
      const across = Math.ceil(Math.sqrt(codes.shape[0]!))
      await writeExamples(output, values, run.model.info, across)
      return codes.shape[0]!
    })
    if (flags.json) return printJson({ run: subject, codes: path, count, out: output.path })
    print(`${count} examples: ${output.path}`)
  },
})

interface Classes {
  readonly labels: string | undefined
  readonly label: number | undefined
}

/** The class of each code; undefined for a model that is not conditioned on classes. */
async function classesOf(
  run: Pick<Run, 'model'>,
  count: number,
  { labels: path, label }: Classes,
): Promise<ArrayLike<number> | undefined> {
  const { definition } = run.model
  if (!isConditional(run)) {
    if (path === undefined) return undefined
    throw new UserError(
      `--labels ${path}: ${definition.name} is not conditioned on labels; leave it out`,
    )
  }
  if ((path === undefined) === (label === undefined))
    throw new UserError(
      `${definition.name} decodes a code as a class: give --label N for all codes, or --labels FILE`,
    )
  if (label !== undefined) return new Int32Array(count).fill(label)
  const { readLabels } = await import('../../data/named.ts')
  const { labelsOf } = await import('../../data/labels.ts')
  return labelsOf(await readLabels(path!), path!, count, 'the codes')
}

/** Codes of a file as float32 `[n, latent]`. Throws UserError for another shape and for NaN or ∞. */
async function readCodes(
  path: string,
  { latent, likelihood, definition }: Run['model'],
): Promise<HostTensor<'float32'>> {
  const { lacksCode } = await import('../../train/trained.ts')
  const { finiteFloats } = await import('../../data/form.ts')
  if (!likelihood) throw new UserError(lacksCode(definition.name))
  const { readExamples } = await import('../../data/named.ts')
  const { examples } = await readExamples(path)
  const { shape, data } = examples
  const [rows, width] = shape.length === 1 ? [1, shape[0]!] : [shape[0]!, shape[1]!]
  if (shape.length < 1 || shape.length > 2 || width !== latent || rows === 0)
    throw new UserError(
      `${path}: codes of shape [${shape.join(', ')}]; expected [n, ${latent}] for this model`,
    )
  return hostTensor('float32', [rows, width], finiteFloats({ data }, width, path))
}
