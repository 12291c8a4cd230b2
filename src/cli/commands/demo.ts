import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { flatOptions, type RunConfig, resolveConfig } from '../../app/config.ts'
import { quoted } from '../../app/report/commands.ts'
import type { TrainHooks, TrainResult } from '../../app/run/train.ts'
import { asUserError } from '../../data/disk/files.ts'
import { indentedCommand, wrappedLines } from '../../report/wrap.ts'
import { UserError } from '../../tensor/errors.ts'
import { defineCommand } from '../command.ts'
import { finish, trainingFlags, trainVisibly } from '../finish.ts'
import { text, toggle } from '../flags.ts'
import { pageWidth, print, printAsIs } from '../terminal.ts'

const { quiet, json } = trainingFlags

/** A demonstration: what is trained, and what is said before and after it. */
interface Demo {
  readonly options: Readonly<Record<string, unknown>> & { readonly data: string }
  readonly folder: string
  readonly introduction: string
  readonly conclusion: string
  /** Commands that follow on it. */
  commands(folder: string): readonly string[]
}

const digits: Demo = {
  // Two latent dimensions can be drawn; the other options learn most in a minute or two on two cores.
  options: {
    data: 'mnist',
    model: 'vae',
    hidden: [500, 500],
    activation: ['relu'],
    latent: 2,
    likelihood: 'bernoulli',
    epochs: 10,
    batch: 128,
    lr: 1e-3,
    seed: 0,
  },
  folder: 'runs/demo',
  introduction: `A variational autoencoder (VAE) is about to learn handwriting from 55,000 pictures of digits.

It consists of two neural networks. The encoder reduces each picture, 784 grey levels, to a code of only 2 numbers; the decoder draws a picture from a code. Both learn together, from the pictures alone: they are not shown which digit is which. The loss measures how badly the pictures are redrawn (reconstruction) plus how much information the codes carry (kl, the Kullback-Leibler divergence). It should fall.

This takes a minute or two. Ctrl-C stops it; the same command then continues from there.
`,
  conclusion: `
Open the report in a browser. Its manifold is a map of the 2 numbers: every point on it is a code, drawn by the decoder. Neighbouring points give similar digits; between the digits lie shapes that nobody ever wrote.

Try next:`,
  commands: (folder) => [
    `npx latentlab interpolate ${quoted(folder)} --from 3 --to 8 --out path.png`,
    `npx latentlab sample ${quoted(folder)} --count 64 --out samples.png`,
    'npx latentlab train --data mnist --model vae --latent 20 --out runs/vae',
    'npx latentlab demo --table',
    'npx latentlab --help',
  ],
}

const table: Demo = {
  options: {
    data: 'birdstrikes',
    likelihood: 'columns',
    model: 'vae',
    hidden: [256],
    activation: ['relu'],
    latent: 8,
    epochs: 60,
    batch: 128,
    lr: 1e-3,
    seed: 0,
  },
  folder: 'runs/demo-table',
  introduction: `A variational autoencoder (VAE) is about to learn a table: 10,000 birds that were struck by aircraft, with the airport, the aircraft, the bird, the damage and its cost in 14 columns. In 28 % of the rows the speed is missing.

Every column has a likelihood that suits it: dates are Gaussian, costs and speeds are counts, everything else is a choice of one of several categories. So the loss is one number in nats, to which each column contributes; a missing value contributes nothing. The encoder reduces a row to a code of 8 numbers, from which the decoder predicts every column. The loss should fall.

This takes less than a minute. Ctrl-C stops it; the same command then continues from there.
`,
  conclusion: `
Open the report in a browser. It compares each column with what the model makes of it: how well it is restored from the code, and how rows that the model invents are distributed. At its end are the rows that the model finds oddest.

Try next:`,
  commands: (folder) => [
    `npx latentlab inspect --data birdstrikes`,
    `npx latentlab sample ${quoted(folder)} --count 64 --draw --out samples.csv`,
    `npx latentlab evaluate ${quoted(folder)} --split test`,
    'npx latentlab train --data penguins --model vae --latent 2 --out runs/penguins',
    'npx latentlab train --data FILE.csv --model vae --out runs/own',
  ],
}

/** Prints text that is set for reading, wherever it goes. */
const printPage = (text: string) => printAsIs(wrappedLines(text, pageWidth()))

export const demo = defineCommand({
  flags: {
    table: toggle('learn a table with categories, counts and missing values instead of pictures'),
    out: text('FOLDER', `folder of the run (default: ${digits.folder}, or ${table.folder})`),
    quiet,
    json,
  },
  notes:
    'Trains a VAE with a two-dimensional latent space on MNIST and writes a report; with --table, on the table birdstrikes. Run again, it continues where it was stopped; a finished demo is replaced.',
  examples: ['latentlab demo', 'latentlab demo --table'],
  async run({ flags, interruption }) {
    const shown = flags.table ? table : digits
    const { out = shown.folder } = flags
    const config = resolveConfig(shown.options)
    const { requireFiles } = await import('../../app/run/data-source.ts')
    requireFiles(config) // refuses data that is not installed before a finished demo is removed
    const training = { flags: { ...flags, noReport: false }, interruption }
    const isBegun = existsSync(out) && (await isInterrupted(out, shown, config))
    const app = await import('../../app/run/train.ts')
    const work = async (hooks: TrainHooks): Promise<TrainResult> => {
      if (isBegun) return app.resumeRun({ folder: out, ...hooks })
      await removeFormer(out)
      return app.trainRun({ config, out, ...hooks })
    }
    if (!flags.json) printPage(isBegun ? `Continuing the demo in ${out}.\n` : shown.introduction)
    const result = await trainVisibly(training, work)
    if (!result) return
    if (!flags.json) print('')
    await finish(result, training)
    if (flags.json) return
    printPage(shown.conclusion)
    for (const command of shown.commands(out)) printAsIs(indentedCommand(command, pageWidth()))
  },
})

/**
 * Whether a folder holds an unfinished demo, one without its report; false for a finished one.
 *
 * @throws UserError for anything else, which the demo must not use or remove.
 */
async function isInterrupted(
  folder: string,
  { options }: Demo,
  config: RunConfig,
): Promise<boolean> {
  const { describeRun } = await import('../../app/run/describe.ts')
  const found = await describeRun(folder).catch((error) => {
    if (error instanceof UserError) return undefined
    throw error
  })
  const values = found ? flatOptions(found.config) : {}
  const isDemo = Object.keys(options).every(
    (name) => JSON.stringify(values[name]) === JSON.stringify(flatOptions(config)[name]),
  )
  if (!found || !isDemo)
    throw new UserError(
      `${folder} already exists and is not a run of the demo; remove it, or choose another folder with --out`,
    )
  return !found.finished || found.files.every(({ path }) => path !== 'report.html')
}

/** Removes the run of a finished demo. */
async function removeFormer(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch((error) => {
    throw asUserError(error, 'remove', folder)
  })
}
