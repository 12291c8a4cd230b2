import { isMember } from '../../models/definition.ts'
import type { Section } from '../../report/html.ts'
import type { BuiltModel } from '../../train/build.ts'
import { canSample, hasCode } from '../../train/capabilities.ts'
import { historyOf } from '../../train/history.ts'
import { adjustableNames } from '../adjustable.ts'
import type { RunConfig } from '../config.ts'
import { historyText } from '../run/history-text.ts'
import { quoted, type SetOption, setOptions, trainCommand } from './commands.ts'
import { isPicture, type ReportSource, SAMPLE_SEED } from './source.ts'

/** All options of the run; those that are not at their default come first. */
export function configurationSection({
  config,
  model,
}: {
  readonly config: RunConfig
  readonly model?: Pick<BuiltModel, 'definition'> | undefined
}): Section {
  const own = isMember(config.model) ? undefined : model?.definition
  const changes = historyText(config.history).join('; ')
  const changed = changes && ` Changed when the run was resumed: ${changes}.`
  const hash = config.dataHash ? ` SHA-256 of the data: ${config.dataHash}.` : ''
  return {
    id: 'configuration',
    title: 'Configuration',
    caption: `All options, as in config.json; those that differ from their default come first.${changed}${hash}`,
    figures: [],
    table: {
      records: true,
      columns: [
        { title: 'option' },
        { title: 'value' },
        { title: 'default' },
        { title: 'meaning' },
      ],
      rows: [
        ['model', config.model, '', own ? 'a definition of your own' : 'the model'],
        ...setOptions(config, own)
          .filter(({ value, default: usual }) => value !== '' || usual !== '')
          .sort((a, b) => Number(isSet(b)) - Number(isSet(a)))
          .map((option) => [
            option.name,
            option.value,
            isSet(option) ? option.default : '',
            option.description,
          ]),
      ],
    },
  }
}

/** Whether an option has a default that can be named, and another value. */
const isSet = (option: SetOption): boolean => option.changed && option.default !== ''

/** What the run was computed with, from `environment.json`. */
export function environmentSection(
  environment: Readonly<Record<string, unknown>> | undefined,
): Section {
  const shared = { id: 'environment', title: 'Environment', figures: [] }
  if (!environment)
    return { ...shared, caption: 'The run folder has no environment.json, so this is not known.' }
  return {
    ...shared,
    caption:
      'What the run was computed with. A resumed run is bit-identical within the same environment.',
    table: {
      records: true,
      columns: [{ title: 'what' }, { title: 'value' }],
      rows: Object.entries(environment).map(([name, value]) => [
        ENVIRONMENT_TITLES[name] ?? name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    },
  }
}

const ENVIRONMENT_TITLES: Readonly<Record<string, string>> = {
  latentlab: 'Latentlab',
  node: 'Node.js',
  threads: 'threads (0: one for each core)',
  kernelsDetail: 'instruction set of the kernels, or why there are none',
  cpu: 'CPU',
  cores: 'cores',
  memoryGiB: 'memory, GiB',
}

/**
 * The command that trains this run again, and what to do with it next.
 *
 * @param folder the run's folder, before quoting
 */
export function reproduceSection(source: ReportSource, folder: string): Section {
  if (!isMember(source.run.config.model)) return ownModelSection(source, folder)
  const commands = [
    ['train the same model again', againCommand(source.run, folder)],
    ...nextCommands(source, quoted(folder)),
  ]
  return {
    id: 'reproduce',
    title: 'Next steps',
    caption:
      'With the same seed and data in the same environment, the first command gives the same parameters, bit for bit. Elsewhere they differ by rounding.',
    figures: [],
    preformatted: commands.map(([purpose, command]) => `# ${purpose}\n${command}`).join('\n'),
  }
}

/** The same for a user's own definition, which the command line does not know. */
function ownModelSection({ run: { config, model } }: ReportSource, folder: string): Section {
  const given = `(${JSON.stringify(folder)}, { model: definition`
  const calls = [
    `const model = await load${given} })`,
    ...(model.fit ? [] : [`await resume${given}, epochs: ${2 * config.train.epochs} })`]),
  ]
  return {
    id: 'reproduce',
    title: 'Next steps',
    caption: `${config.model} is a definition of your own, so only the library can load this run and continue its training; pass data that was given as arrays again.`,
    figures: [],
    preformatted: ["import { load, resume } from 'latentlab'", ...calls].join('\n'),
  }
}

/** Flags hold for all of training; a config.json also records changes during training. */
function againCommand({ config, model }: ReportSource['run'], folder: string): string {
  const again = `${folder}-again`
  if (historyOf(config.history ?? [], adjustableNames(model.definition)).length === 0)
    return trainCommand(config, again)
  return `latentlab train --config ${quoted(`${folder}/config.json`)} --out ${quoted(again)}`
}

/** What the model can do, with the commands for it. */
function nextCommands({ run, data }: ReportSource, folder: string): [string, string][] {
  const { config, model } = run
  const pictures = isPicture(data)
  const samples = `sample ${folder} --count 64 --seed ${SAMPLE_SEED} --out samples.${pictures ? 'png' : 'npy'}`
  const commands: [possible: boolean, purpose: string, command: string][] = [
    [
      !model.fit,
      `continue training, to a new total of epochs${model.stages.length > 1 ? ' of the last stage' : ''}`,
      `resume ${folder} --epochs ${2 * config.train.epochs}`,
    ],
    [true, 'the figures of the ledger', `evaluate ${folder} --split test`],
    [canSample(model), 'new examples', samples],
    [
      model.labels === 'condition',
      'new examples of one class',
      `sample ${folder} --count 64 --seed ${SAMPLE_SEED} --label 0 --out class-0.${pictures ? 'png' : 'npy'}`,
    ],
    [
      pictures && model.labels === 'condition',
      'examples decoded as every class',
      `transfer ${folder} --count 10 --out transfer.png`,
    ],
    [
      model.corrupt !== undefined,
      'examples corrupted and restored',
      `denoise ${folder} --count 16 --out denoised.${pictures ? 'png' : 'csv'}`,
    ],
    [
      pictures && model.restore !== undefined,
      'reconstructions',
      `reconstruct ${folder} --count 16 --out reconstructions.png`,
    ],
    [
      pictures && model.latent === 2,
      'the latent plane',
      `manifold ${folder} --size 20 --out manifold.png`,
    ],
    [
      pictures && hasCode(model) && (data.classes ?? 0) > 8,
      'a path from a 3 to an 8',
      `interpolate ${folder} --from 3 --to 8 --steps 11 --out path.png`,
    ],
    [
      model.posterior !== undefined,
      'the codes of the test examples',
      `encode ${folder} --split test --out codes.npy`,
    ],
    [true, 'this report', `report ${folder}`],
  ]
  return commands.flatMap(([possible, purpose, command]): [string, string][] =>
    possible ? [[purpose, `latentlab ${command}`]] : [],
  )
}
