import { adjustableNames } from '../../app/adjustable.ts'
import { type FileOptions, fileOptions, type RunConfig, resolveConfig } from '../../app/config.ts'
import { trainingOptions } from '../../app/option-list.ts'
import { requireUsed, stepOptions } from '../../app/unused-options.ts'
import { SHORT_TEXT, textOf } from '../../data/disk/files.ts'
import { formerDataOptions } from '../../models/former-names.ts'
import { modelNamed, models } from '../../models/registry.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { historyOf } from '../../train/history.ts'
import { defineCommand } from '../command.ts'
import { finish, trainingFlags, trainVisibly } from '../finish.ts'
import { type Flags, text } from '../flags.ts'
import { type OptionFlags, optionFlag } from '../option-flags.ts'

const DEFAULT_MODEL = 'vae'
const names = models.map(({ name }) => name)

const ownFlags = {
  model: {
    ...text('NAME', `which model: ${names.join(', ')} (default ${DEFAULT_MODEL})`),
    choices: names,
  },
  out: text('FOLDER', 'folder of the run, which must not exist yet (default runs/MODEL)'),
  config: text('FILE', 'JSON file of options, or the config.json of a run; flags override it'),
  ...trainingFlags,
} satisfies Flags

function optionFlags(model: string): OptionFlags {
  return Object.fromEntries(
    trainingOptions(model).map((option) => [option.name, optionFlag(option)]),
  )
}

/** The flags in help: for a model in closed form without those of training steps. */
function helpedFlags(model: string): OptionFlags {
  const flags = optionFlags(model)
  if (!modelNamed(model).fit) return flags
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !stepOptions.includes(name)))
}

// The options of all models are parsed; the configuration refuses those that the chosen model lacks.
const anyOption: OptionFlags = Object.assign({}, ...models.map(({ name }) => optionFlags(name)))

async function optionsOfFile(path: string): Promise<FileOptions> {
  const content = await textOf(path, SHORT_TEXT)
  if (content === undefined) throw new UserError(`--config ${path}: there is no such file`)
  return fileOptions(content, path)
}

/** Adds the changes of options during training that a run's config.json records, except those that flags override. */
function withHistory(
  { history = [], ...config }: RunConfig,
  given: readonly (readonly [string, unknown])[],
): RunConfig {
  const names = adjustableNames(modelNamed(config.model))
  const trained = names.filter((name) => given.every(([flag]) => flag !== name))
  const kept = historyOf(history, trained)
  return kept.length > 0 ? { ...config, history: kept } : config
}

export const train = defineCommand({
  flags: { ...ownFlags, ...anyOption } as typeof ownFlags & OptionFlags,
  formerFlags: formerDataOptions,
  helpFlags: (model = DEFAULT_MODEL) => ({ ...ownFlags, ...helpedFlags(model) }),
  helpIntroduction(model = DEFAULT_MODEL) {
    const { name, summary, paper } = modelNamed(model)
    const others =
      model === DEFAULT_MODEL ? '; for other models: latentlab train --model NAME --help' : ''
    return `Flags of --model ${name}${others}. ${summary} (${paper}).`
  },
  notes:
    'A configuration file holds the same options in camel case, such as {"model": "vae", "testData": "test.npy"}; it may also set out.',
  examples: [
    'latentlab train --data mnist --model vae --hidden 500,500 --latent 20 --epochs 20 --out runs/vae',
    'latentlab train --data images-idx3-ubyte.gz --labels labels-idx1-ubyte.gz --latent 2',
    'latentlab train --config run.json --seed 1 --out runs/second',
  ],
  async run({ flags, interruption }) {
    const { config: file, out: chosen, model } = flags
    const ofFile = file === undefined ? undefined : await optionsOfFile(file)
    const { out: stated, ...options } = ofFile?.options ?? {}
    if (stated !== undefined && typeof stated !== 'string')
      throw new UserError(`out: expected a folder's name, got ${described(stated)}`)
    const given = Object.keys(anyOption).flatMap((name) => {
      const value = (flags as Record<string, unknown>)[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    const resolved = resolveConfig({
      ...options,
      ...Object.fromEntries(given),
      ...(model === undefined ? {} : { model }),
    })
    requireUsed(
      given.map(([name]) => name),
      resolved,
    )
    if (!ofFile?.isOfRun) requireUsed(Object.keys(options), resolved, { allowed: 'defaults' })
    const config = withHistory(resolved, given)
    const chosenOptions = [...given.map(([name]) => name), ...Object.keys(options)]
    const out = chosen ?? stated ?? `runs/${config.model}`
    const { trainRun } = await import('../../app/run/train.ts')
    const result = await trainVisibly({ flags, interruption }, (hooks) =>
      trainRun({ config, out, chosen: chosenOptions, ...hooks }),
    )
    if (result) await finish(result, { flags, interruption })
  },
})
